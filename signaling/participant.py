"""The ends' half of the line over `websockets`: agents, simulated ends, load tests. It logs in, stays connected, and forgets no command.

    async with Participant.kiosk(server, KioskKey("haiyan-hall-1", key), clock) as booth:
        await booth.command(TakeTicket(id=new_id(), ...))       # → Done or MediaAnswer; CommandRefused(code, text)
        async for view in booth.views(): ...                    # the newest view, whenever it changed

A drop of the line is repaired by itself: new socket ticket, resume token, ladder of pauses. Commands that were not answered are
sent again with the same id, so that the server carries each out at most once.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

import aiohttp
import msgspec
import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from config.clock import Clock
from config.ladder import Ladder
from config.logs import Logger, get_logger
from config.tasks import Tasks
from signaling.entrance import Entrance, KioskKey, ParticipantError, PersonKey
from signaling.link import BadMessage, Closed, EndLink, Established, LinkPolicy, Received
from signaling.talking import Talking, TalkMedia, new_id
from signaling.wire.base import Command
from signaling.wire.desk import DeskView, ToDesk
from signaling.wire.http import Catalogue
from signaling.wire.replies import Done, LineQuality, MediaAnswer, Notice, Refused
from signaling.wire.visit import KioskView, ToKiosk

__all__ = ["CommandRefused", "KioskKey", "Participant", "ParticipantError", "PersonKey", "TalkMedia", "Talking", "new_id"]

View = TypeVar("View", KioskView, DeskView)
News = LineQuality | Notice

RECEIVE = LinkPolicy(frame_bytes=1024 * 1024)
"""An end trusts its server with larger frames than the server trusts it with."""
SEND_SECONDS = 5.0
PAPER_SECONDS = aiohttp.ClientTimeout(total=30)


class CommandRefused(ParticipantError):
    """The server refused a command; nothing has changed."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code, refused.text)
        self.path = refused.path


class Papers(Entrance):
    """The entrance, and what is carried through it while one talks: stills, pages of a form, signatures."""

    async def exchange(self, method: str, route: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        """As `Participant.exchange`."""
        status, raw, wait = await self._carry(method, route, body, headers)
        if status == 401:
            await self.log_in()
            status, raw, wait = await self._carry(method, route, body, headers)
        if status != 200:
            self._read(route, status, raw, wait)
        return raw

    async def _carry(self, method: str, route: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes, str]:
        assert self._http is not None, "the entrance is used inside `async with`"
        try:
            async with self._http.request(
                method, f"{self.origin}/api/v1/{route}", data=body, headers=headers, allow_redirects=False, timeout=PAPER_SECONDS
            ) as response:
                return response.status, await response.read(), response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ParticipantError("server-unreachable", f"{self.origin}: {str(error) or type(error).__name__}", again=True) from error


class Participant(Generic[View]):
    """One end, taken part while inside `async with`. `view` is the newest view, None before the first."""

    def __init__(
        self, entrance: Papers, replies: msgspec.json.Decoder[Any], clock: Clock, log: Logger | None = None, ladder: Ladder | None = None
    ) -> None:
        self._entrance, self._decoder, self._clock = entrance, replies, clock
        self._log = log or get_logger("participant")
        self._ladder = ladder or Ladder()
        self._link = EndLink(RECEIVE, clock.monotonic(), keep=lambda _body: False)  # what is unanswered is sent again below
        self._pending: dict[str, tuple[bytes, asyncio.Future[Done | MediaAnswer]]] = {}
        self._news: list[Callable[[News], None]] = []
        self._tasks = Tasks(self._broken)
        self._wake, self._changed = asyncio.Event(), asyncio.Event()
        self._failure: BaseException | None = None
        self._attempt, self._version = 0, 0
        self.view: View | None = None
        self.connects = 0
        """How often a line was established."""

    @staticmethod
    def kiosk(
        server: str, key: KioskKey, clock: Clock, *, ca: Path | None = None, log: Logger | None = None, ladder: Ladder | None = None
    ) -> Participant[KioskView]:
        """An end that is a kiosk."""
        return Participant[KioskView](Papers(server, key, ca), msgspec.json.Decoder(ToKiosk), clock, log, ladder)

    @staticmethod
    def person(
        server: str, key: PersonKey, clock: Clock, *, ca: Path | None = None, log: Logger | None = None, ladder: Ladder | None = None
    ) -> Participant[DeskView]:
        """An end that is a person at a desk."""
        return Participant[DeskView](Papers(server, key, ca), msgspec.json.Decoder(ToDesk), clock, log, ladder)

    async def __aenter__(self) -> Participant[View]:
        await self._entrance.__aenter__()
        self._staying = self._tasks.start(self._stay(), "participant")
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._link.open:
            self._link.close("leaving", "", self._clock.monotonic())
            self._wake.set()
            await asyncio.wait([self._staying], timeout=1)
        await self._tasks.close()
        for _, answer in self._pending.values():
            answer.cancel()
        await self._entrance.__aexit__(kind, error, trace)

    @property
    def connected(self) -> bool:
        """Whether the line is up at this moment."""
        return self._link.open

    @property
    def failed(self) -> bool:
        """Whether there is no use in coming back; what is asked from now on raises the reason."""
        return self._failure is not None

    @property
    def rtt(self) -> float | None:
        """Seconds there and back, as measured last."""
        return self._link.rtt

    def on_news(self, tell: Callable[[News], None]) -> Callable[[], None]:
        """Have `tell` called with every `line-quality` and `notice`, until the returned function is called."""
        self._news.append(tell)
        return lambda: self._news.remove(tell)

    async def catalogue(self) -> Catalogue:
        """What is offered here; logs in where that is needed."""
        return await self._entrance.catalogue()

    async def exchange(self, method: str, route: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        """A file there, or back, at a route below `/api/v1/`. Raises ParticipantError."""
        return await self._entrance.exchange(method, route, body, headers)

    async def command(self, command: Command, seconds: float = 30.0) -> Done | MediaAnswer:
        """Send, and wait for the answer, over as many reconnects as fit into `seconds`.

        Raises CommandRefused, or ParticipantError `no-answer`; then it is unknown whether the command was carried out.
        """
        self._check()
        body = msgspec.json.encode(command)
        answer: asyncio.Future[Done | MediaAnswer] = asyncio.get_running_loop().create_future()
        self._pending[command.id] = (body, answer)
        self._link.send(body, self._clock.monotonic())
        self._wake.set()
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            raise ParticipantError("no-answer", f"{type(command).__name__} was not answered in {seconds:g} s", again=True) from None
        finally:
            self._pending.pop(command.id, None)

    async def views(self) -> AsyncIterator[View]:
        """The view now and whenever it has changed; one who is slow sees the newest only. Raises when the end cannot take part."""
        seen = 0
        while True:
            changed = self._changed
            self._check()
            if self._version != seen and self.view is not None:
                seen = self._version
                yield self.view
            else:
                await changed.wait()

    async def changed(self, since: View | None, seconds: float | None = None) -> View | None:
        """The newest view, as soon as it is another than `since`; what there is after `seconds` or a `nudge`. Raises as `views` does."""
        changed = self._changed
        self._check()
        if self.view is since:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await changed.wait()
        self._check()
        return self.view

    def nudge(self) -> None:
        """Let whoever waits in `changed` look again, for instance because the program was asked to stop."""
        self._tell_watchers()

    # --- staying connected ------------------------------------------------------------------------

    async def _stay(self) -> None:
        """Connect, converse, pause, again; ends by raising when there is no use in coming back."""
        while True:
            after = 0.0
            try:
                ticket = await self._entrance.socket_ticket()
                closed = await self._on_socket(ticket)
                self._log.info("line closed", code=closed.code, by=closed.by)
                if closed.code == "leaving":
                    return
                if closed.by == "them" and not closed.again and closed.code not in ("silent", "bad-ticket"):
                    raise ParticipantError(closed.code, closed.text)
            except ParticipantError as error:
                if not error.again:
                    raise
                after = error.after
                self._log.info("no line", code=error.code, text=error.text, attempt=self._attempt)
            except websockets.InvalidStatus as error:
                status = error.response.status_code
                if 400 <= status < 500 and status not in (408, 429):
                    raise ParticipantError("socket-refused", f"the server refused the socket with status {status}") from error
                self._log.info("no line", status=status, attempt=self._attempt)
            except (OSError, TimeoutError, websockets.WebSocketException) as error:
                self._log.info("line lost", error=str(error) or type(error).__name__, attempt=self._attempt)
            pause = max(after, self._ladder.pause(self._attempt, random.random()))  # noqa: S311 - jitter, not a secret
            self._attempt += 1
            await asyncio.sleep(pause)

    async def _on_socket(self, ticket: str) -> Closed:
        """One socket's life. Returns how the link closed; raises what websockets raises when the line broke."""
        link, now = self._link, self._clock.monotonic
        if link.dead:
            link = self._link = EndLink(RECEIVE, now(), keep=lambda _body: False)
        async with connect(
            self._entrance.socket_url,
            origin=Origin(self._entrance.origin),
            ssl=self._entrance.ssl,
            compression=None,
            proxy=None,
            ping_interval=None,  # the link has its own heartbeat
            max_size=RECEIVE.frame_bytes,
            close_timeout=1,
        ) as socket:
            link.hello(ticket, now())
            reading = self._tasks.start(self._read(socket, link), "participant-reading")
            try:
                return await self._converse(socket, link, reading)
            finally:
                reading.cancel()
                link.lost(now())

    async def _read(self, socket: ClientConnection, link: EndLink) -> None:
        try:
            async for frame in socket:
                link.receive(frame, self._clock.monotonic())
                self._wake.set()
        except websockets.ConnectionClosed:
            pass  # `_converse` sees that the reading has ended, and asks the socket why
        finally:
            self._wake.set()

    async def _converse(self, socket: ClientConnection, link: EndLink, reading: asyncio.Task[None]) -> Closed:
        now = self._clock.monotonic
        while True:
            self._wake.clear()
            broken = reading.done()  # asked before the events are read: the last frame may have been a bye
            link.tick(now())
            over = [event for event in link.events() if self._happened(event, link)]
            for frame in link.frames(now()):
                async with asyncio.timeout(SEND_SECONDS):
                    await socket.send(frame)
            if over or broken:
                closed = next((event for event in over if isinstance(event, Closed)), None)
                if closed is None:
                    raise ConnectionError(f"the socket was closed with {socket.close_code}")
                return closed
            try:
                async with asyncio.timeout(max(0.0, min(60.0, link.deadline() - now()))):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _happened(self, event: object, link: EndLink) -> bool:
        """Act on one event; True when it ends the socket."""
        match event:
            case Established(resumed):
                self._attempt, self.connects = 0, self.connects + 1
                self._log.info("line established", resumed=resumed)
                if not resumed:
                    for body, _ in self._pending.values():
                        link.send(body, self._clock.monotonic())
            case Received(_, body):
                self._message(link.read(self._decoder, body, self._clock.monotonic()))
            case BadMessage(text, path):
                self._log.warning("the server sent what cannot be read", text=text, path=path)
            case Closed():
                return True
        return False

    def _message(self, message: Any) -> None:
        match message:
            case KioskView() | DeskView():
                self.view, self._version = cast(View, message), self._version + 1  # the decoder lets only this end's view through
                self._tell_watchers()
            case Done(re) | MediaAnswer(re):
                self._answer(re, message)
            case Refused(re=str() as re):
                self._answer(re, CommandRefused(message))
            case Refused(code, text):
                self._log.warning("the server could not read a message", code=code, text=text)
            case LineQuality() | Notice():
                for tell in list(self._news):
                    tell(message)
            case BadMessage(text, path):
                self._log.warning("the server sent what cannot be read", text=text, path=path)

    def _answer(self, re: str, reply: Done | MediaAnswer | CommandRefused) -> None:
        _, answer = self._pending.get(re, (b"", None))
        if answer is None or answer.done():
            return
        if isinstance(reply, CommandRefused):
            answer.set_exception(reply)
        else:
            answer.set_result(reply)

    def _tell_watchers(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _broken(self, name: str, error: BaseException) -> None:
        """The end cannot go on: whoever waits is told."""
        if name != "participant":
            self._log.error("reading failed", error=repr(error))
            return
        self._failure = error
        for _, answer in self._pending.values():
            if not answer.done():
                answer.set_exception(error)
        self._tell_watchers()
