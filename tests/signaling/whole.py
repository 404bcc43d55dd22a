"""The whole server as app.py puts it together, on loopback, over a real store: every route, every socket. No media node, no custody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web

from config.clock import SystemClock
from config.library import Library, load_library
from config.load import load
from config.tasks import Tasks
from recordings.keys import ensure_demo_keys
from signaling import app as root
from signaling.api.routes import KIOSK_COOKIE, LOGIN_COOKIE
from signaling.app import Place, Server
from signaling.auth.service import Auth
from signaling.auth.tokens import token_hash
from signaling.domain.people import Person
from signaling.domain.permissions import NOBODY, Actor
from signaling.live.inbound import Inbound
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from signaling.wire.desk import AnswerRing
from tests.signaling.live.hall import ORIGIN, Caller
from tests.signaling.office.world import Town, request
from tests.waiting import until

FAR = 10**12


class Whole:
    """`async with Whole(folder) as whole`: `address` is its own, `url` that of its socket. `more(app)` may put something beside what app.py has put there."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, *, library: Callable[[Library], Library] = lambda shipped: shipped,
        more: Callable[[web.Application], object] = lambda app: None,
    ) -> None:
        self.folder = folder
        self.clock = SystemClock()
        self._more = more
        self.library = library(load_library(always_open=True))
        patch.setattr(root, "load_library", lambda **_: self.library)
        self._tokens: dict[Actor, str] = {}
        self.tasks = Tasks(lambda name, error: None)
        self.callers: list[Caller] = []
        self.idle_tasks = 0

    async def __aenter__(self) -> Whole:
        for page in ("index", "kiosk", "counter", "review", "window"):
            (self.folder / f"{page}.html").write_text("<!doctype html>", encoding="utf-8")
        ensure_demo_keys(self.folder, ["jinshan", "haiyan"], self.clock.now())
        self.store: SqlStore = await open_store(self.folder / FILE_NAME, self.clock)
        settings = load(None, {"trial.always_open": True, "server.port": 0}, {})
        self.auth = Auth(self.store.people, self.store.kiosks, settings.login, self.clock)
        self.server = Server(settings, Place(self.folder, self.folder), self.store, self.auth, structlog.get_logger())
        await self.server._office.open()
        self.server._tools.open()
        self.app = self.server._application()
        self._more(self.app)
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.url = f"{self.address}/api/v1/socket"
        self.server._origins |= {ORIGIN}
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for caller in self.callers:
            await caller.leave()
        await self.http.close()
        await self.tasks.close()
        await self._runner.cleanup()
        self.server._alarm.close()
        self.server._press.close()
        await self.server._tasks.close()
        await self.server._handing_over.close()
        await self.server._custodians.close()
        self.auth.close()
        await self.store.close()

    # --- who ------------------------------------------------------------------------------------

    async def knows(self, actor: Actor) -> None:
        """They have an account, or an enrolment, and are logged in."""
        token = f"{len(self._tokens):043d}"
        hashed, now = token_hash(token), self.clock.now()
        assert hashed is not None
        if actor.kind == "kiosk":
            await self.store.kiosks.put_key(actor.id, actor.jurisdiction, "0" * 64, now)
            await self.store.kiosks.begin_kiosk_login(hashed, actor.id, now, FAR)
        elif actor != NOBODY:
            person = Person(actor.id, actor.display or actor.id, actor.kind, actor.jurisdiction, tuple(sorted(actor.skills)))  # type: ignore[arg-type] # a role
            assert await self.store.people.add_person(person, "no password opens it", now)
            await self.store.people.begin_login(hashed, actor.id, now, FAR)
        self._tokens[actor] = token

    async def ask(self, actor: Actor, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """(status, code) as this actor is answered, from a page of our own."""
        headers = {"Origin": ORIGIN}
        if actor != NOBODY:
            headers["Cookie"] = f"{KIOSK_COOKIE if actor.kind == 'kiosk' else LOGIN_COOKIE}={self._tokens[actor]}"
        async with self.http.request(method, self.address + path, json=body, headers=headers, allow_redirects=False) as answer:
            said = await answer.json() if answer.content_type == "application/json" else {}
            await answer.read()
            return answer.status, str(said.get("code", "")) if isinstance(said, dict) else ""

    async def calls(self, actor: Actor) -> Caller:
        """This actor at a socket, with a ticket of their own login."""
        caller = Caller(self, actor, self._tokens[actor])  # type: ignore[arg-type] # what a caller needs of a hall
        await caller.connect()
        await until(lambda: caller.view is not None or caller.bye is not None)
        return caller

    def ticket(self, actor: Actor, login: str) -> str:
        return self.auth.socket_ticket(actor, login)

    # --- a visit --------------------------------------------------------------------------------

    async def talk(self, kiosk: Actor, clerk: Actor, service: str) -> str:
        """A resident at this kiosk talks with this clerk; the session's id."""
        office = self.server._office
        office.kiosk_connected(kiosk)
        office.clerk_connected(clerk)
        await office.desks.start_shift(clerk, f"{clerk.jurisdiction}-1", request())
        session = await office.visits.take_ticket(kiosk, Town().wish(clerk.jurisdiction, service=service))
        await until(lambda: type(office.floor.state(session)).__name__ == "Ringing")
        await self.does(clerk, AnswerRing(request(), session))
        return session

    async def does(self, actor: Actor, message: Any) -> Any:
        """As the socket would carry it out."""
        return await Inbound(self.server._office, self.server._tools, lambda end, seconds: None).handle(actor, message)

    async def entered(self, session: str, what: str) -> list[dict[str, Any]]:
        return [{"actor": entry.actor, **entry.body} for entry in await self.store.ledger_of(session) if entry.what == what]
