"""Bodies of the routes of review: what was recorded in a session, who may look at it and why, what proves it, what a person must look at.

Times of a recording are milliseconds of the session's clock, which begins at `origin`; what came before it is negative.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.wire.base import Part, Seconds, SessionId

Purpose = Literal["complaint", "dispute", "quality", "training", "audit", "court"]
Why = Literal["no-disk", "urgent", "on-paper"]


class ViewRequest(Part, frozen=True):
    """Why somebody wants to look at this session; asked once, entered in its ledger."""

    purpose: Purpose


class ViewOpened(Part, frozen=True):
    until: Seconds


class TrackSegment(Part, frozen=True):
    epoch: int
    segment: int
    start: int
    end: int
    media: str
    state: Literal["whole", "cut", "suspect"]


class TrackGap(Part, frozen=True):
    epoch: int
    start: int
    end: int
    cause: str


class TimelineTrack(Part, frozen=True):
    """One publication, for instance `resident.camera`."""

    publication: str
    required: bool
    segments: list[TrackSegment]
    gaps: list[TrackGap]


class TimelineInterval(Part, frozen=True):
    """An explained silence of one publication, or of all (`*`); `end` is null while it lasts."""

    publication: str
    kind: Literal["hold", "mute", "suspension"]
    start: int
    end: int | None


class TimelineEvent(Part, frozen=True):
    """An entry of the ledger; the page has the words for `what`."""

    seq: int
    at: int
    utc: str
    what: str
    actor: str
    body: msgspec.Raw


class MissingTime(Part, frozen=True):
    """Required time that nothing covers and nothing explains."""

    publication: str
    start: int
    end: int


class Completeness(Part, frozen=True):
    complete: bool
    missing: list[MissingTime]


class Paper(Part, frozen=True):
    """A sealed paper of the visit, to be had as a segment is. What says which one it is, is there where it applies."""

    kind: Literal["still", "still-page", "still-checked", "form-page", "form", "form-signed", "signature", "signature-record", "texts", "notice", "receipt"]
    at: int
    publication: str
    epoch: int
    segment: int
    media: str
    width: int
    """In pixels; 0 where there are none."""
    height: int
    standing: Literal["counts", "not-kept", "dropped", "melted", "signed-again", "given-again", "unentered"]
    """Whether it counts in the case, and otherwise why not; `unentered`: sealed, but what it was for did not come about."""
    case: str | None = None
    """Which of the visit's cases it belongs to."""
    still: int | None = None
    """Which still; its original, its page set straight and its checked copy have the same."""
    material: int | None = None
    """Place in the service's list of materials, from 0."""
    page: int | None = None
    """Which page, from 1: of the form, or among the stills of the material that count."""
    form: str | None = None
    """Which frozen paper; its pages, signatures and signed copies have the same."""
    code: str | None = None
    """The form's code and version."""
    version: str | None = None
    signer: int | None = None
    """Whose line, from 0."""


class Timeline(Part, frozen=True):
    """All that a player needs of a session, live or over."""

    session: SessionId
    case: str
    number: str
    service: str
    kiosk: str
    host: str
    home: str
    clerk: str | None
    state: str
    origin: int | None
    """Milliseconds since 1970; null when nothing was ever recorded."""
    live: bool
    needs_word: bool
    """The case cannot be accepted without a supervisor's word: the talk is not recorded."""
    length: int
    tracks: list[TimelineTrack]
    intervals: list[TimelineInterval]
    events: list[TimelineEvent]
    papers: list[Paper]
    """In the order in which they came."""
    completeness: Completeness


class Signature(Part, frozen=True):
    """A head of the ledger that was signed. `valid`: the signature is by the key that it names, over what the ledger is today."""

    role: Literal["home", "host"]
    by: str
    seq: int
    key: str
    at: str
    code: str | None
    valid: bool


class Integrity(Part, frozen=True):
    """What proves a session, looked at now."""

    entries: int
    digest: str
    chain: str | None
    """Where and why the chain breaks; null when it holds."""
    signatures: list[Signature]
    home_signed: bool
    """Whether a valid signature of the home covers every entry of evidence."""
    host_signed: bool | None
    """Whether the host countersigned that; null where host and home are the same."""
    segments: int
    verified: int
    """Segments whose file has exactly the digest that the ledger holds."""
    damaged: list[str]
    """Those that have not, or are missing."""
    gaps: dict[str, int]
    """Cause → how many."""


class AcceptanceRequest(Part, frozen=True):
    """The supervisor's word that a case may be accepted although the talk is not recorded."""

    reason: Why


class ApprovalRequest(Part, frozen=True):
    """Asks for what needs two people."""

    deed: Literal["export", "release-hold"]
    purpose: Purpose


class Approval(Part, frozen=True):
    """What was asked for, who approved it, whether it was done."""

    id: str
    deed: Literal["export", "release-hold"]
    purpose: Purpose
    asked_by: str
    asked_at: Seconds
    approved_by: str | None
    approved_at: Seconds | None
    used_at: Seconds | None


class Approvals(Part, frozen=True):
    held: bool
    """Whether a legal hold keeps the recording from being erased."""
    requests: list[Approval]


class ExportRequest(Part, frozen=True):
    """Makes the package of an approved request."""

    request: Annotated[str, Meta(max_length=40)]
    form: Literal["clear", "sealed"] = "clear"


class Export(Part, frozen=True):
    """A package that is being made, or is there to be fetched. `share` goes from 0 to 1."""

    id: str
    share: float
    ready: bool
    failed: str | None
    """The code of what went wrong."""
    size: int


class Incident(Part, frozen=True):
    """Something that a person must look at."""

    id: str
    session: SessionId
    kind: str
    at: Seconds
    done_at: Seconds | None
    done_by: str | None


class Incidents(Part, frozen=True):
    incidents: list[Incident]
