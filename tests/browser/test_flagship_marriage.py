"""A couple at a kiosk in Haiyan prepare their marriage with the registry in Jinshan: from the idle screen to the registry's own system."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import flagship
from tests.browser.flagship import Filled, sample_number
from tests.browser.test_notice_and_receipt import kiosk_in
from tests.browser.window import keep, mark, shows

NAME, SERVICE = "flagship-marriage", "jinshan-marriage-registration"
MAN, WOMAN = "李国强", "张明月"
SAID = {"both-mainland": "yes", "of-age": "yes", "free-to-marry": "both-free", "both-come": "yes", "both-cards": "yes"}
CARDS, DECLARATION = 0, 1
PAGES = (
    Filled(
        "man",
        {"man-name": MAN, "man-birth": "1998-05-20", "man-nationality": "china", "man-id-number": sample_number("1998-05-20", 1), "man-household": "上海市金山区龙胜路1000号"},
        {"man-marital-status": "never-married"},
    ),
    Filled(
        "woman",
        {"woman-name": WOMAN, "woman-birth": "1999-08-16", "woman-nationality": "china", "woman-id-number": sample_number("1999-08-16", 2), "woman-household": "浙江省海盐县武原街道新桥路1号"},
        {"woman-marital-status": "never-married"},
    ),
    Filled("statement", {"man-agrees": "yes", "woman-agrees": "yes", "phone": "13800138000"}, {"registry-note": "双方均在场"}),
)


@pytest.mark.timeout(300)
async def test_two_prepare_their_marriage_and_the_registry_has_it_in_its_own_system(tmp_path: Path) -> None:
    service = flagship.the_service(SERVICE)
    form = flagship.the_form(service)
    async with flagship.whole_window(tmp_path / "data", "jinshan") as (w, homes):
        desk, kiosk = await w.desk(), await flagship.idle_kiosk(w)
        await flagship.chooses_service(kiosk, service, "jinshan", SAID)
        await flagship.says_who(kiosk, MAN, WOMAN)
        await w.agree(kiosk)
        session = await flagship.is_rung(kiosk, desk, name=NAME)
        assert [await mark(desk, f"party-{n}").get_attribute("data-level") for n in (0, 1)] == ["declared", "declared"]
        await keep(kiosk, f"{NAME}-talk")
        await keep(desk, f"{NAME}-talk-desk")

        await flagship.lays_down(kiosk, desk, CARDS, ("card", "card"), name=NAME)
        await flagship.lays_down(kiosk, desk, DECLARATION, ("form",), name=NAME)
        await flagship.is_checked(desk, CARDS)
        await flagship.fills_in(kiosk, desk, form, PAGES, name=NAME)
        await flagship.sign_everybody(kiosk, desk, form, name=NAME)

        code = await flagship.is_accepted(kiosk, desk, name=NAME)
        due = await (await shows(kiosk, "due")).get_attribute("data-due")
        assert due, "a registry gives its appointment at once"
        number = await mark(kiosk, "case").inner_text()
        await flagship.goes_home(kiosk, MAN, WOMAN)
        await flagship.wraps_up(desk, name=NAME)

        arrived = await homes["jinshan"].gets(w.served, session, number)
        flagship.holds_everything(w, arrived, service, {CARDS: 2, DECLARATION: 1}, written=(MAN, WOMAN, number))
        assert arrived.metadata["parties"] == [{"place": n, "name": name, "level": "card-seen"} for n, name in enumerate((MAN, WOMAN))]
        assert (arrived.case["service-name"], arrived.case["due"], arrived.case["clerk"]) == (service.name.zh, due, "jinshan-clerk-1")
        assert [body["party"] for body in flagship.of_ledger(w, session, "identity-seen")] == [0, 1]
        [cards] = [each for each in arrived.metadata["materials"] if each["material"] == CARDS]
        assert ["checked" in page for page in cards["pages"]] == [True, False]
        untold = (MAN, WOMAN, number, session)
        await flagship.stands(await kiosk_in(w, "jinshan"), code, service=service, due=due, untold=untold, name=NAME)
