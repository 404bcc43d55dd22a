"""One session, one inbox: in order, stored before it is told, and never stuck, whatever the store or a mistake of ours does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from config.clock import HandClock
from config.tasks import Tasks
from signaling.domain import events as ev
from signaling.domain.machine import SessionPolicy
from signaling.domain.refusals import NotAllowed, NotNow
from signaling.domain.states import AnyState, InSession, OnHold, Ringing
from signaling.office import actor as actors
from signaling.office.actor import Happened, SessionActor
from signaling.office.ports import BY_ITSELF, Cause, StoreAway
from signaling.store.memory import MemoryStore
from tests.contract.visits import T0, opened
from tests.waiting import LONG, until

LI = "clerk:li"
RUNG, ANSWERED = ev.CounterChosen("li", "jinshan-1"), ev.Answered("li")


class Session:
    """One actor over a store of its own, and what it told."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.happened: list[Happened] = []
        self.mistakes: list[tuple[ev.Event, Exception]] = []
        self.fail: Exception | None = None
        self.running: asyncio.Task[None] | None = None

    def on_step(self, happened: Happened) -> None:
        self.happened.append(happened)
        if self.fail is not None:
            raise self.fail

    async def ledger(self) -> list[str]:
        return [entry.what for entry in await self.store.ledger_of("session-1")]


@asynccontextmanager
async def a_session(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[SessionActor, Session, MemoryStore]]:
    monkeypatch.setattr(actors, "RETRY_SECONDS", 0.01)
    store = MemoryStore()
    around = Session(store)
    stored = await opened(store, "session-1")
    one = SessionActor(stored, store, HandClock(T0), SessionPolicy(), around.on_step, lambda event, error: around.mistakes.append((event, error)))
    tasks = Tasks(lambda name, error: around.mistakes.append((ev.HoldBegan(), RuntimeError(f"{name}: {error!r}"))))
    around.running = tasks.start(one.run(), "session-1")
    try:
        yield one, around, store
    finally:
        await tasks.close()


async def test_what_comes_at_once_happens_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, _):
        events: tuple[ev.Event, ...] = (RUNG, ANSWERED, ev.HoldBegan(), ev.HoldEnded(), ev.HoldBegan())
        replies = [one.put(event, Cause(LI, f"request-{n}")) for n, event in enumerate(events)]
        states = await asyncio.gather(*replies)
        assert [type(state) for state in states] == [Ringing, InSession, OnHold, InSession, OnHold]
        assert [type(each.after) for each in around.happened] == [Ringing, InSession, OnHold, InSession, OnHold]
        assert (await around.ledger())[-6:] == ["ringing", "answered", "recording-ordered", "hold-began", "hold-ended", "hold-began"]


async def test_nothing_is_told_or_seen_before_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, store):
        before, reply = one.state, one.put(RUNG)
        while not reply.done():
            stored = await store.session("session-1")
            assert stored is not None
            assert one.state is before or stored.version == 2
            assert not around.happened or stored.version == 2
        assert isinstance(one.state, Ringing)


async def test_effects_are_told_without_what_stands_in_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, _):
        await one.put(RUNG)
        assert [type(effect).__name__ for effect in around.happened[0].effects] == ["Wake"]


async def test_what_does_not_fit_is_refused_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, _):
        before = await around.ledger()
        with pytest.raises(NotNow) as refused:
            await one.put(ev.HoldBegan(), Cause(LI, "request-1"))
        assert refused.value.code == "not-now"
        assert (await around.ledger(), around.happened) == (before, [])


async def test_what_was_allowed_when_it_came_is_asked_again_at_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, _):
        asked: list[type[AnyState]] = []

        def only_while_ringing(state: AnyState) -> None:
            asked.append(type(state))
            if not isinstance(state, Ringing):
                raise NotAllowed("too late")

        await one.put(RUNG)
        first = one.put(ANSWERED, Cause(LI, "request-1"), only_while_ringing)
        second = one.put(ev.HoldBegan(), Cause(LI, "request-2"), only_while_ringing)
        assert isinstance(await first, InSession)
        with pytest.raises(NotAllowed):
            await second
        assert asked == [Ringing, InSession]
        assert (await around.ledger())[-2:] == ["answered", "recording-ordered"]


async def test_people_are_told_that_the_store_is_away_and_may_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, store):
        await one.put(RUNG)
        store.away = True
        with pytest.raises(StoreAway):
            await one.put(ANSWERED, Cause(LI, "request-1"))
        assert isinstance(one.state, Ringing)
        store.away = False
        assert isinstance(await one.put(ANSWERED, Cause(LI, "request-1")), InSession)
        assert (await around.ledger()).count("answered") == 1


async def test_a_fact_that_nobody_waits_for_is_written_until_it_stands_and_before_what_came_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, store):
        await one.put(RUNG)
        tries, advance = 0, store.advance

        async def counted(*arguments: object) -> object:
            nonlocal tries
            tries += 1
            return await advance(*arguments)  # type: ignore[arg-type] # handed on as they came

        monkeypatch.setattr(store, "advance", counted)
        store.away = True
        lost = one.put(ev.EndLost("resident"))
        meanwhile = one.put(ev.EndReturned("resident"))
        await until(lambda: tries >= 3)
        assert not lost.done()
        store.away = False
        await asyncio.gather(lost, meanwhile)
        assert (await around.ledger())[-2:] == ["resident-away", "resident-back"]


async def test_somebody_else_was_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, store):
        stored = await store.session("session-1")
        assert stored is not None
        await store.advance(stored, stored.state, (), T0, BY_ITSELF)
        with pytest.raises(NotNow) as refused:
            await one.put(RUNG)
        assert refused.value.code == "already-taken"
        assert not around.happened


async def test_the_same_command_twice_is_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, _):
        await one.put(RUNG)
        await one.put(ANSWERED, Cause(LI, "request-1"))
        first = await one.put(ev.SourceSwitched("clerk", "camera", on=False), Cause(LI, "request-2"))
        again = await one.put(ev.SourceSwitched("clerk", "camera", on=False), Cause(LI, "request-2"))
        assert again == first
        assert (await around.ledger()).count("source-off") == 1
        assert len(around.happened) == 3


async def test_a_mistake_of_ours_is_reported_and_the_session_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, _):
        around.fail = ValueError("a view that cannot be made")
        with pytest.raises(ValueError, match="cannot be made"):
            await one.put(RUNG, Cause(LI, "request-1"))
        around.fail = None
        assert isinstance(await one.put(ANSWERED, Cause(LI, "request-2")), InSession)
        assert [(type(event), str(error)) for event, error in around.mistakes] == [(ev.CounterChosen, "a view that cannot be made")]


async def test_nobody_is_left_waiting_when_a_session_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, around, _):
        rung, refused = one.put(RUNG), one.put(ev.HoldBegan())
        one.finish()
        assert around.running is not None
        await asyncio.wait_for(around.running, LONG)
        assert isinstance(await rung, Ringing)
        with pytest.raises(NotNow):
            await refused


async def test_a_note_outlives_a_step_that_was_being_stored_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(monkeypatch) as (one, _, store):
        reply = one.put(RUNG)
        await one.write_note("带身份证", Cause(LI, "request-1"))
        await reply
        stored = await store.session("session-1")
        assert stored is not None
        assert one.note == stored.note == "带身份证"
        assert isinstance(one.state, Ringing)
