"""The identity card's screens in a real Chromium, before the agent's real door with the stand-in behind it."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, Page

from config.clock import SystemClock
from config.logs import get_logger
from config.secret import Secret
from kiosk.identity.door import CardDoor
from kiosk.identity.standin import StandIn
from signaling.api.pages import security_headers
from tests.browser.window import PATIENCE_MS

REPOSITORY = Path(__file__).parents[2]
TOKEN = "a-word-of-the-test-that-nobody-guesses"


def build(base: Path) -> Path:
    """The page, built by Vite under `base`; once, however often it is asked for."""
    folder = base / "identity-page"
    if folder.exists():
        return folder
    npm, config = REPOSITORY / "deploy" / "setup" / "npm", REPOSITORY / "tests" / "browser" / "identity_page" / "vite.config.ts"
    command = [str(npm), "exec", "--offline", "--", "vite", "build", "--config", str(config), "--outDir", str(folder), "--emptyOutDir", "--logLevel", "warn"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@dataclass(frozen=True, slots=True)
class Hall:
    """Where the page is, and the reader beside it."""

    url: str
    door: int
    reader: StandIn


@contextlib.asynccontextmanager
async def hall(folder: Path) -> AsyncIterator[Hall]:
    """The page under the kiosk's own policy, and the agent's door for its origin."""

    async def page(_: web.Request) -> web.FileResponse:
        return web.FileResponse(folder / "index.html")

    app = web.Application(middlewares=[security_headers(tls=False)])
    app.router.add_get("/kiosk", page)
    app.router.add_static("/assets", folder / "assets")
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url, reader = f"http://127.0.0.1:{runner.addresses[0][1]}", StandIn()
    try:
        async with CardDoor(reader, Secret(TOKEN), SystemClock(), get_logger("test")).serve(0, [url]) as door:
            yield Hall(url, door, reader)
    finally:
        await reader.close()
        await runner.cleanup()


@contextlib.asynccontextmanager
async def glass(browser: Browser, hall: Hall, size: tuple[int, int], **asked: str) -> AsyncIterator[Page]:
    """The page on the kiosk's glass; it fails when the page broke one of its own rules on the way."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=True)
    mistakes: list[str] = []
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on("console", lambda said: mistakes.append(said.text) if said.type == "error" else None)
    words = {"door": str(hall.door), "token": TOKEN, **asked}
    await page.goto(f"{hall.url}/kiosk?" + "&".join(f"{key}={value}" for key, value in words.items()))
    await page.locator("[data-test^=screen-identity]").wait_for()
    try:
        yield page
    finally:
        await context.close()
    assert not mistakes, mistakes
