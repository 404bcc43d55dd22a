"""Remote operation on its way: what the clerk does goes to the kiosk only under the grant that stands, what was done comes back on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from signaling.wire import control, forms, pointing
from signaling.wire.asks import AnswerAsk
from signaling.wire.desk import Hold
from tests.signaling.office.declaration import Declaration
from tests.signaling.office.world import Town, request

PRESS = control.Press(0.5, 0.25)


class Window(Declaration):
    """The kiosk's desktop can open two windows."""

    async def offered(self) -> None:
        windows = [control.OfferedWindow("portal", "办事网", "Portal"), control.OfferedWindow("mail", "邮箱", "Mail")]
        await self.does("resident", control.OfferWindows(request(), self.session, windows))

    async def granted(self, scope: str = "portal", level: control.Level = "control", minutes: int = 5) -> str:
        ask = control.AskForControl(request(), self.session, scope, level, "fill-in", minutes)
        await self.does("clerk", ask)
        await self.does("resident", AnswerAsk(request(), self.session, ask.id, True))
        return ask.id

    def operate(self, grant: str, action: Any = PRESS) -> control.Operate:
        return control.Operate(request(), self.session, grant, action)

    def report(self, grant: str, *lines: control.UsedLine) -> control.ReportControl:
        return control.ReportControl(request(), self.session, grant, list(lines) or [control.UsedLine("pressed")])

    @property
    def granted_now(self) -> control.Granted | None:
        desk = self.town.mail.desk[self.clerk.id].talk
        assert desk is not None
        return desk.grant


@pytest.fixture
async def window() -> AsyncIterator[Window]:
    async with Town() as town:
        window = await Window.begun(town)
        assert isinstance(window, Window)
        await window.offered()
        yield window


async def test_both_see_what_may_be_operated_and_until_when(window: Window) -> None:
    desk = window.town.mail.desk[window.clerk.id].talk
    assert desk is not None and [(each.window, each.name) for each in desk.windows] == [("portal", "办事网"), ("mail", "邮箱")]
    grant = await window.granted()
    expected = control.Granted(grant, "portal", "control", "fill-in", window.town.clock.now() + 300)
    screen = window.town.mail.kiosk[window.kiosk.id].screen
    assert window.granted_now == screen.talk.grant == expected  # type: ignore[union-attr] # in the talk
    await window.town.later(301)
    assert window.granted_now is None
    (ended,) = await window.entries("control-ended")
    assert (ended.body["grant"], ended.body["because"]) == (grant, "time-over")


async def test_what_the_clerk_does_goes_to_the_kiosk_and_is_kept_nowhere(window: Window) -> None:
    grant, before = await window.granted(), await window.town.facts()
    actions = (PRESS, control.Letters("章，立早章"), control.Key("Tab"))
    for action in actions:
        await window.does("clerk", window.operate(grant, action))
    assert [(now.grant, now.action) for now in window.told("resident", control.OperateNow)] == [(grant, action) for action in actions]
    assert window.told("clerk", control.OperateNow) == []
    before_ledger = before[window.session][1]
    assert await window.town.store.ledger_of(window.session) == before_ledger


async def test_without_the_grant_that_stands_nothing_goes_there(window: Window) -> None:
    assert await window.refused("clerk", window.operate("ask-00001")) == "no-grant"
    seen = await window.granted(level="view")
    assert await window.refused("clerk", window.operate(seen)) == "view-only"
    await window.does("clerk", control.StopControl(request(), window.session, seen, "done"))
    form = await window.granted("form")
    assert await window.refused("clerk", window.operate(form)) == "no-grant", "the form is filled in by edits"
    portal = await window.granted()
    assert await window.refused("clerk", window.operate(form)) == "no-grant", "an earlier one"
    assert await window.refused("resident", window.operate(portal)) in ("not-allowed", "unknown-session")
    await window.does("clerk", Hold(request(), window.session))
    assert await window.refused("clerk", window.operate(portal)) == "no-grant"
    assert window.told("resident", control.OperateNow) == []


async def test_what_was_done_is_on_record_and_then_shown_to_the_clerk(window: Window) -> None:
    grant = await window.granted()
    lines = (control.UsedLine("typed", "name", 3), control.UsedLine("refused", code="covered"))
    await window.does("resident", window.report(grant, *lines))
    (told,) = window.told("clerk", control.ControlReported)
    assert (told.grant, told.lines) == (grant, list(lines))
    assert [dict(entry.body) for entry in await window.entries("control-used")] == [
        {"grant": grant, "did": "typed", "field": "name", "count": 3, "code": None}, {"grant": grant, "did": "refused", "field": None, "count": 1, "code": "covered"},
    ]


async def test_a_report_that_comes_just_after_the_end_is_taken_and_one_of_an_earlier_grant_is_not(window: Window) -> None:
    first = await window.granted()
    await window.does("resident", control.StopControl(request(), window.session, first, "stop-key"))
    await window.does("resident", window.report(first))
    second = await window.granted("mail")
    assert await window.refused("resident", window.report(first)) == "no-grant"
    await window.does("resident", window.report(second))
    assert [entry.body["grant"] for entry in await window.entries("control-used")] == [first, second]


async def test_a_report_that_is_said_twice_is_entered_once(window: Window) -> None:
    report = window.report(await window.granted())
    for _ in range(2):
        await window.does("resident", report)
    assert len(await window.entries("control-used")) == 1


async def test_the_clerk_reports_nothing(window: Window) -> None:
    grant = await window.granted()
    assert await window.refused("clerk", window.report(grant)) in ("not-allowed", "unknown-session")


async def test_both_point_at_the_form_that_lies_there_and_at_no_other() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        here = pointing.PointInForm(request(), session, "name", 7, [pointing.Spot(100, 5000)], ended=False)
        assert (await town.refuses(li, here)).code == "no-form"
        await town.does(li, forms.LayForm(request(), session))
        for who, to, by in ((li, kiosk.id, "clerk"), (kiosk, "li", "resident")):
            await town.does(who, msgspec.structs.replace(here, id=request()))
            assert (to, pointing.PointedInForm(session, by, "name", 7, [pointing.Spot(100, 5000)], ended=False)) in town.mail.sent
        await town.does(li, forms.PutFormAway(request(), session))
        assert (await town.refuses(kiosk, msgspec.structs.replace(here, id=request()))).code == "no-form"
