"""At a staffed window of the host: what goes wrong is said in words, and nothing of a receipt stays when its resident goes, or nobody is there."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page

from signaling.wire import window
from tests.browser.pages import views
from tests.browser.pages.receipts import ACCEPTED, CARD, CODE, RETURNED, Receipts
from tests.browser.pages.stage import CLERK, DESK, PageServer, becomes, nothing_serious, page_at, shows, touch
from tests.browser.pages.test_counter_pages import log_in
from tests.browser.pages.test_staffed_window_page import at_window, said, scans
from tests.browser.window import keep

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEPT = """() => [...[...document.querySelectorAll('input')].map((field) => field.value), ...Object.values(localStorage), ...Object.values(sessionStorage),
  location.href, document.title].join()"""


async def nothing_of(page: Page) -> bool:
    """Whether no word of the receipt is in the page, its fields, its address or its storage."""
    content = await page.content() + str(await page.evaluate(KEPT))
    return not any(word in content for word in (CODE, CODE.replace("-", ""), CARD, "居民户口簿", "换领", "临时居民身份证"))


async def time_stands(page: Page) -> None:
    """A minute later; from then on only the test lets time pass, whatever the machine is at."""
    await page.clock.pause_at(await page.evaluate("() => Date.now() / 1000") + 60)


@pytest.mark.parametrize(("code", "status"), [("unknown-receipt", 404), ("no-power", 403), ("not-allowed", 403), ("try-later", 429), ("store-away", 503)])
async def test_what_was_refused_is_said_and_can_be_typed_over(browser: Browser, complaints: list[str], code: str, status: int) -> None:
    server = PageServer(role="helper")
    receipts = Receipts(server, RETURNED)
    receipts.refuse["receipts"] = (code, status)
    async with server, page_at(browser, server.url, DESK, [] if status in (404, 429, 503) else complaints) as page:
        await at_window(page)
        await scans(page)
        await shows(page, "code-problem")
        assert await page.locator("[data-test=code-problem]").get_attribute("data-code") == code
        assert code not in await said(page, "code-problem"), "in words"
        await nothing_serious(page, code)
        await keep(page, f"window-{code}")
        if status != 429:
            await scans(page)
            await shows(page, "screen-receipt")


async def test_what_is_no_code_is_asked_of_nobody(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    receipts = Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page, "AB2CD")
        assert await page.locator("[data-test=code-problem]").get_attribute("data-code") == "wrong"
        assert receipts.heard == []


async def test_a_slow_answer_is_said_and_nothing_is_asked_twice(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    receipts = Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await page.clock.install()
        await at_window(page)
        await time_stands(page)
        receipts.answering.clear()
        await scans(page)
        first = await said(page, "looking")
        await page.clock.run_for(4000)
        await becomes(page, "first => document.querySelector('[data-test=looking]')?.textContent !== first", first)
        await page.keyboard.press("Enter")
        await keep(page, "window-slow")
        receipts.answering.set()
        await shows(page, "receipt")
        assert len(receipts.heard) == 1


async def test_a_server_that_is_away_is_said_and_asked_again_by_hand(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await server.stop()
        await scans(page)
        assert await page.locator("[data-test=code-problem]").get_attribute("data-code") == "unreachable"
        await keep(page, "window-unreachable")
        await server.start()
        await page.keyboard.press("Enter")
        await shows(page, "receipt")


async def test_without_an_answer_nothing_is_done_twice(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    receipts = Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page)
        await shows(page, "take-0")
        await server.stop()
        await touch(page, "take-0")
        await shows(page, "problem")
        assert "重新查看" in await said(page, "problem")
        await page.locator("[data-test=take-0]").click(force=True)
        await keep(page, "window-unsure")
        await nothing_serious(page, "without an answer")
        await server.start()
        await touch(page, "look-again")
        await page.locator("[data-test=problem]").wait_for(state="detached")
        assert receipts.of(window.WindowPapers) == []
        await touch(page, "take-0")
        await shows(page, "done")
        assert len(receipts.of(window.WindowPapers)) == 1


async def test_a_log_in_that_has_ended_leaves_nothing_and_says_why(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page)
        await shows(page, "take-0")
        server.logged_in = False
        await touch(page, "take-0")
        await shows(page, "screen-login")
        assert "到期" in await said(page, "login-problem")
        assert await nothing_of(page)
        await log_in(page)
        await shows(page, "screen-code")
        assert await nothing_of(page)


LEAVING = pytest.mark.parametrize("how", ["next", "Escape", "log-out", "counter-and-back"])


@LEAVING
async def test_nothing_of_the_last_resident_stays(browser: Browser, complaints: list[str], how: str) -> None:
    server = PageServer(role="clerk")
    Receipts(server, RETURNED, ACCEPTED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page)
        await shows(page, "receipt")
        if how == "Escape":
            await page.keyboard.press(how)
        elif how == "counter-and-back":
            await touch(page, "to-counter")
            await page.wait_for_url("**/counter")
            await page.go_back()
        else:
            await touch(page, how)
        await shows(page, "screen-login" if how == "log-out" else "screen-code")
        assert await nothing_of(page)
        if how in ("next", "Escape"):
            assert await page.locator("[data-test=code]").evaluate("field => field === document.activeElement")


async def test_three_minutes_without_a_touch_clear_the_screen_and_more_time_keeps_it(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await page.clock.install()
        await at_window(page)
        await scans(page)
        await shows(page, "receipt")
        await page.clock.fast_forward(160_000)
        await shows(page, "idle")
        await nothing_serious(page, "before it is cleared")
        await keep(page, "window-idle")
        await touch(page, "more-time")
        await page.locator("[data-test=idle]").wait_for(state="detached")
        await page.clock.fast_forward(160_000)
        await shows(page, "idle")
        await page.clock.fast_forward(25_000)
        await shows(page, "cleared")
        assert await page.locator("[data-test=idle]").count() == 0
        assert await nothing_of(page)
        await keep(page, "window-cleared")


async def test_who_is_asked_about_a_card_is_warned_in_the_dialog(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="clerk")
    Receipts(server, ACCEPTED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await page.clock.install()
        await at_window(page)
        await scans(page)
        await touch(page, "outcome")
        await time_stands(page)
        await page.clock.fast_forward(95_000)
        await shows(page, "idle")
        await keep(page, "window-idle-dialog")
        await touch(page, "more-time")
        await page.locator("[data-test=idle]").wait_for(state="detached")
        await shows(page, "outcome-dialog")


async def test_a_helper_who_comes_to_the_counter_finds_the_way_and_a_clerk_too(browser: Browser, complaints: list[str]) -> None:
    async with PageServer(role="helper") as server, page_at(browser, server.url, DESK, complaints) as page:
        await page.goto("/counter")
        await log_in(page)
        await shows(page, "screen-other-role")
        await nothing_serious(page, "a helper at the counter")
        await keep(page, "window-helper-at-counter")
        await touch(page, "to-window")
        await shows(page, "screen-code")
        assert await page.locator("[data-test=to-counter]").count() == 0
    async with PageServer(role="clerk") as server, page_at(browser, server.url, DESK, complaints) as page:
        server.show(CLERK, views.desk(counter=None, presence="offline"))
        await page.goto("/counter")
        await log_in(page)
        await shows(page, "screen-shift")
        await keep(page, "window-from-shift")
        await touch(page, "to-window")
        await shows(page, "screen-code")
        await touch(page, "to-counter")
        await shows(page, "screen-shift")
    async with PageServer(role="supervisor") as server, page_at(browser, server.url, DESK, complaints) as page:
        await page.goto("/window")
        await log_in(page)
        await shows(page, "screen-other-role")
        assert await page.locator("[data-test=to-window]").count() == 0


async def test_the_front_door_leads_there(browser: Browser, complaints: list[str]) -> None:
    async with PageServer(role="helper") as server, page_at(browser, server.url, DESK, complaints) as page:
        await page.goto("/")
        await keep(page, "window-front-door")
        await touch(page, "to-window")
        await shows(page, "screen-login")
