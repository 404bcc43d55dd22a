"""A segment's file while it is written: what was written stays whole chunks, what was synced is on the disk, what failed is never retried."""

from __future__ import annotations

import contextlib
import os

from recordings.vault_errors import VaultError, told


class SegmentFile:
    """Made by `Vault.create_segment`. Every method may block on the disk: not for an event loop that has others to serve."""

    def __init__(self, handle: int, name: str) -> None:
        self._handle = handle
        self._name = name
        self.length = 0
        """Bytes of everything that was written whole."""
        self.synced = 0
        """Bytes that are on the disk for certain."""
        self.failed = False
        """The disk refused a write or a sync. Linux may have dropped the pages: a second sync would lie, so there is none."""

    @property
    def closed(self) -> bool:
        return self._handle < 0

    def write(self, data: bytes) -> None:
        """Add a whole chunk (or the head). When that fails the file keeps the chunks before it. Raises VaultError, VaultFull."""
        self._check()
        rest = memoryview(data)
        try:
            with told(self._name):
                while rest:
                    rest = rest[os.write(self._handle, rest) :]
        except VaultError:
            self.failed = True
            with contextlib.suppress(OSError):  # recovery does it otherwise
                os.ftruncate(self._handle, self.length)
            raise
        self.length += len(data)

    def sync(self) -> None:
        """Return when everything that was written is on the disk. Raises VaultError."""
        self._check()
        if self.synced == self.length:
            return
        try:
            with told(self._name):
                os.fdatasync(self._handle)
        except VaultError:
            self.failed = True
            raise
        self.synced = self.length

    def close(self) -> None:
        """Sync, make it read-only for good, close. The file is closed afterwards also when that raises VaultError: it is then *suspect*."""
        if self.closed:
            return
        try:
            if not self.failed:
                self.sync()
            with told(self._name):
                os.fchmod(self._handle, 0o400)
                if not self.failed:
                    os.fsync(self._handle)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close it as it is."""
        if not self.closed:
            handle, self._handle = self._handle, -1
            with told(self._name):
                os.close(handle)

    def _check(self) -> None:
        if self.closed or self.failed:
            raise VaultError("closed", f"{self._name} takes nothing any more")
