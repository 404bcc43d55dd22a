"""What every store promises about cases: each has one row as it stands, whichever visits work at it, and it changes with its visit or not at all."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain import handover as rules
from signaling.domain.case import Case
from signaling.domain.case_records import CaseRecord, goes_on
from signaling.domain.effects import Enter
from signaling.domain.events import (
    Answered,
    BytesOnDisk,
    CaseDropped,
    CaseOpened,
    CaseSettled,
    ClerkEnded,
    CounterChosen,
    ResidentLeft,
    WrapUpCompleted,
)
from signaling.domain.session import begin
from signaling.domain.states import Closed, InSession, ticket_of
from signaling.office.ports import Cause, Conflict, Opening, Stored
from tests.contract.conftest import AnyStore
from tests.contract.visits import DAY, KIOSK, T0, moved, opened, rung_by, taken
from tests.notices import GAPS, TOLD

LI = Cause("clerk:li")


async def states(store: AnyStore, session: str) -> list[tuple[str, str]]:
    return [(each.number[-6:], each.state) for each in await store.cases_of(session)]


async def talking(store: AnyStore, session: str, clerk: str = "li") -> Stored:
    return await moved(store, await opened(store, session), *rung_by(clerk, f"{clerk}-counter"), cause=LI)


def second(of: Stored) -> Case:
    return Case(f"{ticket_of(of.state).case}-2", "birth-certificate", T0)


async def test_a_case_stands_as_its_visit_does(store: AnyStore) -> None:
    ticket = await opened(store, "session-1")
    assert await states(store, "session-1") == [("3-0001", "drafted")]
    talk = await moved(store, ticket, *rung_by("li"), cause=LI)
    assert await states(store, "session-1") == [("3-0001", "collecting")]
    wrapping = await moved(store, talk, ClerkEnded("accepted", "2026-12-24"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("accepted", "2026-12-24"), cause=LI)
    record = await store.case(ticket_of(ticket.state).case)
    assert record is not None
    assert (record.state, record.due, record.session, record.home, record.service) == ("accepted", "2026-12-24", "session-1", "jinshan", "marriage-registration")
    assert await store.case("310116-330424-20261123-9999") is None and await store.cases_of("session-9") == []


async def test_several_in_a_visit_each_with_what_became_of_it(store: AnyStore) -> None:
    talk = await talking(store, "session-1")
    first = ticket_of(talk.state).case
    two = await moved(store, talk, CaseOpened(second(talk)), CaseSettled(first, "referred"), cause=LI)
    assert [each.state for each in await store.cases_of("session-1")] == ["referred", "collecting"]
    dropped = await moved(store, two, CaseDropped(f"{first}-2"), cause=LI)
    assert [each.number for each in await store.cases_of("session-1")] == [first]
    assert await store.case(f"{first}-2") is None and await store.visits_of(f"{first}-2") == []
    assert isinstance(dropped.state, InSession)


async def again(store: AnyStore, record: CaseRecord) -> Stored:
    """A second visit, `session-2`, goes on with the case."""

    def make(serial: int) -> Opening:
        ticket = msgspec.structs.replace(ticket_of(taken("session-2")(serial).state), case=record.number, taken_at=T0 + 9000)
        state, effects = begin(ticket, T0 + 9000, msgspec.structs.replace(ticket.folder, cases=(record.taken_up(),)))
        return Opening(state, tuple(e for e in effects if isinstance(e, Enter)))

    return await store.open_session("session-2", "jinshan", DAY, make, T0 + 9000, Cause(KIOSK.actor, "request-22"))


async def acknowledged(store: AnyStore, case: str, n: int) -> None:
    """The home's system has it."""
    [row] = [each for each in await store.handovers.handovers_of_case(case) if each.n == n]
    done, entries = rules.acknowledged(rules.prepared(row, "{}", "a" * 64), f"R-{n}", T0 + 9999)
    await store.handovers.change(row, done, entries, T0 + 9999, "server")


async def test_a_later_visit_takes_a_case_up_and_both_are_known(store: AnyStore) -> None:
    talk = await talking(store, "session-1")
    number = ticket_of(talk.state).case
    wrapping = await moved(store, talk, TOLD, ClerkEnded("returned"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("returned"), cause=LI)
    record = await store.case(number)
    assert record is not None and record.state == "returned"
    await again(store, record)
    assert await store.visits_of(number) == ["session-1", "session-2"]
    now = await store.case(number)
    assert now is not None and (now.session, now.state) == ("session-2", "returned")
    assert [each.session for each in await store.cases_of("session-1")] == ["session-2"], "as it stands today, from whichever visit one looks"


async def test_a_step_that_is_not_stored_changes_no_case(store: AnyStore) -> None:
    talk = await talking(store, "session-1")
    await moved(store, talk, CaseSettled(ticket_of(talk.state).case, "referred"), cause=LI)
    with pytest.raises(Conflict):
        await moved(store, talk, CaseSettled(ticket_of(talk.state).case, "accepted"), cause=LI)
    assert await states(store, "session-1") == [("3-0001", "referred")]


async def test_who_left_the_line_leaves_a_closed_case(store: AnyStore) -> None:
    gone = await moved(store, await opened(store, "session-1"), ResidentLeft(), cause=Cause("kiosk:haiyan-1"))
    assert isinstance(gone.state, Closed)
    (record,) = await store.cases_of("session-1")
    assert isinstance(record, CaseRecord) and record.state == "closed"


# --- handed over ----------------------------------------------------------------------------------


async def test_two_cases_of_a_visit_are_two_hand_overs_and_each_stands_as_its_home_has_it(store: AnyStore) -> None:
    talk = await talking(store, "session-1")
    first, other = ticket_of(talk.state).case, second(talk).number
    wrapping = await moved(store, talk, CaseSettled(first, "referred"), CaseOpened(second(talk)), TOLD, ClerkEnded("returned"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("returned"), cause=LI)
    assert {(each.case, each.n, each.service, each.outcome) for each in await store.handovers.handovers()} == {
        (first, 1, "marriage-registration", "referred"), (other, 1, "birth-certificate", "returned"),
    }  # fmt: skip
    for number in (first, other):
        await acknowledged(store, number, 1)
    assert [(each.number, each.state, each.outcome) for each in await store.cases_of("session-1")] == [
        (first, "handed-over", "referred"), (other, "returned", "returned"),
    ], "what was returned is still to be completed"  # fmt: skip


async def test_a_later_visit_hands_a_case_over_again_under_the_next_number(store: AnyStore) -> None:
    talk = await talking(store, "session-1")
    number = ticket_of(talk.state).case
    wrapping = await moved(store, talk, GAPS, ClerkEnded("accepted-with-gaps"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("accepted-with-gaps"), cause=LI)
    await acknowledged(store, number, 1)
    record = await store.case(number)
    assert record is not None and (record.state, record.handed) == ("handed-over", 1) and goes_on(record)
    later = await again(store, record)
    talk = await moved(store, later, CounterChosen("wu", "jinshan-5"), Answered("wu"), BytesOnDisk(T0 + 9060), cause=Cause("clerk:wu"), now=T0 + 9060)
    wrapping = await moved(store, talk, ClerkEnded("accepted"), cause=Cause("clerk:wu"), now=T0 + 9100)
    await moved(store, wrapping, WrapUpCompleted("accepted"), cause=Cause("clerk:wu"), now=T0 + 9200)
    assert [(each.n, each.session, each.outcome) for each in await store.handovers.handovers_of_case(number)] == [
        (1, "session-1", "accepted-with-gaps"), (2, "session-2", "accepted"),
    ]  # fmt: skip
    decided = await store.case(number)
    assert decided is not None and (decided.state, decided.handed) == ("accepted", 2)
    await acknowledged(store, number, 2)
    done = await store.case(number)
    assert done is not None and (done.state, done.outcome) == ("handed-over", "accepted") and not goes_on(done)


async def test_an_answer_that_comes_late_does_not_touch_what_a_later_visit_works_at(store: AnyStore) -> None:
    talk = await talking(store, "session-1")
    number = ticket_of(talk.state).case
    wrapping = await moved(store, talk, GAPS, ClerkEnded("accepted-with-gaps"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("accepted-with-gaps"), cause=LI)
    record = await store.case(number)
    assert record is not None
    later = await again(store, record)
    await moved(store, later, CounterChosen("wu", "jinshan-5"), Answered("wu"), cause=Cause("clerk:wu"), now=T0 + 9060)
    await acknowledged(store, number, 1)
    now = await store.case(number)
    assert now is not None and now.state == "collecting"
