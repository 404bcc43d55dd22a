"""The office as a whole: a visit from the ticket to the kiosk's forgetting, told by what both ends are shown."""

from __future__ import annotations

from signaling.live.inbound import Inbound
from signaling.wire import desk, talk, visit
from tests.signaling.office.world import Town, request


async def test_a_whole_visit() -> None:
    async with Town() as town:
        inbound = Inbound(town.office, lambda end, seconds: None)
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        assert town.mail.kiosk[kiosk.id].screen == visit.Idle()
        assert town.mail.desk["li"].presence == "available"

        session = (await inbound.handle(kiosk, town.wish())).session
        assert session is not None
        await town.settle()
        ringing = town.mail.kiosk[kiosk.id].screen
        assert isinstance(ringing, visit.Ringing)
        assert ringing.number == "J001"
        ring = town.mail.desk["li"].ring
        assert ring is not None
        assert ring.resident == "王小明"

        await inbound.handle(li, desk.AnswerRing(request(), session))
        await town.settle()
        talking = town.mail.kiosk[kiosk.id].screen
        assert isinstance(talking, visit.Talking)
        assert talking.talk.room == f"{session}.1"
        assert town.mail.desk["li"].presence == "busy"
        assert ("open", f"{session}.1") in town.node.orders

        answer = await inbound.handle(kiosk, talk.PublishOffer(request(), session, "v=0", {"0": "camera"}))
        assert answer.epoch == 1
        again = await inbound.handle(kiosk, talk.PublishOffer(request(), session, "v=0", {"0": "camera"}))
        assert again.epoch == 2

        await inbound.handle(li, desk.Hold(request(), session))
        assert ("hold", f"{session}.1", True) in town.node.orders
        await inbound.handle(li, desk.Resume(request(), session))
        await inbound.handle(li, desk.SaveNote(request(), session, "带齐材料"))
        await inbound.handle(li, desk.EndSession(request(), session, "accepted"))
        await town.settle()
        assert ("close", f"{session}.1") in town.node.orders
        farewell = town.mail.kiosk[kiosk.id].screen
        assert isinstance(farewell, visit.Farewell)
        assert farewell.outcome == "accepted"
        wrap_up = town.mail.desk["li"].wrap_up
        assert wrap_up is not None
        assert wrap_up.note == "带齐材料"

        await inbound.handle(kiosk, visit.Rate(request(), session, 5))
        await inbound.handle(kiosk, visit.Forget(request(), session))
        await town.settle()
        assert town.mail.kiosk[kiosk.id].screen == visit.Idle()
        await inbound.handle(li, desk.CompleteWrapUp(request(), session, "accepted", "带齐材料，已受理"))
        await town.settle()
        assert town.mail.desk["li"].presence == "available"
        assert town.office.floor.state(session) is None


async def test_a_missed_ring_makes_the_clerk_away_and_rings_the_next() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        await town.clerk_comes("li", 1)
        await town.later(1)
        await town.clerk_comes("wu", 2)
        await town.ticket(kiosk)
        assert town.mail.desk["li"].ring is not None
        await town.later(20)
        assert town.mail.desk["li"].presence == "away"
        assert town.mail.desk["li"].away_because == "missed"
        assert town.mail.desk["wu"].ring is not None


async def test_the_office_takes_up_a_talk_after_a_restart() -> None:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        session = await town.ticket(kiosk)
        await Inbound(town.office, lambda end, seconds: None).handle(li, desk.AnswerRing(request(), session))
        store, clock = town.store, town.clock
    async with Town(store, clock) as after:
        after.office.kiosk_connected(kiosk)
        await after.settle()
        talking = after.mail.kiosk[kiosk.id].screen
        assert isinstance(talking, visit.Talking)
        assert [e.present for e in talking.talk.ends] == [True, False]
        after.office.clerk_connected(li)
        await after.settle()
        talking = after.mail.kiosk[kiosk.id].screen
        assert isinstance(talking, visit.Talking)
        assert [e.present for e in talking.talk.ends] == [True, True]
        assert after.mail.desk["li"].talk is not None


async def test_of_eight_clerks_who_pick_one_ticket_one_wins() -> None:
    import asyncio

    from signaling.domain.refusals import Refusal

    async with Town() as town:
        inbound = Inbound(town.office, lambda end, seconds: None)
        kiosk = await town.kiosk_comes()
        clerks = []
        for n in range(3):
            clerk = await town.clerk_comes(f"clerk{n}", n + 1)
            await inbound.handle(clerk, desk.SetPresence(request(), "away"))
            clerks.append(clerk)
        session = await town.ticket(kiosk)
        results = await asyncio.gather(
            *(inbound.handle(c, desk.PickTicket(request(), session)) for c in clerks), return_exceptions=True
        )
        assert sum(not isinstance(r, BaseException) for r in results) == 1
        assert {r.code for r in results if isinstance(r, Refusal)} == {"already-taken"}
