"""A resident of Jinshan who lives in Haiyan renews their identity card: guided from home, and an appointment at an office nearby."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import flagship
from tests.browser.flagship import Filled, sample_number
from tests.browser.test_notice_and_receipt import kiosk_in
from tests.browser.window import mark, shows

NAME, SERVICE = "flagship-identity-card", "jinshan-identity-card"
RESIDENT, BIRTH = "王䶮芳", "1949-12-31"
NUMBER = sample_number(BIRTH, 2)
SAID = {"registered-there": "yes", "reason": "renewal", "recognisable": "yes", "under-16": "no"}
PRESENT_CARD, PHOTOGRAPH = 0, 1
PAGES = (
    Filled(
        "person",
        {"name": RESIDENT, "sex": "female", "birth": BIRTH, "id-number": NUMBER},
        {"ethnic-group": "汉族", "household": "上海市金山区龙胜路1000号"},
    ),
    Filled("application", {"reason": "renewal", "under-16": "no"}),
    Filled("delivery", {"phone": "13800138000", "delivery": "post", "post-address": "浙江省海盐县武原街道新桥路1号"}, {"remark": "原证件已到期"}),
)


@pytest.mark.timeout(300)
async def test_a_card_is_renewed_and_the_police_of_home_have_it_in_their_own_system(tmp_path: Path) -> None:
    service = flagship.the_service(SERVICE)
    form = flagship.the_form(service)
    async with flagship.whole_window(tmp_path / "data", "jinshan") as (w, homes):
        desk, kiosk = await w.desk(), await flagship.idle_kiosk(w)
        await flagship.chooses_service(kiosk, service, "jinshan", SAID)
        await flagship.says_who(kiosk, RESIDENT)
        await w.agree(kiosk)
        session = await flagship.is_rung(kiosk, desk, name=NAME)
        assert await mark(desk, "resident").inner_text() == RESIDENT, "a rare character is drawn, and counts as one"

        await flagship.lays_down(kiosk, desk, PRESENT_CARD, ("card",), name=NAME)
        await flagship.is_checked(desk, PRESENT_CARD)
        await flagship.lays_down(kiosk, desk, PHOTOGRAPH, ("photograph",), name=NAME)
        await flagship.fills_in(kiosk, desk, form, PAGES, name=NAME)
        await flagship.sign_everybody(kiosk, desk, form, name=NAME)

        code = await flagship.is_accepted(kiosk, desk, name=NAME)
        due = await (await shows(kiosk, "due")).get_attribute("data-due")
        assert due, "the office nearby gives its appointment at once"
        number = await mark(kiosk, "case").inner_text()
        await flagship.goes_home(kiosk, RESIDENT, NUMBER)
        await flagship.wraps_up(desk, name=NAME)

        arrived = await homes["jinshan"].gets(w.served, session, number)
        flagship.holds_everything(w, arrived, service, {PRESENT_CARD: 1, PHOTOGRAPH: 1}, written=(RESIDENT, NUMBER, number))
        assert arrived.metadata["parties"] == [{"place": 0, "name": RESIDENT, "level": "card-seen"}]
        assert (arrived.case["home-code"], arrived.case["host-code"], arrived.case["due"]) == ("310116", "330424", due)
        [card, photograph] = [page for each in arrived.metadata["materials"] for page in each["pages"]]
        assert card["checked"]["agreement"] == "sample" and card["checked"]["file"] in arrived.names and "checked" not in photograph
        await flagship.stands(await kiosk_in(w, "jinshan"), code, service=service, due=due, untold=(RESIDENT, NUMBER, number, session), name=NAME)
