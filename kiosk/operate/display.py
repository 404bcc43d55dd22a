"""The kiosk's X display: which windows lie on it, and the pixels of one of them without what lies above.

python-xlib is synchronous and not safe between threads. Each of the three that use it (`Screen`, `Injector`, `Border`) therefore has a
connection of its own and a lock around it, and is called from worker threads; none of them touches the event loop.
No compositing manager is expected: its overlay window would cover everything.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from Xlib import X, display, error
from Xlib.ext import res

from kiosk.operate.grant import Box, Desktop, Window
from media.capture import Image

COVERED = (112, 104, 96)
"""Blue, green, red of what is not shown: another window, a secret field, a page whose layout is not understood."""
ROWS = 100
"""Rows in one GetImage: python-xlib joins a reply's pieces again and again, so that one of 4 MB takes five times as long."""


class DisplayError(Exception):
    """No use of the display; `code` is `no-display` or `odd-display`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


class WindowGone(Exception):
    """The window is not there any more."""


def connect(name: str) -> Any:
    """A connection of one's own to the display `name`, for instance `:0`. Raises DisplayError `no-display`."""
    try:
        connection: Any = display.Display(name)
    except (error.DisplayError, error.XauthError, OSError) as wrong:
        raise DisplayError("no-display", f"the X display {name} cannot be opened: {wrong}") from wrong
    # Requests without an answer fail later, for windows that have gone in between; whoever needs to know asks with one that answers.
    connection.set_error_handler(lambda *_: None)
    return connection


@contextmanager
def standing_still(connection: Any) -> Iterator[None]:
    """No other program changes anything on the display meanwhile (GrabServer): what is read inside holds until the end. Keep it short."""
    connection.grab_server()
    try:
        yield
    finally:
        connection.ungrab_server()
        connection.sync()


@contextmanager
def vanishing() -> Iterator[None]:
    """X's BadWindow and BadDrawable, and a display that closed, as WindowGone."""
    try:
        yield
    except (error.BadWindow, error.BadDrawable, error.BadMatch, error.ConnectionClosedError) as wrong:
        raise WindowGone(str(wrong)) from wrong


def maker(connection: Any, window: int) -> int:
    """The connection that made a window: the part of its id that the server gave (X11 protocol, chapter 8)."""
    return int(window & ~connection.display.info.resource_id_mask)


def process(connection: Any, window: int) -> int:
    """The process that made a window, as the server's own socket knows it (X-Resource 1.2), 0 when it does not; never the property
    _NET_WM_PID, which every program writes as it likes."""
    try:
        answer = connection.res_query_client_ids([{"client": window, "mask": res.LocalClientPIDMask}])
        return next((int(each.value[0]) for each in answer.ids if len(each.value)), 0)
    except (error.XError, AttributeError):
        return 0


def client_of(connection: Any, outer: Any) -> Any:
    """The program's own window inside a window manager's frame; the window itself where there is none."""
    state, waiting = connection.get_atom("WM_STATE"), [(outer, 0)]
    while waiting:
        window, depth = waiting.pop(0)
        if window.get_property(state, X.AnyPropertyType, 0, 0) is not None:
            return window
        if depth < 2:
            waiting += [(child, depth + 1) for child in window.query_tree().children]
    return outer


def box_of(root: Any, window: Any) -> Box:
    """The window's area on the screen, without its border."""
    geometry, origin = window.get_geometry(), root.translate_coords(window, 0, 0)
    return int(origin.x), int(origin.y), int(geometry.width), int(geometry.height)


def around(root: Any, window: Any) -> Box:
    """The same with its border: the part of the screen that it covers and whose events it takes."""
    (left, top, width, height), border = box_of(root, window), int(window.get_geometry().border_width)
    return left - border, top - border, width + 2 * border, height + 2 * border


def focused(connection: Any, root: Any) -> list[int]:
    """The window with the keyboard's focus and those that it lies in, innermost first; empty when there is none, or when it follows
    the pointer."""
    window, line = connection.get_input_focus().focus, list[int]()
    while not isinstance(window, int) and window.id != root.id:
        line.append(int(window.id))
        window = window.query_tree().parent
    return line


class Screen:
    """The desktop as it is seen. Raises DisplayError; safe to use from any thread, one call at a time."""

    def __init__(self, name: str) -> None:
        self._x, self._lock = connect(name), threading.Lock()
        self._root = self._x.screen().root
        form = next((each for each in self._x.display.info.pixmap_formats if each.depth == self._x.screen().root_depth), None)
        if form is None or form.bits_per_pixel != 32 or self._x.display.info.image_byte_order != X.LSBFirst:
            self._x.close()
            raise DisplayError("odd-display", "pictures are read from 24-bit displays with 32 bits a pixel, least byte first")

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._x.close()

    def desktop(self, *, names: bool = False) -> Desktop:
        """What lies on the screen now, with titles and classes if asked for. Windows that vanish meanwhile are left out."""
        with self._lock, vanishing():
            found = list[Window]()
            for outer in self._root.query_tree().children:
                try:
                    state = outer.get_attributes()
                    if state.map_state == X.IsViewable:
                        found.append(self._window(outer, bool(state.override_redirect), names))
                except (error.BadWindow, error.BadDrawable):
                    continue
            try:
                line = focused(self._x, self._root)
            except error.BadWindow:
                line = []
            size = self._root.get_geometry()
            focus = next((each.id for each in found if each.id in line), 0)
            return Desktop(tuple(found), (int(size.width), int(size.height)), focus)

    def _window(self, outer: Any, popup: bool, names: bool) -> Window:
        client = outer if popup else client_of(self._x, outer)
        title, kind = "", ("", "")
        if names:
            title = self._title(client)
            kind = client.get_wm_class() or ("", "")
        inner, pid = box_of(self._root, client), process(self._x, client.id)
        return Window(int(client.id), maker(self._x, client.id), pid, inner, around(self._root, outer), popup, title, kind)

    def _title(self, window: Any) -> str:
        named = window.get_full_property(self._x.get_atom("_NET_WM_NAME"), X.AnyPropertyType)
        value = named.value if named is not None else window.get_wm_name() or ""
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    def picture(self, window: int, *, lists: bool = False) -> Image:
        """The window's pixels: (height, width, 3), blue green red. What another window covers, and what hangs over the screen's edge,
        is `COVERED`; with `lists`, menus of the same program are shown. Raises WindowGone.

        Stacking and pixels are read under one server grab, or a notification that comes up in between would be in the picture.
        """
        target = self._x.create_resource_object("window", window)
        strips = list[tuple[int, int, bytes]]()
        covers = list[Box]()
        with self._lock, vanishing(), standing_still(self._x):
            left, top, width, height = box_of(self._root, target)
            screen = self._root.get_geometry()
            x0, y0, x1, y1 = max(0, left), max(0, top), min(screen.width, left + width), min(screen.height, top + height)
            if x0 < x1 and target.get_attributes().map_state == X.IsViewable:
                for row in range(y0, y1, ROWS):
                    rows = min(ROWS, y1 - row)
                    strips.append((row - top, rows, self._root.get_image(x0, row, x1 - x0, rows, X.ZPixmap, 0xFFFFFFFF).data))
                covers = self._above(target, lists)
        image = np.empty((height, width, 3), np.uint8)
        image[:] = COVERED
        for row, rows, raw in strips:
            pixels = np.frombuffer(raw, np.uint8).reshape(rows, x1 - x0, 4)
            image[row : row + rows, x0 - left : x1 - left] = pixels[:, :, :3]
        for x, y, wide, high in covers:
            image[max(0, y - top) : max(0, y + high - top), max(0, x - left) : max(0, x + wide - left)] = COVERED
        return image

    def _above(self, target: Any, lists: bool) -> list[Box]:
        """Areas of what lies above; all of the screen when the window is not where it should be."""
        outer = target
        while (parent := outer.query_tree().parent) != self._root:
            outer = parent
        stack = self._root.query_tree().children
        above = stack[[each.id for each in stack].index(outer.id) + 1 :]
        covers = list[Box]()
        for each in above:
            state = each.get_attributes()
            own = lists and state.override_redirect and maker(self._x, each.id) == maker(self._x, target.id)
            if state.map_state == X.IsViewable and state.win_class == X.InputOutput and not own:
                covers.append(around(self._root, each))
        return covers
