"""What every outbox promises: a decided case is in it with the step that decides it, and leaves it once, with its entry."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain import handover as rules
from signaling.domain.events import Rated, ResidentLeft
from signaling.domain.handover import HandOver, RetryPolicy
from signaling.office.ports import Cause, Conflict
from tests.contract.conftest import AnyStore
from tests.contract.evidence import closed, talked, what
from tests.contract.visits import KIOSK, T0, moved, opened

LI = Cause("clerk:li")


async def only(store: AnyStore) -> HandOver:
    [row] = await store.handovers.handovers()
    return row


async def test_a_case_is_owed_from_the_step_that_decides_it(store: AnyStore) -> None:
    wrapping = await talked(store)
    assert await store.handovers.handovers() == [] and await store.handovers.waiting() == 0
    over = await closed(store, "session-2", clerk="wu")
    row = await only(store)
    assert (row.session, row.home, row.state, row.outcome, row.next_at) == ("session-2", "jinshan", "queued", "accepted", T0 + 900)
    await moved(store, over, Rated(4), cause=KIOSK, now=T0 + 950)
    assert await store.handovers.handovers() == [row], "a rating owes nothing more"
    assert await store.handovers.next_of("jinshan") == row and await store.handovers.next_of("haiyan") is None
    assert wrapping.session == "session-1"


async def test_a_step_that_is_not_stored_owes_nothing(store: AnyStore) -> None:
    from signaling.domain.events import WrapUpCompleted

    wrapping = await talked(store)
    await moved(store, wrapping, Rated(3), cause=KIOSK, now=T0 + 650)
    with pytest.raises(Conflict):  # of an earlier version
        await moved(store, wrapping, WrapUpCompleted("accepted"), cause=LI, now=T0 + 700)
    assert await store.handovers.handovers() == []


async def test_without_an_outcome_nothing_is_owed(store: AnyStore) -> None:
    await moved(store, await opened(store, "session-1"), ResidentLeft(), cause=KIOSK)
    assert await store.handovers.handovers() == []


async def test_it_leaves_once_and_the_entry_comes_with_it(store: AnyStore) -> None:
    await closed(store)
    row = await only(store)
    fixed = rules.prepared(row, '{"parties":[]}', "a" * 64)
    await store.handovers.change(row, fixed, (), T0 + 1000, "server")
    done, entries = rules.acknowledged(fixed, "R-1", T0 + 1001)
    for stale in (row, msgspec.structs.replace(fixed, attempts=7), msgspec.structs.replace(fixed, case="another")):
        with pytest.raises(Conflict):
            await store.handovers.change(stale, done, entries, T0 + 1001, "server")
    assert "handed-over" not in await what(store)
    await store.handovers.change(fixed, done, entries, T0 + 1001, "server")
    with pytest.raises(Conflict):
        await store.handovers.change(fixed, done, entries, T0 + 1001, "server")
    assert (await what(store)).count("handed-over") == 1
    assert await only(store) == done and await store.handovers.next_of("jinshan") is None and await store.handovers.waiting() == 0


async def test_whose_turn_it_is(store: AnyStore) -> None:
    for number, clerk in enumerate(("li", "wu", "sun"), 1):
        await closed(store, f"session-{number}", clerk=clerk, at=T0 + 900 + number)
    await closed(store, "session-4", home="haiyan", clerk="chen")
    first = await store.handovers.next_of("jinshan")
    assert first is not None and first.session == "session-1"
    later, entries = rules.failed(first, "home-away", T0 + 1000, RetryPolicy())
    await store.handovers.change(first, later, entries, T0 + 1000, "server")
    second = await store.handovers.next_of("jinshan")
    assert second is not None and second.session == "session-2"
    assert [row.session for row in await store.handovers.overdue("jinshan", T0 + 902)] == ["session-1", "session-2"]
    told, entries = rules.stuck(second, T0 + 5000)
    await store.handovers.change(second, told, entries, T0 + 5000, "server")
    assert [row.session for row in await store.handovers.overdue("jinshan", T0 + 902)] == ["session-1"]
    [incident] = await store.evidence.incidents("jinshan")
    assert (incident.kind, incident.session) == ("handover-stuck", "session-2")
    assert [row.session for row in await store.handovers.handovers("jinshan")] == ["session-3", "session-2", "session-1"]
    assert [row.home for row in await store.handovers.handovers(limit=1)] == ["jinshan"] and await store.handovers.waiting() == 4


async def test_what_a_visit_still_owes(store: AnyStore) -> None:
    await closed(store)
    await closed(store, "session-2", clerk="wu")
    row = next(row for row in await store.handovers.handovers() if row.session == "session-1")
    assert await store.handovers.owes("session-1") and not await store.handovers.owes("session-3")
    refused, entries = rules.refused(row, "unknown-service", T0 + 1000)
    await store.handovers.change(row, refused, entries, T0 + 1000, "server")
    assert await store.handovers.owes("session-1"), "somebody must look"
    again, entries = rules.again(refused, T0 + 1100)
    await store.handovers.change(refused, again, entries, T0 + 1100, "server")
    fixed = rules.prepared(again, "{}", "a" * 64)
    await store.handovers.change(again, fixed, (), T0 + 1200, "server")
    done, entries = rules.acknowledged(fixed, "R-1", T0 + 1300)
    await store.handovers.change(fixed, done, entries, T0 + 1300, "server")
    assert not await store.handovers.owes("session-1") and await store.handovers.owes("session-2")


async def test_a_refused_one_waits_for_somebody_and_has_no_turn(store: AnyStore) -> None:
    await closed(store)
    row = await only(store)
    no, entries = rules.refused(row, "unknown-service", T0 + 1000)
    await store.handovers.change(row, no, entries, T0 + 1000, "server")
    assert await store.handovers.next_of("jinshan") is None and await store.handovers.waiting() == 1
    assert await store.handovers.handovers(state="refused") == [no] and await store.handovers.handovers(state="queued") == []
    assert await store.handovers.handovers_of_case(row.case) == [no] and await store.handovers.handovers_of_case("another") == []
    [incident] = await store.evidence.incidents("jinshan")
    assert incident.kind == "handover-refused"
