"""The clerk's use cases that are no step of a session: sitting down, being away, going home, writing a note."""

from __future__ import annotations

import asyncio

import pytest

from signaling.domain.refusals import Refusal
from signaling.office.ports import Cause, StoreAway
from signaling.wire import desk
from tests.signaling.office.world import SlowStore, Town, request


async def test_sitting_down_makes_available_and_takes_the_counter() -> None:
    async with Town() as town:
        li = await town.clerk_comes("li", 2)
        view = town.mail.desk["li"]
        assert (view.presence, view.counter, view.away_because) == ("available", "jinshan-2", None)
        assert [(c.id, c.taken) for c in view.counters] == [("jinshan-1", False), ("jinshan-2", True), ("jinshan-3", False), ("jinshan-4", False)]
        assert [(shift.clerk, shift.counter) for shift in await town.store.shifts()] == [("li", "jinshan-2")]
        await town.does(li, desk.StartShift(request(), "jinshan-2"))
        assert len(await town.store.shifts()) == 1


@pytest.mark.parametrize(("counter", "code"), [("pinghu-1", "unknown-counter"), ("jinshan-99", "unknown-counter"), ("jinshan-1", "counter-taken")])
async def test_nobody_sits_in_another_jurisdiction_or_on_somebodys_lap(counter: str, code: str) -> None:
    async with Town() as town:
        await town.clerk_comes("li", 1)
        wu = await town.clerk_comes("wu", 2)
        refused = await town.refuses(wu, desk.StartShift(request(), counter))
        assert (refused.code, refused.path) == (code, "$.counter")
        assert town.mail.desk["wu"].counter == "jinshan-2"


async def test_of_two_who_sit_down_at_once_one_has_the_counter() -> None:
    async with Town() as town:
        clerks = [await town.clerk_comes(login, n) for n, login in ((1, "li"), (2, "wu"), (3, "he"))]
        answers = await asyncio.gather(*(town.inbound.handle(c, desk.StartShift(request(), "jinshan-4")) for c in clerks), return_exceptions=True)
        assert [a.code for a in answers if isinstance(a, Refusal)] == ["counter-taken"] * 2
        assert sorted(shift.counter for shift in await town.store.shifts()).count("jinshan-4") == 1
        assert sorted(shift.counter for shift in town.office.floor.roster.shifts.values()) == sorted(s.counter for s in await town.store.shifts())


async def test_changing_the_counter_and_back() -> None:
    async with Town() as town:
        li = await town.clerk_comes("li", 1)
        await town.does(li, desk.StartShift(request(), "jinshan-3"))
        assert town.mail.desk["li"].counter == "jinshan-3"
        wu = await town.clerk_comes("wu", 1)
        assert wu.id in town.mail.desk and town.mail.desk["wu"].counter == "jinshan-1"


async def test_a_shift_of_an_earlier_command_does_not_come_back_with_its_repetition() -> None:
    async with Town() as town:
        li = await town.clerk_comes("li", 1)
        early, back = desk.StartShift(request(), "jinshan-2"), desk.SetPresence(request(), "available")
        await town.does(li, early)
        await town.does(li, back)
        await town.does(li, desk.StartShift(request(), "jinshan-3"))
        await town.does(li, desk.SetPresence(request(), "away"))
        before = await town.facts()
        await town.does(li, early)
        await town.does(li, back)
        assert await town.facts() == before
        assert (town.mail.desk["li"].counter, town.mail.desk["li"].presence) == ("jinshan-3", "away")


async def test_away_for_a_break_and_back() -> None:
    async with Town() as town:
        li = await town.clerk_comes("li")
        await town.does(li, desk.SetPresence(request(), "away"))
        assert (town.mail.desk["li"].presence, town.mail.desk["li"].away_because) == ("away", "break")
        session = await town.ticket(await town.kiosk_comes())
        assert town.state(session) == "Waiting"
        await town.does(li, desk.SetPresence(request(), "available"))
        assert town.state(session) == "Ringing"


async def test_without_a_shift_there_is_no_presence_and_no_picking() -> None:
    async with Town() as town:
        li = await town.clerk_comes("li")
        session = await town.ticket(await town.kiosk_comes())
        await town.does(li, desk.DeclineRing(request(), session))
        await town.does(li, desk.EndShift(request()))
        assert (town.mail.desk["li"].presence, town.mail.desk["li"].away_because) == ("offline", "not-started")
        assert (await town.refuses(li, desk.SetPresence(request(), "available"))).code == "not-now"
        assert (await town.refuses(li, desk.PickTicket(request(), session))).code == "not-now"
        await town.does(li, desk.EndShift(request()))


async def test_nobody_goes_home_or_changes_the_counter_in_the_middle_of_a_session() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        li = await town.clerk_comes("li")
        session = await town.ticket(kiosk)
        for state in ("Ringing", "InSession", "OnHold", "WrappingUp"):
            if state == "InSession":
                await town.does(li, desk.AnswerRing(request(), session))
                await town.recorded(session)
            elif state == "OnHold":
                await town.does(li, desk.Hold(request(), session))
            elif state == "WrappingUp":
                await town.does(li, desk.EndSession(request(), session, "accepted"))
            assert town.state(session) == state
            assert (await town.refuses(li, desk.EndShift(request()))).code == "not-now"
            assert (await town.refuses(li, desk.StartShift(request(), "jinshan-2"))).code == "not-now"
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        await town.does(li, desk.EndShift(request()))
        assert await town.store.shifts() == []


async def test_whoever_is_going_home_is_not_rung_meanwhile_and_stays_if_it_cannot_be_stored() -> None:
    async with Town() as town:
        li = await town.clerk_comes("li")
        town.store.away = True
        with pytest.raises(StoreAway):
            await town.inbound.handle(li, desk.EndShift(request()))
        town.store.away = False
        session = await town.ticket(await town.kiosk_comes())
        assert town.state(session) == "Ringing", "they are still here"


async def test_a_ring_never_shows_a_counter_that_the_clerk_is_just_leaving() -> None:
    store = SlowStore()
    async with Town(store) as town, asyncio.TaskGroup() as group:
        li = await town.clerk_comes("li", 1)
        store.open.clear()
        taking = group.create_task(town.office.visits.take_ticket(await town.kiosk_comes(), town.wish()))
        store.open.set()
        await taking
        store.open.clear()
        await town.settle()
        assert (await town.refuses(li, desk.StartShift(request(), "jinshan-2"))).code == "not-now", "the pairing has them already"
        store.open.set()


async def test_the_note_is_stored_shown_again_and_repeated_without_harm() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        save = desk.SaveNote(request(), session, "带齐材料\n<b>原件</b>")
        await town.does(li, save)
        await town.does(li, desk.SaveNote(request(), session, "第二版"))
        await town.does(li, save)
        stored = await town.store.session(session)
        assert stored is not None
        assert stored.note == "第二版", "a repetition is not a new note"
        town.office.clerk_disconnected("li")
        town.office.clerk_connected(li)
        await town.settle()
        assert town.mail.desk["li"].note == "第二版"
        assert "第二版" not in str(await town.store.ledger_of(session))


async def test_only_who_holds_the_session_writes_its_note() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        wu, hu = await town.clerk_comes("wu", 2), await town.clerk_comes("hu", 1, home="pinghu")
        assert (await town.refuses(wu, desk.SaveNote(request(), session, "x"))).code == "not-now"
        assert (await town.refuses(hu, desk.SaveNote(request(), session, "x"))).code == "unknown-session"
        save = desk.SaveNote(request(), session, "mine")
        await town.does(li, save)
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", "the last word"))
        await town.does(li, save)
        stored = await town.store.session(session)
        assert stored is not None
        assert stored.note == "the last word"


async def test_what_a_clerk_asks_for_is_done_in_its_order_even_if_a_look_up_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database answers questions side by side; the first note must not be stored after the second."""
    async with Town() as town:
        _, li, session = await town.talk()
        first, second = desk.SaveNote(request(), session, "first"), desk.SaveNote(request(), session, "second")
        away, back = desk.SetPresence(request(), "away"), desk.SetPresence(request(), "available")
        looked_up, done_before = asyncio.Event(), town.store.done_before

        async def slow_for_the_first(cause: Cause) -> str | None:
            if cause.request in (first.id, away.id):
                await looked_up.wait()
            return await done_before(cause)

        monkeypatch.setattr(town.store, "done_before", slow_for_the_first)
        async with asyncio.TaskGroup() as group:
            for message in (first, second, away, back):
                group.create_task(town.inbound.handle(li, message))
            await town.settle()
            looked_up.set()
        stored = await town.store.session(session)
        assert stored is not None
        assert stored.note == "second" == town.office.floor.note(session)
        assert [shift.available for shift in await town.store.shifts()] == [True]
        assert town.office.floor.roster.shifts["li"].available
