"""Remote operation of one window, from the resident's yes to its end: decides, acts, shows, and tells what happened.

Not one action is done on a word given earlier: window, page and time are looked at anew for each, for a text at every character.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from config.clock import Clock
from kiosk.operate import grant as rules
from kiosk.operate.border import Border
from kiosk.operate.display import COVERED, DisplayError, Screen, WindowGone
from kiosk.operate.eyes import Before, Look
from kiosk.operate.injector import Injector
from kiosk.operate.journal import Entry, FieldCodes, Journal
from kiosk.operate.portal import PortalError
from media.capture import Image

LINGER = 0.3
"""Seconds that a mask stays where a secret was: the picture may be older than the page's word about it."""
LONGEST = 60 * 60.0
"""Seconds: no grant is longer, whatever was asked."""


_WHAT: dict[type[rules.Move], Literal["move", "press", "wheel"]] = {rules.Move: "move", rules.Press: "press", rules.Wheel: "wheel"}


class AskedPage(Protocol):
    """The page in the window: `portal.Portal`."""

    allowed: frozenset[str]
    on_left: Callable[[], None]
    on_gone: Callable[[], None]

    async def look(self, at: tuple[float, float] | None = None, before: Before | None = None) -> Look:
        """Raises PortalError."""
        ...


class Shown(Protocol):
    """Frame and stop button."""

    def close(self) -> None: ...


ShowFrame = Callable[[int, Callable[[], None], Callable[[str], None]], Shown]
"""(window, on_stop, on_lost) → what is shown; the two come from any thread."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of an action: `count` things were done; `refused` says why no more."""

    count: int
    refused: rules.Code | None = None


class Operation:
    """One kiosk's, one at a time. `events` holds what the ledger takes (see `journal`); `on_event` hears each, `on_end` the reason.

    Call `check` about once a second (a source of pictures does), and `revoke` at hold, lost line, another screen, the end.
    Everything but `revoke` belongs to the event loop; the calls to the X server run in threads.
    """

    def __init__(
        self, screen: Screen, injector: Injector, show_frame: ShowFrame, clock: Clock, *, shell: rules.Shell,
        on_event: Callable[[Entry], None] = lambda _: None, on_end: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._screen, self._injector, self._show_frame, self._clock, self._shell = screen, injector, show_frame, clock, shell
        self._on_event, self._on_end = on_event, on_end
        self.events: list[Entry] = []
        self._journal, self._codes = Journal(self._tell), FieldCodes()
        self._guard, self._turn = threading.Lock(), asyncio.Lock()
        self._grant: rules.Grant | None = None
        self._page: AskedPage | None = None
        self._frame: Shown | None = None
        self._budget = rules.Budget(clock.monotonic())
        self._before: Before | None = None
        self._listed = False
        self._looks: deque[tuple[float, Look]] = deque()
        self._flight: tuple[Entry | None, int] | None = None
        """What is being injected, and how much had been before: `revoke` may come while it is on its way."""
        self._loop = asyncio.get_running_loop()

    @classmethod
    def on(
        cls, display: str, label: str, clock: Clock, *, shell: rules.Shell,
        on_event: Callable[[Entry], None] = lambda _: None, on_end: Callable[[str], None] = lambda _: None,
    ) -> Operation:  # fmt: skip
        """On the X display of that name, with `label` on the stop button. Raises DisplayError."""

        def frame(window: int, on_stop: Callable[[], None], on_lost: Callable[[str], None]) -> Shown:
            return Border(display, window, label, clock, on_stop, on_lost)

        return cls(Screen(display), Injector(display), frame, clock, shell=shell, on_event=on_event, on_end=on_end)

    @property
    def granted(self) -> rules.Grant | None:
        """What stands now."""
        return self._grant

    async def grant(self, window: int, level: rules.Level, seconds: float, page: AskedPage | None = None) -> rules.Refused | None:
        """The resident has touched yes. `page` answers for what the window shows; without it nothing in it can be masked.

        Refused when another grant stands (`busy`), or when the window is none that may be granted.
        """
        async with self._turn:
            if self._grant is not None:
                return self._refuse("busy")
            found = (await asyncio.to_thread(self._screen.desktop, names=True)).find(window)
            if (refused := rules.grantable(found, self._shell)) is not None or found is None:
                return self._refuse(refused.code if refused is not None else "unknown-window")
            scope, now = rules.Scope(found.id, found.pid), self._clock.monotonic()
            self._page, self._before, self._codes = page, None, FieldCodes()
            self._looks.clear()
            if not (await self._look(None))[0].allowed:
                return self._refuse("other-page")
            seconds = max(0.0, min(seconds, LONGEST))
            self._grant = grant = rules.Grant(scope, level, now + seconds)
            self._journal.once({"did": "granted", "level": level, "seconds": round(seconds)})
            if page is not None:
                page.on_left, page.on_gone = lambda: self.revoke("other-page"), lambda: self.revoke("window-gone")
            try:  # the frame first: nothing is done that the resident does not see
                frame = await asyncio.to_thread(self._show_frame, found.id, lambda: self.revoke("stopped"), self.revoke)
            except (WindowGone, DisplayError):
                self.revoke("window-gone")
                return rules.Refused("unknown-window")
            if self._grant is grant:
                self._frame = frame
                if level == "control":  # who only looks has no injector at all
                    await asyncio.to_thread(self._injector.begin, scope)
            if self._grant is not grant:  # stopped before it began
                self._injector.revoke()
                frame.close()
                return rules.Refused("no-grant")
            return None

    def revoke(self, reason: str) -> None:
        """The end, at once and from any thread: when this returns, the last event has left and nothing is pressed any more."""
        with self._guard:
            grant, self._grant = self._grant, None
        if grant is None:
            return
        self._injector.revoke()
        here: asyncio.AbstractEventLoop | None = None
        with suppress(RuntimeError):
            here = asyncio.get_running_loop()
        if here is self._loop:
            self._over(reason)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._over, reason)

    def check(self) -> None:
        """Let time do what it must: a grant that has run out ends, old entries are told."""
        now = self._clock.monotonic()
        if self._grant is not None and now >= self._grant.until:
            self.revoke("expired")
        self._journal.tick(now)

    async def act(self, action: rules.Action) -> Happened:
        """Do it if it may be done. Actions are done one after the other, in the order of the calls."""
        async with self._turn:
            self.check()
            try:
                page, look = await self._look(action)
                verdict = await self._judge(action, page)
                if isinstance(verdict, rules.Inject) and not self._budget.take(rules.cost(action), self._clock.monotonic()):
                    verdict = rules.Refused("too-many")
                if isinstance(verdict, rules.Refused):
                    return self._not(verdict, 0)
                if isinstance(action, rules.Text):
                    return await self._type(action.text)
                return await self._do(verdict, action, page, look)
            except WindowGone:
                self.revoke("window-gone")
                return self._not(rules.Refused("unknown-window"), 0)

    async def frame(self) -> Image | None:
        """The window as the clerk may see it: (height, width, 3), blue green red; None when nothing is granted (any more)."""
        self.check()
        grant, page = self._grant, self._page
        if grant is None:
            return None
        _, before = await self._look(None)
        lists = before is not None and before.focused is not None and before.focused.lists
        try:
            image = await asyncio.to_thread(self._screen.picture, grant.scope.window, lists=lists)
        except WindowGone:
            self.revoke("window-gone")
            return None
        if page is not None:
            after, _ = await self._look(None)
            height, width = image.shape[:2]
            boxes = [box for _, look in self._looks for box in look.boxes(width, height)]
            for left, top, wide, high in boxes if before is not None and after.answers else [(0, 0, width, height)]:
                image[max(0, top) : max(0, top + high), max(0, left) : max(0, left + wide)] = COVERED
        return image if self._grant is grant else None

    def close(self) -> None:
        """Revoke and give the display back."""
        self.revoke("closed")
        self._journal.flush()
        self._injector.close()
        self._screen.close()

    # --- one action ---

    async def _judge(self, action: rules.Action, page: rules.Page) -> rules.Inject | rules.Refused:
        if self._grant is None:
            return rules.Refused("no-grant")
        desktop = await asyncio.to_thread(self._screen.desktop)
        return rules.judge(self._grant, action, desktop, page, self._clock.monotonic())

    async def _do(self, verdict: rules.Inject, action: rules.Action, page: rules.Page, look: Look | None) -> Happened:
        entry: Entry | None = None
        call: Callable[[], int | rules.Refused] = self._injector.release
        if isinstance(action, rules.Move):
            what, steps = _WHAT[type(action)], action.steps if isinstance(action, rules.Wheel) else 0
            call = partial(self._injector.point, action.x, action.y, what, steps=steps, lists=verdict.lists)
            if isinstance(action, rules.Press | rules.Wheel):
                entry = {"did": "clicked" if isinstance(action, rules.Press) else "scrolled", "field": self._codes.of(page.at)}
        elif isinstance(action, rules.Key):
            name = f"{action.modifier}+{action.name}" if action.modifier else action.name
            entry, call = (
                {"did": "pressed", "key": name, "field": self._codes.of(page.focused)},
                partial(self._injector.key, action.name, action.modifier),
            )
        if isinstance(action, rules.Press):
            self._listed = page.at is not None and page.at.silent
        unheard = self._listed if isinstance(action, rules.Release) else page.focused is not None and page.focused.silent
        seen = None if unheard and not isinstance(action, rules.Move) else look
        done = await self._inject(entry, call, seen)
        return self._not(done, 0) if isinstance(done, rules.Refused) else Happened(1)

    async def _type(self, text: str) -> Happened:
        ready = 0
        for place, letter in enumerate(text):
            self.check()
            page, look = await self._look(one := rules.Text(letter))
            done: rules.Inject | int | rules.Refused = await self._judge(one, page)
            if isinstance(done, rules.Inject):
                if place >= ready:  # the page has handled all before, so that no key changes its meaning under way
                    ready = place + await asyncio.to_thread(self._injector.prepare, text[place:])
                entry: Entry = {"did": "typed", "field": self._codes.of(page.focused)}
                done = await self._inject(entry, partial(self._injector.letter, letter), look)
            if isinstance(done, rules.Refused):
                return self._not(done, place)
        return Happened(len(text))

    async def _inject(self, entry: Entry | None, call: Callable[[], int | rules.Refused], look: Look | None) -> int | rules.Refused:
        self._land()  # what a cancelled call has left
        self._flight = entry, self._injector.sent
        done = await asyncio.to_thread(call)
        self._land()
        if look is not None and not isinstance(done, rules.Refused) and done:
            start = self._before[1] if self._before is not None and self._before[0] == look.doc else look.handled
            self._before = look.doc, max(start, look.handled) + done
        return done

    def _land(self) -> None:
        """Tell what was injected, once, and before the end is told."""
        flight, self._flight = self._flight, None
        if flight is not None and flight[0] is not None and self._injector.sent > flight[1]:
            self._journal.count(flight[0], self._clock.monotonic())

    async def _look(self, action: rules.Action | None) -> tuple[rules.Page, Look | None]:
        """What the page says. Keys wait until it has handled what was sent before, or it would speak of the field before this one."""
        if self._page is None:
            return rules.NO_PAGE, None
        at = (action.x, action.y) if isinstance(action, rules.Move) and 0 <= action.x <= 1 and 0 <= action.y <= 1 else None
        before = self._before if isinstance(action, rules.Key | rules.Text) else None
        try:
            look = await self._page.look(at, before)
        except PortalError:
            return rules.Page(answers=False), None
        settled = before is None or look.doc != before[0] or look.handled >= before[1]
        if not settled:
            self._before = (look.doc, look.handled)  # what it never saw is not waited for again
        allowed = look.origin in self._page.allowed
        if not allowed:
            self.revoke("other-page")
        now = self._clock.monotonic()
        while self._looks and now - self._looks[0][0] > LINGER:
            self._looks.popleft()
        self._looks.append((now, look))
        return rules.Page(True, allowed, settled, look.focused, look.at), look

    # --- what is told ---

    def _over(self, reason: str) -> None:
        self._land()
        self._journal.once({"did": "revoked", "reason": reason})
        if self._page is not None:
            self._page.on_left = self._page.on_gone = lambda: None
        if self._frame is not None:
            self._frame.close()
            self._frame = None
        self._on_end(reason)

    def _not(self, refused: rules.Refused, done: int) -> Happened:
        self._journal.count({"did": "refused", "code": refused.code}, self._clock.monotonic())
        return Happened(done, refused.code)

    def _refuse(self, code: rules.Code) -> rules.Refused:
        self._journal.once({"did": "refused", "code": code})
        return rules.Refused(code)

    def _tell(self, entry: Entry) -> None:
        self.events.append(entry)
        self._on_event(entry)
