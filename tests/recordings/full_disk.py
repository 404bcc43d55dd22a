"""A disk that refuses, without a disk: limits of the process, and calls that fail when they are told to."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest


class Disk:
    """Replaces `os.write`, `os.fdatasync`: `room` bytes are taken, then ENOSPC; with `broken` a sync of what lies
    `below` (None: anywhere) says EIO, and while `awake` is not set it does not come back. Counts the syncs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: int | None = None
        self.broken = False
        self.below: Path | None = None
        self.awake = threading.Event()
        self.awake.set()
        self.syncs = 0
        self._write, self._sync = os.write, os.fdatasync
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "fdatasync", self.fdatasync)

    def write(self, handle: int, data: Any) -> int:
        if self.room is None:
            return self._write(handle, data)
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = min(self.room, len(data), 7)  # in small pieces, as a disk that is nearly full does
        self.room -= taken
        return self._write(handle, bytes(data[:taken]))

    def fdatasync(self, handle: int) -> None:
        self.syncs += 1
        self.awake.wait()
        if self.broken and (self.below is None or Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(self.below)):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self._sync(handle)
