"""Somebody whose card is lost, and who reads large letters only, asks for a temporary one: it is collected for home and promised within three working days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from config.calendar import beijing
from config.clock import SystemClock
from tests.browser import flagship
from tests.browser.flagship import Filled, sample_number
from tests.browser.pages.stage import nothing_serious
from tests.browser.window import keep, mark, shows, touch

NAME, SERVICE = "flagship-temporary-card", "jinshan-temporary-identity-card"
RESIDENT, BIRTH = "周福根", "1951-03-08"
NUMBER = sample_number(BIRTH, 11)
SAID = {"card-applied": "yes", "registered-there": "yes", "under-16": "no"}
REGISTER = 0
PAGES = (
    Filled(
        "person",
        {"name": RESIDENT, "sex": "male", "birth": BIRTH, "id-number": NUMBER},
        {"ethnic-group": "汉族", "household": "上海市金山区朱泾镇人民路2号"},
    ),
    Filled("application", {"reason": "replacement", "under-16": "no"}, {"lost-on": "2026-10-08"}),
    Filled("delivery", {"phone": "13900139000", "delivery": "collect"}),
)


@pytest.mark.timeout(300)
async def test_a_temporary_card_is_asked_for_in_large_letters_and_has_its_day(tmp_path: Path) -> None:
    service = flagship.the_service(SERVICE)
    form = flagship.the_form(service)
    async with flagship.whole_window(tmp_path / "data", "jinshan") as (w, homes):
        kiosk = await flagship.idle_kiosk(w)
        await touch(kiosk, "letters-1.5")
        await flagship.chooses_service(kiosk, service, "jinshan", SAID)
        await flagship.says_who(kiosk, RESIDENT)
        ticket = await w.agree(kiosk)
        await shows(kiosk, "screen-waiting")
        assert await mark(kiosk, "number").inner_text() == ticket
        await keep(kiosk, f"{NAME}-waiting")
        desk = await w.desk()
        session = await flagship.is_rung(kiosk, desk, name=NAME)

        await flagship.lays_down(kiosk, desk, REGISTER, ("booklet", "booklet"), name=NAME)
        assert await mark(desk, "check-still").count() == 0, "nobody has lent a power to vouch for the original here"
        await flagship.fills_in(kiosk, desk, form, PAGES, name=NAME)
        await flagship.sign_everybody(kiosk, desk, form, name=NAME)

        today = beijing(SystemClock().now()).date()
        code = await flagship.is_accepted(kiosk, desk, name=NAME)
        await nothing_serious(kiosk, "a farewell in large letters")
        due = await (await shows(kiosk, "due")).get_attribute("data-due")
        assert due and (dt.date.fromisoformat(due) - today).days >= service.working_days
        number = await mark(kiosk, "case").inner_text()
        await flagship.goes_home(kiosk, RESIDENT, NUMBER)
        await flagship.wraps_up(desk, name=NAME)

        assert flagship.of_ledger(w, session, "due-promised") == [{"case": number, "day": due}]
        arrived = await homes["jinshan"].gets(w.served, session, number)
        flagship.holds_everything(w, arrived, service, {REGISTER: 2}, written=(RESIDENT, NUMBER, number))
        assert arrived.metadata["parties"] == [{"place": 0, "name": RESIDENT, "level": "card-seen"}]
        assert (arrived.case["outcome"], arrived.case["due"], arrived.case["referred-to"]) == ("accepted", due, None)
        await flagship.stands(await w.kiosk(1), code, service=service, due=due, untold=(RESIDENT, NUMBER, number, session), name=NAME)
