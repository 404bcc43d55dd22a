"""Real sockets on loopback in front of an office with a memory store, and callers who speak the link by hand."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any

import aiohttp
import msgspec
import structlog
from aiohttp import WSMsgType, web

from config.clock import SystemClock
from config.tasks import Tasks
from signaling.domain.permissions import Actor
from signaling.link import Closed, EndLink, Established, LinkPolicy, Received
from signaling.live.outbound import Outbound
from signaling.live.sockets import Outside, SocketLimits, Sockets
from signaling.office.once import Once, OnceOnRecord
from signaling.office.ports import StoreAway
from signaling.office.refusals import Refusals
from signaling.store.memory import MemoryStore
from signaling.wire.base import Command
from tests.signaling.office.world import Town
from tests.waiting import LONG, until

ORIGIN = "https://window.example"
POLICY = LinkPolicy(per_second=1000, burst=1000)
LIMITS = SocketLimits(message_bytes=64 * 1024, greeting_per_address=20, per_end=5, send_seconds=2.0, keep_seconds=30.0)
HASTY = LinkPolicy(frame_bytes=1 << 20, pace_per_second=10_000, pace_burst=10_000)
"""A caller's: it sends as fast as a test wants."""


class Hall:
    """`async with Hall() as hall`: `url` is the socket's address; `town` is the office behind it.

    `send_buffer`: bytes that the kernel takes for an end that does not read (it takes megabytes on loopback).
    """

    def __init__(
        self, store: MemoryStore | None = None, policy: LinkPolicy = POLICY, limits: SocketLimits = LIMITS, send_buffer: int | None = None
    ) -> None:
        self._send_buffer = send_buffer
        self.clock = SystemClock()
        self.outbound = Outbound(self.clock)
        self.town = Town(store, post=self.outbound)
        self.counts: Counter[str] = Counter()
        self.mistakes: list[tuple[str, BaseException]] = []
        self.tasks = Tasks(lambda name, error: self.mistakes.append((name, error)))
        self.tickets: dict[str, tuple[Actor, str]] = {}
        self.revoked: set[str] = set()
        self.asked = 0
        self._numbers = itertools.count(1)
        kept = self.town.store
        once, on_record = Once(kept.evidence, self.clock), OnceOnRecord(kept.record, self.clock)
        self.refusals = Refusals(self.town.office.floor.state, kept.evidence, once, on_record, lambda code: self.counts.update([f"{code} again"]))
        outside = Outside(
            redeem=lambda ticket: self.tickets.pop(ticket, None), new_token=lambda: f"link-token-{next(self._numbers):06d}",
            origin_allowed=lambda request: request.headers.get("Origin") == ORIGIN, say=lambda code, language: f"{code} in {language}",
            count=lambda code: self.counts.update([code]), is_current=self._is_current, refused=self.refusals.refused,
        )  # fmt: skip
        self.sockets = Sockets(
            self.town.office, self.town.inbound, self.outbound, outside, policy, limits, self.clock, self.tasks, structlog.get_logger()
        )
        self.callers: list[Caller] = []
        self.url, self.port = "", 0

    async def __aenter__(self) -> Hall:
        await self.town.__aenter__()
        app = web.Application()
        app.router.add_get("/api/v1/socket", self.sockets.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        if self._send_buffer is not None:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer)
        await web.SockSite(self._runner, listening).start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}/api/v1/socket"
        self.http = aiohttp.ClientSession()
        self.tasks.start(self.sockets.tidy(), "tidy")
        self.idle_tasks = len(self.tasks)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for caller in self.callers:
            await caller.leave()
        await self.http.close()
        if kind is None:
            await self.at_rest()
        await self._runner.cleanup()
        await self.tasks.close()
        await self.town.__aexit__()
        assert not self.mistakes, self.mistakes

    async def _is_current(self, actor: Actor, login: str) -> bool:
        self.asked += 1
        if self.town.store.away:
            raise StoreAway("away")
        return actor.id not in self.revoked

    async def at_rest(self) -> None:
        """Everybody has gone, and nothing of them is left."""
        server = self._runner.server
        assert server is not None
        await until(lambda: (len(self.outbound), len(self.tasks), len(server.connections)) == (0, self.idle_tasks, 0))

    def ticket(self, actor: Actor, login: str = "login-1") -> str:
        """A one-time ticket for the socket."""
        ticket = f"ticket-number-{next(self._numbers):06d}"
        self.tickets[ticket] = (actor, login)
        return ticket

    async def caller(self, actor: Actor, login: str = "login-1") -> Caller:
        """Somebody who is connected and has been shown where they stand."""
        caller = Caller(self, actor, login)
        await caller.connect()
        await until(lambda: caller.view is not None or caller.bye is not None)
        return caller

    async def kiosk(self, number: int = 1) -> Caller:
        return await self.caller(self.town.kiosk(number))

    async def clerk(self, login: str, home: str = "jinshan") -> Caller:
        return await self.caller(Actor("clerk", login, home, self.town.services_of(home), login.title()))


class Caller:
    """An end over aiohttp's client; `connect` again resumes."""

    def __init__(self, hall: Hall, actor: Actor, login: str) -> None:
        self.hall, self.actor, self.login = hall, actor, login
        self.link = EndLink(HASTY, hall.clock.monotonic())
        self.established: list[bool] = []
        self.messages: list[dict[str, Any]] = []
        self.bye: Closed | None = None
        self.close_code: int | None = None
        self.view: dict[str, Any] | None = None
        self.ended = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        hall.callers.append(self)

    async def connect(self) -> None:
        """A new socket for the same link; what ran before is left to itself, as by an end whose line is half open."""
        self.ended = asyncio.Event()
        self.socket = await self.hall.http.ws_connect(self.hall.url, headers={"Origin": ORIGIN}, max_msg_size=0)
        self.link.hello(self.hall.ticket(self.actor, self.login), self.hall.clock.monotonic())
        await self.pump()
        self._reading = self.hall.tasks.start(self._read(self.socket, self.ended), "caller")
        self.hall.idle_tasks += 1
        self._reading.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.hall.idle_tasks -= 1

    async def _read(self, mine: aiohttp.ClientWebSocketResponse, ended: asyncio.Event) -> None:
        async for message in mine:
            if message.type is WSMsgType.TEXT and mine is self.socket:
                self.link.receive(message.data, self.hall.clock.monotonic())
                self._heed()
                await self.pump()
        if mine is self.socket:
            self.close_code = mine.close_code
            self.link.lost(self.hall.clock.monotonic())
        ended.set()

    def _heed(self) -> None:
        for event in self.link.events():
            match event:
                case Established(resumed):
                    self.established.append(resumed)
                case Received(_, body):
                    message = msgspec.json.decode(body)
                    self.messages.append(message)
                    if message["type"] in ("kiosk-view", "desk-view"):
                        self.view = message
                case Closed():
                    self.bye = event

    async def pump(self) -> None:
        for frame in self.link.frames(self.hall.clock.monotonic()):
            try:
                await self.socket.send_str(frame)
            except ConnectionError:
                return

    async def send(self, body: bytes) -> None:
        """A body as it is, well formed or not."""
        self.link.send(body, self.hall.clock.monotonic())
        await self.pump()

    async def ask(self, message: Command) -> dict[str, Any]:
        """The reply to a command."""
        await self.send(msgspec.json.encode(message))
        await until(lambda: self.replies(message.id))
        return self.replies(message.id)[0]

    def replies(self, request: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message.get("re") == request]

    async def sees(self, fact: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The view, once it shows the fact."""
        await until(lambda: self.view is not None and fact(self.view))
        assert self.view is not None
        return self.view

    def cut(self) -> None:
        """The line is gone, without a word."""
        connection = self.socket._conn  # the client's own transport: aiohttp has no public way to tear it
        assert connection is not None and connection.transport is not None
        connection.transport.abort()

    async def gone(self) -> None:
        """Until the socket has ended."""
        async with asyncio.timeout(LONG):
            await self.ended.wait()

    async def leave(self) -> None:
        if self._reading is not None:
            await self.socket.close()
            self._reading.cancel()
