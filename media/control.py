"""Where a server dials in: one at a time, proved by its token; a new one takes over and finds the rooms running."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from config.clock import Clock
from config.logs import Logger
from media.node_api import NODE_PROTOCOL, Dial, Failed, FromServer, Reply
from media.rooms import Rooms

DIAL_SECONDS = 5.0
MAX_MESSAGE = 128 * 1024
MAX_UNSENT = 1024
"""Replies and news that wait for a server; one that takes none of them is let go, the rooms run on."""


class Control:
    """The orders' socket of a node."""

    def __init__(self, rooms: Rooms, node: str, token: str, clock: Clock, log: Logger) -> None:
        self.token = token
        self._rooms = rooms
        self._node = node
        self._clock = clock
        self._log = log
        self._decoder = msgspec.json.Decoder(FromServer)
        self._encoder = msgspec.json.Encoder()
        self._server: ServerConnection | None = None

    @property
    def connected(self) -> bool:
        """A server is connected and has proved itself."""
        return self._server is not None

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncIterator[str]:
        """Listen; yields the URL. Browsers are refused: whoever sends an Origin is none of our programs."""
        async with serve(
            self._handle,
            host,
            port,
            origins=[None],
            compression=None,
            max_size=MAX_MESSAGE,
            open_timeout=DIAL_SECONDS,
            ping_interval=10,
            ping_timeout=10,
        ) as server:
            address = next(iter(server.sockets)).getsockname()
            shown = f"[{address[0]}]" if ":" in address[0] else address[0]
            yield f"ws://{shown}:{address[1]}"

    async def _handle(self, connection: ServerConnection) -> None:
        try:
            async with asyncio.timeout(DIAL_SECONDS):
                first = await connection.recv()
        except (TimeoutError, ConnectionClosed):
            return
        dial = self._decode(first)
        if (
            not isinstance(dial, Dial)
            or dial.protocol != NODE_PROTOCOL
            or not hmac.compare_digest(dial.token.encode(), self.token.encode())
        ):
            self._log.warning("dial-refused")
            refusal = Failed(
                getattr(dial, "id", 0),
                "bad-token",
                f"the first order must be a dial with this node's token and protocol {NODE_PROTOCOL}",
            )
            await connection.send(self._encoder.encode(refusal).decode())
            await connection.close(1008, "bad token")
            return
        await self._take_over(connection, dial)

    def _decode(self, frame: str | bytes) -> Any:
        """The order in a frame, or the error that it holds none."""
        try:
            if isinstance(frame, bytes):
                return Failed(0, "internal", "orders are text frames")
            return self._decoder.decode(frame)
        except msgspec.DecodeError as error:
            try:
                number = msgspec.json.decode(frame, type=dict).get("id")
            except msgspec.DecodeError:
                number = 0
            return Failed(number if isinstance(number, int) else 0, "internal", f"no such order: {error}")

    async def _take_over(self, connection: ServerConnection, dial: Dial) -> None:
        before, self._server = self._server, connection
        if before is not None:
            self._log.info("server-replaced")
            before.transport.abort()
        outbox: asyncio.Queue[Reply] = asyncio.Queue(MAX_UNSENT)

        def tell(news: Reply) -> None:
            try:
                outbox.put_nowait(news)
            except asyncio.QueueFull:
                self._log.warning("server-too-slow")
                connection.transport.abort()

        self._rooms.listener = tell
        tell(self._rooms.carry_out(dial, self._node))
        for news in self._rooms.owed(self._clock.monotonic()):
            tell(news)
        self._log.info("server-connected", rooms=len(self._rooms))
        try:
            async with asyncio.TaskGroup() as group:
                speaking = group.create_task(self._speak(connection, outbox))
                await self._listen(connection, tell)
                speaking.cancel()
        finally:
            if self._server is connection:
                self._server = None
                self._rooms.listener = None
                self._log.info("server-gone", rooms=len(self._rooms))

    async def _speak(self, connection: ServerConnection, outbox: asyncio.Queue[Reply]) -> None:
        while True:
            reply = await outbox.get()
            try:
                await connection.send(self._encoder.encode(reply).decode())
            except ConnectionClosed:
                return

    async def _listen(self, connection: ServerConnection, tell: Any) -> None:
        try:
            async for frame in connection:
                order = self._decode(frame)
                if self._server is not connection:
                    return
                tell(order if isinstance(order, Failed) else self._rooms.carry_out(order, self._node))
        except ConnectionClosed:
            return
