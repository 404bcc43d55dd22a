"""The whole server, asked over its real socket: an agreement that has ended refuses the act, and each refusal is an event of the session."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from config.calendar import beijing
from config.clock import SystemClock
from config.library import Library
from config.powers import Power, Powers
from signaling.domain.permissions import Actor
from signaling.wire import asks, desk
from tests.signaling.every_entry import KIOSK, LI, SERVICE, SKILLS
from tests.signaling.office.world import request
from tests.signaling.whole import Whole

COLLEAGUE = Actor("clerk", "colleague", "jinshan", SKILLS)
OVERSEES = Actor("supervisor", "supervisor-jinshan", "jinshan")
FOREIGN = Actor("clerk", "clerk-pinghu", "pinghu", SKILLS)


def ended_yesterday(shipped: Library) -> Library:
    """Jinshan's one grant to Haiyan's windows held until yesterday."""
    yesterday = beijing(SystemClock().now()).date() - dt.timedelta(days=1)
    power = Power(
        grantor="jinshan", grantee="haiyan", act="accept-papers", services="all", agreement="2023-09-22", valid_from=dt.date(2023, 9, 22), valid_to=yesterday
    )
    return shipped._replace(powers=Powers([power], shipped.jurisdictions, shipped.catalogue))


async def test_an_agreement_that_has_ended_takes_no_page_in_and_leaves_an_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Whole(tmp_path, monkeypatch, library=ended_yesterday) as whole:
        for actor in (KIOSK, LI):
            await whole.knows(actor)
        session = await whole.talk(KIOSK, LI, SERVICE)
        li = await whole.calls(LI)
        view = await li.sees(lambda view: view["talk"] is not None)
        assert (view["talk"]["may_take_in"], view["talk"]["may_check"]) == (False, False)
        refused = await li.ask(asks.AskForPage(request(), session, 0))
        assert (refused["type"], refused["code"], refused["text"]) == ("refused", "no-power", "属地现在没有授权这个窗口办这件事。")
        (entry,) = await whole.entered(session, "access-refused")
        assert (entry["actor"], entry["act"], entry["code"]) == ("clerk:clerk-jinshan", "ask-for-page", "no-power")
        assert await whole.entered(session, "asked") == [], "the resident was asked nothing"
        catalogue = whole.server._offerings.for_kiosk(KIOSK.id, "haiyan")
        assert [each.delivery for each in catalogue.services if each.code == SERVICE] == [["post"]], "and nothing nearby is promised"
        assert [each.delivery for each in catalogue.services if each.code == "jinshan-temporary-identity-card"] == [["collect-at-home"]]


async def test_a_refusal_over_the_socket_is_the_same_event_as_over_http_and_once_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Whole(tmp_path, monkeypatch) as whole:
        for actor in (KIOSK, LI, COLLEAGUE, FOREIGN, OVERSEES):
            await whole.knows(actor)
        session = await whole.talk(KIOSK, LI, SERVICE)
        foreign, colleague = await whole.calls(FOREIGN), await whole.calls(COLLEAGUE)
        for _ in range(20):
            assert (await foreign.ask(desk.Hold(request(), session)))["code"] == "unknown-session"
        assert (await colleague.ask(desk.Hold(request(), session)))["code"] == "not-now"
        assert (await foreign.ask(desk.Hold(request(), "session-that-never-was")))["code"] == "unknown-session"
        assert (await whole.ask(FOREIGN, "GET", f"/api/v1/sessions/{session}/stills/4200/page"))[1] == "unknown-session"
        entries = await whole.entered(session, "access-refused")
        assert [(entry["actor"], entry["act"], entry["code"]) for entry in entries] == [
            ("clerk:clerk-pinghu", "hold", "unknown-session"), ("clerk:colleague", "hold", "not-now"),
            ("clerk:clerk-pinghu", "GET /api/v1/sessions/{session}/stills/{still}/{form}", "unknown-session"),
        ]
        assert (await whole.ask(OVERSEES, "GET", f"/api/v1/sessions/{session}/integrity"))[1] == "purpose-needed"
        (last,) = [entry for entry in await whole.entered(session, "access-refused") if entry["by"] == OVERSEES.id]
        assert last["code"] == "purpose-needed", "also what a handler refuses that knows more than the table"
        assert all({"by", "of", "kind", "act", "code"} <= set(entry) for entry in entries)
        (made_up,) = await whole.store.record.deeds("pinghu")
        assert (made_up.actor, made_up.body) == ("clerk:clerk-pinghu", {"act": "hold", "code": "unknown-session", "kind": "clerk"}), "their own knows who guesses"
        metrics = whole.server._metrics.text().decode()
        assert 'virtual_window_refused_again_total{code="unknown-session"} 19.0' in metrics, "what is not entered is counted"
