"""What the resident sees of an operation: a frame around the window and a button that stops it, above everything else.

Plain X windows that no window manager touches, drawn without any of the shell's pages, so that they stand when the shell does not.
When something is put above them they go up again; when that does not last, the operation ends rather than run unseen.
A click of XTest looks like the resident's: these windows are never the granted one, so the injector sends nothing to them.
"""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from Xlib import X, error

from config.clock import Clock
from kiosk.operate.display import WindowGone, box_of, connect, standing_still, vanishing
from kiosk.operate.grant import Box
from kiosk.operate.lettering import Colour, lettered

RED: Colour = (32, 32, 208)
WHITE: Colour = (255, 255, 255)
THICK, TALL = 6, 56
"""Pixels: the frame's lines; the button's height, a finger's breadth."""
STRUGGLE = 20
"""Times a second that the frame may have to be raised; above it somebody else insists on being on top."""


def strips(window: Box, screen: tuple[int, int]) -> list[Box]:
    """The frame's four sides: outside of the window, or inside where the screen ends."""
    left, top, width, height = window
    x0, y0 = max(0, left - THICK), max(0, top - THICK)
    x1, y1 = min(screen[0], left + width + THICK), min(screen[1], top + height + THICK)
    wide, high = max(1, x1 - x0), max(1, y1 - y0)
    return [(x0, y0, wide, THICK), (x0, y1 - THICK, wide, THICK), (x0, y0, THICK, high), (x1 - THICK, y0, THICK, high)]


def button_place(window: Box, size: tuple[int, int], screen: tuple[int, int]) -> Box:
    """Above the window's right corner; where there is no room, below it, else in its lower right corner: forms begin at the top."""
    left, top, width, height = window
    x = max(0, min(left + width, screen[0]) - size[0] - THICK)
    over, under = top - THICK - size[1], top + height + THICK
    if over >= 0:
        y = over
    elif under + size[1] <= screen[1]:
        y = under
    else:
        y = max(0, min(top + height, screen[1]) - size[1] - THICK)
    return x, y, *size


class Border:
    """Shown from construction until `close`. Raises DisplayError, WindowGone.

    `on_stop()` and `on_lost(reason)` come in this object's own thread, `on_stop` when the button is touched; reasons are `window-gone`
    and `frame-covered`.
    """

    def __init__(
        self, name: str, window: int, label: str, clock: Clock, on_stop: Callable[[], None], on_lost: Callable[[str], None]
    ) -> None:
        self._x, self._clock, self._on_stop, self._on_lost = connect(name), clock, on_stop, on_lost
        self._root = self._x.screen().root
        self._target = self._x.create_resource_object("window", window)
        self._raised = deque[float]()
        self._letters = lettered(label, TALL, WHITE, RED)
        try:
            with vanishing():
                self._target.change_attributes(event_mask=X.StructureNotifyMask)
                self._root.change_attributes(event_mask=X.SubstructureNotifyMask)
                self._place = box_of(self._root, self._target)
        except WindowGone:
            self._x.close()
            raise
        self._sides = [self._make(0) for _ in range(4)]
        self._button = self._make(X.ButtonPressMask | X.ExposureMask)
        self._own = {each.id for each in (*self._sides, self._button)}
        self._arrange()
        for each in (*self._sides, self._button):
            each.map()
        self._raise()
        self._draw()
        self._x.sync()
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._run, name="operation-frame", daemon=True)
        self._thread.start()

    @property
    def windows(self) -> frozenset[int]:
        """The ids of the frame's windows and the button's."""
        return frozenset(self._own)

    @property
    def button(self) -> int:
        """The id of the button's window."""
        return int(self._button.id)

    def close(self) -> None:
        """Take frame and button away; may be called twice, and from `on_stop`."""
        if self._waker < 0:
            return
        waker, self._waker = self._waker, -1
        os.close(waker)
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    def _make(self, events: int) -> Any:
        pixel = RED[2] << 16 | RED[1] << 8 | RED[0]
        return self._root.create_window(
            0, 0, 1, 1, 0, X.CopyFromParent, override_redirect=True, background_pixel=pixel, border_pixel=0, event_mask=events
        )

    def _arrange(self) -> None:
        geometry = self._root.get_geometry()
        screen, (height, width) = (int(geometry.width), int(geometry.height)), self._letters.shape[:2]
        places = [*strips(self._place, screen), button_place(self._place, (width, height), screen)]
        for each, (x, y, wide, high) in zip((*self._sides, self._button), places, strict=True):
            each.configure(x=x, y=y, width=wide, height=high)

    def _raise(self) -> None:
        for each in (*self._sides, self._button):
            each.configure(stack_mode=X.Above)

    def _draw(self) -> None:
        height, width = self._letters.shape[:2]
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[:, :, :3] = self._letters
        context = self._button.create_gc()
        for row in range(0, height, 16):  # a request holds 256 KiB
            rows = pixels[row : row + 16]
            self._button.put_image(context, 0, row, width, len(rows), X.ZPixmap, self._x.screen().root_depth, 0, rows.tobytes())
        context.free()

    def _run(self) -> None:
        try:
            reason = self._watch()
        except (error.ConnectionClosedError, WindowGone, OSError):
            reason = "window-gone"
        finally:
            os.close(self._wake)
            self._x.close()
        if reason is not None and self._waker >= 0:
            self._on_lost(reason)

    def _watch(self) -> str | None:
        """Until closed (None) or lost (the reason)."""
        while True:
            raise_again = False
            while self._x.pending_events():
                event = self._x.next_event()
                if event.type == X.ButtonPress:
                    self._on_stop()
                elif event.type == X.Expose:
                    self._draw()
                elif event.type in (X.DestroyNotify, X.UnmapNotify) and event.window == self._target:
                    return "window-gone"
                elif event.type in (X.ConfigureNotify, X.MapNotify, X.CirculateNotify) and event.window.id not in self._own:
                    raise_again = True
            if raise_again and not self._go_up():
                return "frame-covered"
            self._x.flush()
            if self._wake in select.select([self._x.fileno(), self._wake], [], [])[0]:
                return None

    def _go_up(self) -> bool:
        """Follow the window and go above whatever moved; False when that happens too often."""
        with vanishing():
            if (place := box_of(self._root, self._target)) != self._place:
                self._place = place
                self._arrange()
            with standing_still(self._x):
                stack = [each.id for each in self._root.query_tree().children]
                if set(stack[-len(self._own) :]) == self._own:
                    return True
                self._raise()
        now = self._clock.monotonic()
        self._raised.append(now)
        while self._raised and now - self._raised[0] > 1:
            self._raised.popleft()
        return len(self._raised) <= STRUGGLE
