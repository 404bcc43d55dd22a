"""What every store promises about how long recordings stay: a legal hold wins, and a decision stands before a file is touched."""

from __future__ import annotations

import asyncio

import pytest

from recordings.ledger import verify
from signaling.domain.effects import Enter
from signaling.domain.events import ClerkEnded, WrapUpCompleted
from signaling.office.evidence_ports import Keeping
from signaling.office.ports import Cause, Conflict
from tests.contract.conftest import AnyStore
from tests.contract.visits import T0, moved, opened, rung_by

LI = Cause("clerk:li")
MARK, ERASE = Enter("deletion-marked"), Enter("recording-erased", {"keys": []})
HOLD, RELEASE = Enter("hold-set", {"by": "zhou"}), Enter("hold-released", {"request": "r"})


async def closed(store: AnyStore, session: str, at: float) -> None:
    talking = await moved(store, await opened(store, session), *rung_by("li"), cause=LI)
    wrapping = await moved(store, talking, ClerkEnded("accepted"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("accepted"), cause=LI, now=at)


async def whats(store: AnyStore, session: str) -> list[str]:
    entries = await store.ledger_of(session)
    verify(session, entries)
    return [entry.what for entry in entries]


async def test_what_is_marked_is_erased_and_then_gone(store: AnyStore) -> None:
    await closed(store, "session-1", T0 + 100)
    evidence = store.evidence
    assert await evidence.keeping("session-1") is None
    assert await evidence.mark("session-1", MARK, T0 + 200)
    assert not await evidence.mark("session-1", MARK, T0 + 201), "not twice"
    assert await evidence.erase("session-1", ERASE, T0 + 300)
    assert not await evidence.erase("session-1", ERASE, T0 + 301)
    assert [keeping for _, keeping in await evidence.closed_before(T0 + 400)] == [Keeping("session-1", None, None, T0 + 200, T0 + 300, None)]
    await evidence.gone("session-1", T0 + 400)
    assert await evidence.closed_before(T0 + 500) == []
    assert (await whats(store, "session-1"))[-2:] == ["deletion-marked", "recording-erased"]


async def test_a_legal_hold_wins_over_marks_and_erasure(store: AnyStore) -> None:
    await closed(store, "session-1", T0 + 100)
    evidence = store.evidence
    await evidence.mark("session-1", MARK, T0 + 200)
    await evidence.set_hold("session-1", "zhou", HOLD, T0 + 250, "supervisor:zhou")
    assert not await evidence.erase("session-1", ERASE, T0 + 300)
    assert not await evidence.mark("session-1", MARK, T0 + 300)
    await evidence.release_hold("session-1", RELEASE, T0 + 350, "supervisor:sun")
    assert not await evidence.erase("session-1", ERASE, T0 + 400), "the mark went with the hold: the week begins anew"
    assert await evidence.mark("session-1", MARK, T0 + 400)
    await evidence.release_hold("session-1", RELEASE, T0 + 450, "supervisor:sun")
    assert (await whats(store, "session-1"))[-4:] == ["deletion-marked", "hold-set", "hold-released", "deletion-marked"]


async def test_what_is_erased_cannot_be_held_and_what_is_not_marked_not_erased(store: AnyStore) -> None:
    await closed(store, "session-1", T0 + 100)
    assert not await store.evidence.erase("session-1", ERASE, T0 + 200)
    await store.evidence.mark("session-1", MARK, T0 + 200)
    await store.evidence.erase("session-1", ERASE, T0 + 300)
    with pytest.raises(Conflict):
        await store.evidence.set_hold("session-1", "zhou", HOLD, T0 + 400, "supervisor:zhou")
    with pytest.raises(Conflict):
        await store.evidence.set_hold("session-9", "zhou", HOLD, T0 + 400, "supervisor:zhou")


async def test_of_a_hold_and_an_erasure_at_the_same_moment_one_wins_and_both_know(store: AnyStore) -> None:
    for n in range(20):
        session = f"session-{n}"
        await closed(store, session, T0 + 100)
        await store.evidence.mark(session, MARK, T0 + 200)

        async def hold(session: str = session) -> bool:
            try:
                await store.evidence.set_hold(session, "zhou", HOLD, T0 + 300, "supervisor:zhou")
            except Conflict:
                return False
            return True

        held, erased = await asyncio.gather(hold(), store.evidence.erase(session, ERASE, T0 + 300))
        assert held != erased
        assert (await whats(store, session))[-1] == ("hold-set" if held else "recording-erased")


async def test_closed_sessions_are_looked_at_page_by_page(store: AnyStore) -> None:
    for n in range(5):
        await closed(store, f"session-{n}", T0 + 100 + n)
    await opened(store, "session-9")
    found, after = [], ""
    while page := await store.evidence.closed_before(T0 + 104, after, limit=2):
        found += [each.session for each, _ in page]
        after = found[-1]
    assert found == ["session-0", "session-1", "session-2", "session-3"]
