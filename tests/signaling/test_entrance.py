"""The way in over HTTP: cookies that only this origin gets, tickets, and errors that say whether to come back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from config.secret import Secret
from signaling.entrance import Entrance, KioskKey, ParticipantError, PersonKey
from tests.scripted_office import CATALOGUE
from tests.scripted_server import ScriptedServer

KIOSK = KioskKey("haiyan-hall-1", Secret("k" * 32))


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer(kiosks={"haiyan-hall-1": "k" * 32}, people={"clerk-1": "p" * 12}) as running:
        running.catalogue = msgspec.to_builtins(CATALOGUE)
        yield running


async def test_one_login_serves_for_many_tickets(server: ScriptedServer) -> None:
    async with Entrance(server.url, KIOSK) as entrance:
        tickets = {await entrance.socket_ticket() for _ in range(3)}
    assert len(tickets) == 3
    assert set(server.tickets.values()) == {("kiosk", "haiyan-hall-1")}
    assert server.logins == ["haiyan-hall-1"]


async def test_a_person_gets_a_persons_ticket(server: ScriptedServer) -> None:
    async with Entrance(server.url, PersonKey("clerk-1", Secret("p" * 12))) as entrance:
        assert server.tickets == {}
        assert server.tickets.get(await entrance.socket_ticket()) == ("person", "clerk-1")


async def test_a_cookie_that_is_no_longer_good_is_replaced(server: ScriptedServer) -> None:
    async with Entrance(server.url, KIOSK) as entrance:
        await entrance.socket_ticket()
        server.forget()
        await entrance.socket_ticket()
    assert server.logins == ["haiyan-hall-1"] * 2


async def test_the_catalogue_is_read_with_and_without_a_cookie(server: ScriptedServer) -> None:
    async with Entrance(server.url, KIOSK) as entrance:
        assert [await entrance.catalogue() for _ in range(2)] == [CATALOGUE, CATALOGUE]
    assert server.logins == ["haiyan-hall-1"]


async def test_a_catalogue_that_is_none_is_an_error_with_its_place(server: ScriptedServer) -> None:
    server.catalogue = {"jurisdictions": [{}]}
    async with Entrance(server.url, KIOSK) as entrance:
        with pytest.raises(ParticipantError, match=r"bad-answer: .*jurisdictions\[0\]"):
            await entrance.catalogue()


@pytest.mark.parametrize(("refusal", "code", "again", "after"), [
    ((401, {"code": "bad-login", "text": "no"}, {}), "bad-login", False, 0),
    ((403, {"code": "foreign-origin", "text": "no"}, {}), "foreign-origin", False, 0),
    ((429, {"code": "try-later", "text": "no"}, {"Retry-After": "7"}), "try-later", True, 7),
    ((429, {"code": "try-later", "text": "no"}, {"Retry-After": "100000"}), "try-later", True, 60),
    ((503, {"code": "store-away", "text": "no"}, {"Retry-After": "soon"}), "store-away", True, 0),
    ((502, {}, {}), "http-502", True, 0),
    ((302, {}, {"Location": "http://127.0.0.1:1/"}), "http-302", False, 0),
])  # fmt: skip
async def test_a_refusal_says_whether_to_come_back(
    server: ScriptedServer, refusal: tuple[int, dict[str, str], dict[str, str]], code: str, again: bool, after: float
) -> None:
    server.refuse_http = refusal
    async with Entrance(server.url, KIOSK) as entrance:
        with pytest.raises(ParticipantError) as refused:
            await entrance.socket_ticket()
    assert (refused.value.code, refused.value.again, refused.value.after) == (code, again, after)


async def test_a_server_that_is_not_there_may_be_tried_again(server: ScriptedServer) -> None:
    await server.stop()
    async with Entrance(server.url, KIOSK) as entrance:
        with pytest.raises(ParticipantError) as gone:
            await entrance.socket_ticket()
    assert (gone.value.code, gone.value.again) == ("server-unreachable", True)


@pytest.mark.parametrize("address", ["ftp://here", "here", "http://", "https:///path"])
def test_an_address_must_be_one(address: str) -> None:
    with pytest.raises(ParticipantError, match="bad-address"):
        Entrance(address, KIOSK)


@pytest.mark.parametrize(("server", "origin", "socket"), [
    ("http://127.0.0.1:8080/kiosk?x=1", "http://127.0.0.1:8080", "ws://127.0.0.1:8080/api/v1/socket"),
    ("https://window.example", "https://window.example", "wss://window.example/api/v1/socket"),
])  # fmt: skip
def test_the_origin_is_all_that_counts_of_an_address(server: str, origin: str, socket: str) -> None:
    entrance = Entrance(server, KIOSK)
    assert (entrance.origin, entrance.socket_url) == (origin, socket)


def test_keys_do_not_show_their_secrets() -> None:
    assert "kkkk" not in repr(KIOSK)
    assert "pppp" not in repr(PersonKey("clerk-1", Secret("p" * 12)))
