"""One grant from the page's word to the last erased file: a window is opened, framed, shown, acted on, ended and erased."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import numpy as np

from config.clock import Clock
from config.logs import Logger
from kiosk.operate import door_wire as wire
from kiosk.operate.desk import Happened, Operation
from kiosk.operate.display import DisplayError, WindowGone
from kiosk.operate.journal import Entry
from kiosk.operate.jpeg import jpeg
from kiosk.operate.places import Window
from kiosk.operate.portal import Portal, PortalError
from media.capture import Image

PACE = 0.1
"""Seconds from one picture to the next, at least."""
REST = 0.02
"""Seconds between two that come late: what the clerk does goes first."""
AGAIN = 1.0
"""Seconds after which a picture is sent although nothing has changed: whoever has just begun to look must see something."""


class Desktop(Protocol):
    """The kiosk's screen: `x_desktop.XDesktop`."""

    def operation(self, on_event: Callable[[Entry], None], on_end: Callable[[str], None]) -> Operation:
        """A new one, nothing granted. Raises DisplayError."""
        ...

    async def open(self, window: Window) -> Portal:
        """The window's page, alone in a browser of its own. Raises PortalError, DisplayError."""
        ...


class Errand:
    """Made for one grant; `run` is its whole life. `say` hears `granted` or `refused`, lines, and `ended`; `show` each picture, and None
    when there is none any more. Everything belongs to the event loop."""

    def __init__(
        self, asked: wire.Grant, window: Window, desktop: Desktop, clock: Clock, log: Logger,
        say: Callable[[wire.FromAgent], None], show: Callable[[bytes | None], None],
    ) -> None:  # fmt: skip
        self.id = asked.id
        self._asked, self._window, self._desktop = asked, window, desktop
        self._clock, self._log, self._say, self._show = clock, log, say, show
        self._operation: Operation | None = None
        self._opening: asyncio.Timeout | None = None
        self._standing, self._ended, self._lines = False, False, 0
        self.over = False
        """Ended, refused, or about to be: another may be asked for."""
        self._reason: str | None = None
        """Why it is to end; known before the window may be open."""

    async def run(self) -> None:
        """Open, show until the end, erase. Raises nothing that a page or a browser could bring about."""
        portal: Portal | None = None
        try:
            self._operation = self._desktop.operation(self._on_event, self._on_end)
            portal = await self._open()
            code = await self._begin(portal)
        except (PortalError, DisplayError) as failed:
            self._log.warning("window not opened", window=self._window.code, reason=failed.text)
            code = failed.code
        except TimeoutError:
            code = "no-grant"  # taken back while it opened
        except WindowGone:
            code = "unknown-window"
        except BaseException:
            await self._erase(portal)
            raise
        try:
            if code is not None:
                self.over = True
                self._say(wire.Refused(self.id, code))
            elif self._operation is not None:
                await self._pictures(self._operation)
        finally:
            await self._erase(portal)

    async def act(self, action: wire.Action) -> Happened:
        """Do it if it may be done."""
        if self._operation is None or not self._standing:
            return Happened(0, "no-grant")
        return await self._operation.act(wire.rule(action))

    def revoke(self, reason: str) -> None:
        """The end. When this returns, the last event has left."""
        self.over, self._reason = True, self._reason or reason
        if self._operation is not None:
            self._operation.revoke(reason)
        if self._opening is not None:
            self._opening.reschedule(0)  # give up what is being opened

    async def _open(self) -> Portal:
        async with asyncio.timeout(None) as self._opening:
            try:
                if self._reason is not None:
                    self._opening.reschedule(0)
                return await self._desktop.open(self._window)
            finally:
                self._opening = None

    async def _begin(self, portal: Portal) -> str | None:
        """None when it stands, else why not."""
        assert self._operation is not None
        if self._reason is not None:
            return "no-grant"
        refused = await self._operation.grant(portal.window, self._asked.level, self._asked.seconds, portal)
        if refused is not None:
            return refused.code
        if self._reason is not None:
            self._operation.revoke(self._reason)
        if self._operation.granted is None:
            return "no-grant"
        self._standing = True
        self._say(wire.Granted(self.id))
        return None

    async def _pictures(self, operation: Operation) -> None:
        """Until the end; asking for pictures is also what lets time do its work there."""
        last: Image | None = None
        sent, begun = 0.0, self._clock.monotonic()
        while (image := await operation.frame()) is not None:
            now = self._clock.monotonic()
            if last is None or now - sent >= AGAIN or not np.array_equal(image, last):
                file = await asyncio.to_thread(jpeg, image)
                if operation.granted is None:
                    break
                self._show(file)
                last, sent = image, now
            await asyncio.sleep(max(REST, PACE - (self._clock.monotonic() - begun)))
            begun = self._clock.monotonic()

    def _on_event(self, entry: Entry) -> None:
        if self._ended:
            return  # the rest of a text that was under way, refused: it belongs to no grant any more
        self._lines += 1
        self._say(wire.Happened(self.id, self._lines, [wire.line(entry)]))

    def _on_end(self, reason: str) -> None:
        self.over = self._ended = True
        self._show(None)
        if self._standing:
            self._standing = False
            self._say(wire.Ended(self.id, reason))

    async def _erase(self, portal: Portal | None) -> None:
        operation, self._operation = self._operation, None
        try:
            if operation is not None:
                operation.close()
        finally:
            if portal is not None:
                try:
                    await portal.close()
                except PortalError as failed:
                    self._log.error("window not erased", window=self._window.code, code=failed.code)
        self._log.info("window closed", window=self._window.code, grant=self.id)
