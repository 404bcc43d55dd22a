"""The routes behind a real HTTP server on loopback, with a doorman, a catalogue and a list of sessions that a test lays out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from config.clock import HandClock
from config.library import load_library
from config.settings import Settings
from signaling.api.handlers import Handlers
from signaling.api.offerings import ConfiguredOfferings
from signaling.api.pages import Pages, security_headers
from signaling.api.routes import KIOSK_COOKIE, LOGIN_COOKIE, Gate, Route, Table
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.domain.states import AnyState, ticket_of
from signaling.office.ports import StoreAway
from signaling.store.memory import MemoryStore
from signaling.wire.http import Ready, SessionSummary

ORIGIN = "https://window.example"
NOW = 1_795_399_200.0
BODY_BYTES, BODY_SECONDS, DEPTH = 4096, 0.5, 8
LI = Actor("clerk", "li", "jinshan", frozenset({"jinshan-newborn"}), "李娜")
CHEN = Actor("supervisor", "chen", "jinshan", frozenset(), "陈")
ZHAO = Actor("audit-administrator", "zhao", "haiyan")
WU, ZHENG = Actor("system-administrator", "wu", "haiyan"), Actor("security-administrator", "zheng", "haiyan")
KIOSK = Actor("kiosk", "haiyan-k1", "haiyan")
TOKENS: dict[str, Actor] = {
    "token-of-li": LI, "token-of-chen": CHEN, "token-of-zhao": ZHAO, "token-of-wu": WU, "token-of-zheng": ZHENG, "token-of-kiosk": KIOSK,
}  # fmt: skip


def path_of(route: Route) -> str:
    """The route's path with something that there is in its places."""
    return route.path.replace("{text}", "recording").replace("{version}", "2026-09-01")


@cache
def offerings(now: float = NOW, *, always_open: bool = True) -> ConfiguredOfferings:
    """The shipped catalogue."""
    return ConfiguredOfferings(load_library(always_open=always_open), Settings().media.numbers, 45.0, HandClock(now))


@dataclass(frozen=True, slots=True)
class Granted:
    token: str
    actor: Actor
    seconds: int
    key: str = ""


class Doorman:
    """Knows `TOKENS`; every password is right but `wrong`. `fail` is raised by the next question."""

    def __init__(self) -> None:
        self.tokens = dict(TOKENS)
        self.heard: list[tuple[Any, ...]] = []
        self.fail: Exception | None = None

    def _hear(self, *what: Any) -> None:
        self.heard.append(what)
        if self.fail is not None:
            raise self.fail

    async def login(self, login: str, password: str, address: str) -> Granted:
        self._hear("login", login, password, address)
        if password == "wrong":
            raise Refusal("bad-login")
        return Granted("a-new-login", LI, 3600)

    async def logout(self, token: str) -> None:
        self._hear("logout", token)

    async def who(self, token: str) -> Actor | None:
        self._hear("who", token)
        found = self.tokens.get(token)
        return found if found is not None and found.kind != "kiosk" else None

    async def enrol(self, code: str, address: str) -> Granted:
        self._hear("enrol", code, address)
        if code != "7QK4-9XPM":
            raise Refusal("bad-code", path="$.code")
        return Granted("a-new-kiosk", KIOSK, 7200, "the-device-key")

    async def kiosk_login(self, kiosk: str, key: str, address: str) -> Granted:
        self._hear("kiosk-login", kiosk, key, address)
        return Granted("a-new-kiosk", KIOSK, 7200)

    async def which_kiosk(self, token: str) -> Actor | None:
        self._hear("which-kiosk", token)
        found = self.tokens.get(token)
        return found if found is not None and found.kind == "kiosk" else None

    def socket_ticket(self, actor: Actor, login: str) -> str:
        self._hear("socket-ticket", actor.id, login)
        return f"ticket-of-{actor.kind}-{actor.id}"

    async def setup(self, code: str, login: str, name: str, password: str, jurisdiction: str, address: str) -> None:
        self._hear("setup", code, login, name, password, jurisdiction, address)


class Reports:
    """One session in each jurisdiction; says for which it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.away = False

    async def sessions_of(self, home: str, limit: int, wanted: Mapping[str, str]) -> Sequence[SessionSummary]:
        if self.away:
            raise StoreAway("away")
        self.asked.append((home, limit))
        self.wanted = dict(wanted)
        return [SessionSummary("session-1", "case-1", "J001", "x", "haiyan-k1", "haiyan", "li", "Closed", "accepted", NOW, NOW + 60, 5, [])]


class Sessions:
    """The sessions of a store; who was refused what about them."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.refusals: list[tuple[str, str | None, str]] = []

    async def state_of(self, session: str) -> AnyState | None:
        stored = await self._store.session(session)
        return None if stored is None else stored.state

    async def judged(self, actor: Actor, state: AnyState | None, action: str, code: str) -> None:
        self.refusals.append((actor.name, None if state is None else ticket_of(state).session, code))


class Condition:
    """As a test says."""

    def __init__(self) -> None:
        self.now = Ready(ready=True, store=True, node=True, draining=False)

    async def ready(self) -> Ready:
        return self.now


class Porch:
    """`async with Porch() as porch`: a server with every JSON route and the pages of `dist`."""

    def __init__(self, dist: Path | None = None, *, tls: bool = False, more: Sequence[Route] = ()) -> None:
        self.doorman, self.reports, self.condition = Doorman(), Reports(), Condition()
        self.counts: Counter[str] = Counter()
        self.store = MemoryStore()
        self.sessions = Sessions(self.store)
        self.table: Table = Handlers(self.doorman, offerings(), self.reports, self.condition, "1.2.3", more).table()
        self.gate = Gate(
            self.doorman, self.sessions, lambda request: request.headers.get("Origin") == ORIGIN, lambda code, language: f"{code} in {language}",
            lambda code: self.counts.update([code]), BODY_BYTES, BODY_SECONDS, DEPTH, structlog.get_logger(),
        )  # fmt: skip
        self.app = web.Application(middlewares=[security_headers(tls)])
        self.table.add_to(self.app, self.gate)
        Pages(dist or Path("no-such-folder")).add_to(self.app)
        self.port = 0

    async def __aenter__(self) -> Porch:
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self._http = aiohttp.ClientSession(f"http://127.0.0.1:{self.port}", cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._http.close()
        await self._runner.cleanup()

    async def ask(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, origin: str | None = ORIGIN, login: str = "", kiosk: str = "",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any, aiohttp.ClientResponse]:
        """(status, what the JSON says, the answer). `login` and `kiosk` are cookie values."""
        cookies = [f"{name}={value}" for name, value in ((LOGIN_COOKIE, login), (KIOSK_COOKIE, kiosk)) if value]
        sent = {"Cookie": "; ".join(cookies)} if cookies else {}
        if origin is not None:
            sent["Origin"] = origin
        if raw is not None:
            sent["Content-Type"] = "application/json"
        async with self._http.request(method, path, json=body, data=raw, headers={**sent, **(headers or {})}, allow_redirects=False) as answer:
            await answer.read()
            said = await answer.json() if answer.content_type == "application/json" else await answer.text()
            return answer.status, said, answer
