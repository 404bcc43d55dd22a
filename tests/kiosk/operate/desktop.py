"""Other programs on a test's display, and the resident's own hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from Xlib import XK, X, display
from Xlib.ext import xtest

from kiosk.operate.desk import Happened, Operation
from kiosk.operate.grant import Press, Release
from kiosk.operate.portal import Portal
from media.capture import Image

SHELL_TITLE = "virtual window"
INPUT = {
    X.KeyPress: "key", X.KeyRelease: "key up", X.ButtonPress: "button", X.ButtonRelease: "button up", X.MotionNotify: "motion",
}  # fmt: skip


class OtherProgram:
    """A plain window with a colour (0xRRGGBB), on a connection of its own, that keeps every input event it gets."""

    def __init__(self, name: str, box: tuple[int, int, int, int], title: str, colour: int, *, popup: bool = False) -> None:
        self.x: Any = display.Display(name)
        self.root = self.x.screen().root
        self.heard: list[Any] = []
        self.window = self.another(box, title, colour, popup=popup)

    def another(self, box: tuple[int, int, int, int], title: str, colour: int, *, popup: bool = False) -> Any:
        """A further window of the same program, on the screen when this returns."""
        mask = X.KeyPressMask | X.KeyReleaseMask | X.ButtonPressMask | X.ButtonReleaseMask | X.PointerMotionMask
        window = self.root.create_window(
            *box, 0, X.CopyFromParent, background_pixel=colour, event_mask=mask | X.StructureNotifyMask, override_redirect=popup
        )
        window.set_wm_name(title)
        window.set_wm_class(title, title.capitalize())
        window.map()
        self.x.sync()
        return window

    @property
    def id(self) -> int:
        return int(self.window.id)

    def focus(self) -> None:
        self.window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self.x.sync()

    def events(self, *kinds: str) -> list[Any]:
        """All input so far, of these kinds if any are given. XTest delivers within the request: what was sent is here."""
        self.x.sync()
        while self.x.pending_events():
            event = self.x.next_event()
            if event.type == X.MappingNotify:
                self.x.refresh_keyboard_mapping(event)
            elif event.type in INPUT:
                self.heard.append((INPUT[event.type], event, self._symbol(event)))
        return [each for each in self.heard if not kinds or each[0] in kinds]

    def _symbol(self, event: Any) -> int:
        if event.type not in (X.KeyPress, X.KeyRelease):
            return 0
        return int(self.x.keycode_to_keysym(event.detail, 1 if event.state & X.ShiftMask else 0))

    def text(self) -> str:
        """What was typed into it, without modifiers."""
        symbols = [symbol for _, _, symbol in self.events("key") if symbol not in (XK.XK_Shift_L, XK.XK_Control_L)]
        return "".join(chr(symbol & 0xFFFFFF) if symbol < 0x100 or symbol >> 24 == 1 else f"<{symbol:x}>" for symbol in symbols)

    def close(self) -> None:
        self.x.close()


class Hand:
    """The resident: real input looks to every program as XTest's does."""

    def __init__(self, name: str) -> None:
        self.x: Any = display.Display(name)

    def touch(self, x: int, y: int) -> None:
        for kind, detail in ((X.MotionNotify, 0), (X.ButtonPress, 1), (X.ButtonRelease, 1)):
            xtest.fake_input(self.x, kind, detail, x=x, y=y)
        self.x.sync()

    def key(self, symbol: int, *, down: bool = True, up: bool = True) -> None:
        code = self.x.keysym_to_keycode(symbol)
        for kind in (X.KeyPress,) * down + (X.KeyRelease,) * up:
            xtest.fake_input(self.x, kind, code)
        self.x.sync()

    def close(self) -> None:
        self.x.close()


def glass(name: str) -> Image:
    """What the resident sees: all of the screen."""
    x: Any = display.Display(name)
    try:
        geometry = x.screen().root.get_geometry()
        raw = x.screen().root.get_image(0, 0, geometry.width, geometry.height, X.ZPixmap, 0xFFFFFFFF).data
        return np.frombuffer(raw, np.uint8).reshape(geometry.height, geometry.width, 4)[:, :, :3].copy()
    finally:
        x.close()


async def run(portal: Portal, expression: str) -> Any:
    """The value of an expression in the page's own world."""
    answer = await portal._cdp.ask(
        "Runtime.evaluate", portal._session, expression=f"(async () => JSON.stringify(await {expression}))()", awaitPromise=True
    )
    return json.loads(answer["result"]["value"])


async def place(portal: Portal, element: str) -> tuple[float, float]:
    """The middle of an element, in shares of the window."""
    x, y = await run(
        portal,
        f"(b => [(b.left + b.right) / 2 / innerWidth, (b.top + b.bottom) / 2 / innerHeight])({element}.getBoundingClientRect())",
    )
    return float(x), float(y)


def by_id(name: str) -> str:
    return f"document.getElementById({json.dumps(name)})"


async def value(portal: Portal, name: str) -> str:
    return str(await run(portal, f"{by_id(name)}.value"))


async def click(operation: Operation, portal: Portal, name: str) -> Happened:
    """The clerk's click on an element."""
    done = await operation.act(Press(*await place(portal, by_id(name))))
    await operation.act(Release())
    return done
