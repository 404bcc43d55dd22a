"""The server's half: whatever answers in custody's place, it is named as what it is: away, a refusal, or nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recordings import canonical
from recordings.custody_client import Custody, CustodyAway, CustodyRefused
from tests.recordings.custodian import head
from tests.recordings.sealed import key, name

WRAPPED = key().wrap("jinshan", X25519PrivateKey.generate().public_key().public_bytes_raw()).encode()
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def impostor(answer: Answer) -> TestServer:
    """A server that answers everything in one way."""
    application = web.Application()
    application.router.add_route("*", "/{anything}", answer)
    return TestServer(application)


async def asked(answer: Answer, ask: Callable[[Custody], Awaitable[object]]) -> object:
    async with impostor(answer) as server, Custody(str(server.make_url("/"))) as client:
        return await ask(client)


async def opened(client: Custody) -> bytes:
    return b"".join([piece async for piece in client.open_segment(WRAPPED, name())])


def says(body: bytes, status: int = 200, kind: str = "application/json") -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type=kind)

    return answer


NONSENSE = [says(b"{}"), says(b"null"), says(b"not JSON"), says(b""), says(b'{"head":5,"key":"","signature":""}'), says(b"5"), says(b"<html>", 500, "text/html"),
            says(b"{}", 500), says(b"[]", 404), says(b"", 302)]  # fmt: skip


@pytest.mark.parametrize("answer", NONSENSE)
async def test_nonsense_is_no_signature(answer: Answer) -> None:
    with pytest.raises(CustodyRefused, match="bad-answer"):
        await asked(answer, lambda client: client.sign(head()))
    with pytest.raises(CustodyRefused, match="bad-answer"):
        await asked(answer, lambda client: client.public())
    with pytest.raises(CustodyRefused, match="bad-answer"):
        await asked(answer, lambda client: client.check_segment(WRAPPED, name()))


async def test_a_record_of_another_head_is_not_taken() -> None:
    other = canonical.write({"head": head(5), "key": "a" * 64, "signature": "AAAA"})
    with pytest.raises(CustodyRefused, match="something else"):
        await asked(says(other), lambda client: client.sign(head(4)))


@pytest.mark.parametrize("signature", ["", "AAAA", "?" * 88, None, 5])
async def test_a_record_without_a_signature_is_not_taken(signature: object) -> None:
    record = canonical.write({"head": head(), "key": "a" * 64, "signature": signature})
    with pytest.raises(CustodyRefused, match="not signed"):
        await asked(says(record), lambda client: client.sign(head()))


async def test_a_refusal_keeps_its_code_and_place() -> None:
    with pytest.raises(CustodyRefused) as refusal:
        await asked(says(b'{"error":"damaged","text":"altered","place":12,"chunk":3}', 422), opened)
    assert (refusal.value.code, refusal.value.text, refusal.value.place, refusal.value.chunk) == ("damaged", "altered", 12, 3)


async def test_a_stream_that_breaks_off_is_never_taken_for_whole() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/check":
            return web.json_response({"sealed": "", "clear": "", "bytes": 8, "chunks": 1, "state": "whole"})
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

    with pytest.raises(CustodyAway):
        await asked(answer, opened)


async def test_who_hangs_up_or_is_not_there_is_away(tmp_path: Path) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Custody(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(CustodyAway):
            await client.sign(head())
    server.close()
    await server.wait_closed()
    for where in (f"http://127.0.0.1:{port}", f"unix:{tmp_path}/custody.sock", f"unix:{tmp_path}/{'x' * 120}/custody.sock"):
        with pytest.raises(CustodyAway):
            async with Custody(where) as client:
                await client.public()


async def test_a_wrapped_key_that_is_none_is_not_even_asked_about() -> None:
    with pytest.raises(CustodyRefused, match="bad-key-file"):
        async with Custody("http://127.0.0.1:1") as client:
            [piece async for piece in client.open_segment(b"{}", name())]
