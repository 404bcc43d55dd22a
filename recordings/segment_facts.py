"""What a segment maker is told and what it answers: frames and numbers in; segments, their bytes and what is missing out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal["loss", "line", "writer-overflow", "writer-crash", "disk", "no-keyframe", "node", "source-change"]
Ending = Literal["age", "size", "gap", "hold", "mute", "suspension", "epoch", "room", "suspect"]
"""Why a segment ended: it was old enough, the picture changed its size, something is missing, or what `close` was told."""


@dataclass(frozen=True, slots=True)
class SegmentPolicy:
    """Every number of the rules, in milliseconds where it says nothing else."""

    length_ms: int = 4000
    """A segment that is this old ends with the next keyframe, one of audio with the next frame."""
    longest_audio_ms: int = 10_000
    """A segment of audio that is this old ends, even when no frame comes."""
    gap_ms: int = 1000
    """A longer gap ends the segment."""
    piece_ms: int = 500
    """The longest piece, in time of the media, unless one frame alone is longer."""
    piece_bytes: int = 8 * 1024 * 1024
    """The largest piece: what a sealed chunk has room for (docs/recording.md), with some to spare."""
    cluster_ms: int = 5000
    """A player looks for a place cluster by cluster (RFC 9559, 25.1)."""
    first_picture_ms: int = 66
    """How long a picture lasts when nothing before it tells."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is recorded: `name` is `<participant>.<source>`, `epoch` counts from 1."""

    name: str
    epoch: int
    kind: Literal["video", "audio"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded frame: a whole VP8 picture, or one Opus packet (width and height are then 0).

    `at_ms` is its time on the session's clock; `seq_first` and `seq_last` are the unwrapped sequence numbers of its packets.
    """

    at_ms: int
    keyframe: bool
    data: bytes
    width: int
    height: int
    seq_first: int
    seq_last: int


@dataclass(frozen=True, slots=True)
class Began:
    """A segment has begun; its pieces follow. `step`: by how much its clock was moved against the segment before."""

    segment: int
    media: str
    start: int
    width: int
    height: int
    step: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """The next bytes of a segment's file, at most half a second of it. After `last` comes its `Ended`."""

    segment: int
    data: bytes
    last: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """A whole segment: `start` and `end` on the session's clock, `first` and `last` sequence number, `bytes` of its file.

    `nudged` frames came with a time that was not after the one before, and were moved.
    """

    publication: str
    epoch: int
    segment: int
    media: str
    start: int
    end: int
    frames: int
    bytes: int
    width: int
    height: int
    first: int
    last: int
    nudged: int
    reason: Ending


@dataclass(frozen=True, slots=True)
class Missed:
    """Nothing new can be shown from `start` to `end`: `lost` packets never came, `dropped` frames came and could not be used."""

    publication: str
    epoch: int
    start: int
    end: int
    lost: int
    dropped: int
    cause: Cause


@dataclass(frozen=True, slots=True)
class Reach:
    """An open segment so far: `start`, where its last frame is expected to end, frames, and its last sequence number."""

    start: int
    end: int
    frames: int
    last: int


Made = Began | Piece | Ended | Missed
