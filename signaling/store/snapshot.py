"""A copy of a SQLite database as it is at one moment, beside its server: nothing is locked, nothing written there, nothing recovered.

The file changes only when a checkpoint carries pages over from the write-ahead log, and what was carried over still stands in the log
until the log is begun anew, which shows in its header (https://sqlite.org/fileformat2.html#the_write_ahead_log). So a copy of the
file, and after it one of the log, are together the database of one moment, if the log has the same header before and after.
"""

from __future__ import annotations

import shutil
from pathlib import Path

HEADER = 32
"""Bytes of a log's header; two numbers in it are new each time that the log is begun anew."""
TRIES = 5


class Unsettled(Exception):
    """The database was written faster than it could be copied."""


def snapshot(file: Path, folder: Path, tries: int = TRIES) -> Path:
    """Copy `file` and its log into `folder`, and return where. Raises Unsettled, OSError (no such file, no room)."""
    copy = folder / file.name
    for _ in range(tries):
        before = _state(file)
        shutil.copyfile(file, copy)
        try:
            shutil.copyfile(_log(file), _log(copy))
        except FileNotFoundError:
            _log(copy).unlink(missing_ok=True)
        if _state(file) == before:
            return copy
    raise Unsettled(f"{file} was written faster than it could be copied, {tries} times")


def _log(file: Path) -> Path:
    return file.with_name(file.name + "-wal")


def _state(file: Path) -> tuple[object, ...]:
    """What stays the same while nothing is taken away from under a copy."""
    found = file.stat()
    try:
        with _log(file).open("rb") as log:
            header = log.read(HEADER)
    except FileNotFoundError:
        header = b""
    # Without a log whoever wrote meanwhile has had one, carried everything over and taken it away again.
    return (found.st_ino, header) if header else (found.st_ino, found.st_size, found.st_mtime_ns)
