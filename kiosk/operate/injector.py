"""Pointer and keys into one window of the display and nowhere else (XTest).

Each event is sent under a server grab, in which nothing on the display can change, after three questions to the server: who lies
topmost at that point or has the keyboard's focus, does anybody hold pointer or keyboard for themselves, does the resident hold a button
or a modifier. XTest delivers within the request (Xorg `ProcXTestFakeInput`), so that the answers still hold when the event arrives.
Nothing waits in a queue: when `revoke` returns, the last event has left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

from Xlib import XK, X
from Xlib.ext import xtest

from kiosk.operate.display import WindowGone, box_of, connect, focused, maker, process, standing_still, vanishing
from kiosk.operate.grant import Refused, Scope, spot
from kiosk.operate.keyboard import Keyboard, Ping, keysym

KEYS = {
    "Enter": XK.XK_Return, "Escape": XK.XK_Escape, "Tab": XK.XK_Tab, "Backspace": XK.XK_BackSpace, "Delete": XK.XK_Delete,
    "Left": XK.XK_Left, "Right": XK.XK_Right, "Up": XK.XK_Up, "Down": XK.XK_Down, "Home": XK.XK_Home, "End": XK.XK_End,
    "PageUp": XK.XK_Page_Up, "PageDown": XK.XK_Page_Down, "A": XK.XK_a,
}  # fmt: skip
MODIFIERS = {"Shift": XK.XK_Shift_L, "Control": XK.XK_Control_L}
HELD = X.ShiftMask | X.LockMask | X.ControlMask | X.Mod1Mask | X.Mod4Mask
"""What would make another key of ours: Shift, Caps Lock, Control, Alt, Super."""
BUTTONS = X.Button1Mask | X.Button2Mask | X.Button3Mask


class Injector:
    """One connection, one lock. Raises DisplayError when made, WindowGone when the window has vanished."""

    def __init__(self, name: str) -> None:
        self._x, self._lock = connect(name), threading.Lock()
        self._root = self._x.screen().root
        # Never mapped: a grab for it must fail, and how it fails tells whether somebody else has one (see `_grabbed`).
        self._probe = self._root.create_window(0, 0, 1, 1, 0, 0, X.InputOnly)
        self._scope: Scope | None = None
        self._pressed: tuple[int, int] | None = None
        self._in_page = False
        self.sent = 0
        """How many calls have sent something: final when `revoke` has returned."""
        self._keyboard, self._ping = Keyboard(self._x), Ping(name)

    def begin(self, scope: Scope) -> None:
        """From now on into this window."""
        with self._lock:
            self._scope, self._pressed = scope, None
            self._keyboard.begin()

    def revoke(self) -> None:
        """Let go of what is pressed, give the borrowed keys back, and send nothing more. Returns when that is so; from any thread."""
        with self._lock:
            if self._scope is None:
                return
            self._scope = None
            with suppress(WindowGone), vanishing(), standing_still(self._x):
                if self._pressed is not None:
                    self._let_go(self._pressed)
                self._keyboard.give_back()

    def close(self) -> None:
        """Revoke and give the connection back."""
        self.revoke()
        with self._lock:
            self._x.close()
            self._ping.close()

    def point(
        self, x: float, y: float, what: Literal["move", "press", "wheel"], *, steps: int = 0, lists: bool = False
    ) -> int | Refused:
        """The pointer to `x`, `y` (shares of the window) and what it does there. With `lists`, the program's own menus count as the window.

        Like the others it returns how many buttons and keys of the page itself it has moved that the page can count.
        """

        def send(at: tuple[int, int], top: int) -> int:
            xtest.fake_input(self._x, X.MotionNotify, x=at[0], y=at[1])
            down = what == "press" and self._pressed is None
            if down:
                xtest.fake_input(self._x, X.ButtonPress, 1)
                self._focus()
                self._in_page = self._scope is not None and top == self._scope.window
            if down or self._pressed is not None:
                self._pressed = at
            for _ in range(abs(steps) if what == "wheel" else 0):
                for kind in (X.ButtonPress, X.ButtonRelease):
                    xtest.fake_input(self._x, kind, 5 if steps > 0 else 4)
            return int(down and self._in_page)

        with self._lock, vanishing(), standing_still(self._x):
            if (refused := self._wrong()) is not None:
                return refused
            if self._pressed is None and self._grabbed() and not (lists and self._own_list()):
                return Refused("grabbed")
            assert self._scope is not None
            at = spot(box_of(self._root, self._window()), x, y)
            if at is None:
                return Refused("outside-window")
            if not (top := self._topmost(at, lists)):
                return Refused("covered")
            self.sent += 1
            return send(at, top)

    def release(self) -> int | Refused:
        """The button up, where the pointer was put last: to whoever got it down (the implicit grab), wherever it moved since."""
        with self._lock, standing_still(self._x):
            if self._scope is None:
                return Refused("no-grant")
            if self._pressed is None:
                return 0
            self.sent += 1
            self._let_go(self._pressed)
            return int(self._in_page)

    def key(self, name: str, modifier: str = "") -> int | Refused:
        """A key of `KEYS`, down and up in one go; a modifier is never left down."""
        return self._chord(lambda: self._keyboard.find(KEYS[name]), modifier)

    def prepare(self, text: str) -> int:
        """Lend keys to as many of the first characters as there are keys for, and wait until the window's program has heard of it.

        Programs are told that a key means something else, and ask what: letters that come before they have the answer are other letters.
        Returns how many characters can be typed now; 0 when nothing may be sent. What was typed before must have been handled.
        """
        with self._lock, vanishing():
            if self._scope is None:
                return 0
            window = self._scope.window
            with standing_still(self._x):
                ready, changed = self._keyboard.lend(text)
        if changed:  # not under the lock: `revoke` never waits for another program
            self._ping.wait(window)
            self._ping.wait(window)  # the first answer says that it was told, the second that it has asked
        return ready

    def letter(self, character: str) -> int | Refused:
        """One character, with the key that has it in the layout, or that was lent to it by `prepare`."""
        return self._chord(lambda: self._keyboard.find(keysym(character)))

    def _chord(self, find: Callable[[], tuple[int, bool] | None], modifier: str = "") -> int | Refused:
        with self._lock, vanishing(), standing_still(self._x):
            if (refused := self._wrong()) is not None:
                return refused
            assert self._scope is not None
            if self._probe.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime) == X.AlreadyGrabbed:
                return Refused("grabbed")
            if self._scope.window not in focused(self._x, self._root):
                return Refused("not-that-window")
            if (found := find()) is None:
                return Refused("no-letter")
            code, shifted = found
            names = [modifier] if modifier else ["Shift"] if shifted else []
            held = [each[0] for name in names if (each := self._keyboard.find(MODIFIERS[name])) is not None]
            for down in (*held, code):
                xtest.fake_input(self._x, X.KeyPress, down)
            for up in (code, *reversed(held)):
                xtest.fake_input(self._x, X.KeyRelease, up)
            self.sent += 1
            return 1 + len(held)

    # --- questions to the server, each under the grab of its caller ---

    def _wrong(self) -> Refused | None:
        """Why nothing may be sent to this window at all, now."""
        if self._scope is None:
            return Refused("no-grant")
        if process(self._x, self._scope.window) != self._scope.pid:
            return Refused("unknown-window")
        if self._root.query_pointer().mask & (HELD | (0 if self._pressed else BUTTONS)):
            return Refused("hands-on")
        return None

    def _grabbed(self) -> bool:
        """Whether another program takes all of the pointer's events. To ask for a grab is the only question there is; for a window that
        is not on the screen, it is answered without any effect (Xorg `GrabDevice`: AlreadyGrabbed is looked at before GrabNotViewable)."""
        answer = self._probe.grab_pointer(False, 0, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, X.CurrentTime)
        return bool(answer == X.AlreadyGrabbed)

    def _own_list(self) -> bool:
        """Whether the program has a menu open: then the grab is taken to be its own, since another's would have kept the menu shut."""
        assert self._scope is not None
        for each in self._root.query_tree().children:
            if maker(self._x, each.id) == maker(self._x, self._scope.window):
                state = each.get_attributes()
                if state.override_redirect and state.map_state == X.IsViewable:
                    return True
        return False

    def _topmost(self, at: tuple[int, int], lists: bool) -> int:
        """The window or its list if an event at that point would go there, else 0; by the server's own search, which minds shapes and
        windows in windows."""
        assert self._scope is not None
        window, depth = self._root, 0
        while depth < 32:
            child = window.translate_coords(self._root, *at).child
            if isinstance(child, int):
                return 0
            if child.id == self._scope.window:
                return self._scope.window
            if depth == 0 and lists and maker(self._x, child.id) == maker(self._x, self._scope.window):
                return int(child.id) if child.get_attributes().override_redirect else 0
            window, depth = child, depth + 1
        return 0

    # --- what is sent ---

    def _window(self) -> Any:
        assert self._scope is not None
        return self._x.create_resource_object("window", self._scope.window)

    def _focus(self) -> None:
        """The keyboard to the window that was clicked, as a window manager would do; a kiosk may have none."""
        assert self._scope is not None
        if self._scope.window not in focused(self._x, self._root):
            self._x.set_input_focus(self._window(), X.RevertToParent, X.CurrentTime)

    def _let_go(self, at: tuple[int, int]) -> None:
        # Back to that point first: what the resident's hand has dragged elsewhere meanwhile must not be dropped there.
        xtest.fake_input(self._x, X.MotionNotify, x=at[0], y=at[1])
        xtest.fake_input(self._x, X.ButtonRelease, 1)
        self._pressed = None
