"""Where papers are put away: one number each, told in a journal, found again at once; a disk that refuses is said in the wire's words."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.clock import HandClock
from media.node_api import JournalLine
from recordings.album import Album, Picture
from recordings.custody_client import CustodyAway
from recordings.names import SegmentName
from recordings.vault import Vault
from signaling.domain.refusals import Refusal
from signaling.domain.states import Ticket
from signaling.office.archive import Archive
from signaling.office.safe import Safe
from signaling.store.memory import MemoryStore
from tests.signaling.office.album import MemoryAlbum
from tests.stories.visit import ticket

NOW = 1_795_399_200.0
ORIGIN = round(NOW * 1000) - 5000
"""The session's clock began five seconds ago."""
PAPER, PAGE = Picture("form.paper", b"%PDF-1.7", 0, 0, "application/pdf"), Picture("form-1.picture", b"\x89PNG", 1080, 1527, "image/png")


class NoCustody:
    async def of(self, jurisdiction: str) -> object:
        raise CustodyAway(jurisdiction)


class House:
    """A safe over memory; what its journals say."""

    def __init__(self) -> None:
        self.clock, self.album = HandClock(NOW), MemoryAlbum()
        self.lines: list[JournalLine] = []
        self.safe = Safe(self.album, self.album, self.lines.append, self.clock)
        self.ticket: Ticket = ticket("J012")


@pytest.fixture
def house() -> House:
    return House()


async def test_what_belongs_together_has_one_number_the_time_on_the_sessions_clock(house: House) -> None:
    number = await house.safe.put(house.ticket, ORIGIN, [PAPER, PAGE])
    assert number == 5000
    assert {place for _, place in house.album.papers} == {("form.paper", 1, 5000), ("form-1.picture", 1, 5000)}
    assert await house.safe.read(house.ticket, "form.paper", number) == PAPER.data


async def test_no_number_is_given_twice_though_the_clock_stands_still_or_goes_back(house: House) -> None:
    numbers = [await house.safe.put(house.ticket, ORIGIN, [PAPER]) for _ in range(3)]
    house.clock.advance(-3)
    numbers.append(await house.safe.put(house.ticket, ORIGIN, [PAPER]))
    assert numbers == [5000, 5001, 5002, 5003]
    assert await house.safe.put(house.ticket, ORIGIN, [PAPER], after=7000) == 7001, "later than what the caller knows of"
    assert await house.safe.put(ticket("J013"), ORIGIN, [PAPER]) == 2000, "another visit has its own"


async def test_before_the_sessions_clock_began_is_its_beginning(house: House) -> None:
    assert await house.safe.put(house.ticket, ORIGIN + 60_000, [PAPER]) == 0


async def test_a_full_disk_is_said_and_the_next_paper_is_taken(house: House) -> None:
    house.album.full = True
    with pytest.raises(Refusal) as refusal:
        await house.safe.put(house.ticket, ORIGIN, [PAPER])
    assert refusal.value.code == "not-recordable" and house.lines == []
    house.album.full = False
    assert await house.safe.put(house.ticket, ORIGIN, [PAPER]) > 5000


async def test_papers_that_are_not_there_yet_are_told_of_when_all_that_comes_of_them_is_done(house: House) -> None:
    async with house.safe.opened(house.ticket, ORIGIN) as envelope:
        number = await envelope([PAPER, PAGE], 7000)
        assert number == 7001 and await house.safe.read(house.ticket, "form.paper", number) == PAPER.data
        assert house.lines == []
    assert [line.line for line in house.lines] == ["2 papers"]
    assert [(each.used, each.dropped) for each in house.album.begun] == [(True, False)]


async def test_what_was_sealed_is_told_of_also_when_nothing_comes_of_it(house: House) -> None:
    with pytest.raises(Refusal, match="not-now"):
        async with house.safe.opened(house.ticket, ORIGIN) as envelope:
            await envelope([PAPER], -1)
            raise Refusal("not-now")
    assert len(house.lines) == 1


async def test_papers_that_never_come_leave_nothing(house: House) -> None:
    with pytest.raises(Refusal, match="picture-damaged"):
        async with house.safe.opened(house.ticket, ORIGIN):
            raise Refusal("picture-damaged")
    assert house.lines == [] and [(each.used, each.dropped) for each in house.album.begun] == [(False, True)]


async def test_a_disk_that_takes_no_beginning_is_said_where_papers_come_and_kept_quiet_where_none_do(house: House) -> None:
    house.album.full = True
    with pytest.raises(Refusal, match="not-recordable"):
        async with house.safe.opened(house.ticket, ORIGIN) as envelope:
            await envelope([PAPER], -1)
    async with house.safe.opened(house.ticket, ORIGIN):
        pass
    assert house.lines == []


async def test_what_is_not_there_is_not_found(house: House) -> None:
    with pytest.raises(Refusal, match="unknown-segment"):
        await house.safe.read(house.ticket, "form.paper", 1)


@pytest.fixture
async def sealed(tmp_path: Path) -> AsyncIterator[tuple[Safe, list[JournalLine], Path]]:
    """With a real album and a real archive."""
    lines: list[JournalLine] = []
    archive = Archive(MemoryStore().evidence, NoCustody(), [tmp_path])  # type: ignore[arg-type] # nobody opens anything here
    yield Safe(archive, Album([tmp_path]), lines.append, HandClock(NOW)), lines, tmp_path


async def test_the_journal_says_what_was_sealed_in_order(sealed: tuple[Safe, list[JournalLine], Path]) -> None:
    safe, lines, root = sealed
    number = await safe.put(ticket("J012"), ORIGIN, [PAPER, PAGE])
    assert [line.n for line in lines] == list(range(1, len(lines) + 1)) and len({line.life for line in lines}) == 1
    pictures = [fact for line in lines if (fact := json.loads(line.line))["what"] == "picture"]
    assert [(fact["publication"], fact["segment"], fact["media"]) for fact in pictures] == [("form.paper", number, "application/pdf"), ("form-1.picture", number, "image/png")]
    assert sorted(Vault(root).segments("visit-J012"), key=str) == sorted((SegmentName("visit-J012", each.publication, 1, number) for each in (PAPER, PAGE)), key=str)


async def test_it_is_looked_for_as_soon_as_it_is_sealed_and_custody_opens_it(sealed: tuple[Safe, list[JournalLine], Path]) -> None:
    """Nothing has been entered in any ledger yet: only custody is lacking."""
    safe, _, _ = sealed
    number = await safe.put(ticket("J012"), ORIGIN, [PAPER])
    with pytest.raises(Refusal, match="custody-away"):
        await safe.pieces(ticket("J012"), "form.paper", number)
