"""The form and its signature at the kiosk, in a real Chromium: in sight, filled in, covered, signed, refused, forgotten."""

from __future__ import annotations

import hashlib

import pytest
from playwright.async_api import Browser

from signaling.wire import asks, control
from tests.browser.pages import views
from tests.browser.pages.stage import KIOSK, LANDSCAPE, PORTRAIT, PageServer, becomes, page_at, shows, touch
from tests.browser.pages.table import Table
from tests.browser.pages.talks import fits, gone, granted, line, may_operate, signature, signs, talking
from tests.browser.window import keep
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


# --- the form -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("letters", ["1", "2"])
async def test_the_form_has_the_stage_and_the_clerk_stays_in_sight(browser: Browser, complaints: list[str], size: tuple[int, int], letters: str) -> None:
    server = PageServer()
    table = Table(server)
    async with server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, talking(form=table.talk_form()))
        await page.goto("/kiosk")
        await shows(page, "guided-form")
        if letters != "1":
            await touch(page, f"letters-{letters}", "language")
        name = f"kiosk-form-{size[0]}-{letters}"
        await keep(page, name)
        for test in ("recording", "clerk-name", "stop", "camera-clerk"):
            await shows(page, test)
        tile = await page.locator("[data-test='camera-clerk']").bounding_box()
        assert tile is not None and tile["width"] >= 320 and tile["height"] >= 180, tile
        await fits(page, name)
        server.show(KIOSK, talking(form=table.talk_form(), texts=[line(1, "请填写姓名，和户口簿上一样。")], asked=may_operate()))
        await shows(page, "control-card")
        await keep(page, f"kiosk-control-card-{size[0]}-{letters}")
        await fits(page, "the question to operate")
        server.show(KIOSK, talking(form=table.talk_form(), grant=granted()))
        await shows(page, "control-bar")
        await keep(page, f"kiosk-control-bar-{size[0]}-{letters}")
        await fits(page, "an operation")


async def test_what_is_typed_arrives_and_the_clerk_may_turn_the_page(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = Table(server)
    async with server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, talking(form=table.talk_form()))
        await page.goto("/kiosk")
        await page.locator("#form-name").fill(views.RESIDENT)
        await until(lambda: table.paper.values()["name"] == views.RESIDENT)
        server.tell(KIOSK, table.turned("delivery"))
        server.show(KIOSK, talking(form=table.talk_form(), grant=granted()))
        await shows(page, "control-bar")
        assert await page.locator("[data-page='person']").count() == 1, "before the yes nothing turned"
        server.tell(KIOSK, table.turned("delivery"))
        await page.locator("[data-page='delivery']").wait_for()
        await page.locator("[data-test='page']").first.click()
        await page.locator("[data-page='person']").wait_for()
        server.tell(KIOSK, table.turned("delivery"))
        await page.locator("[data-page='delivery']").wait_for()
        await touch(page, "control-stop")
        await gone(page, "control-bar")
        [stopped] = await server.asked(KIOSK, control.StopControl)
        assert (stopped.grant, stopped.reason) == ("ask-control-1", "stop-key")
        server.tell(KIOSK, table.turned("person"))
        server.show(KIOSK, talking(form=table.talk_form(), texts=[line(1, "好的")]))
        await shows(page, "text-heard")
        assert await page.locator("[data-page='delivery']").count() == 1, "and after the stop nothing turns"


async def test_hold_and_another_screen_and_no_line_cost_no_letter(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = Table(server)
    async with server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, talking(form=table.talk_form()))
        await page.goto("/kiosk")
        field = page.locator("#form-household")
        await field.fill("上海市金山区")
        server.show(KIOSK, talking(form=table.talk_form(), held=True))
        await shows(page, "hold-cover")
        assert not await field.is_visible()
        server.show(KIOSK, talking(form=table.talk_form(laid=False)))
        await gone(page, "talk-form")
        server.show(KIOSK, talking(form=table.talk_form()))
        await shows(page, "talk-form")
        assert await field.input_value() == "上海市金山区"
        await server.stop()
        await shows(page, "offline")
        await field.press("End")
        await field.press_sequentially("龙胜路")
        server.forget()
        server.url = await server.start()
        await until(lambda: table.paper.values()["household"] == "上海市金山区龙胜路")
        await page.reload()
        await becomes(page, "() => document.querySelector('#form-household')?.value === '上海市金山区龙胜路'")


async def test_while_the_clerk_is_away_the_form_is_covered(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = Table(server)
    async with server, page_at(browser, server.url, LANDSCAPE, complaints) as page:
        talk = views.talk("resident", clerk_here=False)
        server.show(KIOSK, views.kiosk(views.Talking(talk=views.replace(talk, form=table.talk_form()))))
        await page.goto("/kiosk")
        await page.locator(".work-cover").wait_for()
        await keep(page, "kiosk-form-one-moment")
        assert not await page.locator("[data-test='talk-form']").is_visible()


# --- the signature --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
async def test_a_signature_is_given_and_thanked_for(browser: Browser, complaints: list[str], size: tuple[int, int]) -> None:
    server = PageServer()
    table = Table(server)
    async with server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, talking(form=table.talk_form(frozen=True), asked=signature()))
        await page.goto("/kiosk")
        await shows(page, "sign-screen")
        await signs(page)
        await keep(page, f"kiosk-sign-{size[0]}")
        await fits(page, "the signature")
        assert "申领人" in (await page.locator("#sign-title").text_content() or "")
        table.refuse = "not-recordable"
        await touch(page, "sign-give")
        await shows(page, "sign-problem")
        await keep(page, f"kiosk-sign-problem-{size[0]}")
        await touch(page, "sign-give")
        await until(lambda: table.signed)
        assert table.signed[0].shown == hashlib.sha256(table.sheets[1]).hexdigest() and table.signed[0].device == "mouse"
        await shows(page, "sign-thanks")
        await keep(page, f"kiosk-sign-thanks-{size[0]}")
        server.show(KIOSK, talking(form=table.talk_form(frozen=True)))
        await gone(page, "sign-screen")


async def test_another_page_than_the_frozen_one_is_not_shown_and_not_signed(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = Table(server)
    table.spoilt = True
    async with server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, talking(form=table.talk_form(frozen=True), asked=signature()))
        await page.goto("/kiosk")
        await shows(page, "sign-paper-broken")
        assert await page.locator("[data-test='sign-paper-broken']").get_attribute("data-code") == "shown-otherwise"
        assert await page.locator("sign-view").count() == 0
        await keep(page, "kiosk-sign-broken")
        table.spoilt = False
        await touch(page, "sign-paper-again")
        await shows(page, "sign-view")


async def test_a_question_that_was_not_answered_in_time_leaves_the_form_as_it_was(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = Table(server)
    async with server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        late = views.replace(signature(), until=views.CLOCK.now() + 30)
        server.show(KIOSK, talking(form=table.talk_form(frozen=True), asked=late))
        await page.goto("/kiosk")
        await shows(page, "sign-view")
        await page.locator(".sign-left").wait_for()
        await signs(page)
        server.show(KIOSK, talking(form=table.talk_form(frozen=True)))
        await gone(page, "sign-screen")
        await shows(page, "guided-form")
        assert table.signed == [] and await page.locator("[data-test='sign-thanks']").count() == 0, "ink on the glass is no signature"


async def test_whoever_does_not_sign_says_no(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = Table(server)
    async with server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, talking(form=table.talk_form(frozen=True), asked=signature()))
        await page.goto("/kiosk")
        await shows(page, "sign-view")
        await touch(page, "sign-refuse")
        [answer] = await server.asked(KIOSK, asks.AnswerAsk)
        assert (answer.ask, answer.yes) == ("ask-signature-1", False)


# --- afterwards -----------------------------------------------------------------------------------

URLS = """window.urls = new Set();
{ const make = URL.createObjectURL, drop = URL.revokeObjectURL;
  URL.createObjectURL = (blob) => { const url = make.call(URL, blob); window.urls.add(url); return url; };
  URL.revokeObjectURL = (url) => { window.urls.delete(url); drop.call(URL, url); }; }"""


async def test_of_form_signature_and_lines_nothing_is_left_behind(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = Table(server)
    async with server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await page.add_init_script(URLS)
        secret = "这句话谁也不该再看到"
        server.show(KIOSK, talking(form=table.talk_form(), texts=[line(1, secret)]))
        await page.goto("/kiosk")
        await touch(page, "text-read")
        await page.locator("#form-name").fill(views.RESIDENT)
        await until(lambda: table.paper.values()["name"] == views.RESIDENT)
        await touch(page, "text-open")
        await page.locator("[data-test='text-field']").fill(secret)
        server.show(KIOSK, talking(form=table.talk_form(frozen=True), texts=[line(1, secret)], asked=signature()))
        await signs(page)
        assert await page.evaluate("() => window.urls.size") == 2
        server.show(KIOSK, views.farewell())
        await touch(page, "rate-5", "finish")
        server.show(KIOSK, views.idle())
        await shows(page, "screen-idle")
        assert await page.evaluate("() => window.urls.size") == 0
        content = await page.content()
        assert secret not in content and views.RESIDENT not in content
        assert await page.evaluate("() => document.querySelectorAll('guided-form, sign-view, .text-panel').length") == 0
        server.show(KIOSK, talking())
        await touch(page, "text-open")
        assert await page.locator("[data-test='text-field']").input_value() == "", "the next resident finds an empty field"
