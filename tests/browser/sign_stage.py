"""The signature in a real Chromium: a paper of two pages as the kiosk would show it, signed on the second."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from aiohttp import web
from playwright.async_api import Browser, Page

from config.calendar import BEIJING
from config.forms import load_forms
from config.text import Text
from signaling.api.pages import security_headers
from signaling.office.form_pdf import Facts, render
from signaling.office.form_pictures import page_pictures, page_texts, place_on_page
from tests.browser.window import PATIENCE_MS, until

REPOSITORY = Path(__file__).parents[2]
HERE = Path(__file__).parent / "sign_page"
AT = dt.datetime(2026, 11, 23, 10, 30, tzinfo=BEIJING).timestamp()
VALUES = {"man-name": "王小明", "woman-name": "李思雨", "man-agrees": "yes", "woman-agrees": "yes"}
EXPECTED = re.compile(r"status of 404")
"""A picture that does not come is part of some stories."""


def build(base: Path) -> Path:
    """The page, built by Vite under `base`; once, however often it is asked for."""
    folder = base / "sign-page"
    if folder.exists():
        return folder
    npm, config = REPOSITORY / "deploy" / "setup" / "npm", HERE / "vite.config.ts"
    command = [str(npm), "exec", "--offline", "--", "vite", "build", "--config", str(config), "--outDir", str(folder), "--emptyOutDir", "--logLevel", "warn"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class Paper:
    """The declaration of a marriage, with its pictures and the man's place."""

    def __init__(self) -> None:
        form = load_forms().form("marriage-declaration", AT)
        assert form is not None
        facts = Facts("310116-330424-20261123-0012", Text("上海市金山区", "Jinshan, Shanghai"), Text("浙江省海盐县", "Haiyan, Zhejiang"), AT, "en")
        rendered = render(form, VALUES, facts)
        self.pictures, self.texts = page_pictures(rendered.pdf, width=1600), page_texts(rendered.pdf)
        self.page, *box = place_on_page(rendered.places[0])
        self.place = dict(zip(("x", "y", "width", "height"), box, strict=True)) | {"page": self.page}
        self.signer = msgspec.to_builtins(form.signed_by[0])


class SignServer:
    """Serves the built page and the paper; a story may keep pictures away."""

    def __init__(self, folder: Path, paper: Paper) -> None:
        self._folder = folder
        self.paper = paper
        self.missing: set[int] = set()
        self.url = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[SignServer]:
        app = web.Application(middlewares=[security_headers(tls=False)])
        app.router.add_get("/", self._page)
        app.router.add_get("/paper", self._paper)
        app.router.add_get("/pictures/{number}", self._picture)
        app.router.add_static("/assets", self._folder / "assets")
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _page(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(self._folder / "index.html")

    async def _paper(self, request: web.Request) -> web.Response:
        pages = [{"id": f"page-{n}", "url": f"/pictures/{n}", "text": text} for n, text in enumerate(self.paper.texts)]
        return web.json_response({"pages": pages, "place": self.paper.place, "signer": self.paper.signer})

    async def _picture(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if number in self.missing:
            raise web.HTTPNotFound
        return web.Response(body=self.paper.pictures[number], content_type="image/png", headers={"Cache-Control": "no-store"})


@contextlib.asynccontextmanager
async def kiosk(browser: Browser, server: SignServer, size: tuple[int, int] = (1080, 1920), **asked: str) -> AsyncIterator[Page]:
    """The page on the kiosk's glass; it fails when the page broke one of its own rules on the way."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=True)
    mistakes: list[str] = []
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on("console", lambda said: mistakes.append(said.text) if said.type == "error" and not EXPECTED.search(said.text) else None)
    await page.goto(f"{server.url}/?" + "&".join(f"{key}={value}" for key, value in asked.items()))
    await page.locator("[data-test=sign-view]").wait_for()
    try:
        yield page
    finally:
        await context.close()
    assert not mistakes, mistakes


async def pictured(page: Page) -> None:
    """Wait until the page of the paper is on the glass, or known not to be."""
    await until(page, "() => document.querySelector('[data-test=sign-reader]').ariaBusy === 'false'")


def words(language: str) -> dict[str, str]:
    """What the page says."""
    book: dict[str, str] = json.loads((HERE / f"words.{language}.json").read_text(encoding="utf-8"))
    return book
