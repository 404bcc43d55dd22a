"""A server that says what a test tells it to: real HTTP, real sockets, the real link; no office behind it."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from config.clock import SystemClock
from signaling.link import BadMessage, Closed, Door, LinkPolicy, Received, ServerLink
from signaling.shelf import Shelf
from signaling.wire.base import Command, Message
from signaling.wire.desk import FromDesk
from signaling.wire.replies import Done
from signaling.wire.visit import FromKiosk

Who = tuple[str, str]
Script = Callable[["ScriptedServer", Who, Any], Awaitable[Message | None]]


async def say_done(server: ScriptedServer, who: Who, command: Command) -> Message:
    return Done(re=command.id)


class ScriptedServer:
    """`script(server, who, command)` answers each command; None says nothing. `who` is ("kiosk" | "person", name)."""

    def __init__(self, script: Script = say_done, *, kiosks: dict[str, str] | None = None, people: dict[str, str] | None = None) -> None:
        self.script = script
        self.kiosks, self.people = kiosks or {}, people or {}
        self.catalogue: dict[str, Any] = {"jurisdictions": [], "services": []}
        self.policy, self.clock = LinkPolicy(heartbeat=4.0), SystemClock()
        self.shelf: Shelf[Who] = Shelf(self.policy)
        self.heard: list[tuple[Who, Command]] = []
        self.logins: list[str] = []
        self.cookies: dict[str, Who] = {}
        self.tickets: dict[str, Who] = {}
        self.sockets: dict[Who, tuple[asyncio.Transport, ServerLink]] = {}
        self.refuse_http: tuple[int, dict[str, str], dict[str, str]] | None = None
        self.refuse_socket: tuple[str, str, bool] | None = None
        self.views: dict[Who, Message] = {}
        self.failures: list[BaseException] = []
        self._kick: dict[Who, asyncio.Event] = {}
        self._port = 0

    async def start(self, tls: ssl.SSLContext | None = None) -> str:
        """Serve on a free port, the same one after a `stop`; returns the address."""
        app = web.Application()
        app.router.add_post("/api/v1/login", self._login)
        app.router.add_post("/api/v1/kiosks/login", self._kiosk_login)
        app.router.add_post("/api/v1/socket-tickets", self._ticket)
        app.router.add_get("/api/v1/catalogue", self._catalogue)
        app.router.add_get("/api/v1/socket", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=tls, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return f"{'https' if tls else 'http'}://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """As a killed process: sockets end without a bye."""
        self.drop()
        await self._runner.cleanup()

    def forget(self) -> None:
        """As a process that starts anew: links, tickets and cookies are unknown."""
        self.shelf = Shelf(self.policy)
        self.cookies.clear()
        self.tickets.clear()

    async def __aenter__(self) -> ScriptedServer:
        self.url = await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()
        if self.failures:
            raise self.failures[0]

    def drop(self) -> None:
        """Cut every socket, without a word."""
        for transport, _ in self.sockets.values():
            transport.abort()

    def show(self, who: Who, view: Message) -> None:
        """Send a view now, and again to whoever comes back with a fresh link."""
        self.views[who] = view
        self.tell(who, view)

    def tell(self, who: Who, message: Message) -> None:
        if who in self.sockets:
            self.sockets[who][1].send(msgspec.json.encode(message), self.clock.monotonic())
            self._kick[who].set()

    def bye(self, who: Who, code: str, again: bool) -> None:
        self.sockets[who][1].close(code, "as the script says", self.clock.monotonic(), again=again)
        self._kick[who].set()

    # --- HTTP -------------------------------------------------------------------------------------

    def _check_origin(self, request: web.Request) -> None:
        assert request.headers.get("Origin") == f"{request.scheme}://{request.host}", request.headers

    async def _enter(self, request: web.Request, kind: str, name: str, proof: str, known: dict[str, str], cookie: str) -> web.Response:
        self._check_origin(request)
        self.logins.append(name)
        if self.refuse_http is not None:
            status, body, headers = self.refuse_http
            return web.json_response(body, status=status, headers=headers)
        if known.get(name) != proof:
            return web.json_response({"code": "bad-login", "text": "unknown name or wrong secret"}, status=401)
        value = secrets.token_urlsafe(24)
        self.cookies[value] = (kind, name)
        response = web.json_response({"login": name})
        response.set_cookie(cookie, value, secure=True, httponly=True, samesite="Strict", path="/")
        return response

    async def _login(self, request: web.Request) -> web.Response:
        body = await request.json()
        return await self._enter(request, "person", body["login"], body["password"], self.people, "__Host-login")

    async def _kiosk_login(self, request: web.Request) -> web.Response:
        body = await request.json()
        return await self._enter(request, "kiosk", body["kiosk"], body["key"], self.kiosks, "__Host-kiosk")

    async def _ticket(self, request: web.Request) -> web.Response:
        self._check_origin(request)
        kind = (await request.json())["as"]
        who = self.cookies.get(request.cookies.get("__Host-login" if kind == "person" else "__Host-kiosk", ""))
        if who is None:
            return web.json_response({"code": "not-logged-in", "text": "log in first"}, status=401)
        ticket = secrets.token_urlsafe(24)
        self.tickets[ticket] = who
        return web.json_response({"ticket": ticket})

    async def _catalogue(self, request: web.Request) -> web.Response:
        if not set(request.cookies.values()) & set(self.cookies):
            return web.json_response({"code": "not-logged-in", "text": "log in first"}, status=401)
        return web.json_response(self.catalogue)

    # --- the socket -------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        self._check_origin(request)
        now = self.clock.monotonic
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        door = Door(self.policy, now())
        first = await socket.receive()
        hello = door.receive(first.data, now())
        if hello is not None and self.refuse_socket is not None:
            door.refuse(*self.refuse_socket)
        who = self.tickets.pop(hello.ticket, None) if hello else None
        if hello is None or door.closed is not None or who is None:
            if door.closed is None:
                door.refuse("bad-ticket", "unknown ticket")
            for frame in door.frames():
                await socket.send_str(frame)
            await socket.close()
            return socket
        link = self.shelf.greet(hello, who, secrets.token_urlsafe(32), now(), self.clock.now())
        assert isinstance(request.transport, asyncio.Transport)
        self.sockets[who], self._kick[who] = (request.transport, link), asyncio.Event()
        if who in self.views:
            self.show(who, self.views[who])
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(self._write(socket, link, self._kick[who]))
            async for message in socket:
                link.receive(message.data if message.type in (WSMsgType.TEXT, WSMsgType.BINARY) else b"", now())
                for event in link.events():
                    if isinstance(event, Received):
                        group.create_task(self._command(who, link, event))
                    assert not isinstance(event, BadMessage), event
                    if isinstance(event, Closed):
                        await socket.close(code=event.socket_code)
                self._kick[who].set()
            link.lost(now())
            writing.cancel()
        return socket

    async def _command(self, who: Who, link: ServerLink, event: Received) -> None:
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(FromKiosk if who[0] == "kiosk" else FromDesk)
        command = link.read(decoder, event.body, self.clock.monotonic())
        assert isinstance(command, Command), command
        self.heard.append((who, command))
        try:
            answer = await self.script(self, who, command)
        except Exception as error:  # a script that fails is a failed test, told at the end
            self.failures.append(error)
            raise
        if answer is not None:
            self.tell(who, answer)

    async def _write(self, socket: web.WebSocketResponse, link: ServerLink, kick: asyncio.Event) -> None:
        while True:
            kick.clear()
            link.tick(self.clock.monotonic())
            for frame in link.frames(self.clock.monotonic()):
                await socket.send_str(frame)
            if link.dead:
                await socket.close()
                return
            try:
                async with asyncio.timeout(max(0.0, min(1.0, link.deadline() - self.clock.monotonic()))):
                    await kick.wait()
            except TimeoutError:
                continue
