"""Until when a case is decided: promised with the outcome, kept afterwards, and said in days where the day cannot be known."""

from __future__ import annotations

import datetime as dt

from config.calendar import BEIJING
from config.clock import HandClock
from signaling.domain.states import folder_of, ticket_of
from signaling.office.ports import Promise
from signaling.wire import desk, visit
from tests.signaling.office.world import Town, request


def clock(year: int, month: int, day: int) -> HandClock:
    """Ten in the morning of that day in Beijing."""
    return HandClock(dt.datetime(year, month, day, 10, tzinfo=BEIJING).timestamp())


def promised(town: Town, session: str) -> Promise:
    state = town.office.floor.state(session)
    assert state is not None
    case = folder_of(state).case
    return town.books.promise(ticket_of(state).home, case.service, case.as_of)


async def ended(town: Town, outcome: desk.Outcome) -> tuple[str, visit.Farewell, desk.WrapUp]:
    kiosk, li, session = await town.talk()
    if outcome == "returned":
        await town.tells(li, session)
    await town.does(li, desk.EndSession(request(), session, outcome))
    farewell, wrap_up = town.mail.kiosk[kiosk.id].screen, town.mail.desk["li"].wrap_up
    assert isinstance(farewell, visit.Farewell) and wrap_up is not None
    return session, farewell, wrap_up


async def test_an_accepted_case_has_a_day_that_leaves_out_rest_days() -> None:
    async with Town(clock=clock(2026, 9, 24)) as town:  # the day before the Mid-Autumn days of that year
        session, farewell, wrap_up = await ended(town, "accepted")
        promise = promised(town, session)
        assert farewell.due == wrap_up.due == promise.due and farewell.working_days == promise.working_days
        assert farewell.due is not None
        day = dt.date.fromisoformat(farewell.due)
        assert town.jurisdictions.calendar_of("jinshan").is_working_day(day)
        assert [entry.body for entry in await town.store.ledger_of(session) if entry.what == "due-promised"] == [
            {"case": farewell.case, "day": farewell.due}
        ]


async def test_what_was_promised_stays_although_it_is_written_up_later() -> None:
    async with Town(clock=clock(2026, 11, 25)) as town:
        session, farewell, _ = await ended(town, "accepted")
        town.clock.advance(9 * 60)
        li = next(iter(town.office.floor.roster.connected))
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        stored = await town.store.session(session)
        assert stored is not None and stored.state.due == farewell.due  # type: ignore[union-attr] # it is closed
        assert len([entry for entry in await town.store.ledger_of(session) if entry.what == "due-promised"]) == 1


async def test_a_case_that_is_returned_has_none() -> None:
    async with Town(clock=clock(2026, 11, 25)) as town:
        session, farewell, _ = await ended(town, "returned")
        assert (farewell.due, farewell.working_days) == (None, None)
        assert not [entry for entry in await town.store.ledger_of(session) if entry.what == "due-promised"]


async def test_into_a_year_without_its_notice_only_the_days_are_promised() -> None:
    async with Town(clock=clock(2026, 12, 31)) as town:
        session, farewell, wrap_up = await ended(town, "accepted")
        if promised(town, session).working_days == 0:
            assert farewell.due == "2026-12-31"
        else:
            assert farewell.due is None and farewell.working_days == wrap_up.working_days > 0
