"""At a staffed window of the host: a receipt is scanned, exactly what the home allows is done for it, and nothing of it stays for the next one."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page

from signaling.wire import window
from signaling.wire.notices import ReceiptLookUp
from tests.browser.pages import views
from tests.browser.pages.receipts import ACCEPTED, CARD, CODE, DELIVERED, GAPS, MARRIAGE, RETURNED, SQUARE, Receipts
from tests.browser.pages.stage import DESK, PageServer, becomes, nothing_serious, page_at, shows, touch
from tests.browser.pages.test_counter_pages import log_in
from tests.browser.window import keep

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUT = """() => [...document.querySelectorAll('button, h1, h2, h3, p, dd, input')].filter((e) => e.offsetParent !== null && !e.closest('.only-heard, .skip'))
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible' || e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => e.dataset.test ?? e.textContent)"""
WITHOUT_POPUPS = "window.open = () => null"


async def at_window(page: Page) -> None:
    """Logged in, before the first receipt."""
    await page.goto("/window")
    await log_in(page)
    await shows(page, "screen-code")


async def scans(page: Page, text: str = CODE) -> None:
    """As a scanner does: the letters, wherever the focus is, and Enter."""
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


async def said(page: Page, test: str) -> str:
    await shows(page, test)
    return await page.locator(f"[data-test='{test}']").first.inner_text()


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("size", [DESK, (1920, 1080), (640, 900)])
async def test_a_receipt_is_scanned_and_every_case_says_how_it_stands(browser: Browser, complaints: list[str], size: tuple[int, int], english: bool) -> None:
    name = f"window-{size[0]}{'-en' if english else ''}"
    server = PageServer(role="clerk")
    Receipts(server, RETURNED, ACCEPTED, GAPS)
    async with server, page_at(browser, server.url, size, complaints) as page:
        await at_window(page)
        assert await page.locator("[data-test=code]").evaluate("field => field === document.activeElement"), "one scans at once"
        if english:
            await touch(page, "language")
        await nothing_serious(page, "before a receipt")
        await keep(page, f"{name}-code")
        await scans(page, SQUARE)
        await shows(page, "screen-receipt")
        states = [await page.locator(f"[data-test=case-{n}]").get_attribute("data-state") for n in range(3)]
        assert states == ["returned", "accepted", "accepted-with-gaps"]
        assert await page.locator("[data-test=due][data-over=true]").count() == 1
        assert await page.evaluate(CUT) == []
        await nothing_serious(page, "three cases")
        await keep(page, name)
        await page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
        await keep(page, f"{name}-below")


async def test_a_missing_paper_is_taken_in_with_its_copies(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    receipts = Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page)
        await shows(page, "screen-receipt")
        assert "2023-09-22" in await said(page, "by-accept-papers")
        await touch(page, "copies-more-2", "copies-more-2", "copies-fewer-2")
        assert "2" in await said(page, "copies-2")
        before = await page.locator("[data-test=take-2]").bounding_box()
        await page.locator("[data-test=take-2]").dblclick()
        assert "2 份" in await said(page, "done")
        assert "2" in await said(page, "received-2")
        assert receipts.of(window.WindowPapers) == [window.WindowPapers(code=CODE, case=CARD, material=2, copies=2)]
        assert "1" in await said(page, "copies-2"), "the next paper begins with one copy"
        assert await page.locator("[data-test=take-2]").bounding_box() == before, "no key moves from under the hand"
        assert await page.locator("[data-test=take-2]").evaluate("key => key === document.activeElement"), "the focus stays where it was"
        await nothing_serious(page, "a paper taken in")
        await keep(page, "window-taken")


async def test_the_notice_opens_beside_and_goes_with_its_resident(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page)
        assert "sample" in await said(page, "by-one-time-notice")
        async with page.expect_popup() as opened:
            await touch(page, "notice")
        paper = await opened.value
        assert paper.url.startswith("blob:")
        await said(page, "done")
        await keep(page, "window-notice")
        async with paper.expect_event("close"):
            await touch(page, "next")
        await shows(page, "screen-code")


async def test_a_notice_that_the_browser_holds_back_is_opened_by_hand(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="helper")
    Receipts(server, RETURNED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await page.add_init_script(WITHOUT_POPUPS)
        await at_window(page)
        await scans(page)
        await touch(page, "notice")
        assert (await page.locator("[data-test=notice-link]").get_attribute("href") or "").startswith("blob:")
        await nothing_serious(page, "a notice to be opened by hand")


@pytest.mark.parametrize("english", [False, True])
async def test_an_outcome_is_handed_out_once_by_keyboard(browser: Browser, complaints: list[str], english: bool) -> None:
    server = PageServer(role="clerk")
    receipts = Receipts(server, ACCEPTED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        if english:
            await touch(page, "language")
        await scans(page)
        await page.locator("[data-test=outcome]").focus()
        await page.keyboard.press("Enter")
        await shows(page, "outcome-dialog")
        assert await page.locator("[data-test=outcome-yes]").is_disabled(), "nothing is chosen beforehand"
        await nothing_serious(page, "whose card was seen")
        await keep(page, f"window-outcome{'-en' if english else ''}")
        await page.keyboard.press("Escape")
        await page.locator("[data-test=outcome-dialog]").wait_for(state="detached")
        assert await page.locator("[data-test=outcome]").evaluate("key => key === document.activeElement"), "the receipt is still there, and one is where one was"
        await page.keyboard.press("Enter")
        await page.locator("[data-test=seen-representative]").focus()
        await page.keyboard.press("Space")
        await page.locator("[data-test=outcome-yes]:enabled").focus()
        await page.keyboard.press("Enter")
        await shows(page, "delivered")
        assert await page.locator("[data-test=delivered]").get_attribute("data-on") == DELIVERED
        assert receipts.of(window.WindowOutcome) == [window.WindowOutcome(code=CODE, case=MARRIAGE, collected_by="representative")]
        assert await page.locator("[data-test=outcome]").count() == 0
        await keep(page, f"window-delivered{'-en' if english else ''}")
        await nothing_serious(page, "an outcome handed out")


async def test_at_the_home_s_own_window_no_agreement_is_needed(browser: Browser, complaints: list[str]) -> None:
    own = [window.WindowAllowed(each.act, None) for each in RETURNED.may]
    server = PageServer(role="clerk")
    Receipts(server, views.replace(RETURNED, may=own))
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page)
        assert [("协议" in await said(page, f"by-{each.act}")) for each in own] == [False, False]


@pytest.mark.parametrize("role", ["helper", "clerk"])
async def test_what_the_home_has_not_granted_is_not_offered_and_one_sentence_says_so(browser: Browser, complaints: list[str], role: str) -> None:
    server = PageServer(role=role)
    Receipts(server, views.replace(GAPS, nearby=True), views.replace(ACCEPTED, may=[]), views.replace(ACCEPTED, may=[], nearby=False))
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page)
        first, second, third = (page.locator(f"[data-test=case-{n}]") for n in range(3))
        await first.wait_for()
        assert await first.locator("[data-test=no-power]").get_attribute("data-acts") == "one-time-notice accept-papers deliver-outcome"
        assert await first.locator(".window-deeds button").count() == 0
        assert await second.locator("[data-test=no-power]").count() == 1
        assert ("帮办员" in await second.locator("[data-test=no-power]").inner_text()) == (role == "helper")
        assert await third.locator("[data-test=not-here]").count() == 1 and await third.locator("[data-test=no-power]").count() == 0
        await nothing_serious(page, "without a power")
        await keep(page, f"window-no-power-{role}")


async def test_a_scan_never_presses_what_has_the_focus(browser: Browser, complaints: list[str]) -> None:
    server = PageServer(role="clerk")
    receipts = Receipts(server, RETURNED, ACCEPTED)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_window(page)
        await scans(page)
        await page.locator("[data-test=take-0]").focus()
        await scans(page)
        await becomes(page, "() => document.querySelector('[data-test=receipt]') !== null && document.querySelector('[data-test=code]').value === ''")
        await touch(page, "outcome", "seen-applicant")
        await scans(page, SQUARE)
        await page.locator("[data-test=outcome-dialog]").wait_for(state="detached")
        await shows(page, "receipt")
        assert {type(each) for each in receipts.heard} == {ReceiptLookUp} and len(receipts.heard) == 3
