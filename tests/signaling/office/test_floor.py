"""The floor: who is rung, by whom a ticket is taken, and what happens when two want the same or a line breaks at the wrong moment."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

import pytest

from config.clock import HandClock
from signaling.domain.permissions import Actor
from signaling.domain.presence import start_shift
from signaling.domain.refusals import Refusal
from signaling.domain.states import InSession, Reconnecting, Ringing
from signaling.office import floor as floors
from signaling.office.ports import BY_ITSELF, Cause
from signaling.wire import desk, visit
from tests.signaling.office.world import SlowStore, Town, request
from tests.waiting import LONG


async def many_clerks(town: Town, number: int, *, available: bool) -> list[Actor]:
    """More clerks than the jurisdiction has counters: their shifts run at tables that were carried in."""
    clerks = []
    for n in range(number):
        clerk = Actor("clerk", f"clerk{n}", "jinshan", town.services_of("jinshan"), f"Clerk {n}")
        shift = start_shift(clerk.id, f"jinshan-table-{n}", town.clock.now() + n)
        town.office.floor.roster.shifts[clerk.id] = shift
        await town.store.save_shift(shift, BY_ITSELF)
        town.office.clerk_connected(clerk)
        if not available:
            await town.does(clerk, desk.SetPresence(request(), "away"))
        clerks.append(clerk)
    await town.settle()
    return clerks


def rung(town: Town, clerks: list[Actor]) -> list[str]:
    """Clerks whose bell rings."""
    return [clerk.id for clerk in clerks if isinstance(town.office.floor.held_by(clerk.id), Ringing)]


async def refused(asking: Coroutine[Any, Any, object]) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as refusal:
        await asking
    return refusal.value.code


# --- pairing --------------------------------------------------------------------------------------


async def test_of_many_free_clerks_one_is_rung_the_one_who_was_free_longest() -> None:
    async with Town() as town:
        clerks = await many_clerks(town, 4, available=True)
        await town.ticket(await town.kiosk_comes())
        assert rung(town, clerks) == ["clerk0"]


async def test_four_tickets_at_once_ring_four_different_clerks() -> None:
    async with Town() as town:
        clerks = await many_clerks(town, 6, available=True)
        kiosks = [await town.kiosk_comes(n) for n in (1, 2, 3, 4)]
        sessions = await asyncio.gather(*(town.office.visits.take_ticket(kiosk, town.wish()) for kiosk in kiosks))
        await town.settle()
        assert rung(town, clerks) == ["clerk0", "clerk1", "clerk2", "clerk3"]
        assert {town.state(session) for session in sessions} == {"Ringing"}


async def test_nobody_is_rung_twice_while_the_first_ring_is_being_stored() -> None:
    store = SlowStore()
    async with Town(store) as town:
        clerks = await many_clerks(town, 1, available=True)
        one, two = await town.kiosk_comes(1), await town.kiosk_comes(2)
        first = await town.office.visits.take_ticket(one, town.wish())
        store.open.clear()
        await town.settle()
        assert not town.office.floor.roster.available()
        store.open.set()
        second = await town.ticket(two)
        assert (town.state(first), town.state(second)) == ("Ringing", "Waiting")
        assert rung(town, clerks) == ["clerk0"]


async def test_whoever_becomes_free_gets_the_next_of_the_line() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        second = await town.ticket(await town.kiosk_comes(2))
        assert town.state(second) == "Waiting"
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        assert town.state(second) == "Waiting", "who wraps up is not rung"
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        assert town.state(second) == "Ringing"
        assert kiosk.id != "haiyan-k2"


async def test_a_clerk_without_the_skill_or_of_another_jurisdiction_is_never_rung() -> None:
    async with Town() as town:
        await town.clerk_comes("li", 1, skills=frozenset({"js-something-else"}))
        await town.clerk_comes("hu", 1, home="pinghu", skills=town.services_of("jinshan"))
        session = await town.ticket(await town.kiosk_comes())
        assert town.state(session) == "Waiting"


async def test_a_clerk_who_missed_is_not_rung_again_until_they_say_that_they_are_back() -> None:
    async with Town() as town:
        li = await town.clerk_comes("li")
        session = await town.ticket(await town.kiosk_comes())
        await town.later(21)
        assert town.state(session) == "Waiting"
        await town.later(40)
        assert town.state(session) == "Waiting"
        assert (await town.ledger(session)).count("ringing") == 1
        assert [shift.because for shift in await town.store.shifts()] == ["missed"]
        await town.does(li, desk.SetPresence(request(), "available"))
        assert town.state(session) == "Ringing"


async def test_that_somebody_missed_is_stored_even_if_the_store_is_away_just_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors, "RETRY_SECONDS", 0.0)
    async with Town() as town:
        await town.clerk_comes("li")
        session = await town.ticket(await town.kiosk_comes())
        save_shift, tries = town.store.save_shift, []

        async def fails_at_first(shift: object, cause: object) -> None:
            tries.append(shift)
            town.store.away = len(tries) < 3
            await save_shift(shift, cause)  # type: ignore[arg-type] # handed on as they came

        monkeypatch.setattr(town.store, "save_shift", fails_at_first)
        await town.later(21)
        assert [shift.available for shift in await town.store.shifts()] == [False]
        assert len(tries) == 3
        assert town.state(session) == "Waiting"


async def test_who_declined_stays_available_and_is_rung_again_after_a_pause() -> None:
    async with Town() as town:
        li = await town.clerk_comes("li")
        session = await town.ticket(await town.kiosk_comes())
        await town.does(li, desk.DeclineRing(request(), session))
        assert town.state(session) == "Waiting"
        assert town.mail.desk["li"].presence == "available"
        await town.later(59)
        assert town.state(session) == "Waiting"
        await town.later(2)
        assert town.state(session) == "Ringing"


# --- races ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
async def test_eight_clerks_pick_one_ticket_and_one_of_them_has_it(seed: int) -> None:
    """Fifty rounds each: whoever loses is told that it is taken, holds nothing, and is free for the next round."""
    rng = random.Random(seed)
    winners = set()
    async with Town() as town:
        kiosk, clerks = await town.kiosk_comes(), await many_clerks(town, 8, available=False)
        for _ in range(50):
            session = await town.ticket(kiosk)
            rng.shuffle(clerks)
            answers = await asyncio.gather(
                *(town.inbound.handle(clerk, desk.PickTicket(request(), session)) for clerk in clerks), return_exceptions=True
            )
            won = [clerk for clerk, answer in zip(clerks, answers, strict=True) if not isinstance(answer, BaseException)]
            assert len(won) == 1
            assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"already-taken"}
            state = town.office.floor.state(session)
            assert isinstance(state, InSession) and state.talk.clerk == won[0].id
            assert [clerk.id for clerk in clerks if town.office.floor.held_by(clerk.id) is not None] == [won[0].id]
            assert (await town.ledger(session)).count("picked") == 1
            winners.add(won[0].id)
            await town.recorded(session)
            await town.does(won[0], desk.EndSession(request(), session, "accepted"))
            await town.does(won[0], desk.CompleteWrapUp(request(), session, "accepted", ""))
            await town.does(kiosk, visit.Forget(request(), session))
            assert town.state(session) is None
    assert len(winners) > 1, "the race has one lane"


@pytest.mark.parametrize("seed", range(20))
async def test_an_answer_a_decline_a_pick_and_the_end_of_the_ring_at_one_moment_have_one_winner(seed: int) -> None:
    rng = random.Random(seed)
    async with Town() as town:
        li = await town.clerk_comes("li", 1)
        wu = await town.clerk_comes("wu", 2)
        await town.does(wu, desk.SetPresence(request(), "away"))
        session = await town.ticket(await town.kiosk_comes())
        town.clock.advance(20)
        rush = [
            town.inbound.handle(li, desk.AnswerRing(request(), session)),
            town.inbound.handle(li, desk.DeclineRing(request(), session)),
            town.inbound.handle(wu, desk.PickTicket(request(), session)),
            town.inbound.handle(wu, desk.AnswerRing(request(), session)),
        ]
        rng.shuffle(rush)
        if rng.random() < 0.5:
            town.alarm.ring()
        answers = await asyncio.gather(*rush, return_exceptions=True)
        await town.settle()
        assert {answer.code for answer in answers if isinstance(answer, Refusal)} <= {"already-taken", "not-now"}
        assert not [answer for answer in answers if isinstance(answer, BaseException) and not isinstance(answer, Refusal)]
        started = [what for what in await town.ledger(session) if what in ("answered", "picked", "declined", "missed")]
        held = [clerk for clerk in ("li", "wu") if town.office.floor.held_by(clerk) is not None]
        assert started.count("answered") + started.count("picked") <= 1
        assert len(held) == (town.state(session) in ("InSession", "Ringing"))
        assert town.office.floor.roster.reserve("wu") == ("wu" not in held), "somebody stayed reserved"


async def test_whoever_loses_a_pick_is_rung_for_a_ticket_that_came_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Town() as town, asyncio.TaskGroup() as group:
        await town.clerk_comes("li", 1)
        await town.later(1)
        wu = await town.clerk_comes("wu", 2)
        first = await town.ticket(await town.kiosk_comes(1))
        assert isinstance(town.office.floor.held_by("li"), Ringing)
        looked_up, done_before = asyncio.Event(), town.store.done_before

        async def slow_for_wu(cause: Cause) -> str | None:
            if cause.actor == "clerk:wu":
                await looked_up.wait()
            return await done_before(cause)

        monkeypatch.setattr(town.store, "done_before", slow_for_wu)
        picking = group.create_task(refused(town.inbound.handle(wu, desk.PickTicket(request(), first))))
        await town.settle()
        second = await town.ticket(await town.kiosk_comes(2))
        assert town.state(second) == "Waiting", "wu is spoken for"
        looked_up.set()
        assert await asyncio.wait_for(picking, LONG) == "already-taken"
        await town.settle()
        assert isinstance(town.office.floor.held_by("wu"), Ringing)


# --- a line breaks at the wrong moment ------------------------------------------------------------


async def test_the_kiosk_is_lost_while_its_ticket_is_being_stored() -> None:
    store = SlowStore()
    async with Town(store) as town, asyncio.TaskGroup() as group:
        await town.clerk_comes("li")
        kiosk = await town.kiosk_comes()
        store.open.clear()
        taking = group.create_task(town.office.visits.take_ticket(kiosk, town.wish()))
        await town.settle()
        town.office.kiosk_disconnected(kiosk.id)
        store.open.set()
        session = await taking
        await town.settle()
        assert town.state(session) == "SteppedAway", "nobody is rung for an empty kiosk"
        await town.kiosk_comes()
        assert town.state(session) == "Ringing"


@pytest.mark.parametrize("how", ["picks", "is rung"])
async def test_the_clerk_is_lost_while_it_is_being_stored_that_the_session_is_theirs(how: str) -> None:
    store = SlowStore()
    async with Town(store) as town, asyncio.TaskGroup() as group:
        li = await town.clerk_comes("li")
        await town.does(li, desk.SetPresence(request(), "away"))
        session = await town.ticket(await town.kiosk_comes())
        store.open.clear()
        if how == "picks":
            group.create_task(town.inbound.handle(li, desk.PickTicket(request(), session)))
        else:
            await town.does(li, desk.SetPresence(request(), "available"))
        await town.settle()
        town.office.clerk_disconnected("li")
        store.open.set()
        await town.settle()
        state = town.office.floor.state(session)
        if how == "picks":
            assert isinstance(state, Reconnecting)
            assert [missing.end for missing in state.missing] == ["clerk"]
        else:
            assert town.state(session) == "Waiting", "the bell of an empty desk does not ring for twenty seconds"


async def test_a_line_that_is_lost_and_back_leaves_everything_as_it_was() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        for _ in range(3):
            town.office.kiosk_disconnected(kiosk.id)
            town.office.clerk_disconnected(li.id)
            await town.settle()
            assert town.state(session) == "Reconnecting"
            town.office.kiosk_connected(kiosk)
            town.office.clerk_connected(li)
            await town.settle()
            assert town.state(session) == "InSession"
        assert (await town.ledger(session)).count("line-lost") == (await town.ledger(session)).count("line-back") == 6


# --- a session's stay -----------------------------------------------------------------------------


async def test_a_rating_and_the_forgetting_that_overtakes_it_are_both_answered() -> None:
    async with Town() as town, asyncio.TaskGroup() as group:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        rated = group.create_task(town.inbound.handle(kiosk, visit.Rate(request(), session, 5)))
        forgotten = group.create_task(town.inbound.handle(kiosk, visit.Forget(request(), session)))
        await asyncio.wait_for(asyncio.gather(rated, forgotten), LONG)
        await town.settle()
        assert town.state(session) is None
        assert (await town.ledger(session))[-1] == "rated"


async def test_a_kiosk_that_never_says_that_it_has_forgotten_is_free_after_two_minutes() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        await town.later(floors.FAREWELL_SECONDS - 1)
        assert isinstance(town.mail.kiosk[kiosk.id].screen, visit.Farewell)
        await town.later(2)
        assert town.mail.kiosk[kiosk.id].screen == visit.Idle()
        assert town.state(session) is None


async def test_what_a_finished_visit_needed_is_given_back() -> None:
    """Twenty visits at one kiosk: no session, no task and no reservation is left of them."""
    async with Town(clock=HandClock()) as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        before = len(town.tasks)
        for _ in range(20):
            session = await town.ticket(kiosk)
            await town.does(li, desk.AnswerRing(request(), session))
            await town.does(kiosk, visit.EndVisit(request(), session))
            await town.does(li, desk.CompleteWrapUp(request(), session, "referred", ""))
            await town.does(kiosk, visit.Forget(request(), session))
        assert len(town.tasks) == before
        assert not list(town.office.floor.states)
        assert town.office.floor.running == []
        assert town.office.floor.roster.reserve("li")
