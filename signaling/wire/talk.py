"""What kiosk and counter share while they talk: the state of the talk, and the negotiation of media.

The end always offers (RFC 8829). It has two connections: *publish*, with one m-line per source, and *subscribe*, with one
recvonly m-line per source of every other participant. A new connection is offered with `epoch` null and gets the next epoch;
a renegotiation or ICE restart of the running one names its epoch.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.wire.asks import AskedControl, AskedPage, AskedScreen, AskedSignature, AskEnded, Still
from signaling.wire.base import (
    Code,
    Command,
    Epoch,
    Mid,
    Part,
    ParticipantId,
    PersonName,
    Role,
    Sdp,
    Seconds,
    SessionId,
    ShortText,
    Source,
)
from signaling.wire.cases import Level, TalkCase, TalkParty
from signaling.wire.control import Granted, TextLine, WindowOffered
from signaling.wire.forms import TalkForm

Recording = Literal["starting", "recording", "not-recorded", "interrupted", "suspended", "held"]
"""`starting`: ordered, no byte yet · `not-recorded`: no byte in the time it may take · `interrupted`: disk or writer refuse · `suspended`:
rests for a secret · `held`: nothing is said."""


class End(Part, frozen=True):
    """One participant as the others see them."""

    participant: ParticipantId
    role: Role
    name: str
    place: str
    """The kiosk's or the counter's name."""
    present: bool
    """False while their line is being repaired."""


class SourceState(Part, frozen=True):
    """Whether a participant's source is on: `on` false is muted, camera covered, or not sharing."""

    participant: ParticipantId
    source: Source
    on: bool
    stopped: bool = False
    """The other end has ended this share: whoever shows lets go of it and says that it is off."""


class Talk(Part, frozen=True):
    """The whole state of a running talk; sent again, whole, whenever any of it changes."""

    session: SessionId
    case: str
    number: str
    home: Code
    service: Code
    service_name: str
    since: Seconds
    held: bool
    room: str
    """The room on a media node. When it changes, both connections are built anew."""
    me: ParticipantId
    ends: list[End]
    sources: list[SourceState]
    recording: Recording
    """What the light says. It is lit while bytes reach a disk, and only then."""
    acceptable: bool
    """Whether the case may be accepted: it is recorded, or a supervisor has given their word."""
    asked: AskedScreen | AskedPage | AskedSignature | AskedControl | None = None
    """What the resident is being asked."""
    ended: AskEnded | None = None
    """What became of the last thing that was asked or allowed; null from the next question on."""
    may_show: bool = False
    """The resident has agreed to show the kiosk's screen."""
    stills: list[Still] = msgspec.field(default_factory=list)
    """Pages taken for the case so far."""
    may_take_in: bool = True
    """This window may take papers in: it is the home's own, or a power of the home holds now."""
    may_check: bool = False
    """A power lets what is seen here be taken as checked against the original."""
    has_form: bool = False
    """The service has a form that is filled in together."""
    form: TalkForm | None = None
    """The form of this visit, once it was laid on the table."""
    grant: Granted | None = None
    """What the resident lets the clerk operate."""
    windows: list[WindowOffered] = msgspec.field(default_factory=list)
    """What the kiosk's desktop can open for an operation."""
    texts: list[TextLine] = msgspec.field(default_factory=list)
    """What was written, the oldest first."""
    cases: list[TalkCase] = msgspec.field(default_factory=list)
    """Every case of the visit; `case`, `service`, stills and form are those of the one on the table."""
    parties: list[TalkParty] = msgspec.field(default_factory=list)
    """Who asks."""
    level: Level = "declared"
    """How well everybody must be known before the case on the table is accepted."""


class PublishOffer(Command, frozen=True):
    """Offer of the publish connection: every m-line `sendonly`, `sources` says what each one carries."""

    session: SessionId
    sdp: Sdp
    sources: Annotated[dict[Mid, Source], Meta(min_length=1, max_length=16)]
    epoch: Epoch | None = None


class Want(Part, frozen=True):
    """One recvonly m-line of the subscribe connection and whose source it is to carry."""

    mid: Mid
    participant: ParticipantId
    source: Source


class SubscribeOffer(Command, frozen=True):
    """Offer of the subscribe connection; `fresh` is true for a new connection, false for a renegotiation of the running one."""

    session: SessionId
    sdp: Sdp
    wants: Annotated[list[Want], Meta(min_length=1, max_length=16)]
    fresh: bool = True


class IceCandidates(Command, frozen=True):
    """Candidates found after the offer was sent (RFC 8838)."""

    session: SessionId
    connection: Literal["publish", "subscribe"]
    candidates: Annotated[list[Annotated[str, Meta(max_length=400)]], Meta(max_length=100)]


class SetSource(Command, frozen=True):
    """A participant mutes or unmutes, covers a camera, starts or stops sharing."""

    session: SessionId
    source: Source
    on: bool


class ReportFirstFrame(Command, frozen=True):
    """An end saw the first picture of a participant, `after_ms` milliseconds after the talk began for it."""

    session: SessionId
    participant: ParticipantId
    after_ms: Annotated[int, Meta(ge=0, le=600_000)]


__all__ = [
    "End", "IceCandidates", "PersonName", "PublishOffer", "ReportFirstFrame", "SetSource", "ShortText", "SourceState",
    "SubscribeOffer", "Talk", "Want",
]
