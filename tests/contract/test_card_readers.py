"""One suite for every reader of identity cards: the stand-in, and a vendor's program as a process."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
import pytest_asyncio

from config.logs import get_logger
from kiosk.identity.card import Card, NotRead
from kiosk.identity.process_reader import ProcessReader
from kiosk.identity.reader import CardReader
from kiosk.identity.standin import SAMPLES, StandIn
from tests.kiosk.identity import vendor
from tests.waiting import until

FIRST, SECOND = SAMPLES
ENDING = Card("样本丙", FIRST.number, dt.date(2036, 1, 31), "样本公安局")


class Desk(NamedTuple):
    """A reader, and a hand that lays cards on it."""

    reader: CardReader
    lay: Callable[[Card | NotRead], None]


def by_hand() -> Desk:
    reader = StandIn()
    return Desk(reader, reader.lay)


def by_process(place: Path) -> Desk:
    def lay(found: Card | NotRead) -> None:
        content = {"card": msgspec.to_builtins(found)} if isinstance(found, Card) else {"problem": found.code}
        half = place.with_suffix(".half")
        half.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        os.replace(half, place)

    return Desk(ProcessReader([sys.executable, vendor.__file__, str(place)], get_logger("test")), lay)


@pytest_asyncio.fixture(params=["stand-in", "process"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    made = by_hand() if request.param == "stand-in" else by_process(tmp_path / "card.json")
    yield made
    await made.reader.close()


@pytest.mark.parametrize("card", [FIRST, ENDING])
async def test_a_card_that_is_laid_on_is_read_as_it_is(desk: Desk, card: Card) -> None:
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(desk.reader.read())
        desk.lay(card)
    assert reading.result() == card


async def test_a_card_that_lies_there_already_is_read(desk: Desk) -> None:
    desk.lay(FIRST)
    assert await desk.reader.read() == FIRST


async def test_of_two_that_are_laid_on_the_newest_is_read(desk: Desk) -> None:
    desk.lay(FIRST)
    desk.lay(SECOND)
    assert await desk.reader.read() == SECOND


async def test_one_after_the_other(desk: Desk) -> None:
    for card in (FIRST, SECOND, FIRST):
        desk.lay(card)
        assert await desk.reader.read() == card


@pytest.mark.parametrize("code", ["unreadable", "no-reader"])
async def test_what_goes_wrong_is_told_and_the_next_card_is_read(desk: Desk, code: str) -> None:
    desk.lay(NotRead(code))  # type: ignore[arg-type] # both are codes
    assert await desk.reader.read() == NotRead(code)  # type: ignore[arg-type] # both are codes
    desk.lay(FIRST)
    assert await desk.reader.read() == FIRST


async def test_nothing_is_read_without_a_card_and_a_cancelled_reading_takes_none(desk: Desk) -> None:
    for _ in range(3):
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(desk.reader.read())
            await asyncio.wait([reading], timeout=0.05)
            assert not reading.done()
            reading.cancel()
    desk.lay(SECOND)
    assert await desk.reader.read() == SECOND


async def test_a_closed_reader_reads_no_more(desk: Desk) -> None:
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(desk.reader.read())
        await asyncio.wait([reading], timeout=0.05)
        await desk.reader.close()
    assert reading.result() == NotRead("no-reader")
    await desk.reader.close()
    desk.lay(FIRST)
    assert await desk.reader.read() == NotRead("no-reader")


async def test_a_stop_reaches_the_program(tmp_path: Path) -> None:
    """The device rests between readings."""
    desk, told = by_process(tmp_path / "card.json"), tmp_path / "card.json.told"
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(desk.reader.read())
        await until(lambda: told.exists() and told.read_text() == "read 1\n")
        reading.cancel()
    await until(lambda: told.read_text() == "read 1\nstop 1\n")
    await desk.reader.close()
