"""A whole visit over real sockets, as both ends see it: the line, the talk with its light, the farewell with its code."""

from __future__ import annotations

from signaling.wire import desk, visit
from tests.signaling.live.hall import Hall
from tests.signaling.office.world import request


async def test_a_visit_over_real_sockets() -> None:
    async with Hall() as hall:
        kiosk, li = await hall.kiosk(), await hall.clerk("li")
        assert (await li.ask(desk.StartShift(request(), "jinshan-1")))["type"] == "done"
        session = (await kiosk.ask(hall.town.wish()))["session"]
        await li.sees(lambda view: view["ring"] is not None and view["ring"]["session"] == session)
        assert (await li.ask(desk.AnswerRing(request(), session)))["type"] == "done"
        await kiosk.sees(lambda view: view["screen"]["screen"] == "talking")
        hall.town.says(hall.town.writer.begins(session))
        await kiosk.sees(lambda view: view["screen"]["talk"]["recording"] == "recording")
        await li.sees(lambda view: view["talk"]["acceptable"])
        assert (await li.ask(desk.EndSession(request(), session, "accepted")))["type"] == "done"
        await kiosk.sees(lambda view: view["screen"]["screen"] == "farewell" and view["screen"]["code"] is None)
        hall.town.says(hall.town.writer.ends(session))
        await kiosk.sees(lambda view: view["screen"]["code"] is not None and view["screen"]["code"] in view["screen"]["proof"])
        assert (await kiosk.ask(visit.Forget(request(), session)))["type"] == "done"
        await kiosk.sees(lambda view: view["screen"]["screen"] == "idle")
        refused = await kiosk.ask(visit.EndVisit(request(), session))
        assert (refused["type"], refused["code"], refused["text"]) == ("refused", "not-now", "not-now in zh-CN")
        assert hall.counts == {"not-now": 1}
