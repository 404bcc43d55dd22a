"""A file of facts: each on the disk before it is told, a torn last line cut, anything else that is wrong named with its line."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.canonical import NotCanonical
from recordings.journal import LONGEST_LINE, Journal
from recordings.vault_errors import VaultError, VaultFull
from tests.recordings.full_disk import Disk
from tests.waiting import LONG

FACTS = [{"what": "gap", "start": 5, "cause": "loss"}, {"what": "segment", "clear": None}, {"what": "金山", "on": True}]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "facts.jsonl"


@pytest.fixture
def written(path: Path) -> bytes:
    with Journal.opened(path) as journal:
        journal.append(*FACTS)
    return path.read_bytes()


def facts(path: Path) -> list[dict[str, Any]]:
    with Journal.read(path) as journal:
        return list(journal.lines())


def refused(path: Path) -> str:
    with pytest.raises(VaultError) as found:
        Journal.opened(path).close()
    return str(found.value)


def test_facts_are_numbered_lines_that_anyone_can_read(path: Path) -> None:
    with Journal.opened(path) as journal:
        assert journal.append(FACTS[0]) == [{**FACTS[0], "n": 1}]
        assert journal.append(*FACTS[1:]) == [{**FACTS[1], "n": 2}, {**FACTS[2], "n": 3}]
        assert journal.append() == []
        assert len(journal) == 3 and journal.line(2)["n"] == 2
    lines = path.read_bytes().splitlines(keepends=True)
    assert [json.loads(line)["n"] for line in lines] == [1, 2, 3]
    assert lines[0] == b'{"cause":"loss","n":1,"start":5,"what":"gap"}\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_journal_goes_on_where_it_ended(path: Path, written: bytes) -> None:
    seen: list[dict[str, Any]] = []
    with Journal.opened(path, make=False, each=seen.append) as journal:
        assert len(seen) == 3
        assert journal.append({"what": "more"})[0]["n"] == 4
        assert [line["n"] for line in journal.lines(after=2)] == [3, 4]
        with pytest.raises(IndexError):
            journal.line(5)
        with pytest.raises(IndexError):
            journal.line(0)
    assert path.read_bytes().startswith(written)


@given(st.data())
def test_a_torn_last_line_is_cut_and_no_other(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("torn") / "facts.jsonl"
    with Journal.opened(path) as journal:
        journal.append(*FACTS)
    whole = path.read_bytes()
    length = data.draw(st.integers(0, len(whole)))
    zeros = data.draw(st.integers(0, 20))
    path.write_bytes(whole[:length] + bytes(zeros))
    kept = whole[:length].count(b"\n")
    with Journal.opened(path) as journal:
        assert len(journal) == kept
        assert journal.cut == length + zeros - len(b"".join(whole.splitlines(keepends=True)[:kept]))
        assert journal.append({"what": "next"})[0]["n"] == kept + 1
    assert [line["n"] for line in facts(path)] == list(range(1, kept + 2))


@given(st.data())
def test_any_other_change_is_refused_and_its_line_named(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("changed") / "facts.jsonl"
    with Journal.opened(path) as journal:
        journal.append(*FACTS)
    lines = path.read_bytes().splitlines(keepends=True)
    match data.draw(st.sampled_from(["left out", "twice", "swapped", "spelled", "not JSON"])):
        case "left out":
            changed, place = [lines[0], lines[2]], 2
        case "twice":
            changed, place = [lines[0], lines[0], *lines[1:]], 2
        case "swapped":
            changed, place = [lines[1], lines[0], lines[2]], 1
        case "spelled":
            changed, place = [lines[0], lines[1].replace(b":", b": ", 1), lines[2]], 2
        case _:
            changed, place = [*lines[:2], b"{}\n"], 3
    path.write_bytes(b"".join(changed))
    before = path.read_bytes()
    assert f"line {place}:" in refused(path)
    assert path.read_bytes() == before, "a person must look at it: nothing is cut"


def test_zeros_within_are_damage_and_at_the_end_a_power_cut(path: Path, written: bytes) -> None:
    lines = written.splitlines(keepends=True)
    path.write_bytes(lines[0] + bytes(10) + lines[1] + lines[2])
    assert "zeros, and lines follow" in refused(path)
    path.write_bytes(lines[0] + bytes(1000) + b"\n")
    with Journal.opened(path) as journal:
        assert len(journal) == 1


def test_a_line_longer_than_any_of_ours_is_damage(path: Path) -> None:
    path.write_bytes(b"x" * (LONGEST_LINE * 5))
    assert "longer than any line" in refused(path)
    path.unlink()
    with Journal.opened(path) as journal:
        with pytest.raises(ValueError, match="a line of"):
            journal.append({"what": "x" * LONGEST_LINE})
        with pytest.raises(NotCanonical):
            journal.append({"what": 0.5})
        assert journal.append({"what": "still good"})[0]["n"] == 1


def test_a_full_disk_takes_all_of_it_or_nothing(path: Path, written: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    with Journal.opened(path) as journal:
        disk.room = 60
        with pytest.raises(VaultFull):
            journal.append(*FACTS)
        disk.room = None
        assert journal.failed and len(journal) == 3
        with pytest.raises(VaultError, match="closed"):
            journal.append(FACTS[0])
    assert path.read_bytes() == written


def test_nothing_is_told_that_the_disk_did_not_take(path: Path, written: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    with Journal.opened(path) as journal:
        disk.broken = True
        with pytest.raises(VaultError, match="disk"):
            journal.append(FACTS[0])
        disk.broken, disk.syncs = False, 0
        with pytest.raises(VaultError, match="closed"):
            journal.append(FACTS[0])
        assert disk.syncs == 0
        assert [line["n"] for line in journal.lines()] == [1, 2, 3]


def test_one_process_writes_and_others_may_read(path: Path, written: bytes) -> None:
    ask = "import sys, pathlib; from recordings.journal import Journal; print(len(getattr(Journal, sys.argv[1])(pathlib.Path(sys.argv[2]))))"
    run = [sys.executable, "-c", ask]
    with Journal.opened(path):
        writer = subprocess.run([*run, "opened", str(path)], capture_output=True, text=True, timeout=LONG)
        assert "busy" in writer.stderr and writer.returncode
        reader = subprocess.run([*run, "read", str(path)], capture_output=True, text=True, timeout=LONG)
        assert reader.stdout == "3\n", reader.stderr
    assert subprocess.run([*run, "opened", str(path)], capture_output=True, text=True, timeout=LONG).stdout == "3\n"


def test_who_reads_cuts_nothing_and_adds_nothing(path: Path, written: bytes) -> None:
    path.write_bytes(written + b'{"half')
    with Journal.read(path) as journal:
        assert len(journal) == 3 and journal.cut == 6
        with pytest.raises(VaultError, match="closed"):
            journal.append(FACTS[0])
    assert path.read_bytes() == written + b'{"half'


def test_a_finished_journal_is_read_only(path: Path, written: bytes) -> None:
    with Journal.opened(path) as journal:
        journal.finish()
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert len(facts(path)) == 3


def test_the_last_facts_make_it_read_only_by_the_same_sync(path: Path, written: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = list[int]()
    monkeypatch.setattr(os, "fsync", synced.append)
    monkeypatch.setattr(os, "fdatasync", synced.append)
    with Journal.opened(path) as journal:
        assert journal.append(FACTS[0], last=True)[0]["n"] == 4
    assert len(synced) == 1 and stat.S_IMODE(path.stat().st_mode) == 0o400
    assert len(facts(path)) == 4


def test_links_and_missing_files(path: Path, tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="missing"):
        Journal.opened(path, make=False)
    with pytest.raises(VaultError, match="missing"):
        Journal.read(path)
    (tmp_path / "elsewhere").touch()
    path.symlink_to(tmp_path / "elsewhere")
    assert "not-ours" in refused(path)


def test_no_handle_stays_open_after_a_refusal(path: Path) -> None:
    path.write_bytes(b"{}\n")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        refused(path)
    assert len(os.listdir("/proc/self/fd")) == before
