"""A segment's file, read: its track and frames, from pieces of any size, however torn the end. Pure.

It reads what `webm` and `remux` write, and refuses everything else with the place of the mistake. It keeps no more than one
element in memory, so a file of any length is read in the same room.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from recordings import ebml
from recordings import webm as w
from recordings.ebml import BadWebM
from recordings.webm import Block, Opus, Track, Vp8

LARGEST_ELEMENT = 32 * 1024 * 1024
"""Bytes of one BlockGroup or of the description of a track: more is a mistake, and is never waited for."""

_SKIPPED = {w.SEEK_HEAD, w.CUES, 0xEC, 0xBF, 0x1254C367}  # Void, CRC-32, Tags
_IN_CLUSTER = {w.TIMESTAMP, w.BLOCK_GROUP, 0xEC, 0xBF, 0xA7, 0xAB}  # … Position, PrevSize
_KEPT = {w.EBML, w.INFO, w.TRACKS, w.TIMESTAMP, w.BLOCK_GROUP}


@dataclass(frozen=True, slots=True)
class File:
    """A whole file. `torn`: it ends inside of an element."""

    track: Track
    blocks: tuple[Block, ...]
    torn: bool


def read(data: bytes) -> File:
    """The file of its bytes. Raises BadWebM, also when not even the track is there."""
    reader = Reader()
    blocks = reader.feed(data) + reader.close()
    if reader.track is None:
        raise BadWebM(len(data), "ends before its track is described")
    return File(reader.track, tuple(blocks), reader.torn)


class Reader:
    """One file, fed piece by piece. After a BadWebM it must not be fed again."""

    def __init__(self) -> None:
        self.track: Track | None = None
        """Known before the first frame is."""
        self.torn = False
        """After `close`: the file ended inside of an element."""
        self._data = bytearray()
        self._base = 0  # where self._data begins in the file
        self._skip = 0  # bytes to come that nobody needs
        self._begun = False
        self._scaled = False
        self._segment: tuple[int, int | None] | None = None  # where it stands, where it ends
        self._cluster: tuple[int, int | None] | None = None
        self._stamp: int | None = None

    def feed(self, data: bytes) -> list[Block]:
        """The frames that are whole with these bytes. Raises BadWebM."""
        self._data += data
        return list(self._blocks())

    def close(self) -> list[Block]:
        """Nothing more comes: the frame whose duration was torn off, if there is one. Raises BadWebM only for what is wrong in it."""
        self.torn = bool(self._data) or self._skip > 0
        found = ebml.head(self._data, 0, self._base) if self._data else None
        if found is None or found.name != w.BLOCK_GROUP or self._stamp is None:
            return []
        rest = _with_whole_block(bytes(self._data[found.body - self._base :]))
        return [] if rest is None else [self._block(rest, found.body)]

    def _blocks(self) -> Iterator[Block]:
        at = 0
        try:
            while True:
                skipped = min(self._skip, len(self._data) - at)
                self._skip -= skipped
                at += skipped
                found = None if self._skip else ebml.head(self._data, at, self._base)
                if found is None:
                    return
                self._leave(found.start)
                if found.name in (w.SEGMENT, w.CLUSTER):
                    self._enter(found)
                    at = found.body - self._base
                    continue
                length = self._length(found)
                if found.name not in _KEPT:
                    self._skip = length
                    at = found.body - self._base
                    continue
                end = found.body - self._base + length
                if end > len(self._data):
                    return
                content = bytes(self._data[found.body - self._base : end])
                at = end
                if found.name == w.BLOCK_GROUP:
                    yield self._block(content, found.body)
                else:
                    self._described(found, content)
        finally:
            del self._data[:at]
            self._base += at

    def _leave(self, place: int) -> None:
        """Close what ends at `place`."""
        if self._cluster is not None and self._cluster[1] == place:
            self._cluster = self._stamp = None
        if self._segment is not None and self._segment[1] == place:
            raise BadWebM(place, "something follows the end of the file")

    def _enter(self, found: ebml.Head) -> None:
        end = None if found.length is None else found.body + found.length
        if found.name == w.SEGMENT:
            if not self._begun or self._segment is not None:
                raise BadWebM(found.start, "a Segment at a place where none can be")
            self._segment = (found.start, end)
            return
        described = self.track is not None and self._scaled
        inside_a_cluster = (
            self._cluster is not None and self._cluster[1] is not None
        )  # one of unknown size ends where the next begins
        if self._segment is None or not described or inside_a_cluster:
            raise BadWebM(found.start, "a Cluster at a place where none can be")
        self._bounded(found.start, end, self._segment[1])
        self._cluster, self._stamp = (found.start, end), None

    def _length(self, found: ebml.Head) -> int:
        """The known, bounded length of an element that may stand here. Raises BadWebM."""
        if found.length is None:
            raise BadWebM(found.start, "an element without a size")
        if found.name in _KEPT and found.length > LARGEST_ELEMENT:
            raise BadWebM(found.start, f"an element of {found.length} bytes")
        if not self._begun:
            allowed = found.name == w.EBML
        elif self._segment is None:
            allowed = found.name == 0xEC  # Void
        elif self._cluster is None:
            allowed = found.name in (w.INFO, w.TRACKS) or found.name in _SKIPPED
        else:
            # What ends a cluster of unknown size is another cluster, or whatever belongs beside it.
            allowed = found.name in _IN_CLUSTER or (self._cluster[1] is None and found.name in (w.CUES, 0x1254C367))
        if not allowed:
            raise BadWebM(found.start, f"an element {found.name:#x} at a place where none can be")
        if self._cluster is not None and found.name not in _IN_CLUSTER:
            self._cluster = self._stamp = None
        around = self._cluster if self._cluster is not None else self._segment
        end = found.body + found.length
        self._bounded(found.start, end, around[1] if around is not None else None)
        self._bounded(found.start, end, self._segment[1] if self._segment is not None else None)
        return found.length

    def _bounded(self, place: int, end: int | None, limit: int | None) -> None:
        if limit is not None and (end if end is not None else place) > limit:
            raise BadWebM(place, "an element is larger than the one around it")

    def _described(self, found: ebml.Head, content: bytes) -> None:
        match found.name:
            case w.EBML:
                _check_file_head(content, found.body)
                self._begun = True
            case w.INFO:
                scales = [
                    ebml.number(value, at) for name, value, at in ebml.children(content, found.body) if name == w.TIMESTAMP_SCALE
                ]
                if scales not in ([], [w.NANOSECONDS_PER_MS]):  # none: RFC 9559 says a millisecond
                    raise BadWebM(found.start, "counts time in something else than milliseconds")
                self._scaled = True
            case w.TRACKS:
                if self.track is not None:
                    raise BadWebM(found.start, "describes its track twice")
                self.track = _track(content, found.body)
            case _:
                if self._stamp is not None:
                    raise BadWebM(found.start, "a cluster with two timestamps")
                self._stamp = ebml.number(content, found.body)

    def _block(self, content: bytes, place: int) -> Block:
        at_ms = duration = data = None
        keyframe = True
        if self._stamp is None:
            raise BadWebM(place, "a block before the timestamp of its cluster")
        for name, value, at in ebml.children(content, place):
            match name:
                case w.BLOCK:
                    if data is not None or len(value) < 5 or value[0] != 0x81 or value[3] & 0x06:
                        raise BadWebM(at, "not one whole frame of track 1")
                    at_ms, data = self._stamp + struct.unpack(">h", value[1:3])[0], value[4:]
                case w.BLOCK_DURATION:
                    duration = ebml.number(value, at)
                case w.REFERENCE:
                    keyframe = False
                    ebml.signed_number(value, at)
        if at_ms is None or data is None:
            raise BadWebM(place, "a group without a block")
        if not 0 <= at_ms <= w.LATEST_MS or (duration is not None and duration > w.LONGEST_MS):
            raise BadWebM(place, f"a frame at {at_ms} ms for {duration} ms")
        return Block(at_ms, duration, keyframe, data)


def _with_whole_block(content: bytes) -> bytes | None:
    """The children of a torn group up to its block, if that is whole."""
    at = 0
    while (found := ebml.head(content, at)) is not None and found.length is not None:
        at = found.body + found.length
        if at > len(content):
            return None
        if found.name == w.BLOCK:
            return content[:at]
    return None


def _check_file_head(content: bytes, place: int) -> None:
    found = {name: (value, at) for name, value, at in ebml.children(content, place)}
    if found.get(w.DOC_TYPE, (b"", 0))[0].rstrip(b"\0") != b"webm":
        raise BadWebM(place, "not WebM")
    for name, highest in ((w.EBML_READ_VERSION, 1), (w.DOC_READ_VERSION, 4), (w.EBML_MAX_ID, 4), (w.EBML_MAX_SIZE, 8)):
        if name in found and ebml.number(*found[name]) > highest:
            raise BadWebM(found[name][1], "needs a newer reader")


def _track(content: bytes, place: int) -> Track:
    entries = [(value, at) for name, value, at in ebml.children(content, place) if name == w.TRACK]
    if len(entries) != 1:
        raise BadWebM(place, f"{len(entries)} tracks, not one")
    entry, at = entries[0]
    found = {name: (value, where) for name, value, where in ebml.children(entry, at)}
    if w.TRACK_NUMBER not in found or ebml.number(*found[w.TRACK_NUMBER]) != 1:
        raise BadWebM(at, "the track is not number 1")
    codec = found.get(w.CODEC, (b"", at))[0]
    details = found.get(w.VIDEO if codec == b"V_VP8" else w.AUDIO, (b"", at))
    inner = {name: (value, where) for name, value, where in ebml.children(*details)}
    if codec == b"V_VP8" and w.WIDTH in inner and w.HEIGHT in inner:
        size = ebml.number(*inner[w.WIDTH]), ebml.number(*inner[w.HEIGHT])
        if all(1 <= pixels <= 16383 for pixels in size):
            return Vp8(*size)
    if codec == b"A_OPUS" and w.CHANNELS in inner:
        channels = ebml.number(*inner[w.CHANNELS])
        if channels in (1, 2):
            return Opus(channels)
    raise BadWebM(at, "a track of neither VP8 nor Opus")
