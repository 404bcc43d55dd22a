"""What a clerk asks of the resident during the talk, and the answers: one question at a time, silence is no."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.wire.base import Code, Command, Part, ParticipantId, RequestId, Seconds, SessionId
from signaling.wire.control import Level, Purpose

MaterialNumber = Annotated[int, Meta(ge=0, le=99, description="place in the service's list of materials, from 0")]
StillNumber = Annotated[int, Meta(ge=-99, le=99_999_999, description="when it was taken, in milliseconds on the session's clock; below zero: in an earlier visit")]
StillReason = Literal["no-page", "several-pages", "cut-off", "too-small", "blurred", "glare", "dark", "skewed"]
Region = Literal[
    "top-left", "top", "top-right", "left", "middle", "right", "bottom-left", "bottom", "bottom-right"
]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="ask"):
    """A question that stands on the kiosk; unanswered, it ends at `until`."""

    id: RequestId
    until: Seconds


class AskedScreen(Asked, frozen=True, tag="screen"):
    """May the clerk see the kiosk's screen?"""


class AskedPage(Asked, frozen=True, tag="page"):
    """Lay a page of this material under the camera."""

    material: MaterialNumber
    material_name: str
    take: RequestId | None
    """The picture that is wanted now; the kiosk takes one for each new id and uploads it."""


class AskedSignature(Asked, frozen=True, tag="signature"):
    """Sign the frozen form."""

    form: str
    """Which paper, as `FrozenForm.id` names it."""
    signer: int
    """Whose line, from 0."""


class AskedControl(Asked, frozen=True, tag="control"):
    """May the clerk operate this? Only a touch on yes allows it."""

    scope: Code
    """`form`, or a window of the kiosk's desktop."""
    scope_name: str
    level: Level
    purpose: Purpose
    minutes: int


class AskEnded(Part, frozen=True):
    """The last question, or what was allowed (`grant`), has ended. `by`: who ended what was allowed; null: it ended by itself."""

    id: RequestId
    what: Literal["screen", "page", "signature", "control", "grant"]
    because: Code
    """`refused` · `silence` · `allowed` · `done` · `withdrawn` · `time-over` · `window-gone` · `line-lost` …, as the ledger says it."""
    by: ParticipantId | None


class Still(Part, frozen=True):
    """A page as it was taken."""

    number: StillNumber
    material: MaterialNumber
    width: int
    """Pixels of the page set straight."""
    height: int
    reasons: list[StillReason]
    """Why it should be taken again; empty when it is good."""
    glare: Region | None
    """Where light reflects."""
    kept: bool
    """It is in the case."""
    page: int = 1
    """Which page of its material, from 1, among those that are in the case; what is not in it yet has the next number."""
    checked: bool = False
    """It was checked against the original; the copy that says so is its form `checked`."""


# --- the clerk asks -------------------------------------------------------------------------------


class AskForScreen(Command, frozen=True):
    """May I see the kiosk's screen? Refused with `asking-already` while another question stands."""

    session: SessionId


class AskForPage(Command, frozen=True):
    """Please lay a page of this material under the camera. Refused with `asking-already`, `consent-needed`, `too-many-stills`,
    `unknown-material`, and with `no-power` where this window may not take papers in for the home."""

    session: SessionId
    material: MaterialNumber


class TakeStill(Command, frozen=True):
    """The page lies well: take its picture. The view shows the picture when it has come."""

    session: SessionId
    ask: RequestId


class WithdrawAsk(Command, frozen=True):
    """The question is not asked any more."""

    session: SessionId
    ask: RequestId


class KeepStill(Command, frozen=True):
    """Puts a still into the case; the question for its page is answered with that."""

    session: SessionId
    still: StillNumber


class DropStill(Command, frozen=True):
    """Takes a still out of the case. Refused with `unknown-still`."""

    session: SessionId
    still: StillNumber


class CheckStill(Command, frozen=True):
    """The original lies under the camera, and the still is of it: makes the copy that says so. Refused with `no-power`, `unknown-still`,
    `not-recordable`."""

    session: SessionId
    still: StillNumber


# --- the resident answers -------------------------------------------------------------------------


class AnswerAsk(Command, frozen=True):
    """A touch on yes or no."""

    session: SessionId
    ask: RequestId
    yes: bool


# --- both -----------------------------------------------------------------------------------------


class StopShare(Command, frozen=True):
    """Whoever looks ends what the other participant shows of their screen."""

    session: SessionId
    participant: ParticipantId
