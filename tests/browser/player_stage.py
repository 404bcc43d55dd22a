"""The player's page in a real Chromium, served with the headers of the real pages, and fed with segments as the server would hand them on."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.player_recordings import FPS, Recording, playable
from tests.browser.small_page import opened, served
from tests.browser.window import CHROMIUM, until

PAGE = Path(__file__).parent / "player_page"
PIECE = 16 * 1024
EXPECTED = re.compile(r"status of 502|ERR_CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION")


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    path = shutil.which("chromium")
    assert path is not None, "Chromium is needed: `make test` installs it"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        try:
            yield browser
        finally:
            await browser.close()


class PlayerServer:
    """Serves the built page and one recording; a story may make segments fail."""

    def __init__(self, folder: Path, recording: Recording) -> None:
        self._folder = folder
        self.recording = recording
        self.until: int | None = None
        """How much of it is told so far; None: all."""
        self.refused: set[tuple[str, int, int]] = set()
        self.spoilt: dict[tuple[str, int, int], bytes] = {}
        self.torn: set[tuple[str, int, int]] = set()
        """The line breaks in the middle of them, once."""
        self.asked: list[tuple[str, int, int]] = []
        self.url = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[PlayerServer]:
        more = web.get("/timeline", self._timeline), web.get("/segments/{publication}/{epoch}/{segment}", self._segment)
        async with served(self._folder, *more) as self.url:
            yield self

    async def _timeline(self, request: web.Request) -> web.Response:
        return web.json_response(self.recording.timeline(self.until))

    async def _segment(self, request: web.Request) -> web.StreamResponse:
        key = (request.match_info["publication"], int(request.match_info["epoch"]), int(request.match_info["segment"]))
        self.asked.append(key)
        if key in self.refused:
            raise web.HTTPBadGateway
        data = self.spoilt[key] if key in self.spoilt else playable(self.recording.data[key]())
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        await response.prepare(request)
        if key in self.torn:
            self.torn.remove(key)
            await response.write(data[: len(data) // 2])
            assert request.transport is not None
            request.transport.close()
            return response
        with contextlib.suppress(ConnectionResetError):  # not wanted any more: one jumped away
            for at in range(0, len(data), PIECE):
                await response.write(data[at : at + PIECE])
        return response


@contextlib.asynccontextmanager
async def watching(browser: Browser, folder: Path, recording: Recording, size: tuple[int, int] = (1280, 720), *, language: str = "zh-CN", prepare: Any = None) -> AsyncIterator[tuple[Page, PlayerServer]]:
    """A page with the player on `recording`."""
    async with PlayerServer(folder, recording).running() as server:
        if prepare is not None:
            prepare(server)
        async with opened(browser, f"{server.url}/?language={language}", size, EXPECTED) as page:
            await until(page, "() => document.querySelector('[data-test=player]') !== null")
            yield page, server


async def at(page: Page) -> float:
    """Where the player is, in milliseconds of the session's clock."""
    return float(await page.evaluate("() => harness.player.at"))


async def passes(page: Page, ms: float) -> None:
    """Wait until the player plays and has come past that time."""
    await until(page, "ms => harness.player.at > ms && ['playing', 'ended'].includes(harness.player.state)", ms)


async def state(page: Page, *states: str) -> None:
    """Wait until the player is in one of them."""
    await until(page, "states => states.includes(harness.player.state)", list(states))


async def runs(page: Page, *publications: str) -> None:
    """Wait until each of them is seen or heard to run with the clock."""
    for publication in publications:
        await until(
            page,
            """publication => { const e = harness.element(publication); return !e.paused && e.error === null && Math.abs(e.currentTime * 1000 - harness.player.at) < 200
              && (e.closest(".player-seat")?.dataset.covered ?? "") === "" && harness.player.state === "playing"; }""",
            publication,
        )  # fmt: skip


async def plays(page: Page) -> None:
    """Ask it to play."""
    await page.evaluate("() => harness.player.play()")


async def seek(page: Page, ms: float) -> None:
    """Ask it to go there."""
    await page.evaluate("ms => harness.player.seek(ms)", ms)


async def shows(page: Page, publication: str, number: int) -> None:
    """Wait until that picture, and no other, is on the glass."""
    await until(page, "([publication, number]) => !harness.element(publication).seeking && harness.number(publication) === number", [publication, number])


def picture_at(ms: float) -> int:
    """The number of the picture that stands at that time in a recording from 0."""
    number = int(ms * FPS / 1000 + 0.5)  # the next one at the latest: a picture's time is a whole millisecond
    return number if round(number * 1000 / FPS) <= ms else number - 1
