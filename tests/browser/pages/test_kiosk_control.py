"""Remote operation and writing at the kiosk, in a real Chromium: asked, allowed, in sight all the time, and over however it ends."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from signaling.wire import asks, control
from tests.browser.pages import views
from tests.browser.pages.agent import TOKEN, WINDOW, Agent
from tests.browser.pages.stage import KIOSK, LANDSCAPE, PORTRAIT, PageServer, becomes, page_at, shows, touch
from tests.browser.pages.talks import fits, gone, granted, line, may_operate, talking
from tests.browser.window import keep
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


# --- remote operation -----------------------------------------------------------------------------


async def at_kiosk_with_desktop(page: Page, server: PageServer, agent: Agent, **what: Any) -> None:
    server.show(KIOSK, talking(**what))
    await page.goto(f"/kiosk#desktop={agent.port}.{TOKEN}")
    [offer] = await server.asked(KIOSK, control.OfferWindows)
    assert [(window.window, window.zh) for window in offer.windows] == [(WINDOW, "一网通办")]


OFFERED = [control.WindowOffered(window=WINDOW, name="一网通办")]


async def test_a_window_is_opened_operated_and_stopped_by_a_touch(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, Agent().running() as agent, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await at_kiosk_with_desktop(page, server, agent)
        assert TOKEN not in page.url
        server.show(KIOSK, talking(windows=OFFERED, asked=may_operate(WINDOW)))
        await shows(page, "control-card")
        await keep(page, "kiosk-control-window")
        await touch(page, "control-allow")
        [answer] = await server.asked(KIOSK, asks.AnswerAsk)
        assert answer.yes
        assert agent.did("grant")[0] == {"type": "grant", "id": "ask-control-1", "window": WINDOW, "level": "control", "seconds": 300}
        server.show(KIOSK, talking(windows=OFFERED, grant=granted(WINDOW)))
        await shows(page, "control-bar")
        assert await page.locator("[data-test='sharing-yours']").count() == 0, "the bar says it"
        press = control.Press(x=0.5, y=0.25)
        server.tell(KIOSK, control.OperateNow(views.SESSION, "ask-control-1", press))
        await until(lambda: agent.did("act"))
        assert agent.did("act")[0]["action"] == {"do": "press", "x": 0.5, "y": 0.25}
        [report] = await server.asked(KIOSK, control.ReportControl)
        assert [(used.did, used.field, used.count) for used in report.lines] == [("pressed", "phone", 1)]
        await touch(page, "stop")
        await shows(page, "stop-card")
        await keep(page, "kiosk-control-bar-in-card")
        await touch(page, "control-stop")
        await until(lambda: agent.did("revoke"))
        await gone(page, "control-bar")
        [stopped] = await server.asked(KIOSK, control.StopControl)
        assert stopped.reason == "stop-key"


async def test_what_cannot_be_opened_is_not_allowed(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, Agent().running() as agent, page_at(browser, server.url, PORTRAIT, complaints) as page:
        agent.refuse = "no-browser"
        await at_kiosk_with_desktop(page, server, agent)
        server.show(KIOSK, talking(windows=OFFERED, asked=may_operate(WINDOW)))
        await touch(page, "control-allow")
        [answer] = await server.asked(KIOSK, asks.AnswerAsk)
        assert not answer.yes
        server.show(KIOSK, talking(windows=OFFERED))
        await shows(page, "control-problem")
        await keep(page, "kiosk-control-problem")
        await touch(page, "control-problem-ok")
        await gone(page, "control-problem")


@pytest.mark.parametrize("how", ["view", "hold", "line", "agent", "silence"])
async def test_however_it_ends_nothing_is_operated_any_more(browser: Browser, complaints: list[str], how: str) -> None:
    async with PageServer() as server, Agent().running() as agent, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await at_kiosk_with_desktop(page, server, agent)
        server.show(KIOSK, talking(windows=OFFERED, asked=may_operate(WINDOW)))
        if how == "silence":
            await shows(page, "control-card")
            server.show(KIOSK, talking(windows=OFFERED))
            await gone(page, "control-card")
            assert agent.did("grant") == [] and server.commands(KIOSK, asks.AnswerAsk) == []
            return
        await touch(page, "control-allow")
        await server.asked(KIOSK, asks.AnswerAsk)
        server.show(KIOSK, talking(windows=OFFERED, grant=granted(WINDOW)))
        await shows(page, "control-bar")
        match how:
            case "view":
                server.show(KIOSK, talking(windows=OFFERED))
            case "hold":
                server.show(KIOSK, talking(windows=OFFERED, held=True))
            case "line":
                await server.stop()
            case _:
                await agent.end("window-gone")
        await gone(page, "control-bar")
        if how == "agent":
            [stopped] = await server.asked(KIOSK, control.StopControl)
            assert stopped.reason == "window-gone"
        else:
            await until(lambda: agent.did("revoke"))
        if how == "line":
            server.url = await server.start()
            [stopped] = await server.asked(KIOSK, control.StopControl)
            assert stopped.reason == "line-lost", "the server may not have noticed"
            assert await page.locator("[data-test='control-bar']").count() == 0, "what was over does not stand again"


async def test_a_page_that_was_loaded_anew_ends_what_it_cannot_see(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, talking(windows=OFFERED, grant=granted(WINDOW)))
        await page.goto("/kiosk")
        [stopped] = await server.asked(KIOSK, control.StopControl)
        assert stopped.reason == "window-gone"
        [offer] = await server.asked(KIOSK, control.OfferWindows)
        assert offer.windows == [], "this kiosk has no desktop"


# --- writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
async def test_both_write_and_a_line_is_large_until_it_is_read(browser: Browser, complaints: list[str], size: tuple[int, int]) -> None:
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        first, second = line(1, "您好，请问您听得清楚吗？"), line(2, "听不清", "resident")
        server.show(KIOSK, talking())
        await page.goto("/kiosk")
        await shows(page, "screen-talk")
        server.show(KIOSK, talking(texts=[first]))
        await shows(page, "text-heard")
        await keep(page, f"kiosk-text-heard-{size[0]}")
        await fits(page, "a line")
        await touch(page, "text-reply")
        await gone(page, "text-heard")
        await page.locator("[data-test='text-field']").fill("  听不清 ")
        await touch(page, "text-send")
        [sent] = await server.asked(KIOSK, control.SendText)
        assert sent.text == "听不清"
        await becomes(page, "() => document.querySelector('[data-test=text-field]').value === ''")
        server.show(KIOSK, talking(texts=[first, second, line(3, "没关系，我写给您看。请把身份证放到高拍仪下面。")]))
        await becomes(page, "() => document.querySelectorAll('[data-test=text-line]').length === 3")
        await keep(page, f"kiosk-text-panel-{size[0]}")
        await fits(page, "the panel")
        await touch(page, "text-close")
        assert await page.locator("[data-test='text-heard']").count() == 0, "read in the panel is read"


async def test_for_whoever_signs_with_their_hands_the_panel_is_open(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, talking(needs=["sign-language"]))
        await page.goto("/kiosk")
        await shows(page, "text-panel")
