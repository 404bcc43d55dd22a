"""The shape of a route, and what happens around every handler: origin, actor, policy, body, answer, refusal."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
import msgspec
from aiohttp import web
from structlog.typing import FilteringBoundLogger

from signaling.api.pages import HEADERS, PDF_POLICY
from signaling.api.ports import Doorman, Sessions
from signaling.bounds import too_deep
from signaling.domain.permissions import NOBODY, Actor, may
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.domain.states import AnyState
from signaling.link_terms import bad_message
from signaling.office.ports import StoreAway
from signaling.wire.http import Problem

LOGIN_COOKIE = "__Host-login"
KIOSK_COOKIE = "__Host-kiosk"

STATUS = {
    "bad-login": 401, "not-logged-in": 401, "not-allowed": 403, "foreign-origin": 403, "unknown-session": 404, "not-found": 404,
    "body-too-big": 413, "json-expected": 415, "try-later": 429, "internal": 500, "store-away": 503, "body-too-slow": 408,
    "purpose-needed": 403, "no-power": 403, "unknown-segment": 404, "unknown-request": 404, "unknown-incident": 404, "not-now": 409, "head-pending": 409,
    "own-request": 409, "approved-before": 409, "not-approved": 409, "request-used": 409, "request-too-old": 409, "recording-erased": 410,
    "segment-damaged": 422, "custody-refused": 422, "custody-away": 503, "still-not-wanted": 409, "unknown-still": 404, "not-a-picture": 415,
    "picture-too-big": 413, "picture-damaged": 422, "not-recordable": 503, "no-reader": 503, "no-press": 503, "calendar-unknown": 409, "unknown-page": 404,
    "unknown-receipt": 404, "unknown-paper": 404, "unknown-case": 404, "already-delivered": 409, "signature-not-wanted": 409, "shown-otherwise": 409, "signature-empty": 422, "signature-broken": 422, "signature-too-long": 413,
}
"""HTTP status by code; everything else is 400."""

STORE_SECONDS = 2.0
"""`Retry-After` while the store is away."""


@dataclass(frozen=True, slots=True)
class SetCookie:
    """A cookie to set; an empty value removes it. Always `__Host-`: Secure, Path=/, no Domain; and HttpOnly, SameSite=Strict."""

    name: str
    value: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Answer:
    body: msgspec.Struct
    cookies: tuple[SetCookie, ...] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that is no JSON, in pieces. Whatever breaks after the first piece breaks the connection off."""

    media: str
    pieces: AsyncIterator[bytes]
    length: int | None = None
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its actor known and allowed, its body read."""

    request: web.Request
    actor: Actor
    body: Any
    token: str
    """Value of the cookie by which the actor was known."""
    address: str
    state: AnyState | None = None
    """Of the session that the path names."""

    def part(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the route table. `by` says which cookie names the actor. A path with `{session}` is judged by that session."""

    method: Literal["GET", "POST"]
    path: str
    handler: Callable[[Call], Awaitable[Answer | Stream]]
    answer: type[msgspec.Struct] | None
    """None: bytes (`Stream`)."""
    summary: str
    body: type[msgspec.Struct] | None = None
    by: Literal["person", "kiosk", "either"] = "person"
    upload: int | None = None
    """The body is a picture of at most so many bytes, and `Call.body` has them."""
    largest: int | None = None
    """Most bytes of a JSON body; None: as the settings say."""

    @property
    def action(self) -> str:
        """The route's name in the policy's table."""
        return f"{self.method} {self.path}"


class Gate:
    """What stands before every handler."""

    def __init__(
        self, doorman: Doorman, sessions: Sessions, origin_allowed: Callable[[web.Request], bool], say: Callable[[str, str], str], count: Callable[[str], None],
        body_bytes: int, body_seconds: float, json_depth: int, log: FilteringBoundLogger,
    ) -> None:
        self._doorman = doorman
        self._sessions = sessions
        self._origin_allowed = origin_allowed
        self._say = say
        self._count = count
        self._body_bytes = body_bytes
        self._body_seconds = body_seconds
        self._json_depth = json_depth
        self._log = log

    def guard(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The aiohttp handler of a route."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                answer = await self._call(route, request)
                return self._reply(answer) if isinstance(answer, Answer) else await self._stream(answer, request)
            except Refusal as refusal:
                return self.refuse(refusal, request)
            except StoreAway:
                return self.refuse(Refusal("store-away"), request, again_in=STORE_SECONDS)
            except Exception:
                self._log.exception("route-failed", route=route.action)
                return self.refuse(Refusal("internal"), request)

        return handle

    async def _call(self, route: Route, request: web.Request) -> Answer | Stream:
        if route.method != "GET" and not self._origin_allowed(request):
            raise NotAllowed(code="foreign-origin")
        actor, token = await self._actor(route, request)
        if actor is NOBODY:
            try:
                may(actor, route.action)
            except NotAllowed:
                raise Refusal("not-logged-in") from None
        session = request.match_info.get("session")
        state = None if session is None else await self._sessions.state_of(session)
        try:
            return await self._handle(route, request, actor, token, state)
        except NotAllowed as refused:  # by the table, or by a handler that knows more and may know the session; either is on record
            about = state if refused.session is None else await self._sessions.state_of(refused.session)
            await self._sessions.judged(actor, about, route.action, refused.code)
            raise

    async def _handle(self, route: Route, request: web.Request, actor: Actor, token: str, state: AnyState | None) -> Answer | Stream:
        """Ask the policy, with the session that the path names; then read the body, and only then do it."""
        may(actor, route.action, state)
        body = await self._body(route, request)
        return await route.handler(Call(request, actor, body, token, request.remote or "", state))

    async def _actor(self, route: Route, request: web.Request) -> tuple[Actor, str]:
        wanted = request.query.get("as", "")
        kiosk_token, login_token = request.cookies.get(KIOSK_COOKIE, ""), request.cookies.get(LOGIN_COOKIE, "")
        if route.by in ("kiosk", "either") and kiosk_token and wanted != "person":
            kiosk = await self._doorman.which_kiosk(kiosk_token)
            if kiosk is not None:
                return kiosk, kiosk_token
        if route.by in ("person", "either") and login_token and wanted != "kiosk":
            person = await self._doorman.who(login_token)
            if person is not None:
                return person, login_token
        return NOBODY, ""

    async def _body(self, route: Route, request: web.Request) -> Any:
        if route.upload is not None:
            if not request.content_type.startswith("image/"):
                raise Refusal("not-a-picture")
            return await self._bytes(request, route.upload)
        if route.body is None:
            return None
        if request.content_type != "application/json":
            raise Refusal("json-expected")
        raw = await self._bytes(request, route.largest or self._body_bytes)
        try:
            if too_deep(raw.decode(), self._json_depth):
                raise Refusal("too-deep")
            return msgspec.json.decode(raw, type=route.body)
        except (msgspec.MsgspecError, UnicodeError) as error:
            wrong = bad_message(error, raw)
            raise Refusal("bad-body", wrong.text, wrong.path) from None

    async def _bytes(self, request: web.Request, most: int) -> bytes:
        if (request.content_length or 0) > most:
            raise Refusal("body-too-big")
        raw = bytearray()
        try:
            async with asyncio.timeout(self._body_seconds):
                async for chunk in request.content.iter_chunked(16 * 1024):
                    raw += chunk
                    if len(raw) > most:
                        raise Refusal("body-too-big")
        except TimeoutError:
            raise Refusal("body-too-slow") from None
        except (web.RequestPayloadError, aiohttp.ClientError, ConnectionError):
            raise Refusal("bad-body", "the body ended before it was whole") from None
        return bytes(raw)

    def _reply(self, answer: Answer) -> web.Response:
        response = web.Response(body=msgspec.json.encode(answer.body), content_type="application/json", status=answer.status)
        response.headers["Cache-Control"] = "no-store"
        for cookie in answer.cookies:
            response.set_cookie(
                cookie.name, cookie.value, max_age=cookie.seconds if cookie.value else 0,
                path="/", secure=True, httponly=True, samesite="Strict",
            )
        return response

    async def _stream(self, stream: Stream, request: web.Request) -> web.StreamResponse:
        # The middleware comes too late for what is sent in pieces.
        headers = {**HEADERS, "Content-Type": stream.media, "Cache-Control": "no-store"}
        if stream.media == "application/pdf":
            headers["Content-Security-Policy"] = PDF_POLICY
        if stream.file_name is not None:
            headers["Content-Disposition"] = f'attachment; filename="{stream.file_name}"'
        response = web.StreamResponse(headers=headers)
        response.content_length = stream.length
        async with aclosing(stream.pieces) as pieces:  # type: ignore[type-var] # what handlers give are generators
            first = await anext(pieces, b"")  # until it is there, a refusal is still an answer
            await response.prepare(request)
            try:
                await response.write(first)
                async for piece in pieces:
                    await response.write(piece)
                await response.write_eof()
            except ConnectionError:
                pass  # whoever read it has gone
            except Exception as error:
                self._log.error("stream-broken", path=request.path, error=str(error))
                if request.transport is not None:
                    request.transport.abort()
        return response

    def refuse(self, refusal: Refusal, request: web.Request, again_in: float | None = None) -> web.Response:
        """The JSON answer to a refusal, in the reader's language; `again_in` says after how many seconds it may go through."""
        self._count(refusal.code)
        language = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-CN"
        problem = Problem(refusal.code, self._say(refusal.code, language), refusal.path)
        response = web.Response(
            body=msgspec.json.encode(problem), content_type="application/json", status=STATUS.get(refusal.code, 400),
            headers={"Cache-Control": "no-store"},
        )
        seconds = getattr(refusal, "seconds", again_in)
        if seconds is not None:
            response.headers["Retry-After"] = str(math.ceil(seconds))
        return response


@dataclass(frozen=True, slots=True)
class Table:
    """The routes of the server."""

    routes: tuple[Route, ...] = field(default_factory=tuple)

    def add_to(self, app: web.Application, gate: Gate) -> None:
        for route in self.routes:
            app.router.add_route(route.method, route.path, gate.guard(route))
