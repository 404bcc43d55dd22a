"""Notes of progress: there when they are whole, forgotten when they are not, and never in the way."""

from __future__ import annotations

import dataclasses
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import progress
from recordings.progress import Note
from recordings.vault_errors import VaultError
from tests.recordings.full_disk import Disk
from tests.recordings.sealed import name

NOTES = [Note(name(3), 5000, 12_000, 13_960, 50, 640, 360, 1000, 1400, 2), Note(name(0, "clerk.microphone"), 900, 0, 500, 25, 0, 0, 1, 25, 0)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "life.progress"


def test_the_newest_notes_are_the_only_ones(path: Path) -> None:
    progress.write(path, NOTES, sync=True)
    later = dataclasses.replace(NOTES[0], bytes=9000, end=14_960)
    progress.write(path, [later], sync=True)
    assert progress.read(path) == {name(3): [later]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_without_a_file_nothing_is_known(path: Path, tmp_path: Path) -> None:
    assert progress.read(path) == {}
    (tmp_path / "elsewhere").write_bytes(b'{"notes":[]}')
    path.symlink_to(tmp_path / "elsewhere")
    assert progress.read(path) == {}


@given(st.data())
def test_what_was_not_written_whole_says_nothing(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("notes") / "life.progress"
    progress.write(path, NOTES, sync=True)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    path.write_bytes(data.draw(st.sampled_from([whole[:place], whole[:place] + b"\0" + whole[place + 1 :], whole[:place] + b"-" + whole[place:]])))
    for (note,) in progress.read(path).values():
        assert min(note.facts().values()) >= 0


def test_a_broken_disk_keeps_the_notes_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress.write(path, NOTES, sync=True)
    disk = Disk(monkeypatch)
    disk.broken = True
    with pytest.raises(VaultError, match="disk"):
        progress.write(path, [], sync=True)
    assert len(progress.read(path)) == 2


def test_what_was_written_last_stands_behind_what_is_certain(path: Path) -> None:
    certain, last = NOTES[0], replace(NOTES[0], bytes=6000, end=14_200, frames=56)
    progress.write(path, [certain], sync=True)
    progress.write(progress.latest(path), [last], sync=False)
    assert progress.read(path) == {name(3): [certain, last]}
    progress.latest(path).write_bytes(b"torn")
    assert progress.read(path) == {name(3): [certain]}
