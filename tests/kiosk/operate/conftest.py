"""A virtual display, windows of other programs on it that count what they hear, and a page of another authority."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from config.clock import HandClock, SystemClock
from config.logs import get_logger
from config.secret import Secret
from config.text import Text
from kiosk.operate.desk import Operation
from kiosk.operate.display import Screen
from kiosk.operate.door import Door
from kiosk.operate.grant import Shell
from kiosk.operate.places import Window
from kiosk.operate.portal import Place, Portal
from tests.kiosk.operate.desktop import SHELL_TITLE, OtherProgram
from tests.kiosk.operate.door_page import PAGE as KIOSK_PAGE
from tests.kiosk.operate.door_page import TOKEN, Opened
from tests.waiting import LONG

PAGE = (Path(__file__).parent / "portal_page.html").read_text(encoding="utf-8")
LABEL = "停止远程操作 Stop"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser or a page that stands still for seconds is waited for: the machine is shared. A test that is about silence says so."""
    monkeypatch.setattr("kiosk.operate.portal.PATIENCE_MS", 20_000)
    monkeypatch.setattr("kiosk.operate.portal.SILENT", LONG)
    monkeypatch.setattr("kiosk.operate.keyboard.PATIENCE", 20.0)
    monkeypatch.setattr("kiosk.operate.door.HELLO_SECONDS", LONG)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """The name of an Xvfb of 1280 × 800 that is its own: it picks a number that is free."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                yield f":{told.readline().strip()}"
        finally:
            server.terminate()


@pytest.fixture
def programs(display: str) -> Iterator[list[OtherProgram]]:
    """Put what you start into it: ended with the test."""
    running = list[OtherProgram]()
    yield running
    for each in running:
        each.close()


@pytest.fixture
def form(display: str, programs: list[OtherProgram]) -> OtherProgram:
    """The window that is granted in tests without a browser."""
    program = OtherProgram(display, (200, 150, 600, 400), "form", 0x20A040)
    programs.append(program)
    return program


@pytest.fixture
def other(display: str, programs: list[OtherProgram]) -> OtherProgram:
    """Another program's window, beside it."""
    program = OtherProgram(display, (900, 150, 200, 200), "notes", 0xC000C0)
    programs.append(program)
    return program


@pytest.fixture
def screen(display: str) -> Iterator[Screen]:
    seen = Screen(display)
    yield seen
    seen.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest_asyncio.fixture
async def operation(display: str, clock: HandClock) -> AsyncIterator[Operation]:
    """Nothing granted yet."""
    running = Operation.on(display, LABEL, clock, shell=Shell(titles=(SHELL_TITLE,)))
    yield running
    running.close()


@pytest_asyncio.fixture
async def site() -> AsyncIterator[str]:
    """Where the other authority's pages are."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(text="<title>elsewhere</title>", content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/portal", page), web.get("/elsewhere", elsewhere)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


@pytest_asyncio.fixture
async def portal(display: str, screen: Screen, site: str) -> AsyncIterator[Portal]:
    """The page in a real Chromium, 900 × 600 at (150, 100), with no other origin allowed."""
    opened = await Portal.open(Place(f"{site}/portal", display, (150, 100, 900, 600)), screen, ["--disable-gpu"])
    yield opened
    await opened.close()


@pytest.fixture
def door(display: str, site: str) -> Door:
    """The window `portal` can be opened, 900 × 600 at (150, 100), and one whose page is not there."""
    windows = [
        Window("portal", Text("政务服务", "Government portal"), f"{site}/portal", (150, 100, 900, 600)),
        Window("nothing", Text("没有", "Nothing"), "http://127.0.0.1:9/", (150, 100, 900, 600)),
    ]
    desktop = Opened(display, SystemClock(), flags=("--disable-gpu",))
    desktop.portals.clear()
    return Door(desktop, windows, Secret(TOKEN), [KIOSK_PAGE], SystemClock(), get_logger("test"))


@pytest_asyncio.fixture
async def port(door: Door) -> AsyncIterator[int]:
    """Where the door is."""
    async with door.serve(0) as port:
        yield port
    assert not any(each.folder.exists() for each in Opened.portals), "nothing of any page stays"
