"""A page of another authority in a window of its own: started for one resident, asked about its fields, erased afterwards.

Chromium with a profile, a home and a temporary folder that exist only for this; incognito on top, so that little is written at all.
Downloads, file dialogs and further windows are shut: each would open a way into the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from config.tasks import Tasks
from kiosk.operate.cdp import LONGEST, Cdp, CdpError
from kiosk.operate.eyes import SCRIPT, WORLD, Before, Look, answer, question
from kiosk.operate.grant import Desktop

PATIENCE_MS = 1000
"""How long the page may take to handle what was sent before it is asked; a busy one is then told so, and nothing is typed."""
SILENT = 3.0
"""Seconds without an answer after which a page shows nothing and takes nothing: a dialog of its own for instance."""
START = 30.0
FLAGS = (
    "--incognito", "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-sync", "--disable-extensions",
    "--disable-component-update", "--disable-default-apps", "--disable-breakpad", "--disable-domain-reliability", "--disable-print-preview",
    "--disable-smooth-scrolling", "--disable-save-password-bubble", "--disable-notifications", "--no-pings", "--password-store=basic",
    "--disable-features=Translate,AutofillServerCommunication,MediaRouter,DialMediaRouteProvider,OptimizationHints",
)  # fmt: skip
ASKING = (
    "notifications", "geolocation", "media_stream_camera", "media_stream_mic", "popups", "clipboard", "midi_sysex", "sensors", "local_fonts",
    "usb_guard", "serial_guard", "bluetooth_guard", "hid_guard", "file_system_write_guard", "window_placement", "automatic_downloads",
)  # fmt: skip
"""What the browser would ask about in a bubble inside the window, where a clerk could say yes: never (2), without asking."""
PREFERENCES = {
    # The system's own frame, which a kiosk without a window manager has not: the page fills the window to the pixel.
    "browser": {"custom_chrome_frame": False},
    "credentials_enable_service": False,
    "autofill": {"profile_enabled": False, "credit_card_enabled": False},
    "translate": {"enabled": False},
    "profile": {"password_manager_enabled": False, "default_content_setting_values": dict.fromkeys(ASKING, 2)},
}


class Windows(Protocol):
    """What finds the browser's window: `display.Screen`."""

    def desktop(self, *, names: bool = False) -> Desktop: ...


class PortalError(Exception):
    """`code` is `no-browser`, `no-window`, `no-page`, `page-silent` or `not-erased`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True)
class Place:
    """Which page, on which display, where on it (left, top, width, height), and the origins it may go to beside its own."""

    url: str
    display: str
    box: tuple[int, int, int, int] = (0, 0, 1280, 800)
    origins: frozenset[str] = frozenset()
    browser: str = "chromium"
    language: str = "zh_CN.UTF-8"
    authority: str = ""
    """The X server's cookie file, where it wants one."""


def origin(url: str) -> str:
    """Scheme, host and port as a page calls them; what has none (data:, about:, the browser's own pages) is `null`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        return "null"
    port = "" if parts.port is None or parts.port == {"http": 80, "https": 443}[parts.scheme] else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}"


class Portal:
    """An open window. Use `Portal.open`; `on_left()` is called when the page goes to another origin, `on_gone()` when the browser ends."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.allowed = frozenset({origin(place.url), *place.origins}) - {"null"}
        self.folder, self.window, self.pid = folder, 0, 0
        self.on_left: Callable[[], None] = lambda: None
        self.on_gone: Callable[[], None] = lambda: None
        self._place = place
        self._process: asyncio.subprocess.Process | None = None
        self._session = self._target = self._frame = ""
        self._world: int | None = None
        self._ready = asyncio.Event()
        self._tasks = Tasks(lambda _name, _error: None)  # windows that were gone before they could be closed

    @classmethod
    async def open(cls, place: Place, windows: Windows, extra: Iterable[str] = (), *, folder: Path | None = None) -> Portal:
        """Start the browser and wait until its page answers. Raises PortalError; then nothing stays. `folder` holds the temporary
        one; its path must be short, as the browser keeps a socket in it (108 bytes at most, unix(7))."""
        home = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="portal-", dir=folder))
        portal = cls(place, home)
        try:
            await portal._start(tuple(extra))
            async with asyncio.timeout(START):
                await portal._attach()
                while (await portal.look()).origin not in portal.allowed:  # the empty document of the start
                    await asyncio.sleep(0.02)
                portal.window = await portal._find(windows)
        except (CdpError, TimeoutError, OSError) as wrong:
            await portal.close()
            raise PortalError("no-browser" if isinstance(wrong, OSError) else "no-page", f"{place.url}: {wrong}") from wrong
        except BaseException:
            await portal.close()
            raise
        return portal

    async def look(self, at: tuple[float, float] | None = None, before: Before | None = None) -> Look:
        """What the page says of itself. Raises PortalError `page-silent`."""
        try:
            async with asyncio.timeout(SILENT):
                while True:
                    await self._ready.wait()
                    try:
                        return await self._evaluate(question(at, before, PATIENCE_MS))
                    except CdpError as error:
                        if error.code != "refused":
                            raise
                        await asyncio.sleep(0.01)  # the document went away under the question: ask the next one
        except (CdpError, TimeoutError, ValueError) as wrong:
            raise PortalError("page-silent", str(wrong)) from wrong

    async def close(self) -> None:
        """End the browser and erase everything it wrote; may be called twice."""
        self.on_left = self.on_gone = lambda: None
        await self._tasks.close()
        if self._process is not None:
            with contextlib.suppress(CdpError):
                await self._cdp.ask("Browser.close", seconds=2)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await self._process.wait()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # a group of its own: what it started ends with it
            await self._process.wait()
            await self._cdp.close()
            self._process = None
        await asyncio.to_thread(_erase, self.folder)

    async def _start(self, extra: Sequence[str]) -> None:
        profile = self.folder / "profile" / "Default"
        profile.mkdir(parents=True)
        (profile / "Preferences").write_text(json.dumps(PREFERENCES))
        left, top, width, height = self._place.box
        command = [
            self._place.browser, f"--app={self._place.url}", f"--user-data-dir={self.folder / 'profile'}", "--remote-debugging-pipe",
            f"--window-position={left},{top}", f"--window-size={width},{height}", *FLAGS, *extra,
        ]  # fmt: skip
        if os.geteuid() == 0:  # Chromium's sandbox refuses root; a kiosk runs as a user of its own
            command += ["--no-sandbox", "--test-type"]
        # An environment of our own making. No input method: it would take the letters and ask which ones were meant.
        variables = {
            "DISPLAY": self._place.display, "HOME": str(self.folder), "TMPDIR": str(self.folder), "PATH": os.defpath,
            "LANG": self._place.language, "XMODIFIERS": "@im=none", "GTK_IM_MODULE": "gtk-im-context-simple",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        }  # fmt: skip
        if self._place.authority:
            variables["XAUTHORITY"] = self._place.authority
        self._process = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", 'exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null', "sh", *command,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env=variables, start_new_session=True, limit=LONGEST,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.pid = self._process.pid
        self._cdp = Cdp(self._process.stdout, self._process.stdin, self._heard, lambda: self.on_gone())

    async def _attach(self) -> None:
        while True:
            targets = (await self._cdp.ask("Target.getTargets"))["targetInfos"]
            if found := [each for each in targets if each["type"] == "page"]:
                break
            await asyncio.sleep(0.05)
        self._target = found[0]["targetId"]
        self._session = (await self._cdp.ask("Target.attachToTarget", targetId=self._target, flatten=True))["sessionId"]
        await self._cdp.ask("Browser.setDownloadBehavior", behavior="deny")
        await self._cdp.ask("Target.setDiscoverTargets", discover=True)
        tell = self._cdp.ask
        await tell("Page.enable", self._session)
        self._frame = (await tell("Page.getFrameTree", self._session))["frameTree"]["frame"]["id"]
        await tell("Page.setInterceptFileChooserDialog", self._session, enabled=True)
        await tell("Page.addScriptToEvaluateOnNewDocument", self._session, source=SCRIPT, worldName=WORLD, runImmediately=True)
        await tell("Runtime.enable", self._session)

    async def _find(self, windows: Windows) -> int:
        while True:
            desktop = await asyncio.to_thread(windows.desktop)
            if found := [each.id for each in desktop.windows if each.pid == self.pid and not each.popup]:
                return found[0]
            await asyncio.sleep(0.05)

    async def _evaluate(self, expression: str) -> Look:
        answered = await self._cdp.ask(
            "Runtime.evaluate", self._session, expression=expression, contextId=self._world, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answered:
            raise CdpError("refused", "the page's script failed")
        return answer(answered["result"].get("value"))

    def _heard(self, method: str, told: dict[str, Any], session: str | None) -> None:
        if method == "Target.targetCreated":
            info = told["targetInfo"]
            if info["type"] == "page" and self._target and info["targetId"] != self._target:
                self._tasks.start(self._cdp.ask("Target.closeTarget", targetId=info["targetId"]), "close a further window")
        elif session != self._session:
            return
        elif method == "Runtime.executionContextCreated":
            context = told["context"]
            if context["name"] == WORLD and context["auxData"].get("frameId") == self._frame:
                self._world = context["id"]
                self._ready.set()
        elif method == "Runtime.executionContextsCleared" or (
            method == "Runtime.executionContextDestroyed" and told.get("executionContextId") == self._world
        ):
            self._world = None
            self._ready.clear()
        elif (
            method == "Page.frameNavigated" and "parentId" not in told["frame"] and origin(told["frame"]["url"]) not in self.allowed
        ):
            self.on_left()


def _erase(folder: Path) -> None:
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    raise PortalError("not-erased", f"{folder} is still there")
