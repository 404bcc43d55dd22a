"""The socket route: origin, one-time ticket, link, then commands in and views out, within the bounds of docs/settings.md."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import msgspec
from aiohttp import web
from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.tasks import Tasks
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.link import BadMessage, Closed, Door, LinkPolicy, Received, ServerLink
from signaling.live.inbound import Inbound
from signaling.live.outbound import Connection, Outbound, Who, who_is
from signaling.office.office import Office
from signaling.office.ports import StoreAway
from signaling.shelf import Shelf
from signaling.wire.base import Command
from signaling.wire.desk import FromDesk
from signaling.wire.forms import FormWelcome
from signaling.wire.link import Hello
from signaling.wire.replies import Done, MediaAnswer, Refused
from signaling.wire.visit import FromKiosk

TIDY_SECONDS = 2.0
"""Between two looks at lost links and at who may still be here: a revoked login has no socket five seconds later."""
SOCKET = "GET /api/v1/socket"
"""The socket's name in the policy's table."""
IN_FLIGHT = 16
"""Commands of one socket that may be worked on at once; further ones wait their turn."""


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """Bounds beyond the link's own (config/settings.py, [limits])."""

    message_bytes: int
    greeting_per_address: int
    per_end: int
    send_seconds: float
    keep_seconds: float


@dataclass(frozen=True, slots=True)
class Outside:
    """What sockets need of the rest, made in app.py."""

    redeem: Callable[[str], tuple[Actor, str] | None]
    """One-time ticket → who, and a stable mark of their login."""
    new_token: Callable[[], str]
    origin_allowed: Callable[[web.Request], bool]
    say: Callable[[str, str], str]
    """(code, language) → a sentence for a person."""
    is_current: Callable[[Actor, str], Awaitable[bool]]
    """Whether this end, by the mark of its login, may stay connected: not disabled, revoked, logged out, changed. May raise `StoreAway`."""
    count: Callable[[str], None]
    """A refusal's code, for the metrics."""
    refused: Callable[[Actor, str | None, str, str], Awaitable[None]]
    """(who, session, action, code): what the policy refused, about a session or about none, is entered. May raise `StoreAway`."""


class Sockets:
    """`handle` is the aiohttp handler of the socket route; `tidy` runs beside it and takes down links nobody came back for."""

    def __init__(
        self, office: Office, inbound: Inbound, outbound: Outbound, outside: Outside, policy: LinkPolicy, limits: SocketLimits,
        clock: Clock, tasks: Tasks, log: FilteringBoundLogger,
    ) -> None:
        self._office = office
        self._inbound = inbound
        self._outbound = outbound
        self._outside = outside
        self._policy = policy
        self._limits = limits
        self._clock = clock
        self._tasks = tasks
        self._log = log
        self._shelf: Shelf[tuple[str, str]] = Shelf(policy, limits.keep_seconds)
        self._greeting: Counter[str] = Counter()
        self._open: Counter[Who] = Counter()
        self._from_kiosk = msgspec.json.Decoder(FromKiosk)
        self._from_desk = msgspec.json.Decoder(FromDesk)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One socket from upgrade to close."""
        if not self._outside.origin_allowed(request):
            self._outside.count("foreign-origin")
            raise web.HTTPForbidden(text='{"code":"foreign-origin","text":"This page may not talk to this server."}', content_type="application/json")
        address = request.remote or ""
        if self._greeting[address] >= self._limits.greeting_per_address:
            self._outside.count("too-many-sockets")
            raise web.HTTPTooManyRequests(text='{"code":"too-many-sockets","text":"Too many connections from here."}', content_type="application/json")
        socket = web.WebSocketResponse(max_msg_size=self._limits.message_bytes, compress=False, autoping=True, timeout=self._limits.send_seconds)
        self._greeting[address] += 1
        try:
            await socket.prepare(request)
            connection = await self._greet(request, socket)
        finally:
            self._greeting[address] -= 1
            if not self._greeting[address]:
                del self._greeting[address]
        if connection is not None:
            await self._serve(request, socket, connection)
        return socket

    async def tidy(self) -> None:
        """Until cancelled: links that were lost too long ago are taken down, and ends that may not be here any more are sent away."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            self._shelf.expire(self._clock.monotonic())
            for connection in self._outbound.all():
                try:
                    current = await self._outside.is_current(connection.actor, connection.login)
                except StoreAway:
                    continue  # nobody is sent away because the store cannot be asked
                if not current:
                    self.send_away(connection, "not-allowed", "this login or enrolment is over")

    def send_away(self, connection: Connection, code: str, text: str) -> None:
        """Close an end's link for good."""
        self._outside.count(code)
        connection.link.close(code, text, self._clock.monotonic())
        connection.wake.set()

    # --- until the hello ------------------------------------------------------------------------

    async def _greet(self, request: web.Request, socket: web.WebSocketResponse) -> Connection | None:
        door = Door(self._policy, self._clock.monotonic())
        hello: Hello | None = None
        while hello is None and door.closed is None:
            try:
                frame = await asyncio.wait_for(self._receive(socket), max(0.0, door.deadline - self._clock.monotonic()))
            except TimeoutError:
                door.tick(self._clock.monotonic())
                continue
            if frame is None:
                return None
            hello = door.receive(frame, self._clock.monotonic())
        connection = await self._admit(hello, door) if hello is not None and door.closed is None else None
        if door.closed is not None:
            self._outside.count(door.closed.code)
            with contextlib.suppress(ConnectionError, TimeoutError, aiohttp.ClientError):
                for frame in door.frames():
                    await asyncio.wait_for(socket.send_str(frame), self._limits.send_seconds)
            await self._hang_up(request, socket, door.closed.socket_code)
            return None
        return connection

    async def _admit(self, hello: Hello, door: Door) -> Connection | None:
        found = self._outside.redeem(hello.ticket)
        if found is None:
            door.refuse("bad-ticket", "the socket ticket is unknown, used or too old", again=True)
            return None
        actor, login = found
        who = who_is(actor)
        if actor.kind not in ("kiosk", "clerk"):
            try:
                await self._outside.refused(actor, None, SOCKET, "not-allowed")
            except StoreAway:
                door.refuse("store-away", "the store is away", again=True)
            else:
                door.refuse("not-allowed", "there is no desk for this role")
            return None
        now = self._clock.monotonic()
        if self._open[who] >= self._limits.per_end:
            door.refuse("too-many-sockets", "too many connections of this end", again=True)
            return None
        running = self._outbound.connection(who)
        if running is not None and actor.kind == "kiosk" and running.login != login:
            self._log.error("kiosk-key-used-twice", kiosk=actor.id)
            door.refuse("kiosk-in-use", "this kiosk is connected already, by another enrolment")
            return None
        link = self._shelf.greet(hello, who, self._outside.new_token(), now, self._clock.now())
        connection = Connection(who, actor, link, login)
        replaced = self._outbound.attach(connection)
        for other in self._shelf.held_by(who):
            if other is not link:
                other.close("taken-over", "this was opened elsewhere", now)
        if replaced is not None:
            replaced.wake.set()
        return connection

    # --- the conversation -----------------------------------------------------------------------

    async def _serve(self, request: web.Request, socket: web.WebSocketResponse, connection: Connection) -> None:
        actor, link = connection.actor, connection.link
        self._open[connection.who] += 1
        if actor.kind == "kiosk":
            self._office.kiosk_connected(actor)
        else:
            self._office.clerk_connected(actor)
        room = asyncio.Semaphore(IN_FLIGHT)
        writer = self._tasks.start(self._write_on(request, socket, connection), f"writer {connection.who}")
        connection.wake.set()
        try:
            while self._is_mine(connection) and not socket.closed:
                frame = await self._receive(socket)
                if frame is None or not self._is_mine(connection):
                    break
                link.receive(frame, self._clock.monotonic())
                await self._take(connection, room)
                connection.wake.set()
                if not link.open:
                    break
        finally:
            if self._is_mine(connection):
                link.lost(self._clock.monotonic())
            connection.wake.set()
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(writer, self._limits.send_seconds)
            self._open[connection.who] -= 1
            if not self._open[connection.who]:
                del self._open[connection.who]
            if self._outbound.detach(connection):
                if actor.kind == "kiosk":
                    self._office.kiosk_disconnected(actor.id)
                else:
                    self._office.clerk_disconnected(actor.id)
            await self._hang_up(request, socket, 1000)

    def _is_mine(self, connection: Connection) -> bool:
        """Whether this socket still is the end's: a newer one may have taken the link over, or the end."""
        return self._outbound.connection(connection.who) is connection

    def _has_left(self, connection: Connection) -> bool:
        """Whether the link goes on at another socket."""
        current = self._outbound.connection(connection.who)
        return current is not None and current is not connection and current.link is connection.link

    async def _take(self, connection: Connection, room: asyncio.Semaphore) -> None:
        link = connection.link
        for event in link.events():
            match event:
                case Received(_, body):
                    decoder = self._from_kiosk if connection.actor.kind == "kiosk" else self._from_desk
                    got: Command | BadMessage = link.read(decoder, body, self._clock.monotonic())
                    if isinstance(got, BadMessage):
                        self._refuse(connection, got.code, got.re, got.path, got.text)
                    else:
                        await room.acquire()
                        task = self._tasks.start(self._command(connection, got), f"command {connection.who}")
                        task.add_done_callback(lambda _: room.release())
                case BadMessage():
                    self._refuse(connection, event.code, event.re, event.path, event.text)
                case Closed():
                    self._ended(connection, event)
                case _:
                    pass

    def _ended(self, connection: Connection, closed: Closed) -> None:
        connection.farewell = closed
        if closed.by == "us":
            self._outside.count(closed.code)

    async def _command(self, connection: Connection, message: Command) -> None:
        try:
            reply = await self._carry_out(connection.actor, message)
        except Refusal as refusal:
            self._refuse(connection, refusal.code, message.id, refusal.path)
        except StoreAway:
            self._refuse(connection, "store-away", message.id)
        except Exception:
            self._log.exception("command-failed", message=type(message).__name__)
            self._refuse(connection, "internal", message.id)
        else:
            self._outbound.reply(connection, reply)

    async def _carry_out(self, actor: Actor, message: Command) -> Done | MediaAnswer | FormWelcome:
        """A refusal by the policy stands in a ledger or on a record before whoever asked hears of it, as over HTTP."""
        try:
            return await self._inbound.handle(actor, message)
        except NotAllowed as refused:
            session: str | None = refused.session or getattr(message, "session", None)
            await self._outside.refused(actor, session, str(type(message).__struct_config__.tag), refused.code)
            raise

    def _refuse(self, connection: Connection, code: str, re: str | None, path: str | None = None, text: str | None = None) -> None:
        self._outside.count(code)
        sentence = text if text is not None else self._outside.say(code, "zh-CN")
        self._outbound.reply(connection, Refused(code=code, text=sentence, re=re, path=path))

    # --- frames ---------------------------------------------------------------------------------

    async def _receive(self, socket: web.WebSocketResponse) -> str | bytes | None:
        """The next frame, or None when the socket is closed."""
        message = await socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            return str(message.data)
        if message.type is aiohttp.WSMsgType.BINARY:
            return bytes(message.data)
        if isinstance(message.data, aiohttp.WebSocketError) and message.data.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
            self._outside.count("too-big")
        return None

    async def _hang_up(self, request: web.Request, socket: web.WebSocketResponse, code: int) -> None:
        """Close the socket; the line of an end that does not take it in time is cut, with whatever still waits to be sent."""
        if socket.closed:
            return

        def cut() -> None:
            if request.transport is not None:
                request.transport.abort()

        asyncio.get_running_loop().call_later(self._limits.send_seconds, cut)
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            # No drain: a send that was given up has cancelled the future on which aiohttp's drain would wait.
            await socket.close(code=code, drain=False)

    async def _write_on(self, request: web.Request, socket: web.WebSocketResponse, connection: Connection) -> None:
        """Everything the link wants on this socket, until the link leaves it. A reader who is too slow loses the socket (1013)."""
        link: ServerLink = connection.link
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(connection.wake.wait(), min(3600.0, max(0.0, link.deadline() - self._clock.monotonic())))
            connection.wake.clear()
            mine = self._is_mine(connection)
            if mine:
                link.tick(self._clock.monotonic())
            over = not mine or not link.open  # asked before its frames are taken: what it says while these are sent is sent, too
            frames: list[str] = []
            if mine or (link.dead and not self._has_left(connection)):
                frames = link.frames(self._clock.monotonic())
                for event in link.events():  # what the other side sent has been taken by now: these are our own farewells
                    if isinstance(event, Closed):
                        self._ended(connection, event)
            try:
                for frame in frames:
                    await asyncio.wait_for(socket.send_str(frame), self._limits.send_seconds)
            except TimeoutError:
                self._outside.count("too-slow")
                if self._is_mine(connection):
                    link.lost(self._clock.monotonic())
                return await self._hang_up(request, socket, aiohttp.WSCloseCode.TRY_AGAIN_LATER)
            except (ConnectionError, aiohttp.ClientError, RuntimeError):
                return
            if over:
                return await self._hang_up(request, socket, connection.farewell.socket_code if connection.farewell else 1000)
