"""What a link goes by and what it tells its owner: the numbers, the events, and the first look at a frame. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import msgspec

from signaling.bounds import too_deep, too_long
from signaling.wire.base import RequestId
from signaling.wire.link import Bye


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """The numbers of a link; times in seconds."""

    frame_bytes: int = 64 * 1024
    depth: int = 8
    outbox_messages: int = 256
    outbox_bytes: int = 1024 * 1024
    per_second: float = 20.0
    burst: int = 40
    mistakes: int = 5
    mistakes_within: float = 60.0
    hello_within: float = 5.0
    heartbeat: float = 4.0
    """Quiet for so long → ping; two pings without any frame in return → `silent`."""
    ack_within: float = 0.25
    """An acknowledgement waits so long for a message that carries it ..."""
    ack_messages: int = 32
    ack_bytes: int = 256 * 1024
    """... or until so much is unacknowledged."""
    pace_per_second: float = 14.0
    pace_burst: int = 20
    """How fast an end sends, so that what it repeats after a drop, with acknowledgements, stays below the server's rate."""


@dataclass(frozen=True, slots=True)
class Established:
    """Hello and welcome are exchanged; `resumed` false: both sides start at 1."""

    resumed: bool


@dataclass(frozen=True, slots=True)
class Received:
    """One body, each exactly once and in order while the link is resumed."""

    seq: int
    body: bytes


@dataclass(frozen=True, slots=True)
class BadMessage:
    """What came could not be read; the fields are those of `refused`."""

    text: str
    path: str | None = None
    re: str | None = None
    code: str = "bad-message"


@dataclass(frozen=True, slots=True)
class Closed:
    """The socket is to be closed. `resumable`: only the line was lost, the link waits to be taken up again."""

    code: str
    text: str = ""
    again: bool = False
    resumable: bool = False
    by: Literal["us", "them"] = "us"

    @property
    def socket_code(self) -> int:
        """The WebSocket close code (RFC 6455 §7.4.1): 1013 try later, 1003 unsupported data, 1009 too big, 1008 policy, 1000."""
        known = {"too-slow": 1013, "binary-refused": 1003, "too-big": 1009, "silent": 1001}
        return known.get(self.code, 1000 if self.by == "them" or self.again else 1008)


Event = Established | Received | BadMessage | Closed

encode = msgspec.json.Encoder().encode
_PLACE = re.compile(r" - at `(.+)`$")


class _Named(msgspec.Struct):
    """Just enough of a command to answer it."""

    id: RequestId


def bad_message(error: Exception, raw: str | bytes) -> BadMessage:
    """What to tell the sender: the decoder's words (types, fields, a wrong choice; at most 200 characters), the place, and the command."""
    try:
        named: str | None = msgspec.json.decode(raw, type=_Named).id
    except (msgspec.MsgspecError, UnicodeError):
        named = None
    text = str(error) if isinstance(error, msgspec.MsgspecError) else "not JSON"
    place = _PLACE.search(text)
    return BadMessage(text=_PLACE.sub("", text)[:200], path=place.group(1)[:200] if place else None, re=named)


def unfit(frame: str | bytes, policy: LinkPolicy) -> Closed | None:
    """The bounds that end a connection at once; None when the frame may be decoded."""
    if not isinstance(frame, str):
        return Closed("binary-refused", "only text frames are understood")
    if too_long(frame, policy.frame_bytes):
        return Closed("too-big", f"a frame holds at most {policy.frame_bytes} bytes")
    if too_deep(frame, policy.depth):
        return Closed("too-deep", f"a message nests at most {policy.depth} deep")
    return None


def bye(closed: Closed) -> str:
    """The farewell frame."""
    return encode(Bye(code=closed.code, text=closed.text[:200], again=closed.again)).decode()
