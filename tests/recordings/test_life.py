"""A writer's life and its segments on a disk that refuses: what cannot be written is suspect, never tried twice, and told in the next life."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from recordings import progress
from recordings.framing import whole_length
from recordings.life import Life
from recordings.names import SegmentName
from recordings.scribe import Hole, Mark, Scribe
from recordings.segment_facts import Ended
from recordings.vault import Vault
from tests.media.film import HOME, SESSION, Home, journals
from tests.recordings.full_disk import Disk
from tests.recordings.sealed import ORIGIN, VIDEO


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    begun = Life.begun(Vault(tmp_path), ORIGIN)
    yield begun
    begun.journal.close()


def scribe(life: Life, segment: int = 0, publication: str = "resident.camera") -> Scribe:
    key = life.key_of(SESSION, HOME, Home().public)
    made = Scribe(
        key, SegmentName(SESSION, publication, 1, segment), VIDEO, ORIGIN, start=1000, width=640, height=360, first=7, clock_error=3
    )
    life.scribes.append(made)
    return made


def ended(frames: int, end: int) -> Ended:
    return Ended("resident.camera", 1, 0, VIDEO, 1000, end, frames, 0, 640, 360, 7, 7 + frames, 0, "age")


def segments(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["what"] == "segment"]


def test_the_key_is_told_and_stored_before_the_first_segment_is_begun(life: Life, pool: ThreadPoolExecutor) -> None:
    made = scribe(life)
    made.add(b"webm", False, Mark(1040, 1, 7))
    done = life.round([], pool, sync=False)
    assert [line["what"] for line in done.lines] == ["key-wrapped", "first-byte"]
    assert life.vault.has_whole_key(done.lines[0]["key"])
    ((note, latest),) = progress.read(life.vault.progress(life.id)).values()
    assert latest.bytes >= note.bytes
    assert (note.end, note.frames, note.last, note.start) == (1040, 1, 7, 1000)


def test_a_closed_segment_is_told_as_it_lies_there(life: Life, pool: ThreadPoolExecutor) -> None:
    made = scribe(life)
    made.add(b"webm", False, Mark(1040, 1, 7))
    life.round([], pool, sync=True)
    made.add(b"more", True, None)
    made.end(ended(2, 1080))
    done = life.round([{"what": "gap", "session": SESSION}], pool, sync=False)
    assert [line["what"] for line in done.lines] == ["gap", "segment"]
    (line,) = segments(done.lines)
    assert (line["state"], line["start"], line["end"], line["frames"], line["last"]) == ("whole", 1000, 1080, 2, 9)
    with life.vault.open_segment(made.name) as file:
        extent = whole_length(file)
    assert extent.end == line["bytes"] and extent.marked_last
    assert life.scribes == [] and made.waiting == 0


def test_a_sync_that_fails_is_not_tried_again_and_makes_the_segment_suspect(
    life: Life, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = scribe(life)
    made.add(b"webm", False, Mark(1040, 1, 7))
    life.round([], pool, sync=True)
    disk = Disk(monkeypatch)
    disk.broken = True
    made.add(b"more", False, Mark(1080, 2, 9))
    done = life.round([{"what": "gap", "session": SESSION}], pool, sync=True)
    assert done.error is not None and done.error.code == "disk"
    assert made.closed and made.error is not None and life.scribes == []
    tried = disk.syncs
    again = life.round(done.unwritten, pool, sync=True)
    assert disk.syncs == tried, "a file whose sync failed is never synced again"
    assert [line["what"] for line in again.unwritten] == ["gap", "segment"], "for the next life's journal"
    (line,) = segments(again.unwritten)
    assert (line["state"], line["end"], line["frames"]) == ("suspect", 1080, 2)
    disk.broken = False
    following = Life.begun(life.vault, ORIGIN + 5000)
    following.round(again.unwritten, pool, sync=False)
    following.end(complete=True, close=True)
    assert [line["what"] for line in journals(life.vault.root)] == [
        "writer-started", "key-wrapped", "first-byte", "writer-started", "gap", "segment",
    ]  # fmt: skip


def test_a_full_disk_keeps_the_chunks_that_are_whole(life: Life, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    made, other = scribe(life), scribe(life, publication="resident.microphone")
    made.add(b"webm" * 100, False, Mark(1040, 1, 7))
    other.add(b"webm", False, Mark(1040, 1, 7))
    life.round([], pool, sync=True)
    disk = Disk(monkeypatch)
    disk.room = 100
    made.add(b"more" * 100, False, Mark(1080, 2, 9))
    done = life.round([], pool, sync=False)
    assert done.error is not None and done.error.code == "full"
    assert made.closed and not other.closed
    disk.room = None
    made.end(ended(9, 1400))
    assert made.hole == Hole(1040, 1400, 9), "of the packets 7 to 16 the first is known to be there"
    with life.vault.open_segment(made.name) as file:
        extent = whole_length(file)
    (line,) = [line for line in [*segments(done.lines), *segments(done.unwritten)] if line["publication"] == "resident.camera"]
    assert (line["state"], line["bytes"], line["end"], line["clear"]) == ("suspect", extent.end, 1040, None)


def test_a_key_that_cannot_be_stored_begins_no_segment(life: Life, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scribe(life)
    made.add(b"webm", False, Mark(1040, 1, 7))
    disk = Disk(monkeypatch)
    disk.room = 0
    done = life.round([], pool, sync=False)
    assert done.error is not None and made.closed and made.line() is None
    made.end(ended(5, 1200))
    assert made.hole == Hole(1000, 1200, 6), "of the packets 7 to 12 none is there"
    disk.room = None
    assert not life.vault.sessions() or not life.vault.segments(SESSION)


def test_a_segment_that_was_taken_away_while_it_was_open_is_not_whole(life: Life, pool: ThreadPoolExecutor) -> None:
    made = scribe(life)
    made.add(b"webm", False, Mark(1040, 1, 7))
    life.round([], pool, sync=True)
    (life.vault.root / "sessions" / SESSION / made.name.file).unlink()
    made.add(b"more", True, None)
    made.end(ended(2, 1080))
    done = life.round([], pool, sync=False)
    assert done.error is not None and done.error.code == "missing"
    (line,) = segments(done.lines)
    assert (line["state"], line["start"], line["end"]) == ("suspect", 1000, 1000)


def test_what_waits_for_the_disk_is_counted(life: Life, pool: ThreadPoolExecutor) -> None:
    made = scribe(life)
    made.add(bytes(1000), False, None)
    assert 1000 < made.waiting < 1100 and made.has_work
    life.round([], pool, sync=False)
    assert made.waiting == 0 and not made.has_work
