"""The pages as built, served with their real headers by a server that says what a test tells it to; and a Chromium to look at them."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler
from playwright.async_api import Browser, Page, async_playwright

from config.library import load_library
from config.profiles import PROFILES
from signaling.api.offerings import ConfiguredOfferings
from signaling.api.pages import Pages, security_headers
from signaling.wire import http
from signaling.wire.base import Message
from tests.scripted_server import Script, ScriptedServer, Who, say_done
from tests.waiting import LONG, until

REPOSITORY = Path(__file__).parents[3]
DIST = REPOSITORY / "dist"
KIOSK: Who = ("kiosk", "haiyan-k1")
CLERK: Who = ("person", "li")
CODE = "enrol-me-please-0001"
PASSWORD = "correct horse battery"
PATIENCE_MS = 1000 * LONG
CHROMIUM = [
    "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--disable-background-networking",
    "--auto-select-desktop-capture-source=Entire screen",
]  # fmt: skip


class PageServer(ScriptedServer):
    """`ScriptedServer` with the pages, and the routes that only browsers use."""

    def __init__(self, script: Script = say_done, *, role: str = "clerk", enrolled: bool = True) -> None:
        super().__init__(script, kiosks={KIOSK[1]: "key"}, people={CLERK[1]: PASSWORD})
        self.role, self.enrolled, self.logged_in = role, enrolled, False
        self._offerings = ConfiguredOfferings(load_library(always_open=True), PROFILES["small"], 60.0, self.clock)
        self.routes: list[tuple[str, str, Handler]] = []
        """What one test's server has beside these."""

    async def start(self, tls: Any = None) -> str:
        app = web.Application(middlewares=[security_headers(tls=False)])
        for method, path, handler in (
            ("POST", "/api/v1/login", self._person_enters),
            ("POST", "/api/v1/logout", self._person_leaves),
            ("GET", "/api/v1/me", self._me),
            ("POST", "/api/v1/kiosks/enrol", self._enrol),
            ("GET", "/api/v1/kiosks/me", self._kiosk_me),
            ("POST", "/api/v1/socket-tickets", self._socket_ticket),
            ("GET", "/api/v1/catalogue", self._offered),
            ("GET", "/api/v1/socket", self._socket),
            *self.routes,
        ):
            app.router.add_route(method, path, handler)
        Pages(DIST).add_to(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{self._port}"

    def commands(self, who: Who, kind: type[Any]) -> list[Any]:
        """What `who` has asked for so far, of one kind."""
        return [command for asker, command in self.heard if asker == who and isinstance(command, kind)]

    async def asked(self, who: Who, kind: type[Any]) -> list[Any]:
        """The same, once there is any."""
        await until(lambda: self.commands(who, kind))
        return self.commands(who, kind)

    # --- HTTP -------------------------------------------------------------------------------------

    async def _person_enters(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.people.get(body["login"]) != body["password"]:
            return refusal("bad-login", 401)
        self.logged_in = True
        return self._who_am_i()

    async def _person_leaves(self, request: web.Request) -> web.Response:
        self.logged_in = False
        return web.json_response({})

    async def _me(self, request: web.Request) -> web.Response:
        return self._who_am_i() if self.logged_in else refusal("not-logged-in", 401)

    def _who_am_i(self) -> web.Response:
        return web.json_response({"login": CLERK[1], "name": "李敏", "role": self.role, "jurisdiction": "jinshan"})

    async def _enrol(self, request: web.Request) -> web.Response:
        if (await request.json())["code"] != CODE:
            return refusal("bad-code", 403)
        self.enrolled = True
        return plain(http.Enrolled(KIOSK[1], "海盐1号自助舱", "k" * 40))

    async def _kiosk_me(self, request: web.Request) -> web.Response:
        return plain(http.KioskMe(KIOSK[1], "海盐1号自助舱", "haiyan")) if self.enrolled else refusal("not-logged-in", 401)

    async def _socket_ticket(self, request: web.Request) -> web.Response:
        self._check_origin(request)
        as_kiosk = (await request.json())["as"] == "kiosk"
        if not (self.enrolled if as_kiosk else self.logged_in):
            return refusal("not-logged-in", 401)
        ticket = f"ticket-{len(self.tickets)}-{len(self.logins)}-{self.clock.monotonic():.9f}".replace(".", "-")
        self.logins.append(ticket)
        self.tickets[ticket] = KIOSK if as_kiosk else CLERK
        return web.json_response({"ticket": ticket})

    async def _offered(self, request: web.Request) -> web.Response:
        as_kiosk = "/kiosk" in request.headers.get("Referer", "") or not self.logged_in
        return plain(self._offerings.for_kiosk(KIOSK[1], "haiyan") if as_kiosk else self._offerings.for_person("jinshan"))


def plain(body: msgspec.Struct) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


def refusal(code: str, status: int) -> web.Response:
    return web.json_response({"code": code, "text": f"({code})"}, status=status)


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium with pretended devices."""
    path = shutil.which("chromium")
    assert path is not None, "Chromium is needed: `make test` installs it"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        try:
            yield browser
        finally:
            await browser.close()


# A page that is not logged in yet, or whose server is away, is part of some stories; Permissions-Policy names what this browser has not.
EXPECTED = re.compile(r"status of 40[13]|ERR_CONNECTION|WebSocket connection to|Permissions-Policy header")
PORTRAIT, LANDSCAPE, DESK = (1080, 1920), (1920, 1080), (1280, 720)


@contextlib.asynccontextmanager
async def page_at(browser: Browser, url: str, size: tuple[int, int], mistakes: list[str]) -> AsyncIterator[Page]:
    """A page of its own profile; what it complains about (a refused script, an exception) is gathered in `mistakes`."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, permissions=["camera", "microphone"], base_url=url)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: mistakes.append(f"exception: {error}"))
    page.on("console", lambda said: mistakes.append(said.text) if said.type == "error" and not EXPECTED.search(said.text) else None)
    try:
        yield page
    finally:
        await context.close()


async def shows(page: Page, test: str) -> None:
    """Wait until the element of that `data-test` name is on the glass."""
    await page.locator(f"[data-test='{test}']").first.wait_for(state="visible", timeout=PATIENCE_MS)


async def touch(page: Page, *tests: str) -> None:
    """Touch one control after the other."""
    for test in tests:
        await page.locator(f"[data-test='{test}']").first.click(timeout=PATIENCE_MS)


async def becomes(page: Page, expression: str, arg: Any = None) -> Any:
    """Wait until the page's JavaScript `expression` is truthy; returns its value."""
    return await (await page.wait_for_function(expression, arg=arg, timeout=PATIENCE_MS, polling=50)).json_value()


AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"


async def nothing_serious(page: Page, where: str) -> None:
    """axe-core finds no serious or critical barrier on what stands on the glass."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})).violations
          .filter(({impact}) => impact === "serious" || impact === "critical")
          .map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html.slice(0, 160)).join(" | ")}`)"""
    )
    assert found == [], f"{where}: {found}"


__all__ = [
    "CLERK", "CODE", "DESK", "KIOSK", "LANDSCAPE", "PASSWORD", "PORTRAIT", "Message", "PageServer", "becomes", "chromium", "nothing_serious", "page_at", "shows", "touch",
]  # fmt: skip
