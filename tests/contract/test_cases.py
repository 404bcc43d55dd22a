"""What every store promises about cases: each has one row as it stands, whichever visits work at it, and it changes with its visit or not at all."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain.case import Case
from signaling.domain.case_records import CaseRecord
from signaling.domain.effects import Enter
from signaling.domain.events import CaseDropped, CaseOpened, CaseSettled, ClerkEnded, ResidentLeft, WrapUpCompleted
from signaling.domain.session import begin
from signaling.domain.states import Closed, InSession, ticket_of
from signaling.office.ports import Cause, Conflict, Opening, Stored
from tests.contract.conftest import AnyStore
from tests.contract.visits import DAY, T0, moved, opened, rung_by, taken

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
    two = await moved(store, talk, CaseOpened(second(talk)), CaseSettled(first, "returned"), cause=LI)
    assert [each.state for each in await store.cases_of("session-1")] == ["returned", "collecting"]
    dropped = await moved(store, two, CaseDropped(f"{first}-2"), cause=LI)
    assert [each.number for each in await store.cases_of("session-1")] == [first]
    assert await store.case(f"{first}-2") is None and await store.visits_of(f"{first}-2") == []
    assert isinstance(dropped.state, InSession)


async def test_a_later_visit_takes_a_case_up_and_both_are_known(store: AnyStore) -> None:
    talk = await talking(store, "session-1")
    number = ticket_of(talk.state).case
    wrapping = await moved(store, talk, ClerkEnded("returned"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("returned"), cause=LI)
    record = await store.case(number)
    assert record is not None and record.state == "returned"

    def again(serial: int) -> Opening:
        ticket = msgspec.structs.replace(ticket_of(taken("session-2")(serial).state), case=number, taken_at=T0 + 9000)
        state, effects = begin(ticket, T0 + 9000, msgspec.structs.replace(ticket.folder, cases=(record.taken_up(),)))
        return Opening(state, tuple(e for e in effects if isinstance(e, Enter)))

    await store.open_session("session-2", "jinshan", DAY, again, T0 + 9000, Cause("kiosk:haiyan-1", "request-22"))
    assert await store.visits_of(number) == ["session-1", "session-2"]
    now = await store.case(number)
    assert now is not None and (now.session, now.state) == ("session-2", "returned")
    assert [each.session for each in await store.cases_of("session-1")] == ["session-2"], "as it stands today, from whichever visit one looks"


async def test_a_step_that_is_not_stored_changes_no_case(store: AnyStore) -> None:
    talk = await talking(store, "session-1")
    await moved(store, talk, CaseSettled(ticket_of(talk.state).case, "returned"), cause=LI)
    with pytest.raises(Conflict):
        await moved(store, talk, CaseSettled(ticket_of(talk.state).case, "accepted"), cause=LI)
    assert await states(store, "session-1") == [("3-0001", "returned")]


async def test_who_left_the_line_leaves_a_closed_case(store: AnyStore) -> None:
    gone = await moved(store, await opened(store, "session-1"), ResidentLeft(), cause=Cause("kiosk:haiyan-1"))
    assert isinstance(gone.state, Closed)
    (record,) = await store.cases_of("session-1")
    assert isinstance(record, CaseRecord) and record.state == "closed"
