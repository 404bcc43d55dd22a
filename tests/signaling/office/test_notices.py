"""The one-time notice: checked against the case, printed, sealed, said, and had again by whoever has the visit before them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from signaling.domain.notice import NoticeLine
from signaling.domain.permissions import Actor
from signaling.domain.states import Closed
from signaling.office.slip import Slip
from signaling.wire import desk, visit
from signaling.wire.notices import Because, GiveNotice, LackingLine, NoticeGiven, NoticeSaid, OwnPaper
from signaling.wire.notices import NoticeLine as Line
from tests.signaling.office.world import Town, request

SERVICE = "jinshan-marriage-certificate"
"""One material is required, two may follow; the form is the usual one."""


class Counter:
    """A talk about that service."""

    def __init__(self, town: Town, kiosk: Actor, li: Actor, session: str) -> None:
        self.town, self.kiosk, self.li, self.session = town, kiosk, li, session

    async def does(self, message: object) -> None:
        await self.town.does(self.li, message)  # type: ignore[arg-type] # a command

    async def refuses(self, **said: Any) -> str:
        return (await self.town.refuses(self.li, self.notice(**said))).code

    def notice(self, because: Because = "materials", **said: Any) -> GiveNotice:
        return GiveNotice(request(), self.session, because, **said)

    async def bodies(self, what: str) -> list[dict[str, object]]:
        return [dict(entry.body) for entry in await self.town.store.ledger_of(self.session) if entry.what == what]

    @property
    def slip(self) -> Slip:
        """What was printed last."""
        return self.town.press.slips[-1]

    @property
    def desk(self) -> desk.DeskView:
        return self.town.mail.desk["li"]

    @property
    def farewell(self) -> visit.Farewell:
        screen = self.town.mail.kiosk[self.kiosk.id].screen
        assert isinstance(screen, visit.Farewell)
        return screen


@pytest.fixture
async def at() -> AsyncIterator[Counter]:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        session = await town.ticket(kiosk, service=SERVICE)
        await town.does(li, desk.AnswerRing(request(), session))
        await town.recorded(session)
        yield Counter(town, kiosk, li, session)


MISSING, FOLLOWS = Line(0, "not-brought", "带原件，复印件不收"), Line(1, "follows")


async def test_what_is_lacking_is_printed_sealed_entered_and_shown(at: Counter) -> None:
    assert (at.desk.notice, at.desk.form_lack) == (None, "form-missing")
    await at.does(at.notice(lines=[MISSING, FOLLOWS], form="form-missing", follow_days=10, remark="周一到周五都可以来"))
    (pdf,) = at.town.album.of(at.session, "notice.paper")
    (entry,) = await at.bodies("notice-given")
    assert entry["digest"] == hashlib.sha256(pdf).hexdigest()
    assert (entry["n"], entry["because"], entry["form"]) == (1, "materials", "form-missing")
    assert entry["lines"] == ["0.not-brought", "1.follows"]
    words = repr(at.slip)
    assert "带原件，复印件不收" in words and "周一到周五都可以来" in words and "王＊＊" in words and "王小明" not in words
    assert not any("复印件" in repr(entry.body) or "周一" in repr(entry.body) for entry in await at.town.store.ledger_of(at.session)), "free text is no one's entry"
    given = at.desk.notice
    assert isinstance(given, NoticeGiven) and given.lines == [NoticeSaid(0, "not-brought"), NoticeSaid(1, "follows")]
    assert not given.only_follows and given.follow_by == entry["follow-by"] is not None


async def test_nobody_is_sent_home_without_it_and_the_kiosk_shows_what_to_bring(at: Counter) -> None:
    refused = await at.town.refuses(at.li, desk.EndSession(request(), at.session, "returned"))
    assert refused.code == "notice-needed"
    await at.does(at.notice(lines=[MISSING, FOLLOWS], follow_days=5))
    await at.does(desk.EndSession(request(), at.session, "returned"))
    name = at.town.books.material_name(SERVICE, at.town.clock.now(), 0, "zh-CN")
    (told,) = at.farewell.notices
    assert told.lines[0] == LackingLine(str(name), "not-brought")
    assert at.farewell.papers == [OwnPaper("notice", 1, told.case, told.service_name)]
    assert at.desk.wrap_up is not None and at.desk.wrap_up.notice is not None
    await at.does(desk.CompleteWrapUp(request(), at.session, "returned", ""))
    stored = await at.town.store.session(at.session)
    assert stored is not None and isinstance(stored.state, Closed)
    notice = stored.state.cases[0].file.notice
    assert notice is not None and notice.lines == (NoticeLine(0, "not-brought"), NoticeLine(1, "follows"))


async def test_gaps_are_accepted_when_they_may_follow_and_have_a_day(at: Counter) -> None:
    assert await at.refuses(lines=[Line(0, "seen"), FOLLOWS]) == "notice-wrong", "until when is not said"
    await at.does(at.notice(lines=[MISSING]))
    assert (await at.town.refuses(at.li, desk.EndSession(request(), at.session, "accepted-with-gaps"))).code == "materials-missing"
    await at.does(at.notice(lines=[Line(0, "seen"), FOLLOWS, Line(2, "follows")], follow_days=20))
    await at.does(desk.EndSession(request(), at.session, "accepted-with-gaps"))
    assert at.farewell.outcome == "accepted-with-gaps" and len(at.farewell.notices) == 1
    assert [line.reason for line in at.farewell.notices[0].lines] == ["follows", "follows"], "what was seen is not lacking"


async def test_a_second_notice_is_one_and_a_supervisor_looks_at_it(at: Counter) -> None:
    await at.does(at.notice(lines=[MISSING]))
    assert not [i for i in await at.town.store.evidence.incidents("jinshan") if i.kind == "notice-twice"]
    await at.does(at.notice("withdrawn"))
    assert [entry["n"] for entry in await at.bodies("notice-given")] == [1, 2]
    assert [i.session for i in await at.town.store.evidence.incidents("jinshan") if i.kind == "notice-twice"] == [at.session]
    assert len(at.town.album.of(at.session, "notice.paper")) == 2, "the first one stays proved"


@pytest.mark.parametrize(("said", "code"), [
    ({"lines": [Line(9, "not-brought")]}, "unknown-material"),
    ({"lines": [Line(0, "follows")], "follow_days": 5}, "notice-wrong"),
    ({"lines": [FOLLOWS], "follow_days": 5}, "notice-incomplete"),
    ({"lines": [Line(0, "seen")]}, "notice-empty"),
    ({"lines": [MISSING], "form": "signature-missing"}, "notice-wrong"),
    ({"because": "other", "remark": "  "}, "notice-empty"),
])  # fmt: skip
async def test_what_is_not_so_is_refused_and_nothing_is_printed(at: Counter, said: dict[str, Any], code: str) -> None:
    assert await at.refuses(**said) == code
    assert not at.town.press.slips and not at.town.album.papers


async def test_a_notice_that_was_given_is_given_when_it_is_said_again(at: Counter) -> None:
    m = at.notice(lines=[MISSING])
    for _ in range(2):
        await at.does(m)
    assert len(at.town.press.slips) == len(await at.bodies("notice-given")) == 1


async def test_a_full_disk_refuses_it_and_it_can_be_given_later(at: Counter) -> None:
    at.town.album.full = True
    assert await at.refuses(lines=[MISSING]) == "not-recordable"
    at.town.album.full = False
    await at.does(at.notice(lines=[MISSING]))
