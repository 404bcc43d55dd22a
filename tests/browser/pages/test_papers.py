"""Papers under a kiosk's second camera, over the real server and node: shown when asked, large at the counter, gone afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.browser import window as stories
from tests.browser.window import keep, mark, sees, shows, touch, window

# Of Chromium's pretended cameras the second is a depth camera, which no encoder takes; a kiosk has none such.
WITHOUT_DEPTH = """(() => {
  const all = MediaDevices.prototype.enumerateDevices;
  MediaDevices.prototype.enumerateDevices = async function () { return (await all.call(this)).filter(({label}) => !label.includes("fake_device_1")); };
})()"""


async def test_papers_are_shown_when_asked_and_gone_when_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "CHROMIUM", [flag.replace("for-media-stream", "for-media-stream=device-count=3") for flag in stories.CHROMIUM])
    async with window(tmp_path / "data") as w:
        opened = w.page

        async def page_of(browser: Browser, size: tuple[int, int]) -> Page:
            page = await opened(browser, size)
            await page.add_init_script(WITHOUT_DEPTH)
            return page

        monkeypatch.setattr(w, "page", page_of)
        kiosk, desk, _ = await w.talk()
        assert await mark(desk, "papers").count() == 0
        await touch(kiosk, "papers")
        await sees(desk, "resident", "document", frames=5)
        await sees(kiosk, "self", "document")
        assert await desk.evaluate("() => document.querySelector('video[data-source=document]').videoWidth") >= 1280
        await keep(kiosk, "kiosk-papers")
        await keep(desk, "counter-papers")
        await touch(desk, "papers-turn")
        assert await mark(desk, "papers").get_attribute("data-turn") == "90"
        await desk.reload()
        await sees(desk, "resident", "document")
        await touch(kiosk, "papers")
        await mark(desk, "papers").wait_for(state="detached")
        await touch(kiosk, "papers")
        await sees(desk, "resident", "document")
        await kiosk.reload()  # a camera that looks at papers does not start again by itself
        await mark(desk, "papers").wait_for(state="detached")
        await shows(kiosk, "papers")
        assert await mark(kiosk, "own-papers").count() == 0
