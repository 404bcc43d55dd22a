"""A home's system that answers late, twice, with half a body, with somebody else's page: what is final, and what is tried again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from recordings.handover import receipt
from signaling.home_http import EventsOverHttp
from signaling.office.handover_ports import HomeAway, HomeFailed, HomeRefused
from tests.signaling.receiver.cases import AT, Cases

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(tmp_path / "home")


@asynccontextmanager
async def listening(serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """The address of a plain socket; whoever still talks there at the end is cut off, and nothing of it is left."""
    running: set[asyncio.Task[None]] = set()

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await serve(reader, writer)
        except (EOFError, ConnectionError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/cases"
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def home(answer: Answer, seconds: float = 10) -> AsyncIterator[tuple[EventsOverHttp, list[bytes]]]:
    """A system on a plain socket that has read the whole request before `answer`."""
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        requests.append(head + await reader.readexactly(length))
        await answer(writer)

    async with listening(serve) as address:
        system = EventsOverHttp(address, seconds)
        try:
            yield system, requests
        finally:
            await system.close()


def says(status: int, body: bytes = b"", *headers: str, times: int = 1, cut: int = 0) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        head = "\r\n".join([f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]).encode()
        writer.write((head + body) * times if not cut else (head + body)[:-cut])
        await writer.drain()

    return answer


def error(code: object) -> bytes:
    return json.dumps({"error": code}).encode()


async def test_the_event_is_binary_cloudevents_with_the_file_as_its_body(cases: Cases) -> None:
    delivery = cases.delivery()
    async with home(says(200, receipt(delivery.statement, "R-1", AT), times=2)) as (system, requests):
        assert await system.deliver(delivery) == "R-1", "an answer that comes twice is one"
        assert await system.deliver(delivery) == "R-1"
    head, _, body = requests[0].partition(b"\r\n\r\n")
    told = {line.split(b":")[0].lower(): line.split(b": ", 1)[1] for line in head.split(b"\r\n")[1:]}
    delivery.file.seek(0)
    assert body == delivery.file.read()
    assert told[b"content-type"] == b"application/zip" and told[b"ce-specversion"] == b"1.0"
    assert told[b"ce-id"] == b"310116-330424-20261123-0001/1" and told[b"ce-type"] == b"cn.virtual-window.case.handed-over.v1"


@pytest.mark.parametrize("status", [408, 425, 429, 502, 503, 504])
async def test_not_now_is_asked_again_after_as_long_as_it_wants(cases: Cases, status: int) -> None:
    async with home(says(status, error("busy"), "Retry-After: 120")) as (system, _):
        with pytest.raises(HomeAway) as away:
            await system.deliver(cases.delivery())
    assert away.value.after == 120


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413, 422])
async def test_a_refusal_with_a_code_is_the_homes_word(cases: Cases, status: int) -> None:
    async with home(says(status, error("unknown-service"))) as (system, _):
        with pytest.raises(HomeRefused) as refused:
            await system.deliver(cases.delivery())
    assert refused.value.code == "unknown-service"


@pytest.mark.parametrize(("status", "body"), [
    (404, b"<html>not found</html>"), (403, error("Not A Code")), (400, error(7)), (400, b"[]"), (301, b""), (500, error("broken")), (200, b""),
    (200, b"{}"), (200, b"x" * 100_000), (204, b""),
])  # fmt: skip
async def test_whatever_else_is_said_is_no_answer(cases: Cases, status: int, body: bytes) -> None:
    """A proxy's page, a moved address, a receipt that is none: the case stays in the outbox."""
    async with home(says(status, body, "Location: http://127.0.0.1:1/")) as (system, requests):
        with pytest.raises(HomeFailed):
            await system.deliver(cases.delivery())
    assert len(requests) == 1, "nobody is followed elsewhere"


async def test_a_receipt_for_another_case_is_none(cases: Cases) -> None:
    other = cases.delivery(case="310116-330424-20261123-0002")
    async with home(says(201, receipt(other.statement, "R-1", AT))) as (system, _):
        with pytest.raises(HomeFailed, match="bad-receipt"):
            await system.deliver(cases.delivery())


async def test_an_answer_that_breaks_off_or_never_comes_is_none(cases: Cases) -> None:
    delivery = cases.delivery()

    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with home(says(200, receipt(delivery.statement, "R-1", AT), cut=20)) as (system, _):
        with pytest.raises(HomeAway):
            await system.deliver(delivery)
    async with home(silent, seconds=0.2) as (system, _):
        with pytest.raises(HomeAway):
            await system.deliver(delivery)


async def test_nobody_listens(cases: Cases) -> None:
    system = EventsOverHttp("http://127.0.0.1:9/cases", 5)
    with pytest.raises(HomeAway):
        await system.deliver(cases.delivery())
    await system.close()


async def test_the_second_answer_to_one_case_is_no_answer_to_the_next(cases: Cases) -> None:
    """On a connection that stays open."""
    deliveries = [cases.delivery(case=f"310116-330424-20261123-000{n}") for n in (1, 2, 3)]
    answers = iter([receipt(each.statement, f"R-{n}", AT) for n, each in enumerate(deliveries, 1)])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")))
            body = next(answers)
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()

    async with listening(serve) as address:
        system = EventsOverHttp(address, 10)
        assert [await system.deliver(each) for each in deliveries] == ["R-1", "R-2", "R-3"]
        await system.close()
