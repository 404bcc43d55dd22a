"""A media node that a test plays on a real socket, and the server's line to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from config.tasks import Tasks
from media import node_api as api
from signaling.office.nodes import Node, NodeAddress

TOKEN = "a-token-that-only-the-file-holds"
SDP = "v=0"
Say = Callable[["PlayedNode", Any], api.Reply | None]


def obliging(node: PlayedNode, order: Any) -> api.Reply | None:
    """Does everything at once."""
    return api.Answered(order.id, f"answer to {order.sdp}") if isinstance(order, api.Publish | api.Subscribe) else api.Did(order.id)


class PlayedNode:
    """Listens as a node does; `say` decides what it answers to each order."""

    def __init__(self, say: Say = obliging) -> None:
        self.say = say
        self.orders: list[Any] = []
        self.rooms: list[api.RoomState] = []
        self.dials = 0
        self.lines: list[ServerConnection] = []
        self.port = 0
        self._server: Server | None = None

    async def listen(self) -> None:
        """On the port it had, as a node that was adopted does."""
        self._server = await serve(self._handle, "127.0.0.1", self.port, compression=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            for line in self.lines:
                line.transport.abort()
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def address(self, token: str = TOKEN, protocol: int = api.NODE_PROTOCOL) -> NodeAddress:
        return NodeAddress("played", 1, f"ws://127.0.0.1:{self.port}", token, 0.0, protocol)

    async def tell(self, message: api.Reply) -> None:
        await self.lines[-1].send(msgspec.json.encode(message).decode())

    def kinds(self) -> list[str]:
        return [type(order).__name__ for order in self.orders]

    async def _handle(self, line: ServerConnection) -> None:
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(api.FromServer)
        try:
            dial = decoder.decode(await line.recv())
            self.dials += 1
            if not isinstance(dial, api.Dial) or dial.token != TOKEN:
                await line.send(msgspec.json.encode(api.Failed(dial.id, "bad-token", "not you")).decode())
                return
            self.lines.append(line)
            await line.send(msgspec.json.encode(api.Rooms(dial.id, "played", self.rooms)).decode())
            async for frame in line:
                self.orders.append(order := decoder.decode(frame))
                reply = self.say(self, order)
                if reply is not None:
                    await line.send(msgspec.json.encode(reply).decode())
        except ConnectionClosed:
            return


class News:
    """Hears what the node says."""

    def __init__(self) -> None:
        self.ups: list[list[str]] = []
        self.downs = 0
        self.said: list[Any] = []
        self.fail: Exception | None = None

    def node_up(self, rooms: Sequence[api.RoomState]) -> None:
        self.ups.append([room.room for room in rooms])

    def node_down(self) -> None:
        self.downs += 1

    def node_says(self, news: Any) -> None:
        self.said.append(news)
        if self.fail is not None:
            raise self.fail


@asynccontextmanager
async def a_line(played: PlayedNode, address: Callable[[], NodeAddress | None] | None = None) -> AsyncIterator[tuple[Node, News]]:
    failed: list[object] = []
    tasks = Tasks(lambda name, error: failed.append((name, error)))
    node, news = Node(address or played.address, structlog.get_logger()), News()
    node.news = news
    tasks.start(node.run(), "line")
    try:
        yield node, news
    finally:
        await tasks.close()
        await played.stop()
    assert not failed, failed
