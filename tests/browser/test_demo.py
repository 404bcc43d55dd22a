"""`virtual-window demo` as a visitor meets it: one command, a resident who waits, a log-in that works, a next resident."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.window import CHROMIUM, DESK, PATIENCE_MS, PORTRAIT, accepted, keep, mark, sees, shows, touch, until
from tests.serving import Served
from tests.waiting import LONG


class Demo:
    """The running demo and what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""

    async def says(self, pattern: str, seconds: float = LONG, after: int = 0) -> re.Match[str]:
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while (found := re.search(pattern, self.said[after:])) is None:
                line = await self.process.stdout.readline()
                assert line, f"the demo ended:\n{self.said}"
                self.said += line.decode()
        return found


async def test_a_visitor_tries_both_windows(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    assert chromium is not None
    data = tmp_path / "data"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling", "demo", "--data", str(data), "--port", "0", "--media", "small",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    demo = Demo(process)
    try:
        counter, login, password = (await demo.says(r"Clerk +(\S+/counter) +login (\S+) +password (\S+)")).groups()
        link = (await demo.says(r"Kiosk +(\S+/kiosk#enrol=\S+)"))[1]
        await demo.says("The resident is waiting for a clerk")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
            try:
                clerk = await browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, permissions=["camera", "microphone"])
                desk = await clerk.new_page()
                desk.set_default_timeout(PATIENCE_MS)
                await desk.goto(counter)
                await mark(desk, "login").fill(login)
                await mark(desk, "password").fill(password)
                await touch(desk, "log-in")
                await shows(desk, "screen-shift")
                await desk.locator('[data-test^="counter-"]:not([disabled])').first.check()
                await touch(desk, "test-bell")
                await touch(desk, "bell-yes")
                await touch(desk, "start-shift")
                await shows(desk, "ring")
                await touch(desk, "answer")
                await sees(desk, "resident", frames=5)
                await keep(desk, "demo-counter")
                await demo.says("The resident talks with the clerk")
                heard = len(demo.said)
                await accepted(desk)
                await touch(desk, "complete")
                await demo.says("The resident is waiting for a clerk", after=heard)
                await shows(desk, "ring")

                visitor = await browser.new_context(viewport={"width": PORTRAIT[0], "height": PORTRAIT[1]}, permissions=["camera", "microphone"])
                kiosk = await visitor.new_page()
                await kiosk.goto(link)
                await shows(kiosk, "screen-idle")
                assert "enrol" not in await until(kiosk, "() => location.href"), "the one-time code does not stay in the address"
            finally:
                await browser.close()
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), LONG) == 0
        assert Served(data).node_gone(), "nothing is left running"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
