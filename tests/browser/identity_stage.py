"""The identity card's screens in a real Chromium, before the agent's real door with the stand-in behind it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page

from config.clock import SystemClock
from config.logs import get_logger
from config.secret import Secret
from kiosk.identity.door import CardDoor
from kiosk.identity.standin import StandIn
from tests.browser.small_page import opened, served

PAGE = Path(__file__).parent / "identity_page"
TOKEN = "a-word-of-the-test-that-nobody-guesses"


@dataclass(frozen=True, slots=True)
class Hall:
    """Where the page is, and the reader beside it."""

    url: str
    door: int
    reader: StandIn


@contextlib.asynccontextmanager
async def hall(folder: Path) -> AsyncIterator[Hall]:
    """The page under the kiosk's own policy, and the agent's door for its origin."""
    reader = StandIn()
    async with served(folder, at="/kiosk") as url:
        try:
            async with CardDoor(reader, Secret(TOKEN), SystemClock(), get_logger("test")).serve(0, [url]) as door:
                yield Hall(url, door, reader)
        finally:
            await reader.close()


@contextlib.asynccontextmanager
async def glass(browser: Browser, hall: Hall, size: tuple[int, int], **asked: str) -> AsyncIterator[Page]:
    """The page on the kiosk's glass."""
    words = {"door": str(hall.door), "token": TOKEN, **asked}
    address = f"{hall.url}/kiosk?" + "&".join(f"{key}={value}" for key, value in words.items())
    async with opened(browser, address, size, has_touch=True) as page:
        await page.locator("[data-test^=screen-identity]").wait_for()
        yield page
