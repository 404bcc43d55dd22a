"""The server's answers to commands, and notices that answer nothing."""

from __future__ import annotations

from typing import Literal

from signaling.wire.base import Epoch, Message, ParticipantId, RequestId, Sdp, SessionId


class Done(Message, frozen=True):
    """The command `re` has been carried out and is stored (now or when it was first sent)."""

    re: RequestId
    session: SessionId | None = None


class Refused(Message, frozen=True):
    """The command `re` was refused and nothing has changed. `code` is stable; `text` is a sentence in the reader's language."""

    code: str
    text: str
    re: RequestId | None = None
    path: str | None = None
    """Where in the message the mistake is, for instance `$.service`."""


class MediaAnswer(Message, frozen=True):
    """The media node's answer to the offer `re`, with the epoch that the connection has."""

    re: RequestId
    epoch: Epoch
    sdp: Sdp


class LineQuality(Message, frozen=True):
    """How the media node hears a participant: `good`, `degraded` (2 s silent) or `lost` (5 s silent)."""

    session: SessionId
    participant: ParticipantId
    level: Literal["good", "degraded", "lost"]
    reason: str


class Notice(Message, frozen=True):
    """Something a person should know; the page has the words for `code`."""

    code: str
    text: str
