"""What stands before every handler: the page's origin, who asks, whether they may, and a body that can be read in time."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web

from config.clock import HandClock
from config.settings import Settings
from config.tasks import Tasks
from signaling.api.routes import STATUS, Answer, Call, Route
from signaling.app import Place, Server
from signaling.auth.backoff import TryLater
from signaling.auth.service import Auth
from signaling.domain.permissions import NOBODY, RULES, Actor, may
from signaling.domain.refusals import NotAllowed
from signaling.office.ports import Cause, StoreAway
from signaling.store.memory import MemoryStore
from signaling.wire.codes import CODES
from tests.contract.visits import opened
from tests.signaling.api.porch import BODY_BYTES, CHEN, KIOSK, LI, ORIGIN, TOKENS, WU, ZHAO, ZHENG, Porch, path_of
from tests.waiting import LONG, until

LOGIN = {"login": "li", "password": "right"}
BODIES: dict[str, Any] = {
    "POST /api/v1/login": LOGIN,
    "POST /api/v1/logout": {},
    "POST /api/v1/setup": {"code": "c", "login": "first", "name": "First", "password": "a long password", "jurisdiction": "haiyan"},
    "POST /api/v1/kiosks/enrol": {"code": "7QK4-9XPM"},
    "POST /api/v1/kiosks/login": {"kiosk": "haiyan-k1", "key": "k"},
}
TOKEN_OF = {actor.id: token for token, actor in TOKENS.items()}


# --- the policy -----------------------------------------------------------------------------------


async def test_every_route_of_the_whole_server_has_a_rule_and_every_rule_its_route(tmp_path: Path) -> None:
    store = MemoryStore()
    auth = Auth(store.people, store.kiosks, Settings().login, HandClock())
    server = Server(Settings(), Place(tmp_path, tmp_path), store, auth, structlog.get_logger())  # type: ignore[arg-type] # no SQL is needed to see the routes
    app = server._application()  # the one place where all routes meet
    try:
        served = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None}
    finally:
        tasks: Tasks = server._tasks
        await tasks.close()
        auth.close()
    heads = {path for method, path in served if method == "HEAD"}
    assert {path for method, path in served if method == "GET"} >= heads, "HEAD is GET without its body"
    assert {f"{method} {path}" for method, path in served if method != "HEAD"} == {action for action in RULES if " " in action}


@pytest.mark.parametrize("actor", [NOBODY, KIOSK, LI, CHEN, ZHAO, WU, ZHENG], ids=lambda actor: actor.kind)
async def test_the_policy_decides_on_every_route_for_everybody(actor: Actor) -> None:
    async with Porch() as porch:
        for route in porch.table.routes:
            token = TOKEN_OF.get(actor.id, "")
            body = BODIES.get(route.action, {"as": "kiosk" if actor is KIOSK else "person"} if route.method == "POST" else None)
            status, said, _ = await porch.ask(route.method, path_of(route), body, login="" if actor is KIOSK else token, kiosk=token if actor is KIOSK else "")
            known = actor if actor is NOBODY or route.by == "either" or (route.by == "kiosk") == (actor is KIOSK) else NOBODY
            try:
                may(known, route.action)
            except NotAllowed:
                assert (status, said["code"]) == ((401, "not-logged-in") if known is NOBODY else (403, "not-allowed")), route.action
            else:
                assert status == 200, (route.action, said)


async def test_what_is_not_in_the_table_is_not_there() -> None:
    async with Porch() as porch:
        for method, path in (("GET", "/api/v1/login"), ("DELETE", "/api/v1/sessions"), ("PUT", "/healthz"), ("HEAD", "/api/v1/me"), ("TRACE", "/")):
            status, _, __ = await porch.ask(method, path, login="token-of-zhao")
            assert status == 405, (method, path)
        for path in ("/api/v1", "/api/v1/", "/api/v1/persons", "/api/v2/login", "/.env", "/api/v1/login/", "/api/v1/%2e%2e/metrics"):
            assert (await porch.ask("GET", path, login="token-of-zhao"))[0] == 404, path


# --- what was refused -----------------------------------------------------------------------------


async def test_what_the_policy_refuses_is_told_about_a_session_or_about_none_but_nobodys_and_a_foreign_pages_is_not() -> None:
    async with Porch() as porch:
        assert (await porch.ask("GET", "/api/v1/sessions"))[0] == 401
        assert (await porch.ask("POST", "/api/v1/logout", {}, origin="https://evil.test", login="token-of-li"))[0] == 403
        assert (await porch.ask("GET", "/api/v1/me", login="token-of-li"))[0] == 200
        assert porch.sessions.refusals == []
        assert (await porch.ask("GET", "/api/v1/sessions", login="token-of-li"))[0] == 403
        assert porch.sessions.refusals == [("clerk:li", None, "not-allowed")]


async def test_a_handler_that_finds_out_which_session_it_is_about_is_believed_before_the_path() -> None:
    async def refuses(call: Call) -> Answer:
        raise NotAllowed(code="no-power", session=call.request.query.get("found"))

    by_itself, of_one = "/api/v1/incidents/{incident}/done", "/api/v1/sessions/{session}/timeline"
    async with Porch(more=[Route("POST", by_itself, refuses, None, "A test's."), Route("GET", of_one, refuses, None, "A test's.")]) as porch:
        for session in ("session-a", "session-b"):
            await opened(porch.store, session, cause=Cause("kiosk:haiyan-1", session))
        for found in ("", "?found=session-b", "?found=never-was"):
            assert (await porch.ask("POST", f"/api/v1/incidents/1/done{found}", login="token-of-chen"))[1]["code"] == "no-power"
            assert (await porch.ask("GET", f"/api/v1/sessions/session-a/timeline{found}", login="token-of-chen"))[1]["code"] == "no-power"
        assert [session for _, session, __ in porch.sessions.refusals] == [None, "session-a", "session-b", "session-b", None, None]


# --- the origin -----------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, "null", "https://evil.test", "https://window.example.evil.test", "http://window.example"])
async def test_a_foreign_page_changes_nothing_whoever_is_logged_in(origin: str | None) -> None:
    async with Porch() as porch:
        for route in porch.table.routes:
            if route.method != "GET":
                status, said, _ = await porch.ask(route.method, path_of(route), BODIES.get(route.action, {}), origin=origin, login="token-of-li", kiosk="token-of-kiosk")
                assert (status, said["code"]) == (403, "foreign-origin")
        assert porch.doorman.heard == [], "not even the cookie was looked at"
        assert (await porch.ask("GET", "/api/v1/me", origin=origin, login="token-of-li"))[0] == 200


# --- who asks -------------------------------------------------------------------------------------


async def test_a_cookie_of_the_wrong_kind_or_of_nobody_is_no_login() -> None:
    async with Porch() as porch:
        for cookies in ({"login": "token-of-nobody"}, {"login": "token-of-kiosk"}, {"kiosk": "token-of-li"}, {"login": "x" * 4000}, {}):
            status, said, _ = await porch.ask("GET", "/api/v1/me", **cookies)
            assert (status, said["code"], said["text"]) == (401, "not-logged-in", "not-logged-in in zh-CN")


async def test_with_both_cookies_the_page_says_which_one_it_means() -> None:
    async with Porch() as porch:
        both = {"login": "token-of-li", "kiosk": "token-of-kiosk"}
        homes = {}
        for wanted in ("", "?as=person", "?as=kiosk"):
            _, said, __ = await porch.ask("GET", f"/api/v1/catalogue{wanted}", **both)
            homes[wanted] = {service["home"] for service in said["services"]}
        assert homes["?as=person"] == {"jinshan"}
        assert homes[""] == homes["?as=kiosk"] == {"jinshan", "pinghu"}
        assert (await porch.ask("GET", "/api/v1/catalogue?as=person", kiosk="token-of-kiosk"))[0] == 401


# --- the body -------------------------------------------------------------------------------------

BAD_BODIES: dict[str, tuple[bytes, str, str | None]] = {
    "no JSON": (b"login=li", "bad-body", None),
    "nothing": (b"", "bad-body", None),
    "no text": (b"\xff\xfe\x00", "bad-body", None),
    "half of a letter": ('{"login":"李'.encode()[:-1], "bad-body", None),
    "a field too many": (b'{"login":"li","password":"p","role":"administrator"}', "bad-body", None),
    "a field too few": (b'{"login":"li"}', "bad-body", None),
    "a wrong kind": (b'{"login":17,"password":"p"}', "bad-body", "$.login"),
    "too long a login": (b'{"login":"' + b"x" * 65 + b'","password":"p"}', "bad-body", "$.login"),
    "an array": (b"[]", "bad-body", None),
    "two objects": (b'{"login":"li","password":"p"}{}', "bad-body", None),
    "deep": (b'{"a":' * 9 + b"1" + b"}" * 9, "too-deep", None),
    "very deep": (b"[" * 4000, "too-deep", None),
}


@pytest.mark.parametrize(("raw", "code", "path"), BAD_BODIES.values(), ids=BAD_BODIES)
async def test_a_body_that_cannot_be_read_is_refused_with_its_place_and_never_reaches_the_handler(raw: bytes, code: str, path: str | None) -> None:
    async with Porch() as porch:
        status, said, _ = await porch.ask("POST", "/api/v1/login", raw=raw)
        assert (status, said["code"], said["path"]) == (400, code, path)
        assert porch.doorman.heard == []
        assert (await porch.ask("POST", "/api/v1/login", LOGIN))[0] == 200
        assert porch.counts == {code: 1}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json+x", ""])
async def test_only_json_is_read(kind: str) -> None:
    async with Porch() as porch:
        status, said, _ = await porch.ask("POST", "/api/v1/login", raw=json.dumps(LOGIN).encode(), headers={"Content-Type": kind})
        assert (status, said["code"]) == (415, "json-expected")


async def test_a_body_beyond_the_bound_is_not_read_whether_it_says_its_length_or_not() -> None:
    async with Porch() as porch:
        big = b'{"login":"' + b"x" * BODY_BYTES + b'","password":"p"}'
        status, said, _ = await porch.ask("POST", "/api/v1/login", raw=big)
        assert (status, said["code"]) == (413, "body-too-big")
        line = Line(porch)
        await line.open(f"POST /api/v1/login HTTP/1.1\r\nContent-Length: {10 * BODY_BYTES}\r\n".encode())
        assert await line.status() == 413, "before any of it has come"
        line.close()
        line = Line(porch)
        await line.open(b"POST /api/v1/login HTTP/1.1\r\nTransfer-Encoding: chunked\r\n")
        for _ in range(BODY_BYTES // 1000 + 1):
            await line.send(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        assert await line.status() == 413
        line.close()


async def test_a_body_that_drips_is_given_up() -> None:
    async with Porch() as porch:
        line = Line(porch)
        await line.open(b"POST /api/v1/login HTTP/1.1\r\nContent-Length: 100\r\n")
        await line.send(b'{"login"')
        assert await line.status() == 408
        line.close()
        assert porch.counts == {"body-too-slow": 1}


async def test_a_body_that_breaks_off_is_no_mistake_of_ours() -> None:
    async with Porch() as porch:
        for head, part in ((b"Transfer-Encoding: chunked\r\n", b"zz\r\n"), (b"Content-Length: 100\r\n", b"{")):
            line = Line(porch)
            await line.open(b"POST /api/v1/login HTTP/1.1\r\n" + head)
            await line.send(part)
            line.close()
        assert (await porch.ask("POST", "/api/v1/login", LOGIN))[0] == 200
        assert porch.counts["internal"] == 0
        assert [what[0] for what in porch.doorman.heard] == ["login"]


class Line:
    """A connection on which a test writes byte for byte."""

    def __init__(self, porch: Porch) -> None:
        self._porch = porch

    async def open(self, head: bytes) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._porch.port)
        await self.send(head + f"Host: x\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\n\r\n".encode())

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def status(self) -> int:
        line = await asyncio.wait_for(self._reader.readline(), LONG)
        return int(line.split()[1])

    def close(self) -> None:
        self._writer.close()


# --- the answer -----------------------------------------------------------------------------------


async def test_a_mistake_of_ours_is_told_as_one_and_nothing_of_it_leaks() -> None:
    async with Porch() as porch:
        porch.doorman.fail = RuntimeError("SELECT secret FROM house")
        status, said, answer = await porch.ask("POST", "/api/v1/login", LOGIN)
        assert (status, said["code"]) == (500, "internal")
        assert "secret" not in f"{said} {answer.headers}"
        porch.doorman.fail = None
        assert (await porch.ask("POST", "/api/v1/login", LOGIN))[0] == 200


async def test_while_the_store_is_away_one_is_told_when_to_try_again() -> None:
    async with Porch() as porch:
        porch.doorman.fail = StoreAway("locked")
        status, said, answer = await porch.ask("POST", "/api/v1/login", LOGIN)
        assert (status, said["code"]) == (503, "store-away")
        assert int(answer.headers["Retry-After"]) >= 1
        porch.doorman.fail, porch.reports.away = None, True
        assert (await porch.ask("GET", "/api/v1/sessions", login="token-of-chen"))[0] == 503


async def test_whoever_tried_too_often_is_told_how_long_to_wait() -> None:
    async with Porch() as porch:
        porch.doorman.fail = TryLater(2.3)
        status, said, answer = await porch.ask("POST", "/api/v1/login", LOGIN)
        assert (status, said["code"], answer.headers["Retry-After"]) == (429, "try-later", "3")


@pytest.mark.parametrize(("header", "language"), [("en-GB,en;q=0.9", "en"), ("EN", "en"), ("zh-CN,en;q=0.5", "zh-CN"), ("fr", "zh-CN"), (None, "zh-CN")])
async def test_a_refusal_is_a_sentence_in_the_readers_language(header: str | None, language: str) -> None:
    async with Porch() as porch:
        _, said, answer = await porch.ask("GET", "/api/v1/me", headers={} if header is None else {"Accept-Language": header})
        assert said == {"code": "not-logged-in", "text": f"not-logged-in in {language}", "path": None}
        assert answer.headers["Cache-Control"] == "no-store"


async def test_answers_with_somebodys_data_are_kept_by_no_cache() -> None:
    async with Porch() as porch:
        for path in ("/api/v1/me", "/api/v1/sessions", "/api/v1/catalogue"):
            _, __, answer = await porch.ask("GET", path, login="token-of-chen")
            assert answer.headers["Cache-Control"] == "no-store"


def test_the_statuses_are_of_codes_that_exist() -> None:
    assert set(STATUS) <= set(CODES)
    assert all(400 <= status < 600 for status in STATUS.values())


async def test_many_callers_at_once_each_get_their_own_answer() -> None:
    async with Porch() as porch:
        answers = await asyncio.gather(*(porch.ask("GET", "/api/v1/me", login=f"token-of-{who}") for who in ("li", "chen", "zhao") * 20))
        assert [said["login"] for _, said, __ in answers] == ["li", "chen", "zhao"] * 20
        assert [said["jurisdiction"] for _, said, __ in answers[:3]] == ["jinshan", "jinshan", "haiyan"]


async def test_a_caller_who_leaves_in_the_middle_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Porch() as porch:
        started, go = asyncio.Event(), asyncio.Event()

        async def slow(token: str) -> Actor | None:
            started.set()
            await go.wait()
            return None

        with monkeypatch.context() as patch:
            patch.setattr(porch.doorman, "who", slow)
            line = Line(porch)
            await line.open(b"GET /api/v1/me HTTP/1.1\r\nCookie: __Host-login=token-of-li\r\n")
            await asyncio.wait_for(started.wait(), LONG)
            line.close()
            go.set()
        server: web.Server | None = porch._runner.server
        assert server is not None
        assert (await porch.ask("GET", "/healthz"))[0] == 200
        await until(lambda: len(server.connections) <= 1)
