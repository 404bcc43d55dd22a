"""Letters as keys: the layout's own, or unused ones that are lent to any character there is and given back at the end."""

from __future__ import annotations

import select
from collections import OrderedDict
from typing import Any

from Xlib import X
from Xlib.protocol import event

from kiosk.operate.display import connect, vanishing

UNICODE = 0x01000000
"""Keysyms of characters beyond Latin-1 (X11 protocol, appendix A)."""
PATIENCE = 0.5
"""Seconds for a program to say that it is there."""


def keysym(character: str) -> int:
    """What a key must mean to give that character."""
    code = ord(character)
    return code if 0x20 <= code < 0x7F or 0xA0 <= code < 0x100 else UNICODE | code


class Keyboard:
    """The keys of a display, over a connection that its owner guards."""

    def __init__(self, connection: Any) -> None:
        self._x = connection
        self._first = connection.display.info.min_keycode
        self._count = connection.display.info.max_keycode - self._first + 1
        self._spare: list[int] = []
        self._lent: OrderedDict[int, int] = OrderedDict()
        """Symbol → key, the one that was used longest ago first."""
        self._layout: list[list[int]] = []

    def begin(self) -> None:
        """Look which keys have a meaning and which have none."""
        self._read()
        self._spare = [self._first + place for place, symbols in enumerate(self._layout) if place and not any(symbols)]

    def find(self, symbol: int) -> tuple[int, bool] | None:
        """The key with that symbol, and whether Shift belongs to it."""
        if symbol in self._lent:
            return self._lent[symbol], False
        changed = False
        while self._x.pending_events():
            changed = self._x.next_event().type == X.MappingNotify or changed
        if changed:  # by us or by somebody else
            self._read()
        for level in (0, 1):
            for place, symbols in enumerate(self._layout):
                if symbols[level] == symbol and self._first + place not in self._lent.values():
                    return self._first + place, level == 1
        return None

    def lend(self, text: str) -> tuple[int, bool]:
        """Give keys to what has none, for as many of the first characters of `text` as there are keys; how many, and whether any key has
        changed its meaning. The keys that were used longest ago are taken first."""
        needed, room = dict[int, None](), len(self._spare) + len(self._lent)
        ready = 0
        for character in text:
            symbol = keysym(character)
            if symbol not in needed and (symbol in self._lent or self.find(symbol) is None):
                if len(needed) == room:
                    break
                needed[symbol] = None
            ready += 1
        for symbol in needed:
            if symbol in self._lent:
                self._lent.move_to_end(symbol)
        new = [symbol for symbol in needed if symbol not in self._lent]
        for symbol in new:
            code = self._spare.pop() if self._spare else self._lent.popitem(last=False)[1]
            # The same on every level, so that neither Shift nor a second layout makes another character of it.
            self._x.change_keyboard_mapping(code, [[symbol] * len(self._layout[0])])
            self._lent[symbol] = code
        return ready, bool(new)

    def give_back(self) -> None:
        """Every lent key means nothing again."""
        for code in self._lent.values():
            self._x.change_keyboard_mapping(code, [[X.NoSymbol] * len(self._layout[0])])
        self._lent.clear()

    def _read(self) -> None:
        self._layout = [list(symbols) for symbols in self._x.get_keyboard_mapping(self._first, self._count)]


class Ping:
    """Asks a window's program whether it has come as far as this in what the server told it (EWMH: _NET_WM_PING)."""

    def __init__(self, name: str) -> None:
        self._x = connect(name)
        self._root = self._x.screen().root
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask)  # answers go to the root window
        self._protocols, self._ping, self._last = self._x.get_atom("WM_PROTOCOLS"), self._x.get_atom("_NET_WM_PING"), 0

    def wait(self, window: int) -> bool:
        """Whether it answered in time; at once for programs that do not know the question. Raises WindowGone."""
        target = self._x.create_resource_object("window", window)
        with vanishing():
            if self._ping not in (target.get_wm_protocols() or ()):
                return False
            self._last += 1
            asked = (32, [self._ping, self._last, window, 0, 0])
            target.send_event(event.ClientMessage(window=target, client_type=self._protocols, data=asked))
            self._x.flush()
            for _ in range(100):  # other windows' comings and goings are heard here too
                while self._x.pending_events():
                    heard = self._x.next_event()
                    if heard.type == X.ClientMessage and list(heard.data[1][:3]) == asked[1][:3]:
                        return True
                if not select.select([self._x.fileno()], [], [], PATIENCE)[0]:
                    return False
            return False

    def close(self) -> None:
        """Give the connection back."""
        self._x.close()
