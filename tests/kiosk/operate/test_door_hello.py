"""A page proves itself by its first word, in time."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from config.secret import Secret
from kiosk.operate.door_hello import unproved

TOKEN = "a-word-of-the-test-that-nobody-guesses"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (f'{{"type":"hello","token":"{TOKEN}"}}', None), ('{"type":"hello","token":"字"}', "bad-token"), (f'{{"type":"hello","token":"{TOKEN}x"}}', "bad-token"),
        (f'{{"type":"hello","token":"{TOKEN}","more":1}}', "hello-expected"), (f'{{"type":"revoke","token":"{TOKEN}"}}', "hello-expected"),
        (f'{{"type":"hello","token":"{TOKEN}"}}'.encode(), "hello-expected"), ("nonsense", "hello-expected"), (None, "hello-expected"),
    ],
)  # fmt: skip
async def test_what_a_page_says_first_decides(said: str | bytes | None, found: str | None) -> None:
    judged: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    async def door(connection: ServerConnection) -> None:
        judged.set_result(await unproved(connection, Secret(TOKEN), 0.05 if said is None else 20.0))

    async with serve(door, "127.0.0.1", 0) as server, connect(f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}") as socket:
        if said is not None:
            await socket.send(said)
        assert await judged == found
