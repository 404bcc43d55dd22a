"""The wrong home was chosen: its clerk refers the case, one touch goes on with the right one, and each home has its own case, clerk, record and file."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from signaling.store.sqlite import FILE_NAME
from tests.browser import flagship
from tests.browser.home_system import HomeSystem
from tests.browser.pages.stage import nothing_serious
from tests.browser.test_review import ASK
from tests.browser.window import Window, keep, mark, shows, touch, until

NAME, CHOSEN, RIGHT = "referral", "jinshan-identity-card", "pinghu-identity-card"
RESIDENT = "沈阿珍"
SAID = {"registered-there": "yes", "reason": "renewal", "recognisable": "yes", "under-16": "no"}
CARD = 0
SESSIONS = "() => [...document.querySelectorAll('[data-test=session]')].map((each) => each.dataset.session)"


def kept(w: Window, session: str) -> dict[str, Any]:
    """What the store holds of the visit and of its only case."""
    with contextlib.closing(sqlite3.connect(f"file:{w.served.data / FILE_NAME}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        [visit] = db.execute("select home, host, state_name from session where id = ?", (session,)).fetchall()
        [case] = db.execute("select number, home, host, service, outcome, referred_to from case_record where session = ?", (session,)).fetchall()
    return {**dict(case), "visit": tuple(visit)}


async def refers(desk: Page, kiosk: Page) -> None:
    """The card under the camera was issued in Pinghu: the clerk says so and ends the talk with it."""
    await touch(desk, "end")
    await touch(desk, "end-referred")
    assert await mark(desk, "end-yes").is_disabled(), "whoever is referred is told where"
    await touch(desk, "end-home-pinghu")
    await keep(desk, f"{NAME}-end")
    await touch(desk, "end-yes")
    assert await (await shows(kiosk, "outcome")).get_attribute("data-outcome") == "referred"
    assert await mark(kiosk, "referred-to").get_attribute("data-home") == "pinghu"
    await shows(kiosk, "receipt-code")
    await nothing_serious(kiosk, "where to go on")
    await keep(kiosk, f"{NAME}-where-to-go-on")


async def sees_nothing_of(desk: Page, other: Page, session: str) -> None:
    """Neither in the line nor by asking for it: what the other home's clerk has before them does not exist here."""
    assert await mark(desk, f"waiting-{session}").count() == await mark(desk, "ring").count() == 0
    assert RESIDENT not in await desk.content()
    page = str(await mark(other, f"material-{CARD}").locator(".still img").get_attribute("src"))
    assert session in page and (await other.evaluate(ASK, page))[0] == 200
    for path in (page, f"/api/v1/sessions/{session}/form/paper"):
        never = path.replace(session, "AAAAAAAAAAAAAAAA")
        assert (await desk.evaluate(ASK, path))[0] == 404
        assert await desk.evaluate(ASK, path) == await desk.evaluate(ASK, never), "the same answer as for a visit that never was"


@pytest.mark.timeout(300)
async def test_a_case_of_the_wrong_home_ends_there_and_another_begins_at_the_right_one(tmp_path: Path) -> None:
    chosen, right = flagship.the_service(CHOSEN), flagship.the_service(RIGHT)
    async with flagship.whole_window(tmp_path / "data", "jinshan", "pinghu") as (w, homes):
        desk, kiosk = await w.desk(), await flagship.idle_kiosk(w)
        await flagship.chooses_service(kiosk, chosen, "jinshan", SAID)
        await flagship.says_who(kiosk, RESIDENT)
        await w.agree(kiosk)
        first = await flagship.is_rung(kiosk, desk, name=f"{NAME}-jinshan")
        await flagship.lays_down(kiosk, desk, CARD, ("card",), name=f"{NAME}-jinshan")
        number = await mark(desk, "case").inner_text()
        await refers(desk, kiosk)

        await touch(kiosk, "go-on-with-pinghu")
        await kiosk.locator(f"[data-test='screen-question'][data-service='{RIGHT}']").wait_for()
        assert RESIDENT not in await kiosk.content(), "another visit begins"
        await keep(kiosk, f"{NAME}-goes-on")
        await flagship.wraps_up(desk, name=f"{NAME}-jinshan")
        await flagship.prepares(kiosk, right, SAID)
        await flagship.says_who(kiosk, RESIDENT)
        await w.agree(kiosk)
        await shows(kiosk, "screen-waiting")

        other = await w.desk(home="pinghu")
        second = await flagship.is_rung(kiosk, other, name=f"{NAME}-pinghu")
        assert await mark(other, "service").get_attribute("data-service") == RIGHT
        assert await until(desk, "() => document.querySelector('[data-test=presence]')?.dataset.presence") == "available"
        await flagship.lays_down(kiosk, other, CARD, ("card",), name=f"{NAME}-pinghu")
        await sees_nothing_of(desk, other, second)
        await flagship.is_accepted(kiosk, other, name=f"{NAME}-pinghu")
        further = await mark(kiosk, "case").inner_text()
        await flagship.goes_home(kiosk, RESIDENT)
        await flagship.wraps_up(other, name=f"{NAME}-pinghu")

        await both_are_right(w, homes, (first, number), (second, further))


async def both_are_right(w: Window, homes: dict[str, HomeSystem], first: tuple[str, str], second: tuple[str, str]) -> None:
    """Two visits, two cases, two files; neither home has anything of the other's."""
    for home, (session, number), service, outcome, to in (("jinshan", first, CHOSEN, "referred", "pinghu"), ("pinghu", second, RIGHT, "accepted", None)):
        arrived = await homes[home].gets(w.served, session, number)
        assert [folder.name for folder in homes[home].has()] == [f"{home}.{number}.1"], "once, and nothing else"
        assert (arrived.case["service"], arrived.case["outcome"], arrived.case["referred-to"], arrived.case["clerk"]) == (service, outcome, to, f"{home}-clerk-1")
        assert [len(each["pages"]) for each in arrived.metadata["materials"]] == [1]
        stored = {"number": number, "home": home, "host": "haiyan", "service": service, "outcome": outcome, "referred_to": to}
        assert kept(w, session) == {**stored, "visit": (home, "haiyan", "Closed")}
        assert flagship.of_ledger(w, session, "case-settled") == [{"case": number, "outcome": outcome, "to": to}]
        assert {body["by"] for body in flagship.of_ledger(w, session, "head-signed")} == {home, "haiyan"}
        supervisor = await w.review(home=home)
        assert await until(supervisor, f"() => {{ const all = ({SESSIONS})(); return all.length > 0 && all; }}") == [session]
