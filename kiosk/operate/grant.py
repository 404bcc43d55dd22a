"""What a clerk may do to one window of the kiosk's desktop: pure, decided anew for every single action.

Everything that is not listed as allowed is refused. The decision is taken on a picture of the desktop that may be some
milliseconds old; `injector.py` therefore checks again where windows cannot move (X11: under a server grab).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["view", "control"]
Code = Literal[
    "no-grant", "expired", "unknown-window", "shell-window", "not-a-window", "other-page", "page-silent", "view-only",
    "outside-window", "covered", "grabbed", "hands-on", "not-that-window", "no-field", "masked-field", "forbidden-key",
    "bad-text", "no-letter", "too-many", "busy",
]  # fmt: skip
Box = tuple[int, int, int, int]
"""left, top, width, height in pixels."""

LONGEST_TEXT = 500
"""Characters in one action: a field's worth, not a file's."""
LAST_LETTER = "\uffff"
"""Chromium drops what a key means beyond the basic plane (rare characters of names): better refused than lost."""
MODIFIED: dict[str, frozenset[str]] = {
    "Enter": frozenset({""}), "Escape": frozenset({""}), "PageUp": frozenset({""}), "PageDown": frozenset({""}), "A": frozenset({"Control"}),
    "Tab": frozenset({"", "Shift"}),
    **dict.fromkeys(("Backspace", "Delete"), frozenset({"", "Control"})),
    **dict.fromkeys(("Left", "Right", "Up", "Down", "Home", "End"), frozenset({"", "Shift"})),
}  # fmt: skip
"""Key → with which one modifier ("": with none). What is missing leaves the field or the window: Control+C and V would carry the
clipboard out and in, Shift+Enter opens a link in a new window, Control+W, L, T, P, S and all of Alt and Super are the browser's or
the desktop's."""
IN_SECRETS = frozenset({"Tab", "Escape"})
"""Keys that leave a secret field without touching it."""


@dataclass(frozen=True, slots=True)
class Window:
    """One top-level window that is on the screen. `id` is the client's own window, `box` its area on the screen; `outer` is larger where a window
    manager draws a frame. `client` names the connection that made it, `pid` its process as the X server knows it (0: unknown);
    `popup`: the window manager has no say in it (override-redirect: menus, lists, tips)."""

    id: int
    client: int
    pid: int
    box: Box
    outer: Box
    popup: bool = False
    title: str = ""
    kind: tuple[str, str] = ("", "")
    """WM_CLASS: instance and class."""


@dataclass(frozen=True, slots=True)
class Desktop:
    """What lies on the screen, the lowest window first. `focus` is the `id` of the window that has the keyboard, 0 for none."""

    windows: tuple[Window, ...]
    size: tuple[int, int]
    focus: int = 0

    def find(self, window: int) -> Window | None:
        """The window with that id."""
        return next((each for each in self.windows if each.id == window), None)


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a page, by its own `name` where that can be a code (else empty) and by a `mark` that no other place has. `secret`: neither shown nor filled by a clerk. `personal`: shown only while it has the focus. `typeable`:
    takes letters. `lists`: opens a list of its own above the page."""

    name: str = ""
    mark: str = field(default="", compare=False)
    secret: bool = False
    personal: bool = False
    typeable: bool = False
    lists: bool = False

    @property
    def silent(self) -> bool:
        """Whether its list, while it is open, keeps keys and the button's way up to itself: the page never hears of them. Letters are not
        typed into such a field, or they might run on into one to which the page has moved the focus meanwhile."""
        return self.lists and not self.typeable


@dataclass(frozen=True, slots=True)
class Page:
    """What the window's page says of itself. `at` is the field under the pointer of the action that is judged."""

    answers: bool = True
    allowed: bool = True
    """Whether its origin is one of the granted."""
    settled: bool = True
    """Whether it has handled all that was sent before."""
    focused: Field | None = None
    at: Field | None = None


NO_PAGE = Page(focused=Field(typeable=True))
"""A window that is no page: nothing is known of its fields."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Exactly this window of this process; window ids are used again by later programs."""

    window: int
    pid: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What the resident allowed. `until` is in monotonic seconds."""

    scope: Scope
    level: Level
    until: float


@dataclass(frozen=True, slots=True)
class Move:
    """The pointer to a place in the window, in shares of its width and height (0 to 1)."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Press(Move):
    """The first button goes down there; the others open menus and paste."""


@dataclass(frozen=True, slots=True)
class Release:
    """The button goes up where the pointer was put last."""


@dataclass(frozen=True, slots=True)
class Wheel(Move):
    """`steps` notches, down when positive; at most ten."""

    steps: int


@dataclass(frozen=True, slots=True)
class Text:
    """Characters into the field that has the focus."""

    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key of `MODIFIED`, pressed and released."""

    name: str
    modifier: str = ""


Action = Move | Press | Release | Wheel | Text | Key


@dataclass(frozen=True, slots=True)
class Refused:
    """Not done, and why."""

    code: Code


@dataclass(frozen=True, slots=True)
class Inject:
    """May be done. `at`: the pointer's place on the screen, in pixels; `lists`: the page's own open list counts as its window."""

    action: Action
    at: tuple[int, int] | None = None
    lists: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """What of the desktop can never be granted: the kiosk's own pages, log-on, settings. Names are compared in lower case."""

    kinds: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    """Parts of titles."""
    pids: frozenset[int] = frozenset()


def grantable(window: Window | None, shell: Shell) -> Refused | None:
    """None when the window may be granted."""
    if window is None or window.pid == 0:  # whoever cannot be told from the shell might be the shell
        return Refused("unknown-window")
    if window.pid in shell.pids or any(name.lower() in shell.kinds for name in window.kind):
        return Refused("shell-window")
    if any(part.lower() in window.title.lower() for part in shell.titles):
        return Refused("shell-window")
    return Refused("not-a-window") if window.popup else None


def spot(box: Box, x: float, y: float) -> tuple[int, int] | None:
    """The pixel on the screen that `x`, `y` (shares) mean in `box`; None when they are not inside it."""
    left, top, width, height = box
    if not (math.isfinite(x) and math.isfinite(y) and 0 <= x <= 1 and 0 <= y <= 1) or width < 1 or height < 1:
        return None
    return left + min(int(x * width), width - 1), top + min(int(y * height), height - 1)


def judge(grant: Grant | None, action: Action, desktop: Desktop, page: Page, now: float) -> Inject | Refused:
    """Whether `action` may be injected at `now` (monotonic seconds)."""
    if grant is None:
        return Refused("no-grant")
    if now >= grant.until:
        return Refused("expired")
    window = desktop.find(grant.scope.window)
    if window is None or window.pid != grant.scope.pid:
        return Refused("unknown-window")
    if grant.level != "control":
        return Refused("view-only")
    if not page.answers:
        return Refused("page-silent")
    if not page.allowed:
        return Refused("other-page")
    if isinstance(action, Release):
        return Inject(action)
    if isinstance(action, Move):
        return _pointer(window, action, desktop, page)
    return _keyboard(window, action, desktop, page)


def _pointer(window: Window, action: Move, desktop: Desktop, page: Page) -> Inject | Refused:
    at = spot(window.box, action.x, action.y)
    if at is None or not (0 <= at[0] < desktop.size[0] and 0 <= at[1] < desktop.size[1]):
        return Refused("outside-window")
    if isinstance(action, Wheel) and not 1 <= abs(action.steps) <= 10:
        return Refused("too-many")
    lists = page.focused is not None and page.focused.lists
    top = next((each for each in reversed(desktop.windows) if _holds(each.outer, at)), None)
    if top is None or not (top.id == window.id or (lists and top.popup and top.client == window.client)):
        return Refused("covered")
    if top.id == window.id and isinstance(action, Press) and page.at is not None and page.at.secret:
        return Refused("masked-field")  # what is marked with the pointer can be carried into a field that is shown
    return Inject(action, at, lists)


def _keyboard(window: Window, action: Text | Key, desktop: Desktop, page: Page) -> Inject | Refused:
    if isinstance(action, Key):
        if action.modifier not in MODIFIED.get(action.name, ()):
            return Refused("forbidden-key")
    elif not 1 <= len(action.text) <= LONGEST_TEXT or not action.text.isprintable():
        return Refused("bad-text")
    elif max(action.text) > LAST_LETTER:
        return Refused("no-letter")
    if desktop.focus != window.id:
        return Refused("not-that-window")
    if isinstance(action, Key) and action.name in IN_SECRETS:
        return Inject(action)
    if not page.settled:
        return Refused("busy")  # the focus may be on its way into a secret field
    place = page.focused
    if place is not None and place.secret:
        return Refused("masked-field")
    if isinstance(action, Text) and (place is None or not place.typeable):
        return Refused("no-field")
    return Inject(action)


def _holds(box: Box, at: tuple[int, int]) -> bool:
    return box[0] <= at[0] < box[0] + box[2] and box[1] <= at[1] < box[1] + box[3]


RATE, BURST = 60.0, 600
"""Events a second in the long run, and at once: a fast writer, or one long text after a pause."""


class Budget:
    """A bucket of events that fills with time: what a program sends instead of a person is refused."""

    def __init__(self, now: float, rate: float = RATE, burst: float = BURST) -> None:
        self._rate, self._burst, self._left, self._at = rate, float(burst), float(burst), now

    def take(self, count: int, now: float) -> bool:
        """Whether `count` events may happen now; if so they are spent."""
        self._left = min(self._burst, self._left + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)
        if count > self._left:
            return False
        self._left -= count
        return True


def cost(action: Action) -> int:
    """What an action takes from the budget."""
    if isinstance(action, Text):
        return len(action.text)
    return abs(action.steps) if isinstance(action, Wheel) else 1
