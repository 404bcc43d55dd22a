"""The server's line to its media node: orders in sequence, replies by id, news as it comes. The server dials, the node listens.

The line may break while the node lives (the server was restarted) or because the node died. Either way the next line begins
with the node's own list of rooms, and the owner compares it with the talks: nothing is replayed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Protocol

import msgspec
from structlog.typing import FilteringBoundLogger
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from media import node_api as api
from signaling.office.ports import NodeRefused

ANSWER_SECONDS = 10.0
"""An offer that a node has not answered by then is refused with `no-node`; a fresh node is up well before."""
REDIAL_SECONDS = 0.1
GREET_SECONDS = 3.0
"""Whoever listens at a node's address and does not answer the dial by then is dialled again."""
REFUSED_SECONDS = 1.0
"""Pause after a node refused us: its token stands in a file that it is perhaps just writing anew."""


class NodeAddress(msgspec.Struct, frozen=True):
    """What a node writes into `node.json`: where it listens, and the token that proves who may give orders."""

    node: str
    pid: int
    url: str
    token: str
    started: float
    protocol: int


News = api.LineChanged | api.OfferWanted | api.ConnectionUp | api.RoomClosed | api.JournalLine | api.RecordingState


class NodeNews(Protocol):
    """What the owner of a node hears from it."""

    def node_up(self, rooms: Sequence[api.RoomState]) -> None:
        """The line stands; these rooms run."""
        ...

    def node_down(self) -> None:
        """The line broke."""
        ...

    def node_says(self, news: News) -> None: ...


class Node:
    """One media node, implementing `ports.MediaNodes`. `run` keeps the line up until cancelled."""

    def __init__(self, find: Callable[[], NodeAddress | None], log: FilteringBoundLogger) -> None:
        self._find = find
        self._log = log
        self._up = asyncio.Event()
        self._ids = count(1)
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._pending: dict[str, list[api.Order]] = {}
        self._outbox: asyncio.Queue[api.Order] = asyncio.Queue()
        self._decoder = msgspec.json.Decoder(api.FromNode)
        self.news: NodeNews | None = None

    @property
    def is_up(self) -> bool:
        """Whether orders reach a node now."""
        return self._up.is_set()

    # --- orders ---------------------------------------------------------------------------------

    def open_room(self, room: str) -> None:
        if not self.is_up:
            self._pending[room] = []
        self._order(room, api.OpenRoom(next(self._ids), room))

    def close_room(self, room: str) -> None:
        if self._pending.pop(room, None) is None:
            self._order(room, api.CloseRoom(next(self._ids), room))

    def set_hold(self, room: str, on: bool) -> None:
        self._order(room, api.SetHold(next(self._ids), room, on))

    def set_source_on(self, room: str, participant: str, source: api.Source, on: bool) -> None:
        self._order(room, api.SetSourceOn(next(self._ids), room, participant, source, on))

    def record(self, room: str, session: str, origin: int, home: str, home_key: str) -> None:
        self._order(room, api.Record(next(self._ids), room, session, origin, home, home_key))

    def set_suspended(self, room: str, on: bool) -> None:
        self._order(room, api.SetSuspended(next(self._ids), room, on))

    def acknowledge(self, life: str, n: int) -> None:
        if self.is_up:  # without a line they are told, and acknowledged, once more
            self._outbox.put_nowait(api.AckJournal(next(self._ids), life, n))

    def drain(self) -> None:
        """No new rooms; the node ends itself with its last one."""
        if self.is_up:
            self._outbox.put_nowait(api.Drain(next(self._ids)))

    def _order(self, room: str, order: api.Order) -> None:
        """Send it, or keep it for a room that waits for a node. For a room that stood on a lost node it means nothing any more."""
        if self.is_up:
            self._outbox.put_nowait(order)
        elif room in self._pending:
            self._pending[room].append(order)

    async def publish(self, room: str, participant: str, epoch: int, sdp: str, sources: Mapping[str, api.Source]) -> str:
        reply = await self._ask(api.Publish(next(self._ids), room, participant, epoch, sdp, dict(sources)))
        return self._sdp(reply)

    async def subscribe(self, room: str, participant: str, sdp: str, wants: Sequence[api.Wanted], *, fresh: bool) -> str:
        reply = await self._ask(api.Subscribe(next(self._ids), room, participant, sdp, list(wants), fresh))
        return self._sdp(reply)

    async def add_candidates(self, room: str, participant: str, connection: str, candidates: Sequence[str]) -> None:
        kind: api.Kind = "publish" if connection == "publish" else "subscribe"
        await self._ask(api.AddCandidates(next(self._ids), room, participant, kind, list(candidates)))

    async def figures(self, room: str) -> api.Figures:
        """The room's counters. Raises `NodeRefused`."""
        reply = await self._ask(api.GetFigures(next(self._ids), room))
        if not isinstance(reply, api.Figures):
            raise NodeRefused("internal", "not figures")
        return reply

    @staticmethod
    def _sdp(reply: object) -> str:
        if not isinstance(reply, api.Answered):
            raise NodeRefused("internal", "not an answer")
        return reply.sdp

    async def _ask(self, order: api.Order) -> object:
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._up.wait()
                self._replies[order.id] = reply
                self._outbox.put_nowait(order)
                answer = await reply
        except TimeoutError:
            raise NodeRefused("no-node", "no media node answered") from None
        finally:
            self._replies.pop(order.id, None)
        if isinstance(answer, api.Failed):
            raise NodeRefused(answer.code, answer.text)
        return answer

    # --- the line -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Dial, serve the line until it breaks, dial again."""
        while True:
            address = self._find()
            if address is not None and address.protocol == api.NODE_PROTOCOL:
                try:
                    await self._serve(address)
                except* (OSError, WebSocketException, TimeoutError) as broken:  # in a group when the line broke while it stood
                    self._log.debug("node-line-broken", error=repr(broken.exceptions[0]))
                except* Exception as mistakes:  # whatever we do wrong with one message must not leave us without a node
                    self._log.error("node-line-failed", error=repr(mistakes.exceptions[0]))
            await asyncio.sleep(REDIAL_SECONDS)

    async def _serve(self, address: NodeAddress) -> None:
        # No proxy: the node is on this machine or a private network, whatever the environment says.
        async with connect(address.url, max_size=1 << 20, compression=None, proxy=None, open_timeout=GREET_SECONDS, ping_interval=5, ping_timeout=5) as line:
            await line.send(msgspec.json.encode(api.Dial(next(self._ids), api.NODE_PROTOCOL, address.token)).decode())
            async with asyncio.timeout(GREET_SECONDS):
                hello = self._decoder.decode(await line.recv())
            if not isinstance(hello, api.Rooms):
                self._log.error("node-refused-us", reply=str(hello))
                return await asyncio.sleep(REFUSED_SECONDS)
            try:
                self._line_up(hello)
                async with asyncio.TaskGroup() as both:
                    sender = both.create_task(self._send(line))
                    async for frame in line:
                        self._receive(self._decoder.decode(frame))
                    sender.cancel()
            finally:
                self._line_down()

    def _line_up(self, hello: api.Rooms) -> None:
        self._outbox = asyncio.Queue()
        standing = {room.room for room in hello.rooms}
        opened = []
        for room, orders in self._pending.items():
            for order in orders:
                self._outbox.put_nowait(order)
            if room not in standing:
                opened.append(api.RoomState(room, held=False, epochs={}))
        self._pending.clear()
        self._up.set()
        self._log.info("node-up", node=hello.node, rooms=len(hello.rooms))
        if self.news is not None:
            self.news.node_up([*hello.rooms, *opened])

    def _line_down(self) -> None:
        self._up.clear()
        self._log.warning("node-down")
        for reply in self._replies.values():
            if not reply.done():
                reply.set_result(api.Failed(0, "no-node", "the media node is gone"))
        if self.news is not None:
            self.news.node_down()

    async def _send(self, line: ClientConnection) -> None:
        outbox = self._outbox
        while True:
            order = await outbox.get()
            await line.send(msgspec.json.encode(order).decode())

    def _receive(self, message: api.Did | api.Answered | api.Failed | api.Rooms | api.Figures | News) -> None:
        match message:
            case api.ConnectionUp() | api.LineChanged() | api.OfferWanted() | api.RoomClosed() | api.JournalLine() | api.RecordingState():
                if self.news is not None:
                    self.news.node_says(message)
            case _:
                reply = self._replies.get(message.id)
                if reply is not None and not reply.done():
                    reply.set_result(message)
                elif isinstance(message, api.Failed):
                    self._log.warning("node-failed", code=message.code)
