"""Connections that send no whole request header in time are closed; those that do are not touched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from signaling.api.deadline import HeaderDeadline
from tests.waiting import LONG, until

SOON, NEVER = 1.0, 3600.0


@dataclass
class Door:
    """A server whose connections have `seconds` for their header."""

    port: int = 0
    closed: int = 0
    requests: int = 0
    heard: bytes = b""
    """Everything that has reached the server."""
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def count(self) -> None:
        self.closed += 1


@asynccontextmanager
async def a_door(seconds: float, keepalive: float = NEVER) -> AsyncIterator[Door]:
    door = Door()

    async def quick(request: web.Request) -> web.Response:
        door.requests += 1
        return web.Response(text=f"read {len(await request.read())}")

    async def slow(request: web.Request) -> web.Response:
        door.requests += 1
        await door.go.wait()
        return web.Response(text="at last")

    async def line(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    app = web.Application()
    app.router.add_route("*", "/quick", quick)
    app.router.add_get("/slow", slow)
    app.router.add_get("/line", line)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=keepalive, shutdown_timeout=0.2)
    await runner.setup()
    inner = runner.server
    assert inner is not None

    class Hearing(HeaderDeadline):
        def data_received(self, data: bytes) -> None:
            door.heard += data
            super().data_received(data)

    listening = await asyncio.get_running_loop().create_server(lambda: Hearing(inner(), seconds, door.count), "127.0.0.1", 0)
    door.port = listening.sockets[0].getsockname()[1]
    try:
        yield door
    finally:
        listening.close()
        await runner.cleanup()


@asynccontextmanager
async def a_line(door: Door) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What came until the other side closed."""
    try:
        return await asyncio.wait_for(reader.read(), LONG)
    except ConnectionError:
        return b""


async def test_whoever_connects_and_says_nothing_is_sent_away() -> None:
    async with a_door(SOON) as door, a_line(door) as (reader, _):
        assert await ended(reader) == b""
        assert (door.closed, door.requests) == (1, 0)


async def test_a_header_that_drips_byte_by_byte_does_not_hold_the_connection() -> None:
    async with a_door(SOON) as door, a_line(door) as (reader, writer):
        async with asyncio.TaskGroup() as group:
            gone = group.create_task(ended(reader))
            writer.write(b"GET /quick HTTP/1.1\r\nHost: x\r\n")
            while not gone.done():
                writer.write(b"X")
                await asyncio.sleep(0.01)
        assert (door.closed, door.requests) == (1, 0)


async def test_two_hundred_silent_connections_do_not_keep_anybody_out() -> None:
    async with a_door(SOON) as door:
        silent = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(200)]
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{door.port}/quick") as answer:
            assert await answer.text() == "read 0"
        await until(lambda: door.closed == 200)
        for reader, writer in silent:
            assert await ended(reader) == b""
            writer.close()


@pytest.mark.parametrize("last", [1, 2, 3, 4, 30])
async def test_a_header_in_pieces_however_they_are_cut_is_a_header(last: int) -> None:
    """Its answer comes only when the deadline of a connection that was opened after it has passed."""
    request = b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    async with a_door(2 * SOON) as door, a_line(door) as (reader, writer):
        for part in (request[:-last], request[-last:]):
            writer.write(part)
            await writer.drain()
            await until(lambda part=part: door.heard.endswith(part))
        await until(lambda: door.requests == 1)
        async with a_line(door) as (silent, _):
            await ended(silent)
        door.go.set()
        assert b"at last" in await ended(reader)
        assert door.closed == 1


async def test_an_answer_may_take_longer_than_the_header() -> None:
    async with a_door(SOON) as door, a_line(door) as (reader, writer):
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await until(lambda: door.requests == 1)
        async with a_line(door) as (silent, _):
            await ended(silent)  # so the deadline of one that came later has passed
        door.go.set()
        assert b"at last" in await ended(reader)
        assert door.closed == 1


async def test_a_body_and_the_next_requests_of_a_connection_are_not_under_the_headers_deadline() -> None:
    async with a_door(SOON) as door, a_line(door) as (reader, writer):
        writer.write(b"POST /quick HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
        await until(lambda: door.requests == 1)
        async with a_line(door) as (silent, _):
            await ended(silent)
        writer.write(b"cd")
        await asyncio.wait_for(reader.readuntil(b"read 4"), LONG)
        writer.write(b"GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"read 0" in await ended(reader)
        assert door.closed == 1


async def test_a_second_header_that_drips_is_ended_by_the_keep_alive_timeout() -> None:
    async with a_door(NEVER, keepalive=SOON) as door, a_line(door) as (reader, writer):
        writer.write(b"GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(reader.readuntil(b"read 0"), LONG)
        async with asyncio.TaskGroup() as group:
            gone = group.create_task(ended(reader))
            writer.write(b"GET /quick HTTP/1.1\r\nHost: x\r\n")
            while not gone.done():
                writer.write(b"X")
                await asyncio.sleep(0.01)
        assert (door.closed, door.requests) == (0, 1)


async def test_a_websocket_lives_on_after_its_header() -> None:
    async with a_door(SOON) as door, aiohttp.ClientSession() as http, http.ws_connect(f"http://127.0.0.1:{door.port}/line") as socket:
        async with a_line(door) as (silent, _):
            await ended(silent)
        await socket.send_str("still here")
        assert (await asyncio.wait_for(socket.receive(), LONG)).data == "still here"
        assert door.closed == 1


async def test_whoever_leaves_by_themselves_is_not_counted() -> None:
    async with a_door(NEVER) as door:
        async with a_line(door):
            pass
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{door.port}/quick") as answer:
            assert answer.status == 200
        assert door.closed == 0
