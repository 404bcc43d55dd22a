"""Sealed segments: encrypted from the first byte in chunks of which none can be altered, moved or taken away unseen. No I/O.

Sealing and opening work on bytes as they come (`chunk`, `feed`), so that a file, a socket and a test use the same code and none
holds more than a chunk. The format is in docs/recording.md, "A sealed segment".
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from recordings.data_key import DataKey
from recordings.framing import LARGEST_CHUNK, LAST, TAG, Damaged, Frame, Framing, Header
from recordings.names import SegmentName

READ = 256 * 1024


class SegmentSealer:
    """Seals one segment: `head` comes first in the file, then each `chunk`, the last one marked."""

    def __init__(self, key: DataKey, name: SegmentName, media: str, origin: int) -> None:
        """Raises ValueError when the facts make no header, TypeError for a key that was unwrapped."""
        self.header = Header(name.session, name.publication, name.epoch, name.segment, key.next_serial(), key.id, media, origin)
        self.head = self.header.encode()
        self.length = len(self.head)
        self.chunks = 0
        self.ended = False
        self._cipher = key.cipher
        self._bound = hashlib.sha256(self.head).digest()
        self._sealed = hashlib.sha256(self.head)
        self._clear = hashlib.sha256()

    def chunk(self, clear: bytes, last: bool = False) -> bytes:
        """The next bytes of the file. `clear` may be empty, for instance in a last chunk that comes when everything is written."""
        if self.ended:
            raise ValueError("the last chunk was sealed already")
        if len(clear) + TAG > LARGEST_CHUNK:
            raise ValueError(f"a chunk of {len(clear)} bytes")
        nonce, bound = _nonce(self.header.serial, self.chunks), _bound(self._bound, self.chunks, last)
        body = self._cipher.encrypt(nonce, clear, bound)
        data = struct.pack(">I", len(body) | (LAST if last else 0)) + body
        self.chunks += 1
        self.length += len(data)
        self.ended = last
        self._clear.update(clear)
        self._sealed.update(data)
        return data

    @property
    def sealed_digest(self) -> str:
        """SHA-256 of the file so far."""
        return self._sealed.hexdigest()

    @property
    def clear_digest(self) -> str:
        """SHA-256 of the clear text so far."""
        return self._clear.hexdigest()


class SegmentOpener:
    """Opens one segment as its bytes come; every chunk that is given out has been verified.

    With `expected` the segment must be that one. Only with `may_be_cut` may the chunk that is marked last be missing.
    """

    def __init__(self, key: DataKey, expected: SegmentName | None = None, *, may_be_cut: bool = False) -> None:
        self._key = key
        self._expected = expected
        self._may_be_cut = may_be_cut
        self._framing = Framing()
        self._bound: bytes | None = None
        self._sealed = hashlib.sha256()
        self._clear = hashlib.sha256()

    def feed(self, data: bytes) -> list[bytes]:
        """The clear text of the chunks that are complete now. Raises Damaged."""
        frames = self._framing.feed(data)
        self._sealed.update(data)
        if self._bound is None and self._framing.header is not None:
            self._bound = self._begin(self._framing.header)
        return [self._open(frame) for frame in frames]

    def end(self) -> None:
        """No more bytes will come. Raises Damaged when some are missing."""
        framing = self._framing
        if framing.header is None:
            raise Damaged(framing.torn, "ends within its head")
        if framing.torn:
            raise Damaged(framing.end, "ends within this chunk", framing.chunks)
        if not framing.ended and not self._may_be_cut:
            raise Damaged(framing.end, "ends without its last chunk", framing.chunks)

    @property
    def header(self) -> Header | None:
        """None until it has come."""
        return self._framing.header

    @property
    def state(self) -> str:
        """`whole` once the last chunk has been opened, until then `cut`."""
        return "whole" if self._framing.ended else "cut"

    @property
    def chunks(self) -> int:
        return self._framing.chunks

    @property
    def sealed_digest(self) -> str:
        """SHA-256 of the bytes so far."""
        return self._sealed.hexdigest()

    @property
    def clear_digest(self) -> str:
        """SHA-256 of the clear text so far."""
        return self._clear.hexdigest()

    def _begin(self, header: Header) -> bytes:
        if self._expected is not None and header.name != self._expected:
            raise Damaged(0, f"is the segment {header.name}")
        if header.key != self._key.id:
            raise Damaged(0, f"is sealed with the key {header.key}")
        return hashlib.sha256(self._framing.head).digest()

    def _open(self, frame: Frame) -> bytes:
        assert self._bound is not None and self._framing.header is not None, "a chunk comes after the head"
        nonce, bound = _nonce(self._framing.header.serial, frame.chunk), _bound(self._bound, frame.chunk, frame.last)
        try:
            clear = self._key.cipher.decrypt(nonce, frame.body, bound)
        except InvalidTag:
            raise Damaged(frame.place, "was altered or moved, or the key is another", frame.chunk) from None
        self._clear.update(clear)
        return clear


def opened(file: BinaryIO, opener: SegmentOpener) -> Iterator[bytes]:
    """The clear chunks of a file, from where it stands to its end; never more in memory than one and READ bytes. Raises Damaged."""
    while data := file.read(READ):
        yield from opener.feed(data)
    opener.end()


def _nonce(serial: int, chunk: int) -> bytes:
    return struct.pack(">QI", serial, chunk)


def _bound(head: bytes, chunk: int, last: bool) -> bytes:
    return head + struct.pack(">IB", chunk, last)
