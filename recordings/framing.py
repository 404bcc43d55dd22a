"""How a sealed segment lies in its file: a head in clear, then chunks, each with its length before it. Needs no key. No I/O of its own.

The format is in docs/recording.md, "A sealed segment".
"""

from __future__ import annotations

import re
import struct
from dataclasses import asdict, dataclass
from typing import BinaryIO, NamedTuple

from recordings import canonical
from recordings.names import SegmentName, key_parts

MAGIC = b"VWSEG1\n"
ALGORITHM = "A256GCM"
TAG = 16
LARGEST_CHUNK = 16 * 1024 * 1024
"""Bytes that follow a chunk's length. Half a second of the finest screen has a tenth of it; no reader must hold more."""
LAST = 1 << 31
"""The bit of a chunk's length that marks the last one."""

_BEGIN = len(MAGIC) + 2  # where the header's JSON begins
_MEDIA = re.compile(r"(?:video|audio)/webm;codecs=[a-z0-9.]{1,32}|image/(?:jpeg|png)|application/(?:pdf|json)", re.ASCII)


class Damaged(Exception):
    """A sealed segment that is not as it was written. `place` is a byte offset in it, `chunk` the chunk that begins there (None: the head)."""

    def __init__(self, place: int, reason: str, chunk: int | None = None) -> None:
        super().__init__(f"byte {place}, {'head' if chunk is None else f'chunk {chunk}'}: {reason}")
        self.place = place
        self.chunk = chunk
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in clear before the first chunk. `origin`: the session's clock, milliseconds since 1970; `serial`: unique for the key."""

    session: str
    publication: str
    epoch: int
    segment: int
    serial: int
    key: str
    media: str
    origin: int

    def __post_init__(self) -> None:
        """Raises ValueError (BadName) for what cannot be."""
        _ = self.name
        if key_parts(self.key)[0] != self.session:
            raise ValueError(f"{self.key} is no key of the session {self.session}")
        if not _MEDIA.fullmatch(self.media):
            raise ValueError(f"{self.media!r} is no kind of media")
        for number in (self.serial, self.origin):
            if type(number) is not int or not 0 <= number <= canonical.LARGEST:
                raise ValueError(f"{number!r} is no number of this kind")

    @property
    def is_picture(self) -> bool:
        """A still or another paper, not a part of a track."""
        return self.media.startswith(("image/", "application/"))

    @property
    def name(self) -> SegmentName:
        """Which segment it is."""
        return SegmentName(self.session, self.publication, self.epoch, self.segment)

    def encode(self) -> bytes:
        """Everything before the first chunk."""
        body = canonical.write({"alg": ALGORITHM, **asdict(self)})
        return MAGIC + struct.pack(">H", len(body)) + body

    @classmethod
    def decode(cls, body: bytes) -> Header:
        """The header of its canonical JSON. Raises ValueError."""
        fields = canonical.read(body)
        if not isinstance(fields, dict) or fields.pop("alg", None) != ALGORITHM:
            raise ValueError("not sealed with " + ALGORITHM)
        if fields.keys() != set(cls.__slots__):
            raise ValueError("not the fields of a header")
        return cls(**fields)


class Frame(NamedTuple):
    """A chunk as it lies in the file."""

    place: int
    chunk: int
    last: bool
    body: bytes


class Framing:
    """Cuts the bytes of a sealed segment into head and chunks; needs no key."""

    def __init__(self) -> None:
        self.header: Header | None = None
        self.head = b""
        self.end = 0
        """Where the last whole chunk (or the head) ends."""
        self.chunks = 0
        self.ended = False
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """The chunks that are complete now. Raises Damaged."""
        self._waiting += data
        if self.header is None and not self._read_head():
            return []
        found = []
        while (frame := self._next()) is not None:
            found.append(frame)
        return found

    @property
    def torn(self) -> int:
        """Bytes after `end`: a chunk that never became whole."""
        return len(self._waiting)

    def _read_head(self) -> bool:
        if bytes(self._waiting[: len(MAGIC)]) != MAGIC[: len(self._waiting)]:
            raise Damaged(0, "does not begin as a sealed segment")
        if len(self._waiting) < _BEGIN:
            return False
        end = _BEGIN + int.from_bytes(self._waiting[len(MAGIC) : _BEGIN], "big")
        if len(self._waiting) < end:
            return False
        try:
            self.header = Header.decode(bytes(self._waiting[_BEGIN:end]))
        except (ValueError, TypeError) as error:
            raise Damaged(_BEGIN, str(error)) from None
        self._take(end)
        return True

    def _take(self, length: int) -> None:
        if not self.end:
            self.head = bytes(self._waiting[:length])
        del self._waiting[:length]
        self.end += length

    def _next(self) -> Frame | None:
        if self.ended and self._waiting:
            raise Damaged(self.end, "bytes after the last chunk", self.chunks)
        if len(self._waiting) < 4:
            return None
        word = int.from_bytes(self._waiting[:4], "big")
        length, last = word & (LAST - 1), bool(word & LAST)
        if not TAG <= length <= LARGEST_CHUNK:
            raise Damaged(self.end, f"a chunk of {length} bytes", self.chunks)
        if len(self._waiting) < 4 + length:
            return None
        frame = Frame(self.end, self.chunks, last, bytes(self._waiting[4 : 4 + length]))
        self._take(4 + length)
        self.chunks += 1
        self.ended = last
        return frame


class Extent(NamedTuple):
    """How much of a file is whole. `header` is None when not even the head is there; `end` is a length in bytes."""

    header: Header | None
    end: int
    chunks: int
    marked_last: bool
    length: int


def whole_length(file: BinaryIO) -> Extent:
    """Where the last whole chunk ends, found without a key; reads only the head and the lengths. Raises Damaged for what is no sealed segment."""
    length = file.seek(0, 2)
    file.seek(0)
    framing = Framing()
    begin = file.read(_BEGIN)
    if not any(begin):
        return Extent(None, 0, 0, False, length)  # a power cut can leave a length without the bytes
    framing.feed(begin)
    framing.feed(file.read(int.from_bytes(begin[len(MAGIC) :], "big")))
    if framing.header is None:
        return Extent(None, 0, 0, False, length)
    end, chunks = framing.end, 0
    while end + 4 <= length:
        file.seek(end)
        word = int.from_bytes(file.read(4), "big")
        size = word & (LAST - 1)
        if not TAG <= size <= LARGEST_CHUNK or end + 4 + size > length:
            break  # whatever it is, it is no whole chunk
        end, chunks = end + 4 + size, chunks + 1
        if word & LAST:
            return Extent(framing.header, end, chunks, True, length)
    return Extent(framing.header, end, chunks, False, length)
