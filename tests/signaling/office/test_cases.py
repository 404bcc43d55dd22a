"""Several cases in a visit, and a visit that goes on with an earlier one: from the commands to the ledger and both screens."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from config.id_number import masked
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.office.evidence_ports import KeptHead
from signaling.wire import desk, visit
from signaling.wire.cases import ConfirmIdentity, DropCase, GoesOn, OpenCase, PartyComing, SettleCase, TurnToCase
from tests.signaling.office.world import Town, request

READ = PartyComing("李国强", "330424199003074516", read=True)


def table(town: Town) -> desk.DeskView:
    return town.mail.desk["li"]


def another(town: Town) -> str:
    """A service that the clerk may open beside the one that the resident came for."""
    return table(town).openable[0].service


def agreed(town: Town, service: str) -> list[visit.ConsentGiven]:
    """To everything that this service asks."""
    now = town.clock.now()
    offer = town.catalogue.service(service, now)
    assert offer is not None
    return [visit.ConsentGiven(text, town.catalogue.consent(text, now).version, "zh-CN", given=True) for text in offer.service.consents]


async def two(town: Town) -> tuple[Actor, Actor, str, str, str]:
    """A talk with two cases; the second lies on the table. Returns kiosk, clerk, session and both numbers."""
    kiosk, li, session = await town.talk()
    await town.does(li, OpenCase(request(), session, another(town)))
    talk = table(town).talk
    assert talk is not None
    first, second = (case.number for case in talk.cases)
    return kiosk, li, session, first, second


async def test_the_clerk_opens_one_more_case_and_both_ends_see_it_on_the_table() -> None:
    async with Town() as town:
        kiosk, _, _, first, second = await two(town)
        seen = town.mail.kiosk[kiosk.id].screen
        assert isinstance(seen, visit.Talking)
        for talk in (table(town).talk, seen.talk):
            assert talk is not None and second == f"{first}-2"
            assert (talk.case, talk.service) == (second, talk.cases[1].service)
            assert [(case.number, case.on_table, case.may_be_dropped, case.outcome) for case in talk.cases] == [(first, False, False, None), (second, True, True, None)]
            assert talk.service_name == talk.cases[1].service_name != talk.cases[0].service_name


async def test_what_has_a_case_is_not_offered_again() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        before = {each.service for each in table(town).openable}
        talk = table(town).talk
        assert talk is not None and talk.service not in before
        service = another(town)
        await town.does(li, OpenCase(request(), session, service))
        assert {each.service for each in table(town).openable} == before - {service}
        assert (await town.refuses(li, OpenCase(request(), session, service))).code == "case-open"


@pytest.mark.parametrize(("service", "code"), [("no-such-service", "unknown-service"), ("haiyan-pension", "unknown-service")])
async def test_nobody_opens_what_they_may_not_decide(service: str, code: str) -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        assert (await town.refuses(li, OpenCase(request(), session, service))).code == code


async def test_both_cases_get_their_outcome_and_the_farewell_says_each() -> None:
    async with Town() as town:
        kiosk, li, session, first, second = await two(town)
        assert (await town.refuses(li, desk.EndSession(request(), session, "accepted"))).code == "case-open"
        await town.does(li, SettleCase(request(), session, first, "accepted"))
        await town.does(li, desk.EndSession(request(), session, "referred", "pinghu"))
        farewell, wrap_up = town.mail.kiosk[kiosk.id].screen, table(town).wrap_up
        assert isinstance(farewell, visit.Farewell) and wrap_up is not None
        for cases in (farewell.cases, wrap_up.cases):
            assert [(case.number, case.outcome, case.referred_to) for case in cases] == [(first, "accepted", None), (second, "referred", "pinghu")]
            assert cases[0].due is not None and cases[1].due is None
        assert wrap_up.referred_to == "pinghu"
        settled = [entry.body for entry in await town.store.ledger_of(session) if entry.what == "case-settled"]
        assert settled == [{"case": first, "outcome": "accepted", "to": None}, {"case": second, "outcome": "referred", "to": "pinghu"}]


@pytest.mark.parametrize("to", ["jinshan", "nowhere"])
async def test_nobody_is_referred_to_where_they_are_or_to_nowhere(to: str) -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        assert (await town.refuses(li, desk.EndSession(request(), session, "referred", to))).code == "unknown-jurisdiction"


async def test_a_turn_lays_the_other_papers_and_a_mistake_is_dropped() -> None:
    async with Town() as town:
        _, li, session, first, second = await two(town)
        await town.does(li, TurnToCase(request(), session, first))
        talk = table(town).talk
        assert talk is not None and talk.case == first
        await town.does(li, DropCase(request(), session, second))
        talk = table(town).talk
        assert talk is not None and [case.number for case in talk.cases] == [first]
        await town.does(li, OpenCase(request(), session, another(town)))
        talk = table(town).talk
        assert talk is not None and talk.case == second, "a number that nothing was done under may be given again"


async def test_both_that_are_sent_home_are_told_each_at_the_farewell() -> None:
    async with Town() as town:
        kiosk, li, session, first, second = await two(town)
        await town.tells(li, session)
        assert (await town.refuses(li, SettleCase(request(), session, first, "returned"))).code == "notice-needed"
        await town.does(li, TurnToCase(request(), session, first))
        await town.tells(li, session)
        talk = table(town).talk
        assert talk is not None and [case.told for case in talk.cases] == ["lacks", "lacks"]
        await town.does(li, SettleCase(request(), session, second, "returned"))
        await town.does(li, desk.EndSession(request(), session, "returned"))
        farewell = town.mail.kiosk[kiosk.id].screen
        assert isinstance(farewell, visit.Farewell)
        assert [(notice.case, notice.outcome) for notice in farewell.notices] == [(first, "returned"), (second, "returned")]
        assert [(paper.paper, paper.case) for paper in farewell.papers][:2] == [("notice", first), ("notice", second)]
        assert [notice.service_name for notice in farewell.notices] == [case.service_name for case in farewell.cases]


async def test_what_was_missed_in_the_talk_stays_open_and_the_receipt_says_so() -> None:
    async with Town() as town:
        kiosk, li, session, first, second = await two(town)
        assert (await town.refuses(li, SettleCase(request(), session, first, "stays-open"))).code == "not-now"
        await town.does(kiosk, visit.EndVisit(request(), session))
        assert (await town.refuses(li, SettleCase(request(), session, first, "returned"))).code == "notice-needed"
        assert (await town.refuses(li, desk.CompleteWrapUp(request(), session, "stays-open", ""))).code == "case-open"
        await town.does(li, SettleCase(request(), session, first, "stays-open"))
        wrap_up = table(town).wrap_up
        assert wrap_up is not None and [(case.outcome, case.stays_open) for case in wrap_up.cases] == [(None, True), (None, False)]
        await town.does(li, desk.CompleteWrapUp(request(), session, "stays-open", ""))
        assert [(record.number, record.state) for record in await town.store.cases_of(session)] == [(first, "collecting"), (second, "collecting")]
        left = [entry.body["case"] for entry in await town.store.ledger_of(session) if entry.what == "case-left-open"]
        assert left == [first, second]
        assert table(town).presence == "available"


# --- what was answered before queueing ------------------------------------------------------------


async def test_the_clerk_sees_what_was_answered_before_the_ring_is_answered_and_beside_the_case() -> None:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        wish = town.wish(service="jinshan-identity-card", consents=agreed(town, "jinshan-identity-card"))
        session = await town.office.visits.take_ticket(kiosk, wish)
        await town.settle()
        ring = table(town).ring
        assert ring is not None and ring.answered is not None and wish.answers
        assert (ring.answered.when, ring.answered.answers) == ("this-visit", wish.answers)
        offer = town.catalogue.service("jinshan-identity-card", town.clock.now())
        assert offer is not None and ring.answered.version == offer.service.version
        await town.does(li, desk.AnswerRing(request(), session))
        assert table(town).ring is None and table(town).answered == ring.answered
        assert "answered" not in msgspec.json.encode(town.mail.kiosk[kiosk.id]).decode(), "the clerk's, and nobody else's"


async def test_for_a_case_that_was_opened_in_the_talk_nobody_answered() -> None:
    async with Town() as town:
        kiosk, li, session, first, _ = await two(town)
        opened = table(town).answered
        assert opened is not None and (opened.when, opened.answers) == ("not", {})
        await town.does(li, TurnToCase(request(), session, first))
        answered = table(town).answered
        assert answered is not None and answered.when == "this-visit"
        await town.does(kiosk, visit.EndVisit(request(), session))
        assert table(town).wrap_up is not None and table(town).answered == answered
        await town.does(li, SettleCase(request(), session, first, "referred"))


# --- who asks -------------------------------------------------------------------------------------


async def test_a_declared_name_is_not_enough_until_the_clerk_has_seen_the_card() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk(parties=[PartyComing("王小明"), READ])
        talk = table(town).talk
        assert talk is not None and [(party.name, party.level) for party in talk.parties] == [("王小明", "declared"), ("李国强", "card-read")]
        assert (await town.refuses(li, desk.EndSession(request(), session, "accepted"))).code == "identity-too-low"
        await town.does(li, ConfirmIdentity(request(), session, 0))
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        assert table(town).wrap_up is not None and table(town).wrap_up.known  # type: ignore[union-attr] # just looked at
        assert isinstance(town.mail.kiosk[kiosk.id].screen, visit.Farewell)


async def test_the_number_of_a_card_is_whole_for_the_serving_clerk_alone() -> None:
    async with Town() as town:
        kiosk, _, _ = await town.talk(parties=[READ])
        number = READ.id_number or ""
        assert number in msgspec.json.encode(table(town)).decode()
        seen = msgspec.json.encode(town.mail.kiosk[kiosk.id]).decode()
        assert number not in seen and masked(number) in seen
        assert number not in str([entry.body for each in town.office.floor.states for entry in await town.store.ledger_of(each.talk.ticket.session)])  # type: ignore[union-attr] # a talk


MARRIAGE, CARD = "jinshan-marriage-registration", "jinshan-identity-card"
BRIDE, GROOM = PartyComing("李思雨"), PartyComing("王小明")


@pytest.mark.parametrize(("service", "coming"), [(MARRIAGE, [BRIDE]), (MARRIAGE, [BRIDE, GROOM, READ]), (CARD, [BRIDE, GROOM, READ])], ids=["alone", "three", "no card for three"])
async def test_too_few_and_too_many_open_no_visit(service: str, coming: list[PartyComing]) -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        refused = await town.refuses(kiosk, town.wish(service=service, consents=agreed(town, service), parties=coming))
        assert (refused.code, refused.path) == ("parties-wrong", "$.parties")


async def test_a_couple_marries_when_both_are_known() -> None:
    async with Town() as town:
        _, li, session = await town.talk(service=MARRIAGE, consents=agreed(town, MARRIAGE), parties=[BRIDE, GROOM])
        for party in (0, 1):
            assert (await town.refuses(li, desk.EndSession(request(), session, "accepted"))).code == "identity-too-low"
            await town.does(li, ConfirmIdentity(request(), session, party))
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        assert table(town).wrap_up is not None


async def test_nobody_who_came_alone_is_offered_what_two_ask_for_and_a_couple_is() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        assert MARRIAGE not in {each.service for each in table(town).openable}
        assert (await town.refuses(li, OpenCase(request(), session, MARRIAGE))).code == "parties-wrong"
    async with Town() as town:
        _, li, session = await town.talk(parties=[BRIDE, GROOM])
        assert MARRIAGE in {each.service for each in table(town).openable}
        await town.does(li, OpenCase(request(), session, MARRIAGE))
        assert [case.service for case in table(town).talk.cases][1] == MARRIAGE  # type: ignore[union-attr] # a talk


@pytest.mark.parametrize("wrong", ["330424199003074517", "330424199013074516"], ids=["check digit", "month"])
async def test_digits_that_are_no_number_open_no_visit(wrong: str) -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        refused = await town.refuses(kiosk, town.wish(parties=[PartyComing("王小明", wrong, read=True)]))
        assert (refused.code, refused.path) == ("bad-id-number", "$.parties[0].id_number")


async def test_a_number_that_was_only_said_makes_nobody_better_known() -> None:
    async with Town() as town:
        await town.talk(parties=[PartyComing("李国强", READ.id_number)])
        talk = table(town).talk
        assert talk is not None and talk.parties[0].level == "declared"


# --- a later visit --------------------------------------------------------------------------------


async def ended_with_a_receipt(town: Town, outcome: Any = "returned") -> tuple[Actor, Actor, str]:
    """A first visit that is over, and its receipt's code `RECEIPT1`. Returns kiosk, clerk and the case's number."""
    kiosk, li, session = await town.talk()
    talk = table(town).talk
    assert talk is not None
    if outcome == "returned":
        await town.tells(li, session)
    await town.does(li, desk.EndSession(request(), session, outcome))
    await town.does(li, desk.CompleteWrapUp(request(), session, outcome, ""))
    await town.does(kiosk, visit.Forget(request(), session))
    await town.store.evidence.add_head(KeptHead(session, 3, "home", "jinshan", b"{}", "RECEIPT1"), Enter("head-signed", {"code": "RECEIPT1"}), town.clock.now())
    return kiosk, li, talk.case


async def test_whoever_has_the_receipt_goes_on_with_the_case_at_any_kiosk() -> None:
    async with Town() as town:
        _, li, case = await ended_with_a_receipt(town)
        other = await town.kiosk_comes(2)
        session = await town.ticket(other, goes_on=GoesOn("RECEIPT1", 0))
        await town.does(li, desk.AnswerRing(request(), session))
        talk, answered = table(town).talk, table(town).answered
        assert talk is not None and talk.case == case and talk.session == session
        assert answered is not None and (answered.when, answered.answers) == ("first-visit", {})
        assert [entry.what for entry in await town.store.ledger_of(session)].count("case-continued") == 1
        assert await town.store.visits_of(case) != [session]


@pytest.mark.parametrize(("code", "of", "refused"), [("RECEIPT9", 0, "unknown-receipt"), ("RECEIPT1", 1, "unknown-receipt")])
async def test_without_the_receipt_of_that_case_nobody_does(code: str, of: int, refused: str) -> None:
    async with Town() as town:
        kiosk, _, _ = await ended_with_a_receipt(town)
        assert (await town.refuses(kiosk, town.wish(goes_on=GoesOn(code, of)))).code == refused


async def test_a_case_that_was_accepted_takes_no_more_papers() -> None:
    async with Town() as town:
        kiosk, _, _ = await ended_with_a_receipt(town, "accepted")
        assert (await town.refuses(kiosk, town.wish(goes_on=GoesOn("RECEIPT1", 0)))).code == "case-over"


async def test_a_case_is_worked_at_in_one_visit_at_a_time() -> None:
    async with Town() as town:
        kiosk, _, _ = await ended_with_a_receipt(town)
        await town.ticket(kiosk, goes_on=GoesOn("RECEIPT1", 0))
        other = await town.kiosk_comes(2)
        assert (await town.refuses(other, town.wish(goes_on=GoesOn("RECEIPT1", 0)))).code == "case-busy"


async def test_what_is_begun_in_a_later_visit_has_a_number_of_its_own() -> None:
    """Both visits have a second case; the earlier one's is still that one's."""
    async with Town() as town:
        kiosk, li, session, first, second = await two(town)
        await town.tells(li, session)
        await town.does(li, SettleCase(request(), session, first, "referred"))
        await town.does(li, desk.EndSession(request(), session, "returned"))
        await town.does(li, desk.CompleteWrapUp(request(), session, "returned", ""))
        await town.does(kiosk, visit.Forget(request(), session))
        await town.store.evidence.add_head(KeptHead(session, 3, "home", "jinshan", b"{}", "RECEIPT1"), Enter("head-signed", {"code": "RECEIPT1"}), town.clock.now())
        service = (await town.store.cases_of(session))[1].service
        later = await town.ticket(kiosk, service=service, consents=agreed(town, service), goes_on=GoesOn("RECEIPT1", 1))
        await town.does(li, desk.AnswerRing(request(), later))
        await town.does(li, OpenCase(request(), later, another(town)))
        talk = table(town).talk
        assert talk is not None and talk.cases[0].number == second
        opened = talk.cases[1].number
        assert opened not in (first, second) and not opened.startswith(first) and opened.endswith("-2")
        kept = await town.store.case(second)
        assert kept is not None and kept.session == later and await town.store.visits_of(first) == [session]
