"""Sealed segments for tests: a key, a name, chunks, and the bytes of the file they make."""

from __future__ import annotations

import hashlib

from recordings.data_key import DataKey
from recordings.names import SegmentName
from recordings.sealing import SegmentOpener, SegmentSealer

SESSION = "s-20261123-0001"
LIFE = "00112233445566aa"
ORIGIN = 1_790_000_000_000
VIDEO = "video/webm;codecs=vp8"


def name(segment: int = 0, publication: str = "resident.camera", epoch: int = 1, session: str = SESSION) -> SegmentName:
    return SegmentName(session, publication, epoch, segment)


def key(session: str = SESSION, life: str = LIFE) -> DataKey:
    return DataKey.new(session, life)


def sealed(data_key: DataKey, chunks: list[bytes], of: SegmentName | None = None, *, ended: bool = True) -> bytes:
    """The file of these chunks; without `ended` the last one is not marked, as when the writer died."""
    sealer = SegmentSealer(data_key, of or name(session=data_key.session), VIDEO, ORIGIN)
    return sealer.head + b"".join(sealer.chunk(chunk, ended and i == len(chunks) - 1) for i, chunk in enumerate(chunks))


def clear(data_key: DataKey, data: bytes, *, cut: bool = False, expected: SegmentName | None = None) -> bytes:
    """What opens of a file. Raises Damaged."""
    opener = SegmentOpener(data_key, expected, may_be_cut=cut)
    found = b"".join(opener.feed(data))
    opener.end()
    return found


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
