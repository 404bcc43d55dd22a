"""The local door: the kiosk's own page asks the desktop's agent here, and nobody from outside the machine can.

The page holds the line to the server and passes on what a clerk does; the agent alone decides and injects. One page at a time: a newer
one takes over, and whenever a page is lost, for whatever reason, the operation ends at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from config.clock import Clock
from config.logs import Logger
from config.secret import Secret
from config.tasks import Tasks
from kiosk.operate import door_wire as wire
from kiosk.operate.door_hello import unproved
from kiosk.operate.errand import Desktop, Errand
from kiosk.operate.grant import Budget
from kiosk.operate.outbox import Outbox
from kiosk.operate.places import Window

HELLO_SECONDS = 5.0
RATE, BURST = 200.0, 400
"""Messages a second in the long run, and at once; above that it is no page of ours that speaks."""
WAITING = 64
"""Actions that may wait for the one before them."""
BEING_ERASED = 4
"""Grants that may still be tidied up behind the next one."""
OWED = 256
"""Lines and ends that are kept for the next page when one is lost."""


OtherRoom = Callable[[ServerConnection], Awaitable[None]]
"""What else is behind the same door, under a path of its own; it proves its pages itself."""


class Page:
    """A page that has proved itself: its socket, what waits to be said to it and to be done for it."""

    def __init__(self, connection: ServerConnection, now: float) -> None:
        self.connection, self.outbox = connection, Outbox()
        self.acts: asyncio.Queue[wire.Act] = asyncio.Queue(WAITING)
        self.budget = Budget(now, RATE, BURST)

    def say(self, word: wire.FromAgent) -> None:
        """One that takes nothing is let go: its operation ends with it."""
        if not self.outbox.say(word):
            self.connection.transport.abort()


class Door:
    """Opens `windows` on `desktop` for a page of one of `origins` that knows `token`."""

    def __init__(
        self, desktop: Desktop, windows: Sequence[Window], token: Secret, origins: Collection[str], clock: Clock, log: Logger,
        rooms: Mapping[str, OtherRoom] | None = None,
    ) -> None:  # fmt: skip
        self._desktop, self._token, self._origins = desktop, token, list(origins)
        self._windows = {each.code: each for each in windows}
        self._clock, self._log = clock, log
        self._rooms: dict[str, OtherRoom] = {"/": self._handle, **(rooms or {})}
        self._page: Page | None = None
        self._errand: Errand | None = None
        self._owed = deque[wire.FromAgent](maxlen=OWED)
        self._tasks = Tasks(lambda name, error: log.error("failed", task=name, error=repr(error)))
        self._room = asyncio.Lock()
        """Held from a window's opening to its erasure: there is never a second one."""

    @asynccontextmanager
    async def serve(self, port: int) -> AsyncIterator[int]:
        """Listen on 127.0.0.1; yields the port (0: one that is free). At the end the operation is over and its window erased.
        Raises OSError when the port is taken."""
        origins = [Origin(each) for each in self._origins]
        try:
            async with serve(
                self._enter, "127.0.0.1", port, origins=origins, compression=None, max_size=wire.LONGEST, max_queue=16,
                open_timeout=HELLO_SECONDS, close_timeout=2, ping_interval=5, ping_timeout=10, server_header=None,
            ) as server:  # fmt: skip
                yield int(next(iter(server.sockets)).getsockname()[1])
                self._end("closed")
                async with self._room:  # erased, and the page has heard of it
                    pass
        finally:
            self._end("closed")
            async with self._room:
                await self._tasks.close()

    async def _enter(self, connection: ServerConnection) -> None:
        room = self._rooms.get(connection.request.path) if connection.request is not None else None
        await (room(connection) if room is not None else connection.close(1008, "nothing-here"))

    async def _handle(self, connection: ServerConnection) -> None:
        if (code := await unproved(connection, self._token, HELLO_SECONDS)) is not None:
            self._log.warning("page refused", code=code)
            await connection.close(1008, code)
            return
        page = Page(connection, self._clock.monotonic())
        self._take_over(page)
        try:
            async with asyncio.TaskGroup() as group:
                helpers = [group.create_task(self._speak(page)), group.create_task(self._work(page))]
                code = await self._listen(page)
                self._leave(page)
                for each in helpers:
                    each.cancel()
            if code is not None:
                self._log.warning("page let go", code=code)
                await connection.close(1008, code)
        finally:
            self._leave(page)

    def _take_over(self, page: Page) -> None:
        if (before := self._page) is not None:
            self._leave(before)
            self._tasks.start(before.connection.close(1008, "taken-over"), "let the older page go")
        self._page = page
        page.say(wire.Ready([wire.Choice(each.code, each.name.zh, each.name.en) for each in self._windows.values()]))
        while self._owed:
            page.say(self._owed.popleft())
        self._log.info("page here")

    def _leave(self, page: Page) -> None:
        """Nothing is done for it any more. What it has not heard of an operation is kept for the next one."""
        if self._page is not page:
            return
        self._end("line-lost")
        self._page = None
        self._owed.extend(each for each in page.outbox.unsaid() if isinstance(each, wire.Happened | wire.Ended))
        self._log.info("page gone")

    async def _listen(self, page: Page) -> str | None:
        """Until the page goes (None) or must go (the code)."""
        try:
            async for frame in page.connection:
                if self._page is not page:
                    return "taken-over"
                if not page.budget.take(1, self._clock.monotonic()):
                    return "too-fast"
                try:
                    said = wire.read(frame)
                except ValueError:
                    return "bad-message"
                if isinstance(said, wire.Act):
                    try:
                        page.acts.put_nowait(said)
                    except asyncio.QueueFull:
                        page.say(wire.Acted(said.n, 0, "too-many"))
                elif isinstance(said, wire.Revoke):
                    self._end(said.reason)
                elif isinstance(said, wire.Grant):
                    self._grant(page, said)
                else:
                    return "bad-message"
        except ConnectionClosed:
            pass
        return None

    async def _speak(self, page: Page) -> None:
        try:
            await page.outbox.run(page.connection.send)
        except ConnectionClosed:
            return

    async def _work(self, page: Page) -> None:
        while True:
            asked = await page.acts.get()
            if self._errand is None:
                page.say(wire.Acted(asked.n, 0, "no-grant"))
            else:
                done = await self._errand.act(asked.action)
                page.say(wire.Acted(asked.n, done.count, done.refused))

    def _grant(self, page: Page, asked: wire.Grant) -> None:
        window = self._windows.get(asked.window)
        standing = self._errand is not None and not self._errand.over
        if window is None or standing or len(self._tasks) > BEING_ERASED:
            page.say(wire.Refused(asked.id, "unknown-window" if window is None else "busy"))
            return
        self._log.info("window asked for", window=window.code, level=asked.level, grant=asked.id)
        self._errand = errand = Errand(
            asked, window, self._desktop, self._clock, self._log, partial(self._say, page), page.outbox.show
        )
        self._tasks.start(self._carry_out(errand), "operation")

    async def _carry_out(self, errand: Errand) -> None:
        async with self._room:
            try:
                await errand.run()
            finally:
                if self._errand is errand:
                    self._errand = None

    def _end(self, reason: str) -> None:
        """Whatever stands, or is being opened, is over; its window is erased while the next may already be asked for."""
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.revoke(reason)

    def _say(self, asker: Page, word: wire.FromAgent) -> None:
        """What happened is said to whoever is there now; whether a grant stands matters only to the page that asked for it."""
        if isinstance(word, wire.Happened | wire.Ended):
            if self._page is not None:
                self._page.say(word)
            else:
                self._owed.append(word)
        elif self._page is asker:
            asker.say(word)
