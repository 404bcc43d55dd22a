"""The signature in a real Chromium: a paper of two pages as the kiosk would show it, signed on the second."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from aiohttp import web
from playwright.async_api import Browser, Page

from config.calendar import BEIJING
from config.forms import load_forms
from config.text import Text
from signaling.office.form_pdf import Facts, render
from signaling.office.form_pictures import page_pictures, page_texts, place_on_page
from tests.browser.small_page import opened, served
from tests.browser.window import until

PAGE = Path(__file__).parent / "sign_page"
AT = dt.datetime(2026, 11, 23, 10, 30, tzinfo=BEIJING).timestamp()
VALUES = {"man-name": "王小明", "woman-name": "李思雨", "man-agrees": "yes", "woman-agrees": "yes"}
EXPECTED = re.compile(r"status of 404")
"""A picture that does not come is part of some stories."""


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
        async with served(self._folder, web.get("/paper", self._paper), web.get("/pictures/{number}", self._picture)) as self.url:
            yield self

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
    """The page on the kiosk's glass."""
    address = f"{server.url}/?" + "&".join(f"{key}={value}" for key, value in asked.items())
    async with opened(browser, address, size, EXPECTED, has_touch=True) as page:
        await page.locator("[data-test=sign-view]").wait_for()
        yield page


async def pictured(page: Page) -> None:
    """Wait until the page of the paper is on the glass, or known not to be."""
    await until(page, "() => document.querySelector('[data-test=sign-reader]').ariaBusy === 'false'")


def words(language: str) -> dict[str, str]:
    """What the page says."""
    book: dict[str, str] = json.loads((PAGE / f"words.{language}.json").read_text(encoding="utf-8"))
    return book
