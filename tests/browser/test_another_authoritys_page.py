"""A clerk helps in a window of the kiosk's desktop: every program is the real one, from the hand at the counter to the page of another authority."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Page

from tests.browser.window import Window, keep, mark, sees, session_of, shows, touch, until, window
from tests.kiosk.operate.conftest import display as display
from tests.programs import Program
from tests.waiting import until as comes

pytestmark = pytest.mark.asyncio

PORTAL = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>政务服务</title>
<style>body { margin: 0; font: 28px sans-serif; background: #eef4fb } h1 { margin: 40px } label { position: absolute; left: 100px; top: 200px }
input { font: inherit; width: 700px; height: 80px } label.below { top: 400px }</style>
<h1>临时居民身份证申请</h1><label>姓名 <input name="full_name"></label><label class="below">密码 <input type="password" name="secret"></label>
<script src="/told.js"></script></html>"""
TOLD = """let told = Promise.resolve();
addEventListener("input", ({ target }) => {
  const body = JSON.stringify([target.name, target.value]);
  told = told.then(() => fetch("/typed", { method: "POST", body })); // one after the other: two at once may overtake each other
}, true);"""
NAME, PASSWORD = (0.4, 240 / 650), (0.4, 440 / 650)
"""Where the fields are, in shares of the window."""


@dataclass
class OtherAuthority:
    """Its page, which writes down what is typed into it."""

    url: str = ""
    typed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return next((value for name, value in reversed(self.typed) if name == "full_name"), "")


@asynccontextmanager
async def other_authority() -> AsyncIterator[OtherAuthority]:
    site = OtherAuthority()

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PORTAL, content_type="text/html")

    async def script(_: web.Request) -> web.Response:
        return web.Response(text=TOLD, content_type="text/javascript")

    async def typed(request: web.Request) -> web.Response:
        where, what = json.loads(await request.text())
        site.typed.append((where, what))
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/portal", page), web.get("/told.js", script), web.post("/typed", typed)])
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()


@asynccontextmanager
async def desktop(display: str, site: OtherAuthority, page: str, folder: Path) -> AsyncIterator[str]:
    """The kiosk's agent with one window; yields what its page is told of it."""
    windows = folder / "windows.toml"
    windows.write_text(
        f'[[windows]]\ncode = "portal"\nname = {{ zh-CN = "政务服务网", en = "Portal" }}\nurl = "{site.url}/portal"\nbox = [100, 100, 1000, 650]\n'
    )
    command = ("desktop", "--display", display, "--port", "0", "--token-file", str(folder / "token"), "--origin", page, "--windows", str(windows))
    async with Program("kiosk", *command) as program:
        await comes(lambda: program.out.endswith("\n"))
        yield f"{json.loads(program.out)['ready']}.{(folder / 'token').read_text().strip()}"


@asynccontextmanager
async def operated(folder: Path, display: str) -> AsyncIterator[tuple[Window, OtherAuthority, Page, Page, str]]:
    """A talk at a kiosk that has a desktop: kiosk, desk, session."""
    async with window(folder / "data") as opened, other_authority() as site, desktop(display, site, opened.served.url, folder) as door:
        desk, kiosk = await opened.desk(), await opened.kiosk()
        await kiosk.goto(f"/kiosk#desktop={door}")
        await kiosk.reload()  # what stands behind # alone loads nothing
        await shows(kiosk, "screen-idle")
        await opened.take_ticket(kiosk)
        await touch(desk, "answer")
        await sees(desk, "resident")
        await sees(kiosk, "clerk")
        yield opened, site, kiosk, desk, await session_of(kiosk)


async def asks(desk: Page) -> None:
    for control in ("ask-control", "control-window-portal", "control-level-control", "control-purpose-fill-in", "control-ask"):
        await touch(desk, control)


async def at(desk: Page, place: tuple[float, float]) -> tuple[float, float]:
    """A place of the window's picture on the desk's glass."""
    found = await until(
        desk,
        """([x, y]) => {
          const video = document.querySelector('video[data-participant="resident"][data-source="screen"]');
          const surface = document.querySelector("operate-surface");
          if (!video?.videoWidth || surface === null) return null;
          const box = surface.getBoundingClientRect();
          const scale = Math.min(box.width / video.videoWidth, box.height / video.videoHeight);
          const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
          return [box.left + (box.width - width) / 2 + x * width, box.top + (box.height - height) / 2 + y * height];
        }""",
        list(place),
    )
    return float(found[0]), float(found[1])


async def test_a_clerk_fills_in_a_page_of_another_authority(tmp_path: Path, display: str) -> None:
    async with operated(tmp_path, display) as (opened, site, kiosk, desk, session):
        await asks(desk)
        await shows(kiosk, "control-card")
        await keep(kiosk, "kiosk-window-asked")
        await touch(kiosk, "control-refuse")
        await mark(kiosk, "control-card").wait_for(state="detached")
        assert site.typed == [], "nothing was opened"
        await asks(desk)
        await touch(kiosk, "control-allow")
        await shows(kiosk, "control-bar")
        await sees(desk, "resident", "screen", 3)
        await desk.mouse.click(*await at(desk, NAME))
        await desk.keyboard.insert_text("王小明")
        await comes(lambda: site.name == "王小明")
        await desk.keyboard.type("abc")
        await comes(lambda: site.name == "王小明abc")
        await keep(desk, "desk-window-operated")
        await keep(kiosk, "kiosk-window-operated")
        await desk.mouse.click(*await at(desk, PASSWORD))  # a password is the resident's own
        await comes(lambda: any(body["code"] == "masked-field" for what, body in opened.served.ledger(session) if what == "control-used"))
        await touch(kiosk, "control-stop")
        await mark(kiosk, "control-bar").wait_for(state="detached")
        before = list(site.typed)
        await until(desk, "() => document.querySelector('operate-surface') === null")
        await desk.keyboard.insert_text("zu spät")
        await comes(lambda: any(what == "control-ended" for what, _ in opened.served.ledger(session)))
        assert site.typed == before, "not one letter after the stop"
        ledger = opened.served.ledger(session)
        used = [body for what, body in ledger if what == "control-used"]
        assert sum(body["count"] for body in used if body["did"] == "typed" and body["field"] == "full-name") == 6, used
        assert [body["because"] for what, body in ledger if what == "control-ended"] == ["stop-key"]
        assert "王小明" not in json.dumps(ledger, ensure_ascii=False)
        assert not any(name == "secret" for name, _ in site.typed)


async def test_a_hold_ends_it_at_once(tmp_path: Path, display: str) -> None:
    async with operated(tmp_path, display) as (opened, site, kiosk, desk, session):
        await asks(desk)
        await touch(kiosk, "control-allow")
        await sees(desk, "resident", "screen", 3)
        await touch(desk, "hold")
        await mark(kiosk, "control-bar").wait_for(state="detached")
        await shows(desk, "hold-cover")
        await touch(desk, "hold")
        await mark(kiosk, "hold-cover").wait_for(state="detached")
        await sees(desk, "resident")
        assert not await mark(kiosk, "control-bar").count(), "what a hold ended does not stand again"
        assert [body["because"] for what, body in opened.served.ledger(session) if what == "control-ended"] == ["hold"]
        assert site.typed == []
