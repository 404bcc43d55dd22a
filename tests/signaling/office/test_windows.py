"""The staffed window of a host: whoever stands there does for a receipt's cases what the home's powers name, each act on record, and nothing else."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from config.library import Library
from config.powers import Power, Powers
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.office.ports import StoreAway
from signaling.wire import desk
from signaling.wire.cases import GoesOn, OpenCase, SettleCase
from tests.signaling.office.staffed_window import CARD, CLERK, EVERY, HELPER, LAST_DAY, OWN_HELPER, THIRD, Window, at_noon, let, may
from tests.signaling.office.world import request

# --- what is allowed ------------------------------------------------------------------------------


async def test_a_helper_hands_a_notice_out_by_the_agreement_and_the_ledger_says_so_once() -> None:
    async with at_noon() as town:
        window = await Window(town).ended()
        case = await window.case(HELPER)
        assert (case.notice, may(case)) == (True, ["accept-papers", "one-time-notice"])
        assert {each.agreement for each in case.may} == {"2026-7"}
        (paper,) = town.album.of(window.session, "notice.paper")
        for _ in range(3):
            assert await window.windows.notice(HELPER, window.code.lower(), case.case) == paper
        (entry,) = await window.entries("paper-handed-out")
        number = entry.pop("notice")
        assert entry == {"actor": "helper:zhang", "paper": "notice", "case": case.case, "window": "haiyan", "agreement": "2026-7"} and number.isdigit()
        (looked,) = await window.entries("receipt-looked-up")
        assert looked == {"actor": "helper:zhang", "window": "haiyan"}


async def test_paper_that_came_in_shows_in_the_standing_and_is_signed_by_home_and_host() -> None:
    async with at_noon() as town:
        window = await Window(town).ended()
        (lacking,) = (await window.case(HELPER)).lacking
        assert (lacking.reason, lacking.received) == ("follows", 0)
        assert (await window.takes_in(HELPER, lacking.material, 2)).lacking[0].received == 2
        assert (await window.takes_in(CLERK, lacking.material, 1)).lacking[0].received == 3
        assert await window.entries("paper-received") == [
            {"actor": who.name, "case": await window.number(), "material": lacking.material, "copies": n, "window": "haiyan", "agreement": "2026-7"}
            for who, n in ((HELPER, 2), (CLERK, 1))
        ]
        heads = await town.store.evidence.heads_of(window.session)
        last = max(entry.seq for entry in await town.store.ledger_of(window.session) if entry.what == "paper-received")
        assert all(max(head.seq for head in heads if head.role == role) >= last for role in ("home", "host"))
        assert await town.store.evidence.unattended() == []


async def test_only_what_the_notice_asks_for_comes_in() -> None:
    async with at_noon() as town:
        window = await Window(town).ended()
        with pytest.raises(Refusal, match="unknown-material"):
            await window.takes_in(HELPER, 0)
        with pytest.raises(Refusal, match="unknown-material"):
            await window.takes_in(HELPER, 59)
        assert await window.entries("paper-received") == []


async def test_an_outcome_is_handed_out_once_by_a_clerk() -> None:
    async with at_noon() as town:
        window = await Window(town).ended("accepted", service=CARD)
        case = await window.case(CLERK)
        assert (case.state, case.nearby, case.delivered_on, may(case)) == ("accepted", True, None, ["deliver-outcome"])
        done = await window.delivers(CLERK)
        assert (done.delivered_on, may(done)) == ("2026-11-26", [])
        assert await window.entries("outcome-delivered") == [
            {"actor": "clerk:qian", "case": case.case, "collected-by": "applicant", "window": "haiyan", "agreement": "2026-7"}
        ]
        with pytest.raises(Refusal, match="already-delivered"):
            await window.delivers(CLERK)
        with pytest.raises(Refusal, match="already-delivered"):
            await window.windows.outcome(Actor("clerk", "wang", "jinshan"), window.code, case.case, "representative")


async def test_two_windows_that_press_at_the_same_moment_hand_it_out_once() -> None:
    async with at_noon() as town:
        window = await Window(town).ended("accepted", service=CARD)
        number = await window.number()
        here, home = CLERK, Actor("clerk", "wang", "jinshan")
        presses = (window.windows.outcome(who, window.code, number, "applicant") for who in (here, home, here, home))
        said = await asyncio.gather(*presses, return_exceptions=True)
        assert [each.code for each in said if isinstance(each, Refusal)] == ["already-delivered"] * 3
        assert len(await window.entries("outcome-delivered")) == 1


async def test_at_the_homes_own_window_no_power_is_needed_by_whoever_stands_there() -> None:
    async with at_noon(let()) as town:
        window = await Window(town).ended("accepted", service=CARD)
        case = await window.case(OWN_HELPER)
        assert [(each.act, each.agreement) for each in case.may] == [("deliver-outcome", None)]
        await window.delivers(OWN_HELPER)
        (entry,) = await window.entries("outcome-delivered")
        assert "agreement" not in entry and entry["window"] == "jinshan"


# --- what is not ----------------------------------------------------------------------------------


async def test_a_helper_may_not_deliver_where_only_clerks_may() -> None:
    async with at_noon() as town:
        window = await Window(town).ended("accepted", service=CARD)
        assert may(await window.case(HELPER)) == []
        with pytest.raises(NotAllowed, match="no-power") as refused:
            await window.delivers(HELPER)
        assert refused.value.session == window.session, "so that the ledger of the visit says who tried"
        assert await window.entries("outcome-delivered") == []


async def test_an_agreement_that_ended_last_night_lets_nothing_be_done_today() -> None:
    async with at_noon(let(("one-time-notice", EVERY), ("accept-papers", EVERY), to=LAST_DAY)) as town:
        window = await Window(town).ended()
        case = await window.case(HELPER)
        await window.takes_in(HELPER, case.lacking[0].material)
        town.clock.advance(12 * 3600)
        for attempt in (
            window.windows.look_up(HELPER, window.code), window.windows.notice(HELPER, window.code, case.case),
            window.windows.papers(HELPER, window.code, case.case, case.lacking[0].material, 1), window.windows.outcome(HELPER, window.code, case.case, "applicant"),
        ):
            with pytest.raises(NotAllowed, match="no-power") as refused:
                await attempt
            assert refused.value.session == window.session
        assert len(await window.entries("paper-received")) == 1, "what came in yesterday stands"
        assert await window.entries("paper-handed-out") == []


@pytest.mark.parametrize("who", [THIRD, Actor("helper", "he", "pinghu")], ids=lambda who: who.kind)
async def test_somebody_without_any_power_learns_nothing_and_the_look_up_is_no_look_up(who: Actor) -> None:
    async with at_noon() as town:
        window = await Window(town).ended()
        with pytest.raises(NotAllowed, match="no-power"):
            await window.windows.look_up(who, window.code)
        with pytest.raises(NotAllowed, match="no-power"):
            await window.windows.outcome(who, window.code, "no-such-case", "applicant")
        assert await window.entries("receipt-looked-up") == []


@pytest.mark.parametrize("typed", ["AAAAA-AAAAA", "", "王小明", "' OR 1=1 --"])
async def test_an_unknown_code_is_unknown_whoever_asks(typed: str) -> None:
    async with at_noon() as town:
        window = await Window(town).ended()
        for who in (HELPER, THIRD, OWN_HELPER):
            with pytest.raises(Refusal, match="unknown-receipt"):
                await window.windows.look_up(who, typed)


async def test_a_case_of_another_receipt_is_not_reached_by_this_one() -> None:
    async with at_noon() as town:
        window = await Window(town).ended()
        with pytest.raises(Refusal, match="unknown-case"):
            await window.windows.notice(HELPER, window.code, f"{await window.number()}-9")


async def test_of_a_case_that_was_sent_home_nothing_is_collected_and_of_one_that_is_over_nothing_is_brought() -> None:
    async with at_noon() as town:
        sent_home = await Window(town).ended("returned")
        case = await sent_home.case(CLERK)
        assert (case.state, may(case)) == ("returned", ["accept-papers", "one-time-notice"]) and len(case.lacking) > 1
        with pytest.raises(Refusal, match="not-now"):
            await sent_home.delivers(CLERK)
    async with at_noon() as town:
        accepted = await Window(town).ended("accepted", service=CARD)
        with pytest.raises(Refusal, match="not-now"):
            await accepted.takes_in(CLERK, 0)
        with pytest.raises(Refusal, match="unknown-paper"):
            await accepted.windows.notice(CLERK, accepted.code, await accepted.number())


async def test_a_store_that_is_away_changes_nothing_and_the_same_goes_through_later() -> None:
    async with at_noon() as town:
        window = await Window(town).ended("accepted", service=CARD)
        note = town.store.evidence.note

        async def away(*_: Any) -> None:
            raise StoreAway("away")

        town.store.evidence.note = away  # type: ignore[method-assign, assignment] # a disk that does not answer
        for attempt in (window.windows.look_up(CLERK, window.code), window.delivers(CLERK)):
            with pytest.raises(StoreAway):
                await attempt
        town.store.evidence.note = note  # type: ignore[method-assign]
        assert (await window.case(CLERK)).delivered_on is None
        assert (await window.delivers(CLERK)).delivered_on == "2026-11-26"


async def test_of_two_cases_a_window_sees_the_one_that_it_may_do_something_for() -> None:
    """Outcomes of identity cards are handed out here, and nothing else is done."""

    def cards(of: Library) -> Powers:
        usual: dict[str, Any] = {"grantor": "jinshan", "grantee": "haiyan", "agreement": "2026-7", "valid_from": dt.date(2026, 1, 1)}
        return Powers([Power(act="deliver-outcome", services=[CARD], hands=["clerk"], **usual)], of.jurisdictions, of.catalogue)

    async with at_noon(cards) as town:
        window = Window(town)
        kiosk, li, window.session = await town.talk(service=CARD)
        await town.does(li, OpenCase(request(), window.session, next(each.service for each in town.mail.desk["li"].openable if each.service != CARD)))
        talk = town.mail.desk["li"].talk
        assert talk is not None
        card, other = (case.number for case in talk.cases)
        await town.does(li, SettleCase(request(), window.session, card, "accepted"))
        await town.tells(li, window.session)
        await window.over(kiosk, li, "returned")
        assert [case.case for case in (await window.windows.look_up(CLERK, window.code)).cases] == [card]
        assert [case.case for case in (await window.windows.look_up(OWN_HELPER, window.code)).cases] == [card, other]
        with pytest.raises(NotAllowed, match="no-power"):
            await window.windows.notice(CLERK, window.code, other)
        await window.windows.outcome(CLERK, window.code, card, "applicant")
        assert [(each["case"], each["window"]) for each in await window.entries("outcome-delivered")] == [(card, "haiyan")]


# --- a case of several visits ---------------------------------------------------------------------


async def test_papers_come_in_also_while_another_visit_works_at_the_case_and_a_newer_notice_counts_anew() -> None:
    async with at_noon() as town:
        window = await Window(town).ended("returned")
        material = (await window.case(HELPER)).lacking[0].material
        assert (await window.takes_in(HELPER, material, 2)).lacking[0].received == 2
        first, code = window.session, window.code
        town.clock.advance(3600)
        kiosk = await town.kiosk_comes(2)
        window.session = await town.ticket(kiosk, goes_on=GoesOn(code, 0))
        li = Actor("clerk", "li", "jinshan", town.services_of("jinshan"), "Li")
        await town.does(li, desk.AnswerRing(request(), window.session))
        await town.recorded(window.session)
        status = await window.windows.papers(HELPER, code, await window.number(), material, 1)
        assert (status.cases[0].state, status.cases[0].lacking[0].received) == ("open", 3)
        town.clock.advance(60)
        await window.tells(li, "returned")
        (case,) = (await window.windows.look_up(HELPER, code)).cases
        assert case.lacking[0].received == 0, "the newest notice says what is lacking now"
        old, new = (town.album.of(session, "notice.paper")[0] for session in (first, window.session))
        assert await window.windows.notice(HELPER, code, case.case) == new != old
        window.session, later = first, window.session
        assert (await window.entries("paper-handed-out"))[0]["visit"] == later, "on record of the visit whose receipt was shown"


async def test_what_was_delivered_by_one_receipt_is_not_delivered_by_another_of_the_same_case() -> None:
    async with at_noon() as town:
        window = await Window(town).ended("returned", service=CARD)
        first, code = window.session, window.code
        kiosk = await town.kiosk_comes(2)
        window.session = await town.ticket(kiosk, service=CARD, goes_on=GoesOn(code, 0))
        li = Actor("clerk", "li", "jinshan", town.services_of("jinshan"), "Li")
        await town.does(li, desk.AnswerRing(request(), window.session))
        await town.recorded(window.session)
        await window.over(kiosk, li, "accepted")
        assert window.code != code
        await window.windows.outcome(CLERK, code, await window.number(), "representative")
        with pytest.raises(Refusal, match="already-delivered"):
            await window.delivers(CLERK)
        assert (await window.case(CLERK)).delivered_on == "2026-11-26"
        assert await window.entries("outcome-delivered") == []
        window.session = first
        assert len(await window.entries("outcome-delivered")) == 1
