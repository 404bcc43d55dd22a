"""An end's way in over HTTP: log in as a person or a kiosk, socket tickets, the catalogue. Used by `participant` alone."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import aiohttp
import msgspec
from yarl import URL

from signaling.wire.http import Catalogue

HTTP_SECONDS = 10.0
LARGEST_ANSWER = 4 * 1024 * 1024


class ParticipantError(Exception):
    """Why an end cannot take part. `code` is stable; `text` is for a person; `again` says whether trying later makes sense."""

    def __init__(self, code: str, text: str, again: bool = False, after: float = 0.0) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text, self.again = code, text, again
        self.after = after
        """Seconds that the server asked us to wait."""


@dataclass(frozen=True, slots=True)
class PersonKey:
    """How a person proves who they are. The secret parts are not shown in a repr."""

    login: str
    password: Any  # anything with reveal(): see config.secret

    kind: Literal["person"] = "person"


@dataclass(frozen=True, slots=True)
class KioskKey:
    """How a kiosk proves which one it is."""

    kiosk: str
    key: Any

    kind: Literal["kiosk"] = "kiosk"


class Entrance:
    """The HTTP side of one participant, with its own cookies.

    `server` is the address people use, for instance `https://window.example:8443`; plain HTTP only on this machine.
    Errors are `ParticipantError`: `server-unreachable`, `server-busy` and `try-later` may be tried again, others not.
    """

    def __init__(self, server: str, who: PersonKey | KioskKey, ca: Path | None = None) -> None:
        url = URL(server)
        if url.scheme not in ("http", "https") or not url.host:
            raise ParticipantError("bad-address", f"{server!r} is not an http or https address")
        self._base, self._who = url.origin(), who
        self.origin = str(self._base)
        self.ssl = self._trust(ca) if url.scheme == "https" else None
        self.socket_url = str(self._base.with_scheme("wss" if url.scheme == "https" else "ws") / "api/v1/socket")
        self._http: aiohttp.ClientSession | None = None

    def _trust(self, ca: Path | None) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=str(ca) if ca else None)
        except (OSError, ssl.SSLError) as error:
            raise ParticipantError("bad-ca", f"{ca}: {error}") from error

    async def __aenter__(self) -> Entrance:
        # Our cookies are `__Host-` and Secure; on a trial over plain loopback HTTP this very origin counts as secure.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=[self._base])
        self._http = aiohttp.ClientSession(
            cookie_jar=jar,
            headers={"Origin": self.origin},
            timeout=aiohttp.ClientTimeout(total=HTTP_SECONDS),
            connector=aiohttp.TCPConnector(ssl=self.ssl if self.ssl else True, limit=4),
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._http is not None:
            await self._http.close()

    async def socket_ticket(self) -> str:
        """A one-time ticket for the socket; logs in first where the cookie is missing or refused."""
        ask = {"as": self._who.kind}
        try:
            answer = await self._call("POST", "socket-tickets", ask)
        except ParticipantError as error:
            if error.code != "not-logged-in":
                raise
            await self.log_in()
            answer = await self._call("POST", "socket-tickets", ask)
        ticket = answer.get("ticket")
        if not isinstance(ticket, str):
            raise ParticipantError("bad-answer", "the server's answer holds no ticket")
        return ticket

    async def log_in(self) -> None:
        """Prove who we are; the cookie stays in the jar."""
        if isinstance(self._who, PersonKey):
            await self._call("POST", "login", {"login": self._who.login, "password": self._who.password.reveal()})
        else:
            await self._call("POST", "kiosks/login", {"kiosk": self._who.kiosk, "key": self._who.key.reveal()})

    async def catalogue(self) -> Catalogue:
        """What is offered here: jurisdictions, services, consents. Logs in first where that is needed."""
        route = f"catalogue?as={self._who.kind}"
        try:
            answer = await self._call("GET", route, None)
        except ParticipantError as error:
            if error.code != "not-logged-in":
                raise
            await self.log_in()
            answer = await self._call("GET", route, None)
        try:
            return msgspec.convert(answer, Catalogue)
        except msgspec.ValidationError as error:
            raise ParticipantError("bad-answer", f"catalogue: {error}") from error

    async def _call(self, method: str, route: str, body: Mapping[str, str] | None) -> dict[str, Any]:
        if self._http is None:
            raise RuntimeError("the entrance is used inside `async with`")
        try:
            async with self._http.request(method, self._base.join(URL(f"/api/v1/{route}")), json=None if body is None else dict(body), allow_redirects=False) as response:
                raw = await _whole(response)
                status, wait = response.status, response.headers.get("Retry-After", "")
        except aiohttp.ClientConnectorCertificateError as error:
            raise ParticipantError("certificate-refused", f"{self.origin}: {error.certificate_error}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ParticipantError("server-unreachable", f"{self.origin}: {str(error) or type(error).__name__}", again=True) from error
        return self._read(route, status, raw, wait)

    def _read(self, route: str, status: int, raw: bytes, wait: str) -> dict[str, Any]:
        try:
            answer = msgspec.json.decode(raw, type=dict[str, Any])
        except msgspec.MsgspecError:
            answer = {}
        if status == 200:
            return answer
        code, text = str(answer.get("code") or f"http-{status}")[:64], str(answer.get("text") or f"{route}: status {status}")[:400]
        after = min(60.0, float(wait)) if wait.isdigit() else 0.0
        if status == 401 and not route.endswith("login"):
            code = "not-logged-in"
        raise ParticipantError(code, text, again=status == 429 or status >= 500, after=after)


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """The body, cut at LARGEST_ANSWER. (One `read` of a stream gives what has come so far: some 64 kB of a longer one.)"""
    raw = bytearray()
    async for piece in response.content.iter_any():
        raw += piece
        if len(raw) >= LARGEST_ANSWER:
            break
    return bytes(raw[:LARGEST_ANSWER])
