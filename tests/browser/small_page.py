"""A page of the tests' own: built once by Vite, served under the policy of the real pages, and listened to for what it breaks of it."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Page

from signaling.api.pages import security_headers
from tests.browser.window import PATIENCE_MS

REPOSITORY = Path(__file__).parents[2]
HERE = Path(__file__).parent
NEVER = re.compile(r"(?!)")


def build(page: Path, base: Path) -> Path:
    """The folder `page` (its index.html and what that names), built under `base`; once, however often it is asked for."""
    folder = base / page.name
    if folder.exists():
        return folder
    vite = [str(REPOSITORY / "deploy/setup/npm"), "exec", "--offline", "--", "vite", "build", str(page), "--config", str(HERE / "small_page.vite.config.ts")]
    done = subprocess.run([*vite, "--outDir", str(folder), "--emptyOutDir", "--logLevel", "warn"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@contextlib.asynccontextmanager
async def served(folder: Path, *routes: web.RouteDef, at: str = "/") -> AsyncIterator[str]:
    """Where the built page is: its origin. `routes` are what else the server answers."""

    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(folder / "index.html")

    app = web.Application(middlewares=[security_headers(tls=False)])
    app.add_routes([web.get(at, index), *routes])
    app.router.add_static("/assets", folder / "assets")
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def opened(browser: Browser, address: str, size: Sequence[int], expected: re.Pattern[str] = NEVER, **context: Any) -> AsyncIterator[Page]:
    """The page in a window of its own; it fails when the page broke one of its own rules on the way. `expected` errors are part of the story."""
    mistakes: list[str] = []
    window = await browser.new_context(viewport={"width": size[0], "height": size[1]}, **context)
    try:
        page = await window.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: mistakes.append(f"exception: {error}"))
        page.on("console", lambda said: mistakes.append(said.text) if said.type == "error" and not expected.search(said.text) else None)
        await page.goto(address)
        yield page
    finally:
        await window.close()
    assert not mistakes, mistakes
