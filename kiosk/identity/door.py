"""The way of a card to the kiosk's own page: a room behind the desktop's local door, or a door of its own where there is no such desktop.

One page at a time, a newer one takes over. What a card says goes out once, to the page that asked, and is written down nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from config.clock import Clock
from config.logs import Logger
from config.secret import Secret
from kiosk.identity import door_wire as wire
from kiosk.identity.card import CardRead, NotRead
from kiosk.identity.reader import CardReader, Readings
from kiosk.operate.door_hello import unproved
from kiosk.operate.grant import Budget

PATH = "/identity"
HELLO_SECONDS = 5.0
RATE, BURST = 2.0, 20
"""Messages a second in the long run, and at once: a person touches the glass no faster."""
LONGEST = 1024
"""Bytes of a frame from the page, where the door is its own."""


class CardDoor:
    """Reads cards for a page that knows `token`. The reader stays the caller's to close."""

    def __init__(self, reader: CardReader, token: Secret, clock: Clock, log: Logger) -> None:
        self._readings, self._token, self._clock, self._log = Readings(reader, clock, log), token, clock, log
        self._page: ServerConnection | None = None

    @asynccontextmanager
    async def serve(self, port: int, origins: Collection[str]) -> AsyncIterator[int]:
        """Listen on 127.0.0.1 for pages of these origins; yields the port (0: one that is free). Raises OSError when it is taken."""
        async with serve(
            self._handle, "127.0.0.1", port, origins=[Origin(each) for each in origins], compression=None, max_size=LONGEST, max_queue=16,
            open_timeout=HELLO_SECONDS, close_timeout=2, ping_interval=5, ping_timeout=10, server_header=None,
        ) as server:  # fmt: skip
            yield int(next(iter(server.sockets)).getsockname()[1])

    async def _handle(self, connection: ServerConnection) -> None:
        if connection.request is not None and connection.request.path == PATH:
            await self.handle(connection)
        else:
            await connection.close(1008, "nothing-here")

    async def handle(self, connection: ServerConnection) -> None:
        """One page, from its hello to its end. Whoever calls has looked at its origin."""
        if (code := await unproved(connection, self._token, HELLO_SECONDS)) is not None:
            self._log.warning("page refused", code=code)
            await connection.close(1008, code)
            return
        before, self._page = self._page, connection
        self._readings.stop("taken-over")
        try:
            async with asyncio.TaskGroup() as group:
                if before is not None:
                    group.create_task(before.close(1008, "taken-over"))
                code = await self._listen(connection, group)
                if self._page is connection:
                    self._readings.stop()
            if code is not None:
                self._log.warning("page let go", code=code)
                await connection.close(1008, code)
        finally:
            if self._page is connection:
                self._page = None

    async def _listen(self, connection: ServerConnection, group: asyncio.TaskGroup) -> str | None:
        """Until the page goes (None) or must go (the code)."""
        budget = Budget(self._clock.monotonic(), RATE, BURST)
        try:
            await connection.send(wire.write(wire.Ready()))
            async for frame in connection:
                if self._page is not connection:
                    return "taken-over"
                if not budget.take(1, self._clock.monotonic()):
                    return "too-fast"
                try:
                    said = wire.read(frame)
                except ValueError:
                    return "bad-message"
                if isinstance(said, wire.ReadCard):
                    group.create_task(_tell(connection, said.n, self._readings.read(said.seconds)))
                else:
                    self._readings.stop()
        except ConnectionClosed:
            pass
        return None


async def _tell(connection: ServerConnection, n: int, reading: Coroutine[Any, Any, CardRead | NotRead]) -> None:
    found = await reading
    with suppress(ConnectionClosed):
        await connection.send(wire.write(wire.answer(n, found)))
