"""A segment's file, written: WebM with one track, as a stream of which every prefix that ends after a block can be played. Pure.

Matroska is RFC 9559, WebM a subset of it. What libav's writer does not do and players need: OpusHead with pre-skip 0, a BlockGroup
with its own BlockDuration for each frame (a rate that changes is no gap then), no DefaultDuration. Sizes of segment and clusters are
unknown, so nothing already written is ever touched again.

A frame's duration is known when the next one comes. So a BlockGroup ends with its BlockDuration, of fixed width: everything
else is on its way to the disk at once, and those last six bytes follow with the next frame. A group that was torn off there still
has its whole frame.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from recordings import ebml

EBML, EBML_VERSION, EBML_READ_VERSION, EBML_MAX_ID, EBML_MAX_SIZE = 0x1A45DFA3, 0x4286, 0x42F7, 0x42F2, 0x42F3
DOC_TYPE, DOC_VERSION, DOC_READ_VERSION = 0x4282, 0x4287, 0x4285
SEGMENT, INFO, TIMESTAMP_SCALE, DURATION, MUXER, WRITER = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489, 0x4D80, 0x5741
TRACKS, TRACK, TRACK_NUMBER, TRACK_UID, TRACK_TYPE, LACING, CODEC = 0x1654AE6B, 0xAE, 0xD7, 0x73C5, 0x83, 0x9C, 0x86
CODEC_PRIVATE, CODEC_DELAY, SEEK_PRE_ROLL = 0x63A2, 0x56AA, 0x56BB
VIDEO, WIDTH, HEIGHT, AUDIO, RATE, CHANNELS = 0xE0, 0xB0, 0xBA, 0xE1, 0xB5, 0x9F
CLUSTER, TIMESTAMP, BLOCK_GROUP, BLOCK, BLOCK_DURATION, REFERENCE = 0x1F43B675, 0xE7, 0xA0, 0xA1, 0x9B, 0xFB
SEEK_HEAD, SEEK, SEEK_ID, SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
CUES, CUE_POINT, CUE_TIME, CUE_POSITIONS, CUE_TRACK, CUE_CLUSTER = 0x1C53BB6B, 0xBB, 0xB3, 0xB7, 0xF7, 0xF1

NANOSECONDS_PER_MS = 1_000_000
LATEST_MS = 2**53 - 1
"""The latest timestamp: what a page's script and a ledger entry can still hold."""
LONGEST_MS = 2**32 - 1
"""The longest duration of one frame, some 49 days."""
FARTHEST = 2**15 - 1
"""Milliseconds that a block may stand after its cluster's timestamp."""
OPUS_HZ = 48_000
OPUS_PRE_ROLL_NS = 80_000_000
"""Decoding must begin this much before a place that is jumped to (RFC 7845, 4.6)."""


@dataclass(frozen=True, slots=True)
class Vp8:
    """A track of VP8 pictures. `width` × `height` pixels, both from 1 to 16383."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Opus:
    """A track of Opus packets; RTP always declares two channels (RFC 7587), whatever the packets hold."""

    channels: int = 2


Track = Vp8 | Opus


@dataclass(frozen=True, slots=True)
class Block:
    """One frame in a file. Times in milliseconds of the session's clock; `duration_ms` is None where the file was torn off before it."""

    at_ms: int
    duration_ms: int | None
    keyframe: bool
    data: bytes


def media(track: Track) -> str:
    """What the file is to a browser: its MIME type with the codec."""
    return "video/webm;codecs=vp8" if isinstance(track, Vp8) else "audio/webm;codecs=opus"


def file_head() -> bytes:
    """The EBML header that every file begins with."""
    reader = {EBML_VERSION: 1, EBML_READ_VERSION: 1, EBML_MAX_ID: 4, EBML_MAX_SIZE: 8, DOC_VERSION: 4, DOC_READ_VERSION: 2}
    numbers = b"".join(ebml.unsigned(name, value) for name, value in reader.items())
    return ebml.element(EBML, ebml.element(DOC_TYPE, b"webm") + numbers)


def info(duration_ms: int | None = None) -> bytes:
    """The file's unit of time (1 ms), and its length where that is known."""
    length = b"" if duration_ms is None else ebml.real(DURATION, float(duration_ms))
    made = ebml.element(MUXER, b"virtual-window") + ebml.element(WRITER, b"virtual-window")
    return ebml.element(INFO, ebml.unsigned(TIMESTAMP_SCALE, NANOSECONDS_PER_MS) + length + made)


def tracks(track: Track) -> bytes:
    """The one track of the file."""
    common = ebml.unsigned(TRACK_NUMBER, 1) + ebml.unsigned(TRACK_UID, 1) + ebml.unsigned(LACING, 0)
    match track:
        case Vp8(width, height):
            size = ebml.unsigned(WIDTH, width) + ebml.unsigned(HEIGHT, height)
            entry = ebml.unsigned(TRACK_TYPE, 1) + ebml.element(CODEC, b"V_VP8") + ebml.element(VIDEO, size)
        case Opus(channels):
            # RFC 7845, 5.1: version 1, channels, pre-skip 0, rate of the input, no gain, mapping family 0.
            private = b"OpusHead" + struct.pack("<BBHIhB", 1, channels, 0, OPUS_HZ, 0, 0)
            delays = ebml.unsigned(CODEC_DELAY, 0) + ebml.unsigned(SEEK_PRE_ROLL, OPUS_PRE_ROLL_NS)
            sound = ebml.real(RATE, float(OPUS_HZ)) + ebml.unsigned(CHANNELS, channels)
            entry = ebml.unsigned(TRACK_TYPE, 2) + ebml.element(CODEC, b"A_OPUS") + delays
            entry += ebml.element(CODEC_PRIVATE, private) + ebml.element(AUDIO, sound)
    return ebml.element(TRACKS, ebml.element(TRACK, common + entry))


def cluster(at_ms: int, length: int | None = None) -> bytes:
    """The beginning of a cluster; `length` bytes of blocks follow, None: unknown."""
    stamp = ebml.unsigned(TIMESTAMP, at_ms)
    return ebml.opening(CLUSTER, None if length is None else len(stamp) + length) + stamp


def block_group(after_cluster_ms: int, before_ms: int | None, data: bytes) -> bytes:
    """A BlockGroup but for its last element, `duration(…)`, which must follow. `before_ms`: a keyframe has None, every other
    frame how long before it the frame that it builds upon stands."""
    # The reference comes first: a torn group with a whole block is then known to be a keyframe or not.
    reference = b"" if before_ms is None else ebml.signed(REFERENCE, -before_ms)
    content_before = ebml.opening(BLOCK, 4 + len(data)) + b"\x81" + struct.pack(">hB", after_cluster_ms, 0)
    length = len(reference) + len(content_before) + len(data) + len(duration(0))
    return ebml.opening(BLOCK_GROUP, length) + reference + content_before + data


def duration(ms: int) -> bytes:
    """The last six bytes of a BlockGroup."""
    return ebml.unsigned(BLOCK_DURATION, ms, 4)


class Writer:
    """The bytes of one file, in the order in which they are written. Frames come in rising time; the first one must be a keyframe.

    `cluster_ms`: a cluster is begun when the last one is that old (at most 32767).
    """

    def __init__(self, track: Track, cluster_ms: int = 5000) -> None:
        self.track = track
        self._cluster_ms = min(cluster_ms, FARTHEST)
        self._cluster_at: int | None = None
        self._last: int | None = None

    def frame(self, at_ms: int, keyframe: bool, data: bytes) -> bytes:
        """What to write when a frame comes at `at_ms`: the file's head if it is the first, the frame but for its duration."""
        if not data:
            raise ValueError("a frame without a byte")
        if not 0 <= at_ms <= LATEST_MS or (self._last is not None and at_ms <= self._last):
            raise ValueError(f"a frame at {at_ms} ms after one at {self._last} ms")
        parts = []
        if self._last is None:
            if not keyframe:
                raise ValueError("the first frame of a file must be a keyframe")
            parts.append(file_head() + ebml.opening(SEGMENT, None) + info() + tracks(self.track))
        if self._cluster_at is None or at_ms - self._cluster_at > self._cluster_ms:
            self._cluster_at = at_ms
            parts.append(cluster(at_ms))
        before = None if keyframe or self._last is None else at_ms - self._last
        parts.append(block_group(at_ms - self._cluster_at, before, data))
        self._last = at_ms
        return b"".join(parts)

    def until(self, end_ms: int) -> bytes:
        """What to write when the end of the last frame is known: at least 1 ms after it, and before anything else is written."""
        if self._last is None or end_ms <= self._last:
            raise ValueError(f"the frame at {self._last} ms ends at {end_ms} ms")
        return duration(min(end_ms - self._last, LONGEST_MS))
