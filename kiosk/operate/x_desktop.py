"""The kiosk's X display as the door sees it: an operation on it, and a window with one page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from config.clock import Clock
from kiosk.operate.desk import Operation
from kiosk.operate.display import Screen
from kiosk.operate.grant import Shell
from kiosk.operate.journal import Entry
from kiosk.operate.places import Window, roomy
from kiosk.operate.portal import Place, Portal

STOP = "停止远程操作 Stop remote operation"
"""On the button that always works, in both languages: who is at the kiosk may read either."""


@dataclass(frozen=True, slots=True)
class XDesktop:
    """`display` as X names it, for instance `:0`; `authority` is its cookie file where it wants one."""

    display: str
    clock: Clock
    authority: str = ""
    browser: str = "chromium"
    flags: tuple[str, ...] = ()
    shell: Shell = field(default_factory=Shell)
    """What is the kiosk's own. The door opens every window that it grants itself, so that this is a second lock."""

    def operation(self, on_event: Callable[[Entry], None], on_end: Callable[[str], None]) -> Operation:
        """Nothing granted. Raises DisplayError."""
        return Operation.on(self.display, STOP, self.clock, shell=self.shell, on_event=on_event, on_end=on_end)

    async def open(self, window: Window) -> Portal:
        """Raises PortalError, DisplayError."""
        screen = Screen(self.display)  # not in a thread: one that is made after a cancellation would be closed by nobody
        try:
            box = window.box or roomy((await asyncio.to_thread(screen.desktop)).size)
            place = Place(window.url, self.display, box, frozenset(window.origins), browser=self.browser, authority=self.authority)
            return await Portal.open(place, screen, self.flags)
        finally:
            screen.close()
