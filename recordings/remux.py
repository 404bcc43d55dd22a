"""One playable file out of many segments of one publication: sizes, length and an index known from the start, no frame touched. Pure.

The segments are read twice, once to measure and once to copy, so that nothing but the index is kept in memory, whatever the length.
Gaps stay gaps. Where an epoch begins before the one before it has ended, the newer one wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from recordings import ebml, webm
from recordings.ebml import BadWebM
from recordings.webm import Block, Track, Vp8
from recordings.webm_read import Reader

CLUSTER_MS = 5000
"""A player looks for a place cluster by cluster; every keyframe of a video begins one too."""
UNTOLD_MS, LONGEST_UNTOLD_MS = 66, 1000
"""How long a picture lasts whose duration was torn off: as long as the one before it, within these bounds."""


@dataclass(frozen=True, slots=True)
class Part:
    """One segment: `start_ms` is the time of its first frame, `open` gives the bytes of its file anew each time it is called."""

    start_ms: int
    open: Callable[[], Iterable[bytes]]


def remux(parts: Sequence[Part], zero_ms: int = 0) -> Iterator[bytes]:
    """The file of `parts` in the order of their time, piece by piece; `zero_ms` of the session's clock is its 0. Raises BadWebM."""
    remuxer = Remuxer(zero_ms)
    yield from filter(None, _reading(remuxer, parts))
    yield remuxer.begin()
    yield from filter(None, _reading(remuxer, parts))
    yield remuxer.end()


def _reading(remuxer: Remuxer, parts: Sequence[Part]) -> Iterator[bytes]:
    for number, part in enumerate(parts, 1):
        remuxer.open_segment(parts[number].start_ms if number < len(parts) else None)
        for data in part.open():
            yield remuxer.feed(data)
        yield remuxer.close_segment()


class Remuxer:
    """Both readings, for whoever reads in their own way: every segment, `begin`, every segment again, `end`.

    What the methods return is written one after the other; during the first reading it is nothing.
    """

    def __init__(self, zero_ms: int = 0) -> None:
        self._zero = zero_ms
        self._index = _Index()
        self._copy: _Copy | None = None
        self._order = _Order(zero_ms)
        self._reader: Reader | None = None
        self._until: int | None = None

    @property
    def left_out(self) -> int:
        """Frames that are not in the file: of an older epoch beside a newer one, or behind the time of the frame before."""
        return self._order.left_out

    def open_segment(self, until_ms: int | None) -> None:
        """The bytes of the next segment follow. From `until_ms` on, the segment after it is what is shown."""
        self._reader, self._until = Reader(), until_ms

    def feed(self, data: bytes) -> bytes:
        """The next bytes of the segment's file. Raises BadWebM."""
        assert self._reader is not None
        return self._take(self._reader.feed(data))

    def close_segment(self) -> bytes:
        """The segment's file ends here, torn or not. Raises BadWebM."""
        assert self._reader is not None
        made = self._take(self._reader.close())
        if self._reader.track is not None:
            self._index.describe(self._reader.track)
        self._reader = None
        return made

    def begin(self) -> bytes:
        """Everything is measured: all that stands before the first frame. Raises BadWebM when there is no frame."""
        last = self._order.finish()
        if last is not None:
            self._index.add(last)
        head = self._index.head()
        self._copy, self._order = _Copy(self._index.clusters), _Order(self._zero)
        return head

    def end(self) -> bytes:
        """Everything is copied. Raises BadWebM when what was read is not as long as what was measured."""
        last = self._order.finish()
        assert self._copy is not None
        made = b"" if last is None else self._copy.add(last)
        self._copy.finish()
        return made

    def _take(self, blocks: list[Block]) -> bytes:
        made = []
        for block in blocks:
            ready = self._order.push(block, self._until)
            if ready is None:
                continue
            if self._copy is None:
                self._index.add(ready)
            else:
                made.append(self._copy.add(ready))
        return b"".join(made)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame as it stands in the file: `before_ms` after the one before it, in a new cluster or in the last one."""

    block: Block
    ms: int
    before_ms: int
    new_cluster: bool


class _Order:
    """Frames of all segments in one order: time rises, none reaches into the next, none builds upon one that was left out."""

    def __init__(self, zero_ms: int) -> None:
        self.left_out = 0
        self._zero = zero_ms
        self._held: Block | None = None
        self._waiting = False
        self._before: Block | None = None
        self._cluster_at: int | None = None

    def push(self, block: Block, until_ms: int | None) -> _Frame | None:
        behind = block.at_ms < self._zero or (self._held is not None and block.at_ms <= self._held.at_ms)
        late = until_ms is not None and block.at_ms >= until_ms
        if behind or late or (self._waiting and not block.keyframe):
            self.left_out += 1
            self._waiting = True
            return None
        self._waiting = False
        ready = self._ready(block.at_ms)
        self._held = block
        return ready

    def finish(self) -> _Frame | None:
        return self._ready(None)

    def _ready(self, next_ms: int | None) -> _Frame | None:
        block = self._held
        if block is None:
            return None
        ms = _untold(block, self._before) if block.duration_ms is None else block.duration_ms
        ms = ms if next_ms is None else min(ms, next_ms - block.at_ms)
        before_ms = 0 if self._before is None else block.at_ms - self._before.at_ms
        # A keyframe is where a player can jump to; among packets of sound each one is, and five seconds are near enough.
        jump = self._before is None or (block.keyframe and not self._before.keyframe)
        new = self._cluster_at is None or jump or block.at_ms - self._cluster_at > CLUSTER_MS
        at_ms = block.at_ms - self._zero
        if new:
            self._cluster_at = block.at_ms
        self._before = block
        return _Frame(Block(at_ms, ms, block.keyframe, block.data), ms, before_ms, new)


def _untold(block: Block, before: Block | None) -> int:
    """How long a frame lasts whose duration was torn off."""
    return UNTOLD_MS if before is None else max(1, min(block.at_ms - before.at_ms, LONGEST_UNTOLD_MS))


@dataclass(slots=True)
class _Cluster:
    at_ms: int
    keyframe: bool
    length: int = 0


def _group(frame: _Frame, cluster_at: int) -> bytes:
    block = frame.block
    before_ms = None if block.keyframe else frame.before_ms
    return webm.block_group(block.at_ms - cluster_at, before_ms, block.data) + webm.duration(frame.ms)


class _Index:
    """What the first reading finds: the track, where clusters begin and how long they are, the end."""

    def __init__(self) -> None:
        self.clusters: list[_Cluster] = []
        self._track: Track | None = None
        self._end = 0

    def describe(self, track: Track) -> None:
        """The file has one track: a picture that changes its size is described by the largest."""
        known = self._track
        if known is None:
            self._track = track
        elif isinstance(known, Vp8) and isinstance(track, Vp8):
            self._track = max(known, track, key=lambda one: one.width * one.height)
        elif known != track:
            raise BadWebM(0, "segments of different tracks")

    def add(self, frame: _Frame) -> None:
        if frame.new_cluster:
            self.clusters.append(_Cluster(frame.block.at_ms, frame.block.keyframe))
        self.clusters[-1].length += len(_group(frame, self.clusters[-1].at_ms))
        self._end = frame.block.at_ms + frame.ms

    def head(self) -> bytes:
        """Everything before the first cluster (RFC 9559, 4.5 and 5.1)."""
        if self._track is None or not self.clusters:
            raise BadWebM(0, "not one frame in all segments")
        info, tracks = webm.info(self._end), webm.tracks(self._track)
        # Positions have a fixed width, so that what stands before the clusters is as long as it will be before they are known.
        before = len(_seek_head(0, 0, 0)) + len(info) + len(tracks)
        cues = self._cues(before + len(self._cues(0)))
        seek = _seek_head(len(_seek_head(0, 0, 0)), before - len(tracks), before)
        content = seek + info + tracks + cues
        length = len(content) + sum(len(webm.cluster(c.at_ms, c.length)) + c.length for c in self.clusters)
        return webm.file_head() + webm.SEGMENT.to_bytes(4, "big") + ebml.size(length, 8) + content

    def _cues(self, first: int) -> bytes:
        """The index; the first cluster stands `first` bytes after the beginning of the Segment's content."""
        points, at = [], first
        for cluster in self.clusters:
            if cluster.keyframe:
                place = ebml.unsigned(webm.CUE_TRACK, 1) + ebml.unsigned(webm.CUE_CLUSTER, at, 8)
                positions = ebml.element(webm.CUE_POSITIONS, place)
                points.append(ebml.element(webm.CUE_POINT, ebml.unsigned(webm.CUE_TIME, cluster.at_ms) + positions))
            at += len(webm.cluster(cluster.at_ms, cluster.length)) + cluster.length
        return ebml.element(webm.CUES, b"".join(points))


def _seek_head(info: int, tracks: int, cues: int) -> bytes:
    entries = b""
    for name, at in ((webm.INFO, info), (webm.TRACKS, tracks), (webm.CUES, cues)):
        which = ebml.element(webm.SEEK_ID, name.to_bytes(4, "big"))
        entries += ebml.element(webm.SEEK, which + ebml.unsigned(webm.SEEK_POSITION, at, 8))
    return ebml.element(webm.SEEK_HEAD, entries)


class _Copy:
    """The second reading: clusters and frames, exactly as they were measured."""

    def __init__(self, clusters: list[_Cluster]) -> None:
        self._clusters = iter(clusters)
        self._at = 0
        self._left = 0

    def add(self, frame: _Frame) -> bytes:
        head = b""
        if frame.new_cluster:
            head = self._next_cluster(frame.block.at_ms)
        group = _group(frame, self._at)
        self._left -= len(group)
        return head + group

    def finish(self) -> None:
        if self._left or next(self._clusters, None) is not None:
            raise BadWebM(0, "a segment has changed between two readings")

    def _next_cluster(self, at_ms: int) -> bytes:
        measured = next(self._clusters, None)
        if self._left or measured is None or measured.at_ms != at_ms:
            raise BadWebM(0, "a segment has changed between two readings")
        self._at, self._left = at_ms, measured.length
        return webm.cluster(at_ms, measured.length)
