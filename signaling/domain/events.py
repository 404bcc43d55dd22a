"""What can happen to a session, in the past tense. A timer's event carries the moment it belongs to, so that a late one is refused."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.domain.case import Outcome
from signaling.domain.events_case import (
    AskAnswered,
    AskRanOut,
    AskWithdrawn,
    CaseDropped,
    CaseEvent,
    CaseLeftOpen,
    CaseOpened,
    CaseSettled,
    CaseTurned,
    ControlAsked,
    ControlRanOut,
    ControlStopped,
    ControlUsed,
    FormFrozen,
    FormLaid,
    FormMelted,
    FormPutAway,
    FormStepped,
    FormTyped,
    IdentitySeen,
    NoticeGiven,
    PageAsked,
    PaperSigned,
    ScreenAsked,
    SignatureAsked,
    SignatureGiven,
    StillChecked,
    StillDropped,
    StillKept,
    StillTaken,
    TakeAsked,
    TextSaid,
    TextsKept,
    WindowsOffered,
)
from signaling.domain.states import End, Method, Source

__all__ = [
    "AskAnswered", "AskRanOut", "AskWithdrawn", "CaseDropped", "CaseLeftOpen", "CaseOpened", "CaseSettled", "CaseTurned", "ControlAsked", "ControlRanOut",
    "ControlStopped", "ControlUsed", "FormFrozen", "FormLaid", "FormMelted", "FormPutAway", "FormStepped", "FormTyped", "IdentitySeen",
    "NoticeGiven", "PageAsked", "PaperSigned", "ScreenAsked", "SignatureAsked", "SignatureGiven",
    "StillChecked", "StillDropped", "StillKept", "StillTaken", "TakeAsked", "TextSaid", "TextsKept", "WindowsOffered",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CounterChosen:
    """The pairing found a clerk for this ticket."""

    clerk: str
    counter: str


@dataclass(frozen=True, slots=True)
class Picked:
    """A clerk took the ticket out of turn."""

    clerk: str
    counter: str


@dataclass(frozen=True, slots=True)
class Answered:
    clerk: str


@dataclass(frozen=True, slots=True)
class Declined:
    clerk: str


@dataclass(frozen=True, slots=True)
class RingUnanswered:
    until: float


@dataclass(frozen=True, slots=True)
class PassEnded:
    """A clerk who declined may be rung for this ticket again."""

    clerk: str


@dataclass(frozen=True, slots=True)
class EndLost:
    """An end's link is gone: a crash, a reload or a lost line; the server cannot tell which."""

    end: End


@dataclass(frozen=True, slots=True)
class EndReturned:
    end: End


@dataclass(frozen=True, slots=True)
class GraceEnded:
    """An end has been missing since `since` for as long as it may."""

    end: End
    since: float


@dataclass(frozen=True, slots=True)
class ResidentLeft:
    """The resident gave the place (or the parked session) up."""


@dataclass(frozen=True, slots=True)
class ResidentContinued:
    """The resident of a parked session wants to go on."""


@dataclass(frozen=True, slots=True)
class ParkingEnded:
    until: float


@dataclass(frozen=True, slots=True)
class Transferred:
    """The clerk hands the resident on: to this clerk, or to whoever is free (None)."""

    clerk: str | None


@dataclass(frozen=True, slots=True)
class HoldBegan: ...


@dataclass(frozen=True, slots=True)
class HoldEnded: ...


@dataclass(frozen=True, slots=True)
class SourceSwitched:
    end: End
    source: Source
    on: bool


@dataclass(frozen=True, slots=True)
class ShareStopped:
    """The other end wants to see this end's screen no more."""

    end: End


@dataclass(frozen=True, slots=True)
class ConnectionOffered:
    """An end offered a new publish connection: its next epoch begins."""

    end: End


@dataclass(frozen=True, slots=True)
class NodeLost:
    """The media node that carried `generation` is gone."""

    generation: int


@dataclass(frozen=True, slots=True)
class BytesOnDisk:
    """A first byte of a recording, of the moment `at` (seconds since 1970), is on a disk."""

    at: float


@dataclass(frozen=True, slots=True)
class RecordingLate:
    """The recording that was ordered at `since` should have begun by now."""

    since: float


@dataclass(frozen=True, slots=True)
class RecordingBroke:
    """Nothing reaches a disk any more, for this reason (a code of the node)."""

    reason: str


@dataclass(frozen=True, slots=True)
class RecordingMended:
    """The disk takes bytes again."""


@dataclass(frozen=True, slots=True)
class SuspensionBegan:
    """The clerk let the recording rest while a secret is said or shown."""


@dataclass(frozen=True, slots=True)
class SuspensionEnded: ...


@dataclass(frozen=True, slots=True)
class SuspensionRanOut:
    since: float


@dataclass(frozen=True, slots=True)
class AcceptanceAllowed:
    """A supervisor lets the case be accepted although it is not recorded, for this reason (a code)."""

    supervisor: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """The resident agrees to this text no more; `spoken` when the clerk enters it for somebody who cannot touch."""

    text: str
    method: Method = "touch"


@dataclass(frozen=True, slots=True)
class ConsentGivenAgain:
    """The resident agrees to a text that was refused or withdrawn; `language` is the one in which it was read now, None that of the visit."""

    text: str
    language: str | None = None
    method: Method = "touch"


@dataclass(frozen=True, slots=True)
class ResidentEnded:
    """The stop key."""


@dataclass(frozen=True, slots=True)
class ClerkEnded:
    """With the outcome of the case on the table. `due`: until when the home decides an accepted one, a day in ISO form; None where nothing
    is promised. `referred_to`: the other home's code."""

    outcome: Outcome
    due: str | None = None
    referred_to: str | None = None


@dataclass(frozen=True, slots=True)
class WrapUpCompleted:
    """With the outcome of the case that lay on the table last; None: it stays open."""

    outcome: Outcome | None
    due: str | None = None
    referred_to: str | None = None


@dataclass(frozen=True, slots=True)
class WrapUpRanOut:
    until: float


@dataclass(frozen=True, slots=True)
class Rated:
    stars: int


Event = (
    CounterChosen | Picked | Answered | Declined | RingUnanswered | PassEnded | EndLost | EndReturned | GraceEnded
    | ResidentLeft | ResidentContinued | ParkingEnded | Transferred | HoldBegan | HoldEnded | SourceSwitched | ShareStopped
    | ConnectionOffered | NodeLost
    | BytesOnDisk | RecordingLate | RecordingBroke | RecordingMended | SuspensionBegan | SuspensionEnded | SuspensionRanOut | AcceptanceAllowed
    | ConsentWithdrawn | ConsentGivenAgain | ResidentEnded | ClerkEnded | WrapUpCompleted | WrapUpRanOut | Rated | CaseEvent
)
