"""The JSON routes, one by one: what they ask of the doorman, what they answer, and which cookies they set."""

from __future__ import annotations

from http.cookies import SimpleCookie

import aiohttp
import msgspec
import pytest

from signaling.wire import PROTOCOL
from signaling.wire.http import Catalogue, Me, Ready
from tests.signaling.api.porch import Porch


def cookie_of(answer: aiohttp.ClientResponse) -> tuple[str, str, dict[str, str]]:
    """(name, value, attributes) of the one cookie that is set."""
    lines = answer.headers.getall("Set-Cookie")
    assert len(lines) == 1
    (name, morsel), = SimpleCookie(lines[0]).items()
    return name, morsel.value, {key: str(value) for key, value in morsel.items() if value}


async def test_logging_in_sets_the_cookie_and_says_who_one_is() -> None:
    async with Porch() as porch:
        status, said, answer = await porch.ask("POST", "/api/v1/login", {"login": "Li ", "password": "right"})
        assert (status, said) == (200, {"login": "li", "name": "李娜", "role": "clerk", "jurisdiction": "jinshan"})
        assert porch.doorman.heard == [("login", "Li ", "right", "127.0.0.1")]
        name, value, attributes = cookie_of(answer)
        assert (name, value) == ("__Host-login", "a-new-login")
        assert attributes == {"path": "/", "secure": "True", "httponly": "True", "samesite": "Strict", "max-age": "3600"}
        assert "a-new-login" not in str(said), "a script must not read it"


async def test_a_wrong_password_sets_no_cookie() -> None:
    async with Porch() as porch:
        status, said, answer = await porch.ask("POST", "/api/v1/login", {"login": "li", "password": "wrong"})
        assert (status, said["code"]) == (401, "bad-login")
        assert "Set-Cookie" not in answer.headers


async def test_logging_out_ends_this_login_and_takes_the_cookie_back() -> None:
    async with Porch() as porch:
        status, said, answer = await porch.ask("POST", "/api/v1/logout", {}, login="token-of-li")
        assert (status, said) == (200, {})
        assert ("logout", "token-of-li") in porch.doorman.heard
        name, value, attributes = cookie_of(answer)
        assert (name, value, attributes["max-age"], attributes["path"]) == ("__Host-login", "", "0", "/")
        assert "secure" in attributes, "or the browser does not take a __Host- cookie back"
        assert (await porch.ask("POST", "/api/v1/logout", {}))[0] == 401


@pytest.mark.parametrize(("who", "role", "name"), [("li", "clerk", "李娜"), ("chen", "supervisor", "陈"), ("zhao", "audit-administrator", "zhao")])
async def test_who_one_is(who: str, role: str, name: str) -> None:
    async with Porch() as porch:
        _, said, __ = await porch.ask("GET", "/api/v1/me", login=f"token-of-{who}")
        me = msgspec.convert(said, type=Me)
        assert (me.login, me.role, me.name) == (who, role, name)


async def test_a_browser_becomes_a_kiosk_and_sees_its_key_this_once() -> None:
    async with Porch() as porch:
        status, said, answer = await porch.ask("POST", "/api/v1/kiosks/enrol", {"code": "7QK4-9XPM"})
        assert (status, said["kiosk"], said["key"]) == (200, "haiyan-k1", "the-device-key")
        assert said["name"] != "haiyan-k1"
        name, value, attributes = cookie_of(answer)
        assert (name, value, attributes["max-age"]) == ("__Host-kiosk", "a-new-kiosk", "7200")
        status, said, answer = await porch.ask("POST", "/api/v1/kiosks/enrol", {"code": "guessed"})
        assert (status, said["code"], said["path"]) == (400, "bad-code", "$.code")
        assert "Set-Cookie" not in answer.headers


async def test_a_kiosk_proves_itself_by_its_key() -> None:
    async with Porch() as porch:
        status, said, answer = await porch.ask("POST", "/api/v1/kiosks/login", {"kiosk": "haiyan-k1", "key": "k"})
        assert (status, said["kiosk"], said["jurisdiction"]) == (200, "haiyan-k1", "haiyan")
        assert cookie_of(answer)[:2] == ("__Host-kiosk", "a-new-kiosk")
        assert (await porch.ask("GET", "/api/v1/kiosks/me", kiosk="token-of-kiosk"))[1] == said
        assert (await porch.ask("POST", "/api/v1/kiosks/login", {"kiosk": "../haiyan", "key": "k"}))[1]["path"] == "$.kiosk"


async def test_the_first_administrator_belongs_to_a_jurisdiction_that_exists() -> None:
    async with Porch() as porch:
        body = {"code": "c", "login": "first", "name": "First", "password": "a long password", "jurisdiction": "haiyan"}
        assert (await porch.ask("POST", "/api/v1/setup", body))[0] == 200
        assert porch.doorman.heard == [("setup", "c", "first", "First", "a long password", "haiyan", "127.0.0.1")]
        status, said, _ = await porch.ask("POST", "/api/v1/setup", {**body, "jurisdiction": "atlantis"})
        assert (status, said["code"], said["path"]) == (400, "unknown-jurisdiction", "$.jurisdiction")
        for field, value in (("password", "short"), ("login", "Ä"), ("role", "system-administrator")):
            assert (await porch.ask("POST", "/api/v1/setup", {**body, field: value}))[0] == 400
        assert len(porch.doorman.heard) == 1


async def test_a_ticket_is_for_the_conversation_that_was_asked_for() -> None:
    async with Porch() as porch:
        both = {"login": "token-of-li", "kiosk": "token-of-kiosk"}
        assert (await porch.ask("POST", "/api/v1/socket-tickets", {"as": "person"}, **both))[1] == {"ticket": "ticket-of-clerk-li"}
        assert (await porch.ask("POST", "/api/v1/socket-tickets", {"as": "kiosk"}, **both))[1] == {"ticket": "ticket-of-kiosk-haiyan-k1"}
        assert [what[1:] for what in porch.doorman.heard if what[0] == "socket-ticket"] == [("li", "token-of-li"), ("haiyan-k1", "token-of-kiosk")]
        for wanted, cookies in (("kiosk", {"login": "token-of-li"}), ("person", {"kiosk": "token-of-kiosk"}), ("person", {})):
            status, said, _ = await porch.ask("POST", "/api/v1/socket-tickets", {"as": wanted}, **cookies)
            assert (status, said["code"]) == (401, "not-logged-in")
        assert (await porch.ask("POST", "/api/v1/socket-tickets", {"as": "administrator"}, **both))[0] == 400


async def test_the_catalogue_of_ones_own_place() -> None:
    async with Porch() as porch:
        for cookies, here in (({"kiosk": "token-of-kiosk"}, "haiyan"), ({"login": "token-of-li"}, "jinshan")):
            _, said, __ = await porch.ask("GET", "/api/v1/catalogue", **cookies)
            page = msgspec.convert(said, type=Catalogue)
            assert [each.code for each in page.jurisdictions if each.here] == [here]
            assert page.farewell_seconds == 45.0
        assert (await porch.ask("GET", "/api/v1/catalogue"))[0] == 401


async def test_a_consent_is_read_in_the_version_that_was_agreed_to() -> None:
    async with Porch() as porch:
        _, said, __ = await porch.ask("GET", "/api/v1/catalogue", kiosk="token-of-kiosk")
        text = said["consents"][0]
        for cookies in ({"kiosk": "token-of-kiosk"}, {"login": "token-of-li"}):
            assert (await porch.ask("GET", f"/api/v1/consents/{text['text']}/{text['version']}", **cookies))[:2] == (200, text)
        for path in ("recording/1999-01-01", "nothing/2026-09-01", "..%2fservices/jinshan"):
            assert (await porch.ask("GET", f"/api/v1/consents/{path}", kiosk="token-of-kiosk"))[0] == 404
        assert (await porch.ask("GET", f"/api/v1/consents/{text['text']}/{text['version']}"))[0] == 401


async def test_a_person_lists_the_sessions_of_their_own_jurisdiction_only() -> None:
    async with Porch() as porch:
        for token, home in (("token-of-chen", "jinshan"), ("token-of-zhao", "haiyan")):
            _, said, __ = await porch.ask("GET", "/api/v1/sessions?jurisdiction=pinghu&limit=999999", login=token)
            assert [each["session"] for each in said["sessions"]] == ["session-1"]
            assert porch.reports.asked[-1] == (home, 200), "whatever the address asks for"


async def test_whether_it_lives_and_whether_it_is_ready_are_two_questions() -> None:
    async with Porch() as porch:
        assert (await porch.ask("GET", "/healthz"))[:2] == (200, {"ok": True})
        assert (await porch.ask("GET", "/readyz"))[0] == 200
        porch.condition.now = Ready(ready=False, store=True, node=False, draining=False)
        status, said, _ = await porch.ask("GET", "/readyz")
        assert (status, said) == (503, {"ready": False, "store": True, "node": False, "draining": False, "handovers_waiting": 0})
        assert (await porch.ask("GET", "/healthz"))[0] == 200
        assert (await porch.ask("GET", "/version"))[1] == {"version": "1.2.3", "protocol": PROTOCOL}
