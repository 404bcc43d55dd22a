"""A copy beside a writer: of one moment, whatever the writer does meanwhile, and nothing of the writer's is touched."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from signaling.store.snapshot import Unsettled, snapshot


class Writer:
    """Two tables that always hold the same number; a checkpoint carries pages over only when it is told to."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA wal_autocheckpoint = 0")
        self.connection.executescript("CREATE TABLE a (n, filler); CREATE TABLE b (n, filler);")
        for table in "ab":
            self.connection.execute(f"INSERT INTO {table} VALUES (0, zeroblob(20000))")
        self.n = 0

    def write(self) -> None:
        self.n += 1
        self.connection.executescript(f"BEGIN; UPDATE a SET n = {self.n}; UPDATE b SET n = {self.n}; COMMIT;")

    def carry_over(self) -> None:
        self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def begin_anew(self) -> None:
        self.connection.execute("PRAGMA wal_checkpoint(RESTART)")
        self.write()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path / "x.db")
    with closing(writer.connection):
        yield writer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


def numbers(copy: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found: tuple[int, int] = connection.execute("SELECT a.n, b.n FROM a, b").fetchone()
        return found


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], None]) -> None:
    """`act(file)` happens after each file that is copied."""

    copy = shutil.copyfile

    def copied(source: Path, target: Path) -> None:
        copy(source, target)
        act(source)

    monkeypatch.setattr(shutil, "copyfile", copied)


def test_what_stands_in_the_log_alone_is_in_the_copy(writer: Writer, folder: Path) -> None:
    writer.write()
    assert numbers(snapshot(writer.file, folder)) == (1, 1)


def test_what_was_carried_over_before_is_in_the_copy(writer: Writer, folder: Path) -> None:
    writer.write()
    writer.carry_over()
    assert numbers(snapshot(writer.file, folder)) == (1, 1)


def test_a_database_without_a_log_is_copied_alone(writer: Writer, folder: Path) -> None:
    writer.write()
    writer.connection.close()
    assert not writer.file.with_name("x.db-wal").exists()
    assert numbers(snapshot(writer.file, folder)) == (1, 1)


@pytest.mark.parametrize("carries_over", [False, True])
def test_what_is_written_while_the_file_is_copied_is_whole_in_the_copy(
    writer: Writer, folder: Path, monkeypatch: pytest.MonkeyPatch, carries_over: bool
) -> None:
    """Even when it is carried over into a file that has been copied already."""

    def act(source: Path) -> None:
        if source == writer.file:
            writer.write()
            if carries_over:
                writer.carry_over()

    writer.write()
    meanwhile(monkeypatch, act)
    assert numbers(snapshot(writer.file, folder)) == (2, 2)


def test_a_torn_page_of_the_file_is_covered_by_the_log(writer: Writer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(source: Path) -> None:
        if source == writer.file:  # as if a checkpoint had been half way when its pages were read
            writer.write()
            writer.carry_over()
            copy = folder / "x.db"
            content, half = bytearray(copy.read_bytes()), 4096 + 2048
            content[4096:half] = writer.file.read_bytes()[4096:half]
            copy.write_bytes(content)

    meanwhile(monkeypatch, act)
    assert numbers(snapshot(writer.file, folder)) == (1, 1)


def test_when_the_log_is_begun_anew_meanwhile_it_is_copied_again(writer: Writer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again = iter([True])

    def act(source: Path) -> None:
        if next(again, False):
            writer.write()
            writer.begin_anew()

    writer.write()
    meanwhile(monkeypatch, act)
    assert numbers(snapshot(writer.file, folder)) == (3, 3)


def test_a_writer_that_ends_meanwhile_takes_nothing_away(writer: Writer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(source: Path) -> None:
        if source == writer.file:
            writer.connection.close()

    writer.write()
    meanwhile(monkeypatch, act)
    assert numbers(snapshot(writer.file, folder)) == (1, 1)


def test_one_that_writes_faster_than_it_can_be_copied_is_said(writer: Writer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda _: writer.begin_anew())
    with pytest.raises(Unsettled, match="faster than it could be copied"):
        snapshot(writer.file, folder)


def test_nothing_of_the_writers_is_touched(writer: Writer, folder: Path) -> None:
    def state() -> dict[str, tuple[bytes, int]]:
        return {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in writer.file.parent.iterdir() if f.is_file()}

    writer.write()
    before = state()
    assert before.keys() == {"x.db", "x.db-wal", "x.db-shm"}
    snapshot(writer.file, folder)
    assert state() == before
