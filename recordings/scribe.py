"""One segment on its way to the disk: sealed where frames come in, written, synced and closed on a thread that may wait for the disk."""

from __future__ import annotations

import hashlib
from collections import deque
from typing import Any, NamedTuple

from recordings.data_key import DataKey
from recordings.names import SegmentName
from recordings.progress import Note
from recordings.sealing import SegmentSealer
from recordings.segment_facts import Ended
from recordings.segment_file import SegmentFile
from recordings.vault import Vault, VaultError


class Mark(NamedTuple):
    """What is known of a segment up to a chunk: end in session ms, frames, last packet number."""

    end: int
    frames: int
    last: int


class Hole(NamedTuple):
    """What a segment's file may lack at its end: from `start` to `end` (session ms), at most `lost` packets."""

    start: int
    end: int
    lost: int


class Scribe:
    """`add` and `end` belong to the event loop, `work` to the disk's thread; the queue between them is all that they share."""

    def __init__(
        self, key: DataKey, name: SegmentName, media: str, origin: int, *, start: int, width: int, height: int, first: int, clock_error: int
    ) -> None:
        self.name = name
        self.start = start
        self.error: VaultError | None = None
        """The disk refused: the segment is suspect, nothing more is tried on its file."""
        self.closed = False
        """Nothing more will be done."""
        self.is_new = True
        """It has been worked at once."""
        self.note: Note | None = None
        """What is known of what is on the disk for certain."""
        self.latest: Note | None = None
        """What is known of what was written last."""
        self._sealer = SegmentSealer(key, name, media, origin)
        self._facts = {"width": width, "height": height, "first": first, "clock_error": clock_error}
        self._queue: deque[tuple[bytes, Mark | None]] = deque()
        self._ended: Ended | None = None
        self._file: SegmentFile | None = None
        self._digest = hashlib.sha256()
        self._mark = Mark(start, 0, first)
        self._marked = 0
        self._added = 0
        self._taken = 0

    # ---- on the event loop

    def add(self, clear: bytes, last: bool, mark: Mark | None) -> None:
        """Seal the next chunk; `mark` is what is known up to it."""
        data = self._sealer.chunk(clear, last)
        self._added += len(data)
        self._queue.append((data, mark))

    def end(self, ended: Ended) -> None:
        """The last chunk has been added."""
        self._ended = ended

    @property
    def waiting(self) -> int:
        """Bytes that the disk has not taken."""
        return 0 if self.closed else self._added - self._taken

    @property
    def has_work(self) -> bool:
        return not self.closed and (bool(self._queue) or self._ended is not None)

    # ---- on the disk's thread

    def work(self, vault: Vault, *, sync: bool) -> None:
        """Write what waits, sync if asked or if it is the first, close if it is over."""
        ended = self._ended
        try:
            self.is_new = self._file is None
            if self._file is None:
                self._file = vault.create_segment(self.name, self._sealer.head)
                self._digest.update(self._sealer.head)
            self._write(self._file)
            self.latest = self._known()
            if ended is not None:
                self._file.close()
                self.closed = True
                self._look(vault)
            elif sync or self.is_new:
                self._file.sync()
                self.note = self.latest
        except VaultError as error:
            self.error = error
            self.closed = True
            if self._file is not None:
                self._abandon(self._file)
            self._queue.clear()

    def _look(self, vault: Vault) -> None:
        """A file that was taken away while it was open can be written and closed without an error: is it where it belongs?"""
        try:
            vault.open_segment(self.name).close()
        except VaultError:
            self._mark = Mark(self.start, 0, self._mark.last)
            raise

    def refuse(self, error: VaultError) -> None:
        """There is no key to write with: nothing of it may be begun."""
        self.error = error
        self.closed = True
        if self._file is not None:
            self._abandon(self._file)

    def _write(self, file: SegmentFile) -> None:
        while self._queue:
            data, mark = self._queue[0]
            file.write(data)
            self._queue.popleft()
            self._digest.update(data)
            self._taken += len(data)
            if mark is not None:
                self._mark, self._marked = mark, file.length

    def _known(self) -> Note | None:
        """What is known of everything that was written."""
        if not self._marked:
            return None
        mark, facts = self._mark, self._facts
        return Note(
            self.name, self._marked, self.start, mark.end, mark.frames, facts["width"], facts["height"], facts["first"], mark.last,
            facts["clock_error"],
        )  # fmt: skip

    @staticmethod
    def _abandon(file: SegmentFile) -> None:
        try:
            file.abandon()
        except VaultError:
            return  # the handle is gone either way

    # ---- afterwards

    @property
    def hole(self) -> Hole:
        """Of a segment that has ended and that the disk refused: what was told of it and is not known to be in the file."""
        ended, mark = self._ended, self._mark
        assert ended is not None, "whoever asks has ended it"
        reached = mark.last if mark.frames else ended.first - 1
        return Hole(mark.end, max(mark.end, ended.end), ended.last - reached)

    def line(self) -> dict[str, Any] | None:
        """The journal's line for the closed segment; None when there is no file to tell of."""
        if self._file is None:
            return None
        header, ended = self._sealer.header, self._ended
        whole = self.error is None and ended is not None
        end, frames, last = (ended.end, ended.frames, ended.last) if whole and ended is not None else self._mark
        return {
            "what": "segment", "session": header.session, "publication": header.publication, "epoch": header.epoch,
            "segment": header.segment, "serial": header.serial, "key": header.key, "start": self.start, "end": end, "frames": frames,
            "bytes": self._file.length, "sealed": self._digest.hexdigest(),
            "clear": self._sealer.clear_digest if self._file.length == self._sealer.length and self._sealer.ended else None,
            "media": header.media, "last": last, **self._facts, "state": "whole" if whole else "suspect",
        }  # fmt: skip
