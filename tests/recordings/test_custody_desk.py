"""Custody's door under hostile hands: every wrong question has its stable code, none stops it, none gets anything in clear."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from config.logs import get_logger
from config.secret import Secret
from recordings import canonical
from recordings.custody_desk import LARGEST_QUESTION, Desk
from recordings.keys import make_keys
from recordings.private_keys import PrivateKeys
from recordings.register import Register
from tests.recordings.custodian import NOW, Recorded, head
from tests.recordings.full_disk import Disk

TOKEN = "a caller's token"


class Door:
    """Asks and gives back status and answer."""

    def __init__(self, http: aiohttp.ClientSession, recorded: Recorded) -> None:
        self._http = http
        self.recorded = recorded

    async def ask(self, path: str, body: bytes | dict[str, Any], method: str = "POST", **headers: str) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self._http.request(method, path, data=data, headers={"Authorization": f"Bearer {TOKEN}", **headers}) as answer:
            content = await answer.read()
            return answer.status, json.loads(content) if answer.content_type == "application/json" else content

    def question(self, **fields: Any) -> dict[str, Any]:
        key = canonical.read(self.recorded.wrapped)
        asked = {"key": key, "session": "s-20261123-0001", "publication": "resident.camera", "epoch": 1, "segment": 0, "state": "whole", **fields}
        return {name: value for name, value in asked.items() if value is not ...}


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    make_keys(tmp_path, "jinshan", NOW)
    recorded = Recorded(tmp_path)
    recorded.segment([b"in clear"])
    register = Register(tmp_path / "signed.jsonl", "jinshan")
    desk = Desk(PrivateKeys(tmp_path, "jinshan"), register, [recorded.vault], Secret(TOKEN), get_logger("test"))
    async with TestServer(desk.application()) as server, aiohttp.ClientSession(server.make_url("/")) as http:
        yield Door(http, recorded)
    desk.close()
    register.close()


async def test_what_is_right_is_answered(door: Door) -> None:
    assert await door.ask("/open", door.question()) == (200, b"in clear")
    status, record = await door.ask("/sign", {"head": head()})
    assert (status, record["head"]) == (200, head())


NONSENSE: list[bytes] = [b"", b"{", b"null", b"[]", b"5", b"\xff\xfe", b'{"head":', b"[" * 9000, b'{"head":NaN}', b"{}", b'{"head":{},"day":{}}']


@pytest.mark.parametrize("path", ["/sign", "/open", "/check"])
@pytest.mark.parametrize("body", NONSENSE, ids=lambda body: repr(body[:12]))
async def test_nonsense_is_a_bad_question(door: Door, path: str, body: bytes) -> None:
    status, said = await door.ask(path, body)
    assert (status, said["error"]) == (400, "bad-statement" if path == "/sign" and body.startswith(b"{") and body.endswith(b"}") else "bad-question")


async def test_too_much_is_refused_before_it_is_read(door: Door) -> None:
    status, said = await door.ask("/sign", b" " * (LARGEST_QUESTION + 1))
    assert (status, said["error"]) == (400, "bad-question")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"segment": 7}, 404, "missing"),
        ({"session": "s-87654321"}, 404, "missing"),
        ({"session": "../../etc"}, 400, "bad-question"),
        ({"publication": "../x.y"}, 400, "bad-question"),
        ({"epoch": "1"}, 400, "bad-question"),
        ({"segment": -1}, 400, "bad-question"),
        ({"segment": 1.5}, 400, "bad-question"),
        ({"state": "torn"}, 400, "bad-question"),
        ({"state": []}, 400, "bad-question"),
        ({"more": 1}, 400, "bad-question"),
        ({"state": ...}, 400, "bad-question"),
        ({"key": None}, 400, "bad-key-file"),
        ({"key": 0.5}, 400, "bad-question"),
        ({"key": {}}, 400, "bad-key-file"),
        ({"key": "../custody/jinshan"}, 400, "bad-key-file"),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/open", "/check"])
async def test_each_wrong_part_has_its_code(door: Door, path: str, fields: dict[str, Any], status: int, code: str) -> None:
    found, said = await door.ask(path, door.question(**fields))
    assert (found, said["error"]) == (status, code)
    assert "in clear" not in json.dumps(said)
    assert await door.ask("/open", door.question()) == (200, b"in clear")


async def test_another_session_s_key_does_not_open_this_one(door: Door) -> None:
    other = canonical.read(door.recorded.key.wrap("jinshan", door.recorded.public.sealing).encode())
    renamed = {**other, "session": "s-87654321", "key": other["key"].replace("s-20261123-0001", "s-87654321")}
    assert (await door.ask("/open", door.question(key=renamed)))[1]["error"] == "not-unwrapped"


@pytest.mark.parametrize(
    "headers", [{"Authorization": ""}, {"Authorization": "Bearer "}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": f"Bearer {TOKEN}x"},
                {"Origin": "http://127.0.0.1"}, {"Origin": "null"}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize(("method", "path"), [("GET", "/public"), ("POST", "/sign"), ("POST", "/open"), ("POST", "/check"), ("GET", "/anything")])
async def test_strangers_and_pages_get_nothing(door: Door, method: str, path: str, headers: dict[str, str]) -> None:
    status, said = await door.ask(path, door.question(), method, **headers)
    assert (status, said["error"]) == (401, "bad-token")


async def test_there_is_no_other_way_in(door: Door) -> None:
    for method, path in (("GET", "/sign"), ("PUT", "/open"), ("GET", "/"), ("GET", "/../custody/jinshan/public.json")):
        assert (await door.ask(path, b"", method))[0] in (404, 405)


async def test_a_disk_that_refuses_signs_nothing(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        Disk(patch).room = 10
        status, said = await door.ask("/sign", {"head": head()})
        assert (status, said["error"]) == (503, "full")
    assert (await door.ask("/sign", {"head": head()}))[1]["error"] == "closed", "until it is started again"
    assert (await door.ask("/open", door.question()))[0] == 200


async def test_many_at_once_are_signed_one_after_another(door: Door) -> None:
    answers = await asyncio.gather(*(door.ask("/sign", {"head": head(seq, "ab"[seq % 2])}) for seq in [*range(1, 15), *range(1, 15)]))
    signed = {said["head"]["seq"]: said for status, said in answers if status == 200}
    assert 14 in signed
    assert {said["error"] for status, said in answers if status != 200} <= {"older"}
