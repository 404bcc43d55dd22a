"""A card goes to the kiosk's own page, once, and nowhere else."""

from __future__ import annotations

import io
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from config.clock import SystemClock
from config.logs import get_logger
from config.secret import Secret
from kiosk.identity.card import Card, NotRead
from kiosk.identity.door import PATH, CardDoor
from kiosk.identity.standin import SAMPLES, StandIn
from tests.kiosk.identity.card_page import card_page_at
from tests.kiosk.operate.door_page import PAGE, TOKEN
from tests.logged import logged
from tests.waiting import until

FIRST, SECOND = SAMPLES


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The agent's log, frames of its sockets included if anybody logged them; it works in an empty folder that stays empty."""
    monkeypatch.chdir(tmp_path)
    with logged("debug") as stream:
        yield stream
    assert not [each for card in SAMPLES for each in (card.name, card.number, card.issuer, TOKEN) if each in stream.getvalue()]
    assert os.listdir(tmp_path) == []


@pytest.fixture
def reader() -> StandIn:
    return StandIn()


@pytest_asyncio.fixture
async def port(reader: StandIn) -> AsyncIterator[int]:
    async with CardDoor(reader, Secret(TOKEN), SystemClock(), get_logger("test")).serve(0, [PAGE]) as port:
        yield port


async def test_a_card_goes_to_the_page_that_asked(port: int, reader: StandIn) -> None:
    async with card_page_at(port) as page:
        assert page.heard == [{"type": "ready"}]
        await page.say(type="read-card", n=7, seconds=60)
        reader.lay(FIRST)
        card = await page.word("card", n=7)
        assert (card["name"], card["number"], card["sample"]) == (FIRST.name, FIRST.number, True)
        await page.say(type="read-card", n=8, seconds=60)
        reader.lay(SECOND)
        assert (await page.word("card", n=8))["number"] == SECOND.number
        assert len(page.heard) == 3


@pytest.mark.parametrize(
    ("laid", "code"),
    [(NotRead("unreadable"), "unreadable"), (NotRead("no-reader"), "no-reader"), (Card(FIRST.name, FIRST.number[:17] + "?", None), "bad-number"), (None, "no-card")],
)
async def test_why_there_is_no_card(port: int, reader: StandIn, laid: Card | NotRead | None, code: str) -> None:
    async with card_page_at(port) as page:
        if laid is not None:
            reader.lay(laid)
        await page.say(type="read-card", n=1, seconds=0.05 if laid is None else 60)
        assert await page.word("no-card", n=1) == {"type": "no-card", "n": 1, "code": code}


async def test_the_newest_question_wins_and_a_stop_ends_it(port: int, reader: StandIn) -> None:
    async with card_page_at(port) as page:
        for n in (1, 2, 3):
            await page.say(type="read-card", n=n, seconds=60)
        await page.say(type="stop-reading")
        assert [(await page.word("no-card", n=n))["code"] for n in (1, 2, 3)] == ["taken-over", "taken-over", "stopped"]
        reader.lay(FIRST)
        await page.say(type="read-card", n=4, seconds=60)
        await page.word("card", n=4)


async def test_a_page_that_is_gone_gets_no_card_and_nobody_gets_it_in_its_place(port: int, reader: StandIn, log: io.StringIO) -> None:
    async with card_page_at(port) as page:
        await page.say(type="read-card", n=1, seconds=60)
    await until(lambda: '"stopped"' in log.getvalue())
    async with card_page_at(port) as page:
        await page.say(type="read-card", n=1, seconds=0.05)
        assert (await page.word("no-card", n=1))["code"] == "no-card"


async def test_a_newer_page_takes_over(port: int, reader: StandIn) -> None:
    async with card_page_at(port) as older:
        await older.say(type="read-card", n=1, seconds=60)
        async with card_page_at(port) as newer:
            await until(lambda: older.closed == "taken-over")
            await newer.say(type="read-card", n=1, seconds=60)
            reader.lay(FIRST)
            await newer.word("card", n=1)
        assert older.of("card") == []


async def test_who_does_not_come_in(port: int) -> None:
    for token in ("", TOKEN[:-1], TOKEN + "x"):
        async with card_page_at(port, token=token) as page:
            assert (page.heard, page.closed) == ([], "bad-token")
    for origin in (Origin("https://evil.example"), Origin("null"), None):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{port}{PATH}", origin=origin)
        assert refused.value.response.status_code == 403
    for path in ("", "/", "/identity/", "/identity?x", "/elsewhere"):
        async with connect(f"ws://127.0.0.1:{port}{path}", origin=Origin(PAGE)) as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert (socket.close_code, socket.close_reason) == (1008, "nothing-here")


@pytest.mark.parametrize("first", ['{"type":"read-card","n":1,"seconds":60}', "nonsense", b"\x00", '{"type":"hello"}'])
async def test_whoever_does_not_say_hello_first_gets_nothing(port: int, reader: StandIn, first: str | bytes) -> None:
    reader.lay(FIRST)
    async with connect(f"ws://127.0.0.1:{port}{PATH}", origin=Origin(PAGE)) as socket:
        await socket.send(first)
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_reason == "hello-expected"


@pytest.mark.parametrize("frame", ['{"type":"read-card","n":1,"seconds":999}', "x", b"x", json.dumps({"type": "hello", "token": TOKEN})])
async def test_what_is_not_understood_ends_it(port: int, frame: str | bytes) -> None:
    async with card_page_at(port) as page:
        await page.socket.send(frame)
        await until(lambda: page.closed == "bad-message")


async def test_too_long_and_too_fast_end_it(port: int) -> None:
    async with card_page_at(port) as page:
        await page.socket.send("x" * 2000)
        await until(lambda: page.closed is not None)
        assert page.socket.close_code == 1009
    async with card_page_at(port) as page:
        try:
            for _ in range(100):
                await page.say(type="stop-reading")
        except ConnectionClosed:
            pass
        await until(lambda: page.closed == "too-fast")
