"""A clerk hands the resident on: to whom, what the colleague sees, and what is refused."""

from __future__ import annotations

from signaling.wire import desk, visit
from tests.signaling.office.world import Town, request


async def test_the_colleague_who_was_named_is_rung_and_has_note_and_papers() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        wu, chen = await town.clerk_comes("wu", 2), await town.clerk_comes("chen", 3)
        offered = {each.counter: (each.name, each.free) for each in town.mail.desk["li"].colleagues}
        assert offered == {"jinshan-2": ("Wu", True), "jinshan-3": ("Chen", True)}
        await town.does(li, desk.SaveNote(request(), session, "已看过身份证"))
        await town.does(li, desk.Transfer(request(), session, "jinshan-3"))
        ring = town.mail.desk["chen"].ring
        assert ring is not None and ring.session == session and not ring.before, "they have not met"
        assert town.mail.desk["li"].presence == "available" and town.mail.desk["wu"].ring is None
        shown = town.mail.kiosk[kiosk.id].screen
        assert isinstance(shown, visit.Ringing) and shown.counter == town.books.counter_name("jinshan-3", "zh-CN")
        await town.does(chen, desk.AnswerRing(request(), session))
        assert town.mail.desk["chen"].note == "已看过身份证"
        talking = town.mail.kiosk[kiosk.id].screen
        assert isinstance(talking, visit.Talking) and talking.talk.room == f"{session}.2"
        assert wu.id == "wu"


async def test_whoever_is_free_or_nobody_yet() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.Transfer(request(), session, None))
        shown = town.mail.kiosk[kiosk.id].screen
        assert isinstance(shown, visit.Waiting) and shown.place == 1, "the one who handed on is not rung again at once"
        await town.clerk_comes("wu", 2)
        assert town.mail.desk["wu"].ring is not None


async def test_who_cannot_take_it_is_not_asked() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        assert (await town.refuses(li, desk.Transfer(request(), session, "jinshan-2"))).code == "unknown-counter"
        wu = await town.clerk_comes("wu", 2, skills=frozenset())
        assert (await town.refuses(li, desk.Transfer(request(), session, "jinshan-2"))).code == "unknown-counter"
        assert town.mail.desk["li"].colleagues == []
        chen = await town.clerk_comes("chen", 3)
        await town.does(chen, desk.SetPresence(request(), "away"))
        assert (await town.refuses(li, desk.Transfer(request(), session, "jinshan-3"))).code == "colleague-busy"
        assert (await town.refuses(wu, desk.Transfer(request(), session, None))).code == "unknown-session"
