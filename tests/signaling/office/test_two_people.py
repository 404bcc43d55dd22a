"""What needs two people: one asks, another approves, and it is done once."""

from __future__ import annotations

import itertools

import pytest

from config.clock import HandClock
from signaling.domain.approvals import OPEN_SECONDS
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.two_people import TwoPeople
from signaling.store.memory import MemoryStore
from tests.contract.visits import T0, opened

ZHOU, SUN = Actor("supervisor", "zhou", "jinshan"), Actor("audit-administrator", "sun", "jinshan")


class Two:
    """Two people and a session."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = HandClock(T0)
        ids = itertools.count(1)
        self.people = TwoPeople(self.store.evidence, self.clock, lambda: f"request-{next(ids)}")

    async def begin(self) -> Two:
        await opened(self.store, "session-1")
        return self

    async def refuses(self, deed: object) -> str:
        before = await self.store.ledger_of("session-1")
        with pytest.raises(Refusal) as refusal:
            await deed  # type: ignore[misc] # a coroutine
        assert await self.store.ledger_of("session-1") == before
        return refusal.value.code

    async def whats(self) -> list[str]:
        return [entry.what for entry in await self.store.ledger_of("session-1")][3:]


async def test_asked_approved_and_done_once_each_on_the_record() -> None:
    two = await Two().begin()
    asked = await two.people.ask(ZHOU, "session-1", "jinshan", "export", "complaint")
    assert await two.refuses(two.people.use(ZHOU, "session-1", asked.id, "export")) == "not-approved"
    assert await two.refuses(two.people.approve(ZHOU, "session-1", asked.id)) == "own-request"
    approved = await two.people.approve(SUN, "session-1", asked.id)
    assert (approved.asked_by, approved.approved_by) == ("zhou", "sun")
    assert await two.refuses(two.people.approve(SUN, "session-1", asked.id)) == "approved-before"
    await two.people.use(ZHOU, "session-1", asked.id, "export")
    assert await two.refuses(two.people.use(ZHOU, "session-1", asked.id, "export")) == "request-used"
    assert await two.whats() == ["export-asked", "export-approved", "export-used"]


async def test_a_request_of_another_session_is_none() -> None:
    two = await Two().begin()
    await opened(two.store, "session-2")
    asked = await two.people.ask(ZHOU, "session-2", "jinshan", "export", "audit")
    assert await two.refuses(two.people.approve(SUN, "session-1", asked.id)) == "unknown-request"
    assert await two.refuses(two.people.use(ZHOU, "session-1", "request-99", "export")) == "unknown-request"


async def test_what_was_asked_long_ago_is_worth_nothing() -> None:
    two = await Two().begin()
    asked = await two.people.ask(ZHOU, "session-1", "jinshan", "export", "audit")
    two.clock.advance(OPEN_SECONDS + 1)
    assert await two.refuses(two.people.approve(SUN, "session-1", asked.id)) == "request-too-old"
    again = await two.people.ask(ZHOU, "session-1", "jinshan", "export", "audit")
    await two.people.approve(SUN, "session-1", again.id)
    two.clock.advance(OPEN_SECONDS + 1)
    assert await two.refuses(two.people.use(ZHOU, "session-1", again.id, "export")) == "request-too-old"


async def test_one_sets_a_hold_and_two_release_it() -> None:
    two = await Two().begin()
    await two.people.hold(ZHOU, "session-1")
    await two.people.hold(SUN, "session-1")
    assert await two.people.is_held("session-1")
    asked = await two.people.ask(ZHOU, "session-1", "jinshan", "release-hold", "court")
    assert await two.people.is_held("session-1")
    done = await two.people.approve(SUN, "session-1", asked.id)
    assert done.used_at is not None
    assert not await two.people.is_held("session-1")
    assert await two.whats() == ["hold-set", "release-hold-asked", "release-hold-approved", "release-hold-used", "hold-released"]
