"""A real disk without a byte left, while a segment is being written: the segment is suspect, keeps its whole chunks, and is told elsewhere."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from recordings.framing import whole_length
from recordings.life import Life
from recordings.scribe import Mark
from recordings.vault import Vault
from tests.faults.test_recording_survives import small_disk
from tests.media.film import journals
from tests.recordings.sealed import ORIGIN
from tests.recordings.test_life import ended, scribe


def fill(folder: Path) -> None:
    """To the last byte."""
    handle = os.open(folder / "filler", os.O_WRONLY | os.O_CREAT)
    try:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    os.write(handle, bytes(size))
            except OSError:
                continue
    finally:
        os.close(handle)


def test_the_segment_whose_write_finds_no_room_is_suspect(tmp_path: Path) -> None:
    full, other = tmp_path / "full", tmp_path / "other"
    with small_disk(full, "512k"), ThreadPoolExecutor(4) as pool:
        life = Life.begun(Vault(full), ORIGIN)
        made = scribe(life)
        made.add(b"webm" * 100, False, Mark(1040, 1, 7))
        assert life.round([], pool, sync=True).error is None
        fill(full)
        made.add(b"more" * 5000, False, Mark(1080, 2, 9))
        done = life.round([], pool, sync=True)
        assert done.error is not None and done.error.code == "full"
        made.end(ended(9, 1400))
        told = [line for line in [*done.lines, *done.unwritten] if line["what"] == "segment"]
        assert [(line["state"], line["end"], line["frames"]) for line in told] == [("suspect", 1040, 1)]
        with life.vault.open_segment(made.name) as file:
            assert whole_length(file).end == told[0]["bytes"], "the chunk that was whole is there, the torn one is not"
        following = Life.begun(Vault(other), ORIGIN + 5000)
        following.round(done.unwritten or told, pool, sync=False)
        following.end(complete=True, close=True)
        life.journal.close()
    assert [line["state"] for line in journals(other) if line["what"] == "segment"] == ["suspect"], "told where there is room"
