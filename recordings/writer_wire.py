"""What node and writer say to each other over their socket pair: length-framed MessagePack, one definition for both sides.

Session times are whole milliseconds since the origin. Tracks are numbered by the node for the life of the socket: a track is one
publication in one epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Literal, TypeVar

import msgspec

Media = Literal["video/webm;codecs=vp8", "audio/webm;codecs=opus"]
Cause = Literal["loss", "line", "writer-overflow", "writer-crash", "disk", "no-keyframe", "node", "source-change"]
IntervalKind = Literal["hold", "mute", "suspension"]
Trouble = Literal["", "no-disk", "stalled"]
"""Why nothing reaches a disk; empty when it does."""
Ending = Literal["hold", "mute", "suspension", "epoch", "room"]

LENGTH = 4
"""Bytes of the big-endian length before each message."""
LARGEST = 16 << 20
"""Bytes of one message; a larger one is a broken line, not a picture."""


class Message(msgspec.Struct, frozen=True, array_like=True, tag_field="what"):
    """Either direction."""


class OpenSession(Message, frozen=True, tag="open"):
    """Record a session from now on, sealed to this home. Idempotent."""

    session: str
    origin: int
    """Milliseconds since 1970, where the session's clock begins."""
    home: str
    home_key: bytes
    """Raw X25519 public key."""


class OpenTrack(Message, frozen=True, tag="track"):
    """Frames of a publication in this epoch follow: the first ones, or those after an `EndRun`. `resumed`: they flowed already when the
    writer before this one died."""

    track: int
    session: str
    publication: str
    epoch: int
    media: Media
    resumed: bool = False


class Frame(Message, frozen=True, tag="frame"):
    """One whole encoded frame. `at` is even within an unbroken stream; `shift` and `error` (all milliseconds) hold from the next
    segment on. `first` … `last` are unwrapped packet numbers; width and height are 0 but in keyframes."""

    track: int
    at: int
    shift: int
    error: int
    keyframe: bool
    width: int
    height: int
    first: int
    last: int
    data: bytes


class Missing(Message, frozen=True, tag="missing"):
    """Between the last frame (or `since`, if that is later) and the next one something is missing, for this cause."""

    track: int
    lost: int
    cause: Cause
    since: int | None = None


class EndRun(Message, frozen=True, tag="end-run"):
    """The segment that is open ends here; its last picture was seen until `at`. With `settled` nothing is due from here on: the
    participant left, or an interval explains it."""

    track: int
    settled: bool
    reason: Ending
    at: int | None


class Interval(Message, frozen=True, tag="interval"):
    """An explained silence began (`end` None) or is over (same `start`). `publication` may be `*`."""

    session: str
    publication: str
    kind: IntervalKind
    start: int
    end: int | None


class CloseSession(Message, frozen=True, tag="close"):
    """The room has closed."""

    session: str
    at: int


class Ack(Message, frozen=True, tag="ack"):
    """The server has every line of this life up to `n`."""

    life: str
    n: int


class Told(Message, frozen=True, tag="told"):
    """Writer → node: a line of a journal; of one life in order. Told again after a restart until it is acknowledged."""

    life: str
    n: int
    line: str


class WantKeyframe(Message, frozen=True, tag="want-keyframe"):
    """Writer → node: the track cannot go on without one."""

    track: int


class Health(Message, frozen=True, tag="health"):
    """Writer → node: whether what is recorded reaches a disk. Told when it changes, and each second as a sign of life. `no-disk`: there is
    a session to write and no disk that takes it; `stalled`: the disk has not answered for seconds. Ok again when a round has completed."""

    ok: bool
    reason: Trouble


ToWriter = OpenSession | OpenTrack | Frame | Missing | EndRun | Interval | CloseSession | Ack
FromWriter = Told | WantKeyframe | Health


class BadLine(ValueError):
    """What came is no message; the line cannot be trusted any further."""


_encoder = msgspec.msgpack.Encoder()


def encode(message: Message) -> bytes:
    """One message with its length before it."""
    body = _encoder.encode(message)
    return len(body).to_bytes(LENGTH) + body


T = TypeVar("T")


class Reader(Generic[T]):
    """Cuts a stream of bytes into messages of type `T`."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[T]) -> None:
        self._decoder = decoder
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[T]:
        """The messages that are whole now. Raises `BadLine`."""
        buffer = self._buffer
        buffer += data
        at = 0
        try:
            while len(buffer) - at >= LENGTH:
                size = int.from_bytes(buffer[at : at + LENGTH])
                if size > LARGEST:
                    raise BadLine(f"a message of {size} bytes")
                end = at + LENGTH + size
                if len(buffer) < end:
                    break
                with memoryview(buffer) as view:
                    message = self._decoder.decode(view[at + LENGTH : end])
                at = end
                yield message
        except msgspec.DecodeError as error:
            raise BadLine(str(error)) from error
        finally:
            del buffer[:at]


def at_writer() -> Reader[ToWriter]:
    """What the writer reads with."""
    return Reader(msgspec.msgpack.Decoder(ToWriter))


def at_node() -> Reader[FromWriter]:
    """What the node reads with."""
    return Reader(msgspec.msgpack.Decoder(FromWriter))
