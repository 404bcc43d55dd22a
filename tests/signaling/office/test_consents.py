"""What was agreed to, over the whole office: what each side sees, what is refused, what no node is told any more."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from signaling.wire import asks, consents, desk, talk, visit
from tests.signaling.office.world import Town, request

PAPERS: Final = "papers-to-home"
IDENTITY: Final = "identity-check"
RECORDING: Final = "recording"


def service_that_asks_for(town: Town, text: Literal["identity-check", "papers-to-home"]) -> str:
    """A service offered here whose home wants this consent."""
    offers = town.catalogue.offered_at("haiyan", town.clock.now())
    return next(offer.service.code for offer in offers if offer.home == "jinshan" and text in offer.service.consents)


async def talking(town: Town, text: Literal["identity-check", "papers-to-home"] = PAPERS, **changes: Any) -> tuple[Any, Any, str]:
    """A recorded talk about a service that asks for this consent."""
    kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
    code = service_that_asks_for(town, text)
    offer = town.catalogue.service(code, town.clock.now())
    assert offer is not None
    now = town.clock.now()
    given = [
        visit.ConsentGiven(each, town.catalogue.consent(each, now).version, "zh-CN", given=changes.get("agrees", True) or each == RECORDING)
        for each in offer.service.consents
    ]
    session = await town.ticket(kiosk, service=code, consents=given)
    await town.does(li, desk.AnswerRing(request(), session))
    await town.recorded(session)
    return kiosk, li, session


def stands(view: visit.KioskView | desk.DeskView) -> dict[str, tuple[str, str]]:
    return {each.text: (each.state, each.method) for each in view.consents}


async def last_entry(town: Town, session: str) -> tuple[str, str, dict[str, Any]]:
    entry = (await town.store.ledger_of(session))[-1]
    return entry.what, entry.actor, dict(entry.body)


async def test_each_card_has_its_moment_and_one_that_cannot_be_has_that_of_the_ticket() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        now = round(town.clock.now() * 1000)
        first, *others = town.wish().consents
        for told, kept in ((now - 4000, now - 4000), (now + 4000, now), (now - 3_600_001, now), (None, now)):
            session = await town.ticket(kiosk, consents=[msgspec.structs.replace(first, at=told), *others])
            entry = next(each for each in await town.store.ledger_of(session) if each.what == "consent-given")
            assert (entry.body["at"], entry.body["method"], entry.body["party"]) == (kept, "touch", 0)
            await town.does(kiosk, visit.LeaveLine(request(), session))
            await town.does(kiosk, visit.Forget(request(), session))


async def test_papers_taken_back_in_the_talk_are_told_at_once_and_refused_from_then_on() -> None:
    async with Town() as town:
        kiosk, li, session = await talking(town)
        assert set(stands(town.mail.kiosk[kiosk.id]).values()) == {("given", "touch")}
        await town.does(li, asks.AskForPage(request(), session, 0))
        await town.does(kiosk, consents.WithdrawConsent(request(), session, PAPERS))
        seen = town.mail.desk["li"]
        assert stands(seen)[PAPERS] == ("withdrawn", "touch") == stands(town.mail.kiosk[kiosk.id])[PAPERS]
        assert seen.talk is not None and seen.talk.asked is None and not seen.talk.acceptable
        assert (await town.refuses(li, asks.AskForPage(request(), session, 0))).code == "consent-needed"
        assert (await town.refuses(li, desk.EndSession(request(), session, "accepted"))).code == "consent-needed"
        assert (await town.ledger(session))[-2:] == ["consent-withdrawn", "ask-ended"]

        await town.does(kiosk, consents.GiveConsent(request(), session, PAPERS, "en"))
        what, actor, body = await last_entry(town, session)
        assert (what, actor, body["language"], body["at"]) == ("consent-given", kiosk.name, "en", round(town.clock.now() * 1000))
        assert town.mail.desk["li"].talk is not None and town.mail.desk["li"].talk.acceptable
        await town.does(li, asks.AskForPage(request(), session, 0))


async def test_without_the_recording_the_room_is_closed_and_no_media_are_negotiated() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        town.node.orders.clear()
        await town.does(kiosk, consents.WithdrawConsent(request(), session, RECORDING))
        assert town.node.orders == [("close", f"{session}.1")]
        farewell = town.mail.kiosk[kiosk.id].screen
        assert isinstance(farewell, visit.Farewell) and (farewell.reason, farewell.outcome) == ("consent-withdrawn", None)
        seen = town.mail.desk["li"]
        assert seen.talk is None and seen.wrap_up is not None and not seen.wrap_up.acceptable
        assert stands(seen)[RECORDING] == ("withdrawn", "touch")
        for who in (kiosk, li):
            offer = talk.SubscribeOffer(request(), session, "v=0", [])
            assert (await town.refuses(who, offer)).code == "consent-needed"
        assert (await town.refuses(li, desk.CompleteWrapUp(request(), session, "accepted", ""))).code in ("consent-needed", "not-now")
        await town.does(li, desk.CompleteWrapUp(request(), session, "referred", ""))
        assert town.state(session) == "Closed" and town.node.orders == [("close", f"{session}.1")]
        assert town.mail.kiosk[kiosk.id].consents == [], "nothing is kept for a visit that is closed"


async def test_in_the_line_it_closes_the_visit_and_the_kiosk_is_free() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        session = await town.ticket(kiosk)
        await town.does(kiosk, consents.WithdrawConsent(request(), session, RECORDING))
        assert town.state(session) == "Closed" and town.node.orders == []
        assert (await town.ledger(session))[-4:-2] == ["consent-withdrawn", "closed"]
        await town.does(kiosk, visit.Forget(request(), session))
        assert await town.ticket(kiosk) != session


async def test_the_identity_check_taken_back_or_refused_keeps_the_case_from_being_accepted() -> None:
    async with Town() as town:
        kiosk, li, session = await talking(town, IDENTITY)
        await town.does(kiosk, consents.WithdrawConsent(request(), session, IDENTITY))
        assert (await town.refuses(li, desk.EndSession(request(), session, "accepted"))).code == "consent-needed"
        await town.does(li, desk.EndSession(request(), session, "referred"))
    async with Town() as town:
        _, li, session = await talking(town, IDENTITY, agrees=False)
        assert stands(town.mail.desk["li"])[IDENTITY] == ("refused", "touch")
        assert (await town.refuses(li, desk.EndSession(request(), session, "accepted"))).code == "consent-needed"


async def test_what_was_said_aloud_is_the_clerks_entry_in_the_residents_language() -> None:
    async with Town() as town:
        kiosk, li, session = await talking(town)
        await town.does(li, consents.EnterSpokenConsent(request(), session, PAPERS, given=False))
        await town.does(li, consents.EnterSpokenConsent(request(), session, PAPERS, given=True))
        what, actor, body = await last_entry(town, session)
        assert (what, actor, body["method"], body["language"]) == ("consent-given", "clerk:li", "spoken", "zh-CN")
        assert stands(town.mail.kiosk[kiosk.id])[PAPERS] == ("given", "spoken")
        other = await town.clerk_comes("wu", 2)
        assert (await town.refuses(other, consents.EnterSpokenConsent(request(), session, PAPERS, given=False))).code == "not-now"
        assert (await town.refuses(li, consents.EnterSpokenConsent(request(), session, PAPERS, given=True))).code == "not-now"


async def test_what_was_taken_back_is_still_so_for_the_colleague_and_after_a_restart() -> None:
    async with Town() as town:
        kiosk, li, session = await talking(town)
        await town.does(kiosk, consents.WithdrawConsent(request(), session, PAPERS))
        await town.clerk_comes("chen", 3)
        await town.does(li, desk.Transfer(request(), session, "jinshan-3"))
        store = town.store
    async with Town(store) as again:
        kiosk, chen = await again.kiosk_comes(), await again.clerk_comes("chen", 3)
        assert stands(again.mail.kiosk[kiosk.id])[PAPERS] == ("withdrawn", "touch")
        await again.does(chen, desk.AnswerRing(request(), session))
        assert (await again.refuses(chen, asks.AskForPage(request(), session, 0))).code == "consent-needed"


async def test_nobody_elses_kiosk_takes_anything_back() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        other = await town.kiosk_comes(2)
        for who in (other, li):
            assert (await town.refuses(who, consents.WithdrawConsent(request(), session, PAPERS))).code == "unknown-session"
