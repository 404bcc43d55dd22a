"""One reading at a time, asked for, over after a time, the newest wins; whatever a reader does."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from collections.abc import Iterator

import pytest

from config.clock import HandClock
from config.logs import get_logger
from kiosk.identity.card import Card, CardRead, NotRead
from kiosk.identity.reader import Readings
from kiosk.identity.standin import SAMPLES, StandIn
from tests.logged import logged

LONG = 600.0


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with logged() as stream:
        yield stream
    assert not [each for card in SAMPLES for each in (card.name, card.number, card.issuer) if each in stream.getvalue()], "nothing of a card"


@pytest.fixture
def reader() -> StandIn:
    return StandIn()


@pytest.fixture
def readings(reader: StandIn, log: io.StringIO) -> Readings:
    return Readings(reader, HandClock(), get_logger("test"))


async def test_a_card_is_read_once(readings: Readings, reader: StandIn) -> None:
    reader.lay(SAMPLES[0])
    found = await readings.read(LONG)
    assert isinstance(found, CardRead) and found.id_number.text == SAMPLES[0].number and found.sample
    assert await readings.read(0.01) == NotRead("no-card")


async def test_a_reading_ends_by_itself(readings: Readings, reader: StandIn) -> None:
    assert await readings.read(0.01) == NotRead("no-card")
    reader.lay(SAMPLES[1])
    assert isinstance(await readings.read(LONG), CardRead)


async def test_the_newest_wins(readings: Readings, reader: StandIn) -> None:
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(readings.read(LONG)) for _ in range(4)]
        await asyncio.wait(asked[:3])
        assert [each.result() for each in asked[:3]] == [NotRead("taken-over")] * 3
        reader.lay(SAMPLES[0])
    assert isinstance(asked[3].result(), CardRead)


async def test_it_counts_from_the_asking_not_from_the_waiting(readings: Readings, reader: StandIn) -> None:
    first = readings.read(LONG)
    readings.stop()
    reader.lay(SAMPLES[0])
    assert await first == NotRead("stopped")
    older, newer = readings.read(LONG), readings.read(LONG)
    assert isinstance(await newer, CardRead)
    assert await older == NotRead("taken-over")


async def test_it_can_be_stopped_and_asked_again(readings: Readings, reader: StandIn) -> None:
    readings.stop()
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(readings.read(LONG))
        await asyncio.wait([asked], timeout=0.02)
        readings.stop()
        readings.stop("taken-over")
    assert asked.result() == NotRead("stopped")
    reader.lay(SAMPLES[0])
    assert isinstance(await readings.read(LONG), CardRead)


async def test_who_asked_is_gone_and_the_next_one_is_served(readings: Readings, reader: StandIn) -> None:
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(readings.read(LONG))
        await asyncio.wait([asked], timeout=0.02)
        asked.cancel()
    reader.lay(SAMPLES[0])
    assert isinstance(await readings.read(LONG), CardRead)


async def test_a_forged_card_and_one_that_has_run_out_are_told(readings: Readings, reader: StandIn) -> None:
    sample = SAMPLES[0]
    forged = sample.number[:17] + ("0" if sample.number[17] != "0" else "1")
    for card, code in ((Card(sample.name, forged, None), "bad-number"), (Card(sample.name, sample.number, dt.date(2020, 1, 1)), "card-expired")):
        reader.lay(card)
        assert await readings.read(LONG) == NotRead(code)  # type: ignore[arg-type] # it is one of the codes


async def test_the_day_is_that_of_beijing(reader: StandIn, log: io.StringIO) -> None:
    evening = dt.datetime(2026, 11, 28, 16, 30, tzinfo=dt.UTC).timestamp()  # half past midnight there
    readings = Readings(reader, HandClock(evening), get_logger("test"))
    for until, valid in ((dt.date(2026, 11, 28), False), (dt.date(2026, 11, 29), True)):
        reader.lay(Card(SAMPLES[0].name, SAMPLES[0].number, until))
        assert isinstance(await readings.read(LONG), CardRead) is valid


async def test_a_reader_that_throws_ends_nothing_and_tells_nothing(log: io.StringIO) -> None:
    class Broken(StandIn):
        async def read(self) -> Card | NotRead:
            raise RuntimeError(f"cannot read {SAMPLES[0].name} {SAMPLES[0].number}")

    readings = Readings(Broken(), HandClock(), get_logger("test"))
    for _ in range(2):
        assert await readings.read(LONG) == NotRead("reader-fault")
    assert "RuntimeError" in log.getvalue()
