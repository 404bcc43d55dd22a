"""Who must be shown something new: ends are touched while things happen, and shown once, when the loop comes round.

A view is whole, so showing the newest is enough: ten steps in one turn of the loop are one message, and an end that comes back
needs nothing but the view.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from signaling.wire.desk import DeskView
from signaling.wire.visit import KioskView


class Board:
    """`show_kiosk(id)` and `show_clerk(login)` send the end's present view and return it; None when the end is not connected."""

    def __init__(
        self,
        kiosk_view: Callable[[str], KioskView | None],
        clerk_view: Callable[[str], DeskView | None],
        to_kiosk: Callable[[str, KioskView], None],
        to_clerk: Callable[[str, DeskView], None],
    ) -> None:
        self._kiosk_view = kiosk_view
        self._clerk_view = clerk_view
        self._to_kiosk = to_kiosk
        self._to_clerk = to_clerk
        self._kiosks: set[str] = set()
        self._clerks: set[str] = set()
        self._shown_kiosks: dict[str, KioskView] = {}
        self._shown_clerks: dict[str, DeskView] = {}
        self._due = False

    def touch_kiosk(self, kiosk: str, *, anew: bool = False) -> None:
        """`anew`: show it even if it has not changed (the end has just connected)."""
        if anew:
            self._shown_kiosks.pop(kiosk, None)
        self._kiosks.add(kiosk)
        self._schedule()

    def touch_clerk(self, login: str, *, anew: bool = False) -> None:
        if anew:
            self._shown_clerks.pop(login, None)
        self._clerks.add(login)
        self._schedule()

    def forget_kiosk(self, kiosk: str) -> None:
        """The end has gone."""
        self._shown_kiosks.pop(kiosk, None)

    def forget_clerk(self, login: str) -> None:
        self._shown_clerks.pop(login, None)

    def _schedule(self) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._show)

    def _show(self) -> None:
        self._due = False
        kiosks, self._kiosks = self._kiosks, set()
        clerks, self._clerks = self._clerks, set()
        for kiosk in sorted(kiosks):
            screen = self._kiosk_view(kiosk)
            if screen is not None and self._shown_kiosks.get(kiosk) != screen:
                self._shown_kiosks[kiosk] = screen
                self._to_kiosk(kiosk, screen)
        for login in sorted(clerks):
            desk = self._clerk_view(login)
            if desk is not None and self._shown_clerks.get(login) != desk:
                self._shown_clerks[login] = desk
                self._to_clerk(login, desk)
