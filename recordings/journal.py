"""A file of facts, one canonical JSON object a line, numbered from 1: only appended to, each line on the disk before anyone is told of it.

The writer's journal (docs/recording.md) and custody's register of signatures are such files. One process at a time has it open.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from recordings import canonical
from recordings.vault_errors import VaultError, told

LONGEST_LINE = 64 * 1024
_OPEN = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_BLOCK = 256 * 1024


Each = Callable[[dict[str, Any]], None]


def _nothing(_line: dict[str, Any]) -> None:
    """What most who open a journal do with its lines while they are checked."""


class Journal:
    """Open with `Journal.opened`. Appending blocks until the disk has it: not for an event loop that has others to serve."""

    def __init__(self, handle: int, path: Path, *, writes: bool) -> None:
        self.path = path
        self.cut = 0
        """Bytes of a torn last line: cut away when the file was opened for writing, passed over when for reading."""
        self.failed = False
        """An append failed: what is on the disk is not certain any more, and nothing is added to it by this process."""
        self._handle = handle
        self._writes = writes
        self._ends = array("Q")
        self._length = 0

    @classmethod
    def opened(cls, path: Path, *, make: bool = True, each: Each = _nothing) -> Journal:
        """Open the file, or make it; every line is checked (and given to `each`) and a torn last one is cut away.

        Raises VaultError: `busy` while another process has it open, `missing`, `damaged` with the number of the line that is not as
        it was written, `full`.
        """
        with told(str(path)):
            handle = _create(path) if make else os.open(path, _OPEN)
        return cls(handle, path, writes=True)._ready(each)

    @classmethod
    def read(cls, path: Path) -> Journal:
        """Open the file for reading, also while its writer adds to it: the lines of this moment. Raises VaultError `missing`, `damaged`."""
        with told(str(path)):
            handle = os.open(path, _READ)
        return cls(handle, path, writes=False)._ready(_nothing)

    def _ready(self, each: Each) -> Journal:
        try:
            if self._writes:
                self._lock()
            with told(str(self.path)):
                self._check_lines(each)
        except BaseException:
            self.close()
            raise
        return self

    def _lock(self) -> None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VaultError("busy", f"{self.path} is open in another process") from None

    def __len__(self) -> int:
        """How many lines there are; the last one has this `n`."""
        return len(self._ends)

    def append(self, *facts: Mapping[str, Any], last: bool = False) -> list[dict[str, Any]]:
        """Add facts, all or none, and return them as they stand (with `n`) once they are on the disk. After the `last` ones the file is
        read-only, as `finish` makes it, by the same sync.

        Raises `canonical.NotCanonical` and ValueError for a fact that cannot be written, VaultError when the disk refuses; then
        nothing can be appended any more until the file is opened again.
        """
        if self.failed or not self._writes or self._handle < 0:
            raise VaultError("closed", f"{self.path} takes nothing any more")
        if not facts:
            return []
        lines: list[dict[str, Any]] = []
        data, ends = bytearray(), []
        for number, fact in enumerate(facts, len(self) + 1):
            lines.append({**fact, "n": number})
            line = canonical.write(lines[-1]) + b"\n"
            if len(line) > LONGEST_LINE:
                raise ValueError(f"a line of {len(line)} bytes")
            data += line
            ends.append(self._length + len(data))
        try:
            with told(str(self.path)):
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._handle, rest) :]
                if last:
                    os.fchmod(self._handle, 0o400)
                    os.fsync(self._handle)
                else:
                    os.fdatasync(self._handle)
        except VaultError:
            self.failed = True
            with contextlib.suppress(OSError):  # opening it again does it otherwise
                os.ftruncate(self._handle, self._length)
            raise
        self._length += len(data)
        self._ends.extend(ends)
        return lines

    def line(self, n: int) -> dict[str, Any]:
        """Line `n`, from 1. Raises IndexError when there is none."""
        if not 1 <= n <= len(self):
            raise IndexError(f"there is no line {n} of {len(self)}")
        begin = self._ends[n - 2] if n > 1 else 0
        with told(str(self.path)):
            data = os.pread(self._handle, self._ends[n - 1] - begin, begin)
        return _fact(data, n, self.path)

    def lines(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """The lines after number `after`, in order."""
        for n in range(after + 1, len(self) + 1):
            yield self.line(n)

    def finish(self) -> None:
        """Nothing will ever be added: make the file read-only."""
        with told(str(self.path)):
            os.fchmod(self._handle, 0o400)
            os.fsync(self._handle)

    def close(self) -> None:
        """Close the file and let others open it. Idempotent."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_lines(self, each: Each) -> None:
        rest, place, torn = b"", 0, False
        while data := os.pread(self._handle, _BLOCK, place):
            place += len(data)
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                if torn:
                    raise VaultError("damaged", f"{self.path}, line {len(self) + 1}: holds zeros, and lines follow")
                if b"\0" in line:
                    torn = True  # a power cut can leave a length without the bytes
                    continue
                each(_fact(line + b"\n", len(self) + 1, self.path))
                self._length += len(line) + 1
                self._ends.append(self._length)
            if len(rest) > LONGEST_LINE and rest.strip(b"\0"):
                raise VaultError("damaged", f"{self.path}, line {len(self) + 1}: longer than any line we write")
        self.cut = place - self._length
        if self.cut and self._writes:
            os.ftruncate(self._handle, self._length)
            os.fsync(self._handle)


def _fact(line: bytes, n: int, path: Path) -> dict[str, Any]:
    try:
        if not line.endswith(b"\n"):
            raise ValueError("has no end")
        fact: Any = canonical.read(line[:-1])
        if not isinstance(fact, dict) or fact.get("n") != n:
            raise ValueError(f"is not the line with n = {n}")
    except ValueError as error:
        raise VaultError("damaged", f"{path}, line {n}: {error}") from None
    return fact


def _create(path: Path) -> int:
    try:
        handle = os.open(path, _OPEN | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, _OPEN)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return handle
