"""What a window may not do is not offered, and the page says why: pages at the counter, the notice's paper at the kiosk."""

from __future__ import annotations

import msgspec
import pytest
from playwright.async_api import Browser

from signaling.wire import asks, notices
from tests.browser.pages import views
from tests.browser.pages.stage import CLERK, DESK, KIOSK, LANDSCAPE, PORTRAIT, PageServer, nothing_serious, page_at, shows, touch
from tests.browser.pages.talks import fits
from tests.browser.pages.test_counter_pages import at_desk
from tests.browser.pages.test_counter_tools import in_talk, talking
from tests.browser.window import keep

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_no_page_is_asked_for_where_the_window_may_not_take_papers_in(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **talking(may_take_in=False))
        await shows(page, "no-power")
        asking = page.locator("[data-test^=ask-page-]")
        assert await asking.count() > 0 and all([await each.is_disabled() for each in await asking.all()])
        assert "收件授权" in (await page.locator("[data-test=no-power]").text_content() or "")
        await nothing_serious(page, "papers without a power")
        await keep(page, "desk-no-power")
        server.show(CLERK, in_talk())
        await page.locator("[data-test=no-power]").wait_for(state="detached")
        await touch(page, "ask-page-0")
        await server.asked(CLERK, asks.AskForPage)


@pytest.mark.parametrize(("size", "letters"), [(PORTRAIT, "1"), (PORTRAIT, "2"), (LANDSCAPE, "2")])
async def test_a_notice_that_is_not_printed_here_says_where_it_is_read_again(
    browser: Browser, complaints: list[str], size: tuple[int, int], letters: str
) -> None:
    closing = views.farewell("returned", code="AB2CD-EF3GH")
    told = msgspec.structs.replace(views.notice(0, notices.LackingLine("近期照片（可现场拍摄）", "blurred")), case=views.CASE, on_paper=False)
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, views.talking())
        await page.goto("/kiosk")
        await shows(page, "screen-talk")
        await touch(page, f"letters-{letters}")
        server.show(KIOSK, views.replace(closing, screen=views.replace(closing.screen, notices=[told], papers=[notices.OwnPaper("receipt", 1)])))
        await shows(page, "not-on-paper")
        assert "凭证码" in (await page.locator("[data-test=not-on-paper]").text_content() or "")
        assert await page.locator("[data-test=print-notice]").count() == 0
        assert await page.locator("[data-test=print-receipt]").count() >= 1, "the receipt is the resident's own"
        await fits(page, "a notice that is read here")
        await keep(page, f"notice-not-on-paper-{size[0]}-{letters}")
