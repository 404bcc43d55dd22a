"""Who does not come in by the local door, and who is shown out."""

from __future__ import annotations

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tests.kiosk.operate.door_page import PAGE, TOKEN, page_at
from tests.waiting import until


async def test_a_wrong_token_or_a_foreign_page_does_not_come_in(port: int) -> None:
    for token in ("", TOKEN[:-1], TOKEN + "x", "字"):
        async with page_at(port, token=token) as page:
            assert (page.heard, page.closed) == ([], "bad-token")
    for origin in (Origin("https://evil.example"), Origin("null"), None):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{port}", origin=origin)
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize("first", ['{"type":"revoke","reason":"x"}', "nonsense", b"\x00", '{"type":"hello"}'])
async def test_whoever_does_not_say_hello_first_is_let_go(port: int, first: str | bytes) -> None:
    async with connect(f"ws://127.0.0.1:{port}", origin=Origin(PAGE)) as socket:
        await socket.send(first)
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (socket.close_code, socket.close_reason) == (1008, "hello-expected")


async def test_whoever_says_nothing_is_let_go(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.operate.door.HELLO_SECONDS", 0.05)
    async with connect(f"ws://127.0.0.1:{port}", origin=Origin(PAGE)) as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_reason == "hello-expected"


@pytest.mark.parametrize(
    "frame",
    ['{"type":"act","n":1,"action":{"do":"paste"}}', '{"type":"open","url":"file:///"}', b"x", '{"type":"hello","token":"x"}'],
)
async def test_what_is_not_understood_ends_it(port: int, frame: str | bytes) -> None:
    async with page_at(port) as page:
        await page.socket.send(frame)
        await until(lambda: page.closed == "bad-message")


async def test_too_long_and_too_fast_end_it(port: int) -> None:
    async with page_at(port) as page:
        await page.say(type="act", n=1, action={"do": "text", "text": "x" * 20_000})
        await until(lambda: page.closed is not None)
        assert page.socket.close_code == 1009
    async with page_at(port) as page:
        try:
            for _ in range(2_000):
                await page.say(type="revoke", reason="again")
        except ConnectionClosed:
            pass
        await until(lambda: page.closed == "too-fast")
