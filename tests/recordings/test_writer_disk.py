"""The writer on a disk that refuses or does not answer: one segment is suspect, the recording goes on elsewhere, and the node knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.clock import HandClock, SystemClock
from recordings import writer_wire as wire
from recordings.health import STALLED
from tests.media.film import SESSION, Home, journals, open_segments
from tests.recordings.full_disk import Disk
from tests.recordings.writing import NodeSide, opening, sound, track, writing_here
from tests.waiting import until

WELL = wire.Health(True, "")


def lost(lines: list[dict[str, Any]]) -> int:
    return sum(line["lost"] for line in lines if line["what"] == "gap")


def numbers(vault: Path, home: Home) -> list[int]:
    """Those of the frames that lie there."""
    return [number for segment in open_segments(vault, home) for number in segment.numbers]


async def test_a_sync_that_fails_makes_one_segment_suspect_and_the_recording_goes_on_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, disk = Home(), Disk(monkeypatch)
    disk.below = tmp_path / "recordings"
    async with writing_here(tmp_path, SystemClock()) as node:
        node.say(opening(home), track(), *sound(0, 100))
        await until(lambda: node.lines("first-byte"))
        disk.broken = True
        node.say(*sound(100, 50))
        await until(lambda: node.lines("segment"))
        node.say(*sound(150, 50), wire.CloseSession(SESSION, 4000))
        await until(lambda: node.lines("room-closed"))
        suspect, whole = node.lines("segment")
        assert (suspect["state"], whole["state"]) == ("suspect", "whole")
        assert suspect["key"] != whole["key"], "each life has a key of its own"
        assert {line["cause"] for line in node.lines("gap")} <= {"disk"}
        assert wire.Health(False, "no-disk") not in node.health, "there was another disk all the time"
    before, after = numbers(tmp_path / "recordings", home), numbers(tmp_path / "spill", home)
    assert before + after == sorted({*before, *after}) and (before[0], after[-1]) == (0, 199)
    told = journals(tmp_path / "spill")
    assert lost(told) >= 200 - len(before) - len(after), "no packet is missing without a word"
    assert [line["state"] for line in told if line["what"] == "segment"] == ["suspect", "whole"], "the journal there took nothing more"


async def stalled(node: NodeSide, clock: HandClock, disk: Disk) -> None:
    """Until the disk is asked for something, does not answer, and that is told."""
    disk.awake.clear()
    asked = disk.syncs
    node.say(*sound(50, 50))
    await until(lambda: disk.syncs > asked)
    clock.advance(STALLED + 1)
    await until(lambda: wire.Health(False, "stalled") in node.health)


async def test_a_disk_that_does_not_answer_is_told_and_so_is_its_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, disk, clock = Home(), Disk(monkeypatch), HandClock()
    async with writing_here(tmp_path, clock) as node:
        try:
            await until(lambda: node.health == [WELL])
            node.say(opening(home, origin=round(clock.now() * 1000)), track(), *sound(0, 50))
            await until(lambda: node.lines("first-byte"))
            clock.advance(2.0)
            await stalled(node, clock, disk)
        finally:
            disk.awake.set()
        await until(lambda: node.health[-1] == WELL)
        node.say(wire.CloseSession(SESSION, 2000))
        await until(lambda: node.lines("room-closed"))
        assert not node.lines("gap"), "nothing was lost by waiting"
    assert numbers(tmp_path / "recordings", home) == list(range(100))


async def test_no_disk_is_told_when_a_session_needs_one_and_ends_when_something_is_written(tmp_path: Path) -> None:
    home, clock = Home(), HandClock()
    for vault in ("recordings", "spill"):
        (tmp_path / vault).write_text("no folder")
    async with writing_here(tmp_path, clock) as node:
        await until(lambda: node.health == [WELL])
        node.say(opening(home, origin=round(clock.now() * 1000)), track(), *sound(0, 50))
        await until(lambda: node.health == [WELL, wire.Health(False, "no-disk")])
        (tmp_path / "recordings").unlink()
        node.say(*sound(50, 50))

        def is_well_again() -> bool:
            clock.advance(0.1)  # the disk is looked for now and then; a search that is on may have found none yet
            return node.health[-1] == WELL

        await until(is_well_again)
        node.say(wire.CloseSession(SESSION, 2000))
        await until(lambda: node.lines("room-closed"))
        gaps = node.lines("gap")
        assert gaps and all(gap["cause"] == "disk" for gap in gaps)
    assert lost(gaps) == 100 - len(numbers(tmp_path / "recordings", home))
