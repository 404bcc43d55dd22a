"""The frames of one connection, below every conversation: hello, heartbeat, numbering, acknowledgement, resume.

The first frame is the end's `hello`; the server answers `welcome` or `bye`. From then on every message travels in a `data`
frame, numbered from 1 in each direction; `ack` is the highest number received without a gap.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from signaling.wire.base import Message, Seconds, ShortText

Token = Annotated[str, Meta(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_.-]+$")]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Hello(Message, frozen=True):
    """End → server, first frame within five seconds. `ticket` is a one-time socket ticket from `POST /api/v1/socket-tickets`."""

    protocol: int
    ticket: Token
    link: Token | None = None
    """Resume token of the last `welcome`, if there was one."""
    received: Count = 0
    """Highest number received on that link."""


class Welcome(Message, frozen=True):
    """Server → end. `resumed`: the numbering goes on, and what was not received is sent again. Otherwise both sides start at 1."""

    link: Token
    resumed: bool
    received: Count
    heartbeat: float
    """Seconds between pings; two missed ones end the connection."""
    now: Seconds


class Data(Message, frozen=True):
    """One message of a conversation in `body`."""

    seq: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    ack: Count
    body: msgspec.Raw


class Ack(Message, frozen=True):
    """Sent when nothing else carries the acknowledgement."""

    ack: Count


class Ping(Message, frozen=True):
    """Either side, when it has been quiet for a heartbeat."""

    at: float


class Pong(Message, frozen=True):
    """The answer to a ping, with its `at`."""

    at: float


class Bye(Message, frozen=True):
    """The last frame of whoever closes. `code` is stable; `text` is for a person."""

    code: str
    text: ShortText = ""
    again: bool = False
    """Whether it makes sense to come back at once."""


FromEnd = Hello | Data | Ack | Ping | Pong | Bye
FromServer = Welcome | Data | Ack | Ping | Pong | Bye
