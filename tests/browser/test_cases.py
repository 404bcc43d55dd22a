"""Several cases in a visit, several people in a case, a case in several visits, and a referral: in real browsers, over the real server."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from config.clock import SystemClock
from config.logs import get_logger
from config.secret import Secret
from kiosk.identity.door import CardDoor
from kiosk.identity.standin import SAMPLES, StandIn
from tests.browser.pages.stage import LANDSCAPE, PORTRAIT, nothing_serious
from tests.browser.questions import go_on
from tests.browser.window import DESK, everybody_is_known, keep, mark, sees, session_of, shows, touch, until, window

CARD, TEMPORARY = "jinshan-identity-card", "jinshan-temporary-identity-card"
TOKEN = "a-word-of-the-test-that-nobody-guesses"
ON_TABLE = "service => document.querySelector('[data-test=service]')?.dataset.service === service"
SETTLED = "service => document.querySelector(`.case-tab[data-service='${service}']`)?.dataset.outcome"
OUTCOMES = "() => [...document.querySelectorAll('[data-test=farewell-case]')].map((each) => each.dataset.outcome)"


async def both_ways(kiosk: Page, name: str) -> None:
    """As an upright and as a broad kiosk shows it, and without a barrier."""
    await keep(kiosk, name)
    await nothing_serious(kiosk, name)
    await kiosk.set_viewport_size({"width": LANDSCAPE[0], "height": LANDSCAPE[1]})
    await keep(kiosk, f"{name}-landscape")
    await kiosk.set_viewport_size({"width": PORTRAIT[0], "height": PORTRAIT[1]})


async def wide_and_small(desk: Page, name: str) -> None:
    await keep(desk, name)
    await nothing_serious(desk, name)
    await desk.set_viewport_size({"width": 1920, "height": 1080})
    await keep(desk, f"{name}-wide")
    await desk.set_viewport_size({"width": DESK[0], "height": DESK[1]})


async def to_names(kiosk: Page, service: str, event: str) -> None:
    """From the idle screen to the question who applies."""
    for control in ("begin", "home-jinshan", f"life-event-{event}", f"service-{service}"):
        await touch(kiosk, control)
    await go_on(kiosk)
    await touch(kiosk, "go-on")


async def named(kiosk: Page, name: str) -> None:
    await (await shows(kiosk, "name")).fill(name)
    await touch(kiosk, "go-on")
    await shows(kiosk, "screen-consent")


async def meet(kiosk: Page, desk: Page) -> str:
    """The clerk answers, and both see each other; returns the session's id."""
    await touch(desk, "answer")
    await sees(desk, "resident")
    await sees(kiosk, "clerk")
    for page in (kiosk, desk):
        await until(page, "() => document.querySelector('[data-test=recording]').dataset.recording === 'recording'")
    return await session_of(kiosk)


async def test_two_cases_in_one_visit_with_an_outcome_each(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        desk, kiosk = await w.desk(), await w.kiosk()
        await to_names(kiosk, CARD, "identity")
        await named(kiosk, "王小明")
        await w.agree(kiosk)
        session = await meet(kiosk, desk)
        assert await desk.locator(".case-tab").count() == 0, "one case alone needs no tab"
        assert await mark(kiosk, "which-case").text_content() == ""

        await touch(desk, "case-more")
        await shows(desk, "openable")
        await keep(desk, "counter-one-case-more")
        await touch(desk, f"open-{TEMPORARY}")
        await until(desk, ON_TABLE, TEMPORARY)
        await until(kiosk, "() => document.querySelector('[data-test=talk-service]').dataset.service === 'jinshan-temporary-identity-card'")
        assert "2" in str(await mark(kiosk, "which-case").text_content())
        await both_ways(kiosk, "kiosk-second-case")
        await shows(desk, "case-drop")
        await wide_and_small(desk, "counter-two-cases")

        await touch(desk, "end")
        await shows(desk, "cases-open")
        await shows(desk, "identity-too-low")
        assert await mark(desk, "end-accepted").is_disabled() and await mark(desk, "end-yes").is_disabled()
        await wide_and_small(desk, "counter-end-with-an-open-case")
        await touch(desk, "end-no")
        await everybody_is_known(desk)
        await touch(desk, "end")
        await desk.locator('[data-test="cases-open"] button').click()
        await touch(desk, "settle-accepted")
        await keep(desk, "counter-settle")
        await nothing_serious(desk, "what becomes of a case")
        await touch(desk, "settle-yes")
        await until(desk, SETTLED, CARD)
        assert await mark(desk, "cases-open").count() == 0
        await touch(desk, "end-referred")
        assert await mark(desk, "end-yes").is_disabled(), "whoever is referred is told where"
        await touch(desk, "end-home-pinghu")
        await wide_and_small(desk, "counter-end-refers")
        await touch(desk, "end-yes")

        await shows(kiosk, "farewell-case")
        assert await until(kiosk, OUTCOMES) == ["accepted", "referred"]
        assert await (await shows(kiosk, "due")).inner_text(), "until when the first is decided"
        assert await mark(kiosk, "referred-to").get_attribute("data-home") == "pinghu"
        await shows(kiosk, "receipt-code")
        await both_ways(kiosk, "kiosk-two-outcomes")
        await shows(desk, "wrap-up")
        await shows(desk, "other-cases")
        await wide_and_small(desk, "counter-wrap-up-two-cases")
        await touch(desk, "complete")
        await shows(desk, "stage-quiet")
        settled = [(body["outcome"], body["to"]) for what, body in w.served.ledger(session) if what == "case-settled"]
        assert settled == [("accepted", None), ("referred", "pinghu")]


async def test_a_couple_one_by_card_and_one_whose_card_the_clerk_looks_at(tmp_path: Path) -> None:
    reader, (first, _) = StandIn(), SAMPLES
    async with window(tmp_path / "data") as w, CardDoor(reader, Secret(TOKEN), SystemClock(), get_logger("test")).serve(0, [w.served.url]) as door:
        desk = await w.desk()
        kiosk = await w.page(w.in_the_hall, PORTRAIT)
        code = await w.served.enrolment_code(w.served.kiosk()["id"])
        await kiosk.goto(f"/kiosk#enrol={code}&desktop={door}.{TOKEN}")
        await shows(kiosk, "screen-idle")
        await to_names(kiosk, "jinshan-marriage-registration", "marriage")
        await shows(kiosk, "screen-identity-put-card")
        await both_ways(kiosk, "kiosk-who-puts-card")
        reader.lay(first)
        await touch(kiosk, "that-is-me")
        await kiosk.locator('[data-test="screen-identity-put-card"][data-index="2"]').wait_for()
        assert first.number not in await kiosk.content()
        await both_ways(kiosk, "kiosk-the-other-of-a-couple")
        await touch(kiosk, "no-card")
        await (await shows(kiosk, "name")).fill("李国强")
        await keep(kiosk, "kiosk-second-name")
        await touch(kiosk, "go-on")
        await shows(kiosk, "person-1")
        await both_ways(kiosk, "kiosk-both-are-here")
        await touch(kiosk, "go-on")
        await shows(kiosk, "screen-consent")
        await w.agree(kiosk)
        session = await meet(kiosk, desk)

        assert await (await shows(desk, "party-0")).get_attribute("data-level") == "card-read"
        assert first.number in await mark(desk, "party-number-0").inner_text(), "whole for the clerk who serves them"
        assert first.number not in await kiosk.content()
        await wide_and_small(desk, "counter-couple")
        await touch(desk, "end")
        await shows(desk, "identity-too-low")
        assert await mark(desk, "end-accepted").is_disabled() and await mark(desk, "end-returned").is_enabled()
        await touch(desk, "end-no")
        await touch(desk, "party-seen-1")
        await until(desk, "() => document.querySelector('[data-test=party-1]').dataset.level === 'card-seen'")
        await touch(desk, "end")
        await touch(desk, "end-accepted")
        assert await mark(desk, "identity-too-low").count() == 0
        await touch(desk, "end-yes")
        assert await (await shows(kiosk, "outcome")).get_attribute("data-outcome") == "accepted"
        ledger = w.served.ledger(session)
        assert [body for what, body in ledger if what == "party"] == [{"party": 0, "level": "card-read"}, {"party": 1, "level": "declared"}]
        assert [body["party"] for what, body in ledger if what == "identity-seen"] == [1]
        await touch(kiosk, "skip-rating")
        await shows(kiosk, "screen-idle")
        left = await kiosk.content()
        assert [word for word in (first.name, first.number, "李国强") if word in left] == []
    await reader.close()


async def test_a_returned_case_is_brought_again_with_its_receipt_at_another_kiosk(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        desk, kiosk = await w.desk(), await w.kiosk(0)
        await to_names(kiosk, CARD, "identity")
        await named(kiosk, "王小明")
        await w.agree(kiosk)
        await meet(kiosk, desk)
        number = await (await shows(desk, "case")).inner_text()
        for control in ("end", "end-returned", "notice-write", "notice-give"):
            await touch(desk, control)
        await until(desk, "() => document.querySelector('[data-test=notice]')?.dataset.n === '1'")
        await touch(desk, "end-yes")
        code = await (await shows(kiosk, "receipt-code")).inner_text()
        await touch(desk, "complete")
        await shows(desk, "stage-quiet")

        later = await w.kiosk(1)
        await touch(later, "look-up")
        for letter in code.replace("-", ""):
            await touch(later, f"code-key-{letter}")
        await touch(later, "code-send")
        await shows(later, "bring-now-0")
        await both_ways(later, "kiosk-bring-now")
        await touch(later, "bring-now-0")
        assert await later.locator('[data-test="screen-question"]').count() == 0, "its questions were answered when it began"
        await touch(later, "back")
        await shows(later, "screen-status")
        await touch(later, "bring-now-0")
        await named(later, "王小明")
        await w.agree(later)
        await meet(later, desk)
        assert await (await shows(desk, "case")).inner_text() == number, "the same case goes on"
        await everybody_is_known(desk)
        for control in ("end", "end-accepted", "end-yes"):
            await touch(desk, control)
        assert await (await shows(later, "outcome")).get_attribute("data-outcome") == "accepted"


async def test_a_referral_is_gone_on_with_at_the_other_home(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        desk, kiosk = await w.desk(), await w.kiosk()
        await to_names(kiosk, CARD, "identity")
        await touch(kiosk, "letters-1.5")
        await named(kiosk, "王小明")
        await w.agree(kiosk)
        await meet(kiosk, desk)
        for control in ("end", "end-referred", "end-home-pinghu", "end-yes"):
            await touch(desk, control)
        await shows(kiosk, "go-on-with-pinghu")
        await both_ways(kiosk, "kiosk-referred")
        await touch(kiosk, "go-on-with-pinghu")
        await kiosk.locator('[data-test="screen-question"][data-service="pinghu-identity-card"]').wait_for()
        assert "王小明" not in await kiosk.content(), "another visit begins"
        assert await kiosk.evaluate("() => document.documentElement.dataset.letters") == "1.5"
        await touch(desk, "complete")
        await go_on(kiosk)
        await touch(kiosk, "go-on")
        await named(kiosk, "王小明")
        await w.agree(kiosk)
        other = await w.desk(home="pinghu")
        await touch(other, "answer")
        await sees(other, "resident")
        assert await mark(other, "service").get_attribute("data-service") == "pinghu-identity-card"
