"""The kiosk's use cases: who gets a ticket and who does not, a double tap, and forgetting."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from config.clock import HandClock
from signaling.domain.refusals import Refusal
from signaling.domain.states import Waiting, ticket_of
from signaling.office.ports import StoreAway
from signaling.office.visits import day_of
from signaling.wire import desk, visit
from signaling.wire.cases import PartyComing
from tests.signaling.office.world import SlowStore, Town, request

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT_NIGHT = dt.datetime(2026, 11, 25, 23, 0, tzinfo=SHANGHAI).timestamp()
IN_THE_MORNING = dt.datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI).timestamp()


async def test_a_ticket_holds_what_was_chosen_said_and_consented() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        wish = town.wish(language="en", needs=["large-type", "helper"], parties=[PartyComing("丁 𠀋"), PartyComing("李国强", "330424199003074516", read=True)])
        session = (await town.does(kiosk, wish)).session
        state = town.office.floor.state(session)
        assert isinstance(state, Waiting)
        ticket = ticket_of(state)
        assert (ticket.kiosk, ticket.host, ticket.home, ticket.service) == (kiosk.id, "haiyan", "jinshan", wish.service)
        assert (ticket.resident, ticket.language, ticket.needs) == ("丁 𠀋、李国强", "en", ("large-type", "helper"))
        assert (ticket.number, ticket.case) == ("J001", f"310116-330424-{day_of(town.clock.now())}-0001")
        assert [(c.text, c.version, c.given) for c in ticket.consents] == [(c.text, c.version, c.given) for c in wish.consents]
        ledger = await town.store.ledger_of(session)
        asked = ["party", "party", "eligibility-answered"]
        assert [entry.what for entry in ledger] == ["ticket-taken", *asked, *["consent-given"] * len(wish.consents)]
        assert [entry.body for entry in ledger[1:3]] == [{"party": 0, "level": "declared"}, {"party": 1, "level": "card-read"}]
        assert not any(secret in str([entry.body for entry in ledger]) for secret in ("丁", "李", "330424199003")), "a ledger has no names"


async def test_numbers_go_up_by_home_and_day_and_start_again_at_midnight_in_shanghai() -> None:
    assert day_of(dt.datetime(2026, 11, 23, 15, 59, tzinfo=dt.UTC).timestamp()) == "20261123"
    assert day_of(dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC).timestamp()) == "20261124"
    async with Town() as town:
        kiosks = [await town.kiosk_comes(n) for n in (1, 2, 3)]
        sessions = [await town.ticket(kiosk, home=home, **changes(town, home)) for kiosk, home in zip(kiosks, ("jinshan", "pinghu", "jinshan"), strict=True)]
        numbers = [ticket_of(town.office.floor.state(session)).number for session in sessions]  # type: ignore[arg-type] # they are on the floor
        assert numbers == ["J001", "P001", "J002"]


def changes(town: Town, home: str) -> dict[str, Any]:
    """Service and consents of another home."""
    offer = next(o for o in town.catalogue.offered_at("haiyan", town.clock.now()) if o.home == home)
    return {"service": offer.service.code}


# --- refusals -------------------------------------------------------------------------------------


async def test_a_second_visit_at_a_kiosk_that_has_one_is_refused_in_every_state_of_the_first() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        session = await town.ticket(kiosk)
        seen = []

        async def busy() -> None:
            assert (await town.refuses(kiosk, town.wish())).code == "kiosk-busy"
            seen.append(town.state(session))

        await busy()
        town.office.kiosk_disconnected(kiosk.id)
        await town.settle()
        await busy()
        await town.kiosk_comes()
        li = await town.clerk_comes("li")
        await busy()
        await town.does(li, desk.AnswerRing(request(), session))
        await busy()
        await town.does(li, desk.Hold(request(), session))
        await busy()
        town.office.kiosk_disconnected(kiosk.id)
        await town.settle()
        await busy()
        await town.later(91)
        await busy()
        assert seen == ["Waiting", "SteppedAway", "Ringing", "InSession", "OnHold", "Reconnecting", "Parked"]


async def test_when_the_talk_is_over_the_kiosk_is_free_for_the_next_resident() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        assert town.state(session) == "WrappingUp"
        second = await town.ticket(kiosk)
        assert town.state(second) == "Waiting"
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        assert town.state(session) is None, "no kiosk shows it any more"
        assert town.mail.kiosk[kiosk.id].screen != visit.Idle()


async def test_a_server_that_is_being_stopped_gives_no_tickets_and_lets_running_visits_finish() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        town.office.visits.draining = True
        assert (await town.refuses(await town.kiosk_comes(2), town.wish())).code == "draining"
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        assert town.state(session) == "WrappingUp"
        assert (await town.refuses(kiosk, town.wish())).code == "draining"


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"service": "jinshan-no-such-thing"}, "unknown-service", "$.service"),
        ({"home": "pinghu"}, "unknown-service", "$.service"),
        ({"home": "atlantis"}, "unknown-service", "$.service"),
        ({"home": "haiyan", "service": "haiyan-newborn"}, "not-offered-here", "$.service"),
        ({"consents": []}, "consent-needed", "$.consents"),
    ],
)
async def test_what_cannot_be_had_is_refused_with_its_reason(changes: dict[str, Any], code: str, path: str) -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        refused = await town.refuses(kiosk, msgspec.structs.replace(town.wish(), **changes))
        assert (refused.code, refused.path) == (code, path)
        assert town.state(await town.ticket(kiosk)) == "Waiting", "the kiosk is not stuck"


@pytest.mark.parametrize("spoil", [{"given": False}, {"version": "2001-01-01"}])
async def test_without_the_consent_to_be_recorded_in_its_version_in_force_there_is_no_ticket(spoil: dict[str, Any]) -> None:
    async with Town() as town:
        kiosk, wish = await town.kiosk_comes(), town.wish()
        consents = [msgspec.structs.replace(c, **spoil) if c.text == "recording" else c for c in wish.consents]
        assert (await town.refuses(kiosk, msgspec.structs.replace(wish, consents=consents))).code == "consent-needed"
        assert (await town.refuses(kiosk, msgspec.structs.replace(wish, consents=[*wish.consents, wish.consents[0]]))).code == "consent-needed"


async def test_at_night_nobody_queues() -> None:
    async with Town(clock=HandClock(AT_NIGHT), always_open=False) as town:
        refused = await town.refuses(await town.kiosk_comes(), town.wish())
        assert (refused.code, refused.path) == ("closed-now", "$.home")
    async with Town(clock=HandClock(IN_THE_MORNING), always_open=False) as town:
        assert town.state(await town.ticket(await town.kiosk_comes())) == "Waiting"


# --- who may ask for it ----------------------------------------------------------------------------

CARD = "jinshan-identity-card"
RENEWAL = {"registered-there": "yes", "reason": "renewal", "recognisable": "yes", "under-16": "no"}


async def test_what_was_answered_stands_on_the_ledger_with_the_version_that_judged_it() -> None:
    async with Town() as town:
        session = await town.ticket(await town.kiosk_comes(), service=CARD, consents=consents_for(town, CARD), answers=RENEWAL)
        ticket = ticket_of(town.office.floor.state(session))  # type: ignore[arg-type] # it is on the floor
        assert (ticket.version, dict(ticket.answers)) == ("2026-01-01", RENEWAL)
        [entry] = [entry for entry in await town.store.ledger_of(session) if entry.what == "eligibility-answered"]
        assert entry.body["version"] == "2026-01-01"
        assert list(entry.body["answers"]) == ["reason=renewal", "recognisable=yes", "registered-there=yes", "under-16=no"]


@pytest.mark.parametrize(
    ("answers", "code", "path"),
    [
        ({}, "unknown-answer", "$.answers.registered-there"),
        ({"registered-there": "yes", "reason": "renewal"}, "unknown-answer", "$.answers.recognisable"),
        (RENEWAL | {"reason": "because"}, "unknown-answer", "$.answers.reason"),
        (RENEWAL | {"weather": "yes"}, "unknown-answer", "$.answers.weather"),
        (RENEWAL | {"recognisable": "no"}, "not-eligible", "$.answers"),
        ({"registered-there": "no", "registered-where": "pinghu"}, "not-eligible", "$.answers"),
    ],
)
async def test_a_page_that_lets_somebody_through_whom_the_rules_do_not_is_refused(answers: dict[str, str], code: str, path: str) -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        wish = town.wish(service=CARD, consents=consents_for(town, CARD))
        refused = await town.refuses(kiosk, msgspec.structs.replace(wish, answers=answers))
        assert (refused.code, refused.path) == (code, path)
        assert town.state((await town.does(kiosk, wish)).session) == "Waiting", "the kiosk is not stuck"


async def test_yesterdays_answers_are_judged_by_todays_rules() -> None:
    """A page that was never loaded anew asks as in the pilot, when nobody was asked for both identity cards."""
    service = "jinshan-marriage-registration"
    in_the_pilot = {"both-mainland": "yes", "of-age": "yes", "free-to-marry": "both-free", "both-come": "yes", "registered-there": "yes"}
    async with Town() as town:
        wish = town.wish(service=service, consents=consents_for(town, service), answers=in_the_pilot)
        refused = await town.refuses(await town.kiosk_comes(), wish)
        assert (refused.code, refused.path) == ("unknown-answer", "$.answers.registered-there")


def consents_for(town: Town, service: str) -> list[visit.ConsentGiven]:
    """All that it asks for, given."""
    now = town.clock.now()
    offer = town.catalogue.service(service, now)
    assert offer is not None
    return [visit.ConsentGiven(code, town.catalogue.consent(code, now).version, "zh-CN", True) for code in offer.service.consents]


# --- a double tap ---------------------------------------------------------------------------------


async def test_one_command_that_comes_twice_is_one_session() -> None:
    async with Town() as town:
        kiosk, wish = await town.kiosk_comes(), town.wish()
        first = await town.does(kiosk, wish)
        assert await town.does(kiosk, wish) == first
        assert len(list(town.office.floor.states)) == 1


async def test_one_command_that_comes_twice_at_once_is_one_session_and_both_are_told_so() -> None:
    async with Town() as town:
        kiosk, wish = await town.kiosk_comes(), town.wish()
        first, second = await asyncio.gather(town.inbound.handle(kiosk, wish), town.inbound.handle(kiosk, wish))
        assert first == second
        assert len(list(town.office.floor.states)) == 1


async def test_two_taps_at_once_are_one_session_and_the_second_finds_the_kiosk_busy() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        answers = await asyncio.gather(*(town.inbound.handle(kiosk, town.wish()) for _ in range(2)), return_exceptions=True)
        assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["kiosk-busy"]
        assert len(list(town.office.floor.states)) == 1


async def test_a_kiosk_does_not_wait_for_another_ones_ticket() -> None:
    store = SlowStore()
    async with Town(store) as town, asyncio.TaskGroup() as group:
        one, two = await town.kiosk_comes(1), await town.kiosk_comes(2)
        store.open.clear()
        slow = group.create_task(town.inbound.handle(one, town.wish()))
        await town.settle()
        bad = town.wish(service="jinshan-no-such-thing")
        assert (await town.refuses(two, bad)).code == "unknown-service"
        assert not slow.done()
        store.open.set()


async def test_while_the_store_is_away_the_kiosk_is_told_so_and_is_not_stuck() -> None:
    async with Town() as town:
        kiosk, wish = await town.kiosk_comes(), town.wish()
        town.store.away = True
        with pytest.raises(StoreAway):
            await town.inbound.handle(kiosk, wish)
        town.store.away = False
        assert town.state((await town.does(kiosk, wish)).session) == "Waiting"


# --- forgetting -----------------------------------------------------------------------------------


async def test_forgetting_again_or_for_a_visit_that_is_gone_is_done() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        for _ in range(2):
            await town.does(kiosk, visit.Forget(request(), session))
            assert town.mail.kiosk[kiosk.id].screen == visit.Idle()
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        await town.does(kiosk, visit.Forget(request(), session))


async def test_a_visit_that_runs_cannot_be_forgotten_and_a_late_forgetting_does_not_touch_the_next_one() -> None:
    async with Town() as town:
        kiosk, li, first = await town.talk()
        assert (await town.refuses(kiosk, visit.Forget(request(), first))).code == "not-now"
        await town.does(li, desk.EndSession(request(), first, "accepted"))
        second = await town.ticket(kiosk)
        await town.does(kiosk, visit.Forget(request(), first))
        assert town.state(second) == "Waiting"
        await town.does(kiosk, visit.EndVisit(request(), second))
        await town.does(kiosk, visit.Forget(request(), first))
        farewell = town.mail.kiosk[kiosk.id].screen
        assert isinstance(farewell, visit.Farewell)
        assert farewell.session == second


async def test_nobody_forgets_for_another_kiosk() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        stranger = await town.kiosk_comes(2)
        assert (await town.refuses(stranger, visit.Forget(request(), session))).code == "unknown-session"
