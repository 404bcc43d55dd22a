"""The kiosk's own page in a real Chromium holds the line while the window that it opened covers it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from config.clock import SystemClock
from config.logs import get_logger
from config.secret import Secret
from config.text import Text
from kiosk.operate.door import Door
from kiosk.operate.places import Window
from tests.browser.small_page import build, served
from tests.kiosk.operate.desktop import by_id, place, run, value
from tests.kiosk.operate.door_page import TOKEN, Opened
from tests.waiting import until_found

PAGE = Path(__file__).parent / "desktop_page"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(PAGE, tmp_path_factory.getbasetemp())


@pytest_asyncio.fixture
async def shell(built: Path) -> AsyncIterator[str]:
    """Where the kiosk's page comes from, under the policy of the real one."""
    async with served(built, at="/kiosk") as origin:
        yield origin


@pytest_asyncio.fixture
async def page(display: str, site: str, shell: str) -> AsyncIterator[Page]:
    """The page, all over the screen; so is the window that it opens."""
    windows = [Window("portal", Text("政务服务", "Government portal"), f"{site}/portal", (0, 0, 1280, 800))]
    door = Door(
        Opened(display, SystemClock(), flags=("--disable-gpu",)), windows, Secret(TOKEN), [shell], SystemClock(), get_logger("test")
    )
    chromium = shutil.which("chromium")
    assert chromium is not None, "Chromium is needed: `make test` installs it"
    async with door.serve(0) as port, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, headless=False, args=["--window-position=0,0", "--window-size=1280,800", "--disable-gpu"], env={"DISPLAY": display},
        )  # fmt: skip
        page = await browser.new_page(no_viewport=True)
        await page.goto(f"{shell}/kiosk#desktop={port}.{TOKEN}")
        yield page
        await browser.close()


async def harness(page: Page, expression: str) -> Any:
    return await page.evaluate(
        f"async () => {{ const {{ desktop, told, through, kept, hidden, hash }} = harness; return {expression}; }}"
    )


async def test_a_covered_page_passes_on_what_is_seen_and_done(page: Page) -> None:
    await until_found(lambda: harness(page, "desktop.windows.length === 1"))
    assert await harness(page, "desktop.windows[0].zh") == "政务服务"
    assert (await harness(page, "hash()"), await harness(page, "kept()")) == ("", ["virtual-window.desktop"])
    await harness(page, "desktop.grant('g1', 'portal', 'control', 600).then(through).then((seen) => { harness.seen = seen; })")
    portal = Opened.portals[-1]
    await until_found(lambda: harness(page, "(await harness.seen()).frames > 1"))
    assert await harness(page, "[(await harness.seen()).width, (await harness.seen()).height]") == await run(
        portal, "[innerWidth, innerHeight]"
    )
    await run(portal, "(setInterval(() => { document.body.style.background = `hsl(${Math.random() * 360} 90% 90%)` }, 100), 1)")
    before = int(await harness(page, "(await harness.seen()).frames"))
    await until_found(lambda: harness(page, f"(await harness.seen()).frames > {before + 30}"))
    assert await harness(page, "document.visibilityState") == "visible", "nobody told it that it is covered"
    x, y = await place(portal, by_id("name"))
    assert (await harness(page, f"desktop.act(1, {{ do: 'press', x: {x}, y: {y} }})")) == {"count": 1, "refused": None}
    await harness(page, "desktop.act(2, { do: 'release' })")
    assert (await harness(page, "desktop.act(3, { do: 'text', text: '王小明' })"))["count"] == 3
    assert await value(portal, "name") == "王小明"
    await harness(page, "desktop.revoke('hold')")
    await until_found(lambda: harness(page, "told.at(-1).ended === 'hold'"))
    assert await harness(page, "told.filter(({ did }) => did === 'typed')") == [{"did": "typed", "field": "name", "count": 3}]


async def test_a_page_that_is_loaded_again_ends_what_stood_and_finds_the_agent(page: Page) -> None:
    await until_found(lambda: harness(page, "desktop.windows.length === 1"))
    await harness(page, "desktop.grant('g1', 'portal', 'view', 600).then(() => null)")
    await page.reload()
    await until_found(lambda: harness(page, "desktop.windows.length === 1"))
    await until_found(lambda: harness(page, "told.at(-1)?.ended === 'line-lost'"))
    await harness(page, "desktop.grant('g2', 'portal', 'view', 600).then(() => null)")
