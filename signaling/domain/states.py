"""What is true of one session: a state holds only what is true in it. Stored as they are (msgspec, tagged by class name).

"I want to be connected" is in a state, "I am connected" never is: `session.reopen` turns a stored state into what is known
after a restart.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.domain.asks import AnyAsk, Ended
from signaling.domain.case import Case, Outcome
from signaling.domain.case_file import CaseFile
from signaling.domain.control import Grant, Window
from signaling.domain.folder import Folder
from signaling.domain.parties import Level, Party
from signaling.domain.recording import Recording

End = Literal["resident", "clerk"]
Source = Literal["microphone", "camera", "screen", "document"]
EndReason = Literal["completed", "ended-by-resident", "left-line", "abandoned", "closed-by-office", "consent-withdrawn"]
Method = Literal["touch", "spoken"]

ENDS: tuple[End, ...] = ("resident", "clerk")
SOURCES: tuple[Source, ...] = ("microphone", "camera", "screen", "document")
USUAL_SOURCES: tuple[Source, ...] = ("microphone", "camera")
SHARES: tuple[Source, ...] = ("screen", "document")
"""What is shown for a while, beside the face."""


class Consent(msgspec.Struct, frozen=True):
    """One consent as it was given, refused or withdrawn: which text, its version, and in which language it was read.

    `spoken` was entered by the clerk for somebody who cannot touch. `at` in milliseconds since 1970, 0 where it was not kept; `party`
    counts the visit's parties from 0.
    """

    text: str
    version: str
    language: str
    given: bool
    method: Method = "touch"
    at: int = 0
    party: int = 0


class SealedTo(msgspec.Struct, frozen=True):
    """The home's public key to which a visit's recording is sealed: raw X25519 in base64, and its fingerprint (SHA-256, hexadecimal)."""

    key: str
    fingerprint: str


class Ticket(msgspec.Struct, frozen=True):
    """The facts of a visit that never change. `parties` 当事人 are whoever asks, one or more, as they were known when they came.

    `sealed_to` is fixed with the ticket, as the consents are: a key that the home changes meanwhile is for visits that come later.
    """

    session: str
    number: str
    case: str
    kiosk: str
    host: str
    home: str
    service: str
    language: str
    needs: tuple[str, ...]
    parties: tuple[Party, ...]
    taken_at: float
    consents: tuple[Consent, ...]
    sealed_to: SealedTo
    version: str = ""
    """Of the service, by which `answers` were judged."""
    answers: tuple[tuple[str, str], ...] = ()
    """Question and answer, as codes: what was asked before anybody queued."""
    level: Level = "declared"
    """How well everybody must be known before the case is accepted."""

    @property
    def resident(self) -> str:
        """Who stands at the kiosk, as others call them."""
        return "、".join(each.name for each in self.parties)

    @property
    def folder(self) -> Folder:
        """What a visit begins with: an empty case."""
        first = Case(self.case, self.service, self.taken_at, self.level)
        return Folder((first,), people=tuple(each.level for each in self.parties))


class Talk(msgspec.Struct, frozen=True):
    """What stays true from the answer to the end.

    `generation` counts the rooms this visit has had: a lost media node starts the next, and so does the next clerk. The epochs count
    each end's connections over the whole visit. `on` holds the sources that are switched on.
    """

    ticket: Ticket
    clerk: str
    counter: str
    since: float
    recording: Recording
    folder: Folder
    generation: int = 1
    resident_epoch: int = 0
    clerk_epoch: int = 0
    on: tuple[tuple[End, Source], ...] = tuple((end, source) for end in ENDS for source in USUAL_SOURCES)
    may_show: bool = False
    """The resident has allowed the clerk to see the kiosk's screen."""
    stopped: tuple[tuple[End, Source], ...] = ()
    """Shares that the other end has ended: whoever shares has not said yet that it is off."""
    operated: str | None = None
    """The last grant that was given: what was done under it may be told a moment after its end."""
    ended: Ended | None = None
    """What became of the last question or permission; None from the next question on."""
    windows: tuple[Window, ...] = ()
    """What the kiosk's desktop can open for a remote operation."""
    consent_changes: tuple[Consent, ...] = ()
    """What was said of a consent since the ticket, the latest of each text; read by `consent.current`."""

    @property
    def room(self) -> str:
        """The room's id on its media node; a new one for every generation."""
        return f"{self.ticket.session}.{self.generation}"

    def epoch(self, end: End) -> int:
        """How many connections this end has had; 0 before the first."""
        return self.resident_epoch if end == "resident" else self.clerk_epoch

    @property
    def case(self) -> Case:
        """The case that lies on the table."""
        return self.folder.case

    @property
    def file(self) -> CaseFile:
        """What was gathered for it."""
        return self.folder.case.file

    def with_file(self, file: CaseFile) -> Talk:
        """With this gathered for the case on the table."""
        return msgspec.structs.replace(self, folder=self.folder.with_file(file))

    @property
    def left_behind(self) -> Earlier:
        """What the next talk of this visit has to know of this one."""
        return Earlier(
            self.clerk, self.recording.origin, self.generation, self.resident_epoch, self.clerk_epoch, self.folder, self.consent_changes
        )


class Earlier(msgspec.Struct, frozen=True):
    """What the last talk of this visit leaves to the next: who it was with, its recording's clock, the numbers that are never used twice,
    what was gathered."""

    clerk: str
    origin: int
    generation: int
    resident_epoch: int
    clerk_epoch: int
    folder: Folder
    consent_changes: tuple[Consent, ...] = ()


class State(msgspec.Struct, frozen=True, tag=True):
    """One of the states below."""


class Waiting(State, frozen=True):
    """In the line and at the kiosk. `passed`: clerks who declined a moment ago and are not rung again yet.

    `earlier` is None until somebody has talked to the resident; from then on it has what was said of consents, until then `consent_changes`.
    """

    ticket: Ticket
    since: float
    in_front: bool = False
    prefer: str | None = None
    passed: tuple[str, ...] = ()
    earlier: Earlier | None = None
    consent_changes: tuple[Consent, ...] = ()
    brought: Folder | None = None
    """What an earlier visit has gathered for the case that this one goes on with."""

    @property
    def folder(self) -> Folder:
        """What there is of its cases."""
        return self.earlier.folder if self.earlier is not None else self.brought or self.ticket.folder


class SteppedAway(State, frozen=True):
    """In the line, but the kiosk is not connected: the place is kept, nobody is rung."""

    waiting: Waiting
    since: float


class Ringing(State, frozen=True):
    """One counter is being rung; unanswered at `until` it goes to the next."""

    waiting: Waiting
    clerk: str
    counter: str
    until: float

    @property
    def ticket(self) -> Ticket:
        return self.waiting.ticket


class InSession(State, frozen=True):
    """Both ends talk. `ask` is what the resident is being asked, `grant` what they let the clerk operate: these stand nowhere but here, so
    that whatever ends or interrupts the talk ends them too. Never both: a question is another screen."""

    talk: Talk
    ask: AnyAsk | None = None
    grant: Grant | None = None


class OnHold(State, frozen=True):
    """The clerk has put the talk on hold: nothing is forwarded in either direction."""

    talk: Talk
    since: float


class Missing(msgspec.Struct, frozen=True):
    """An end that is gone, and since when."""

    end: End
    since: float


class Reconnecting(State, frozen=True):
    """At least one end is gone, for whatever reason; `before` is where the talk returns to when everybody is back."""

    before: InSession | OnHold
    missing: tuple[Missing, ...]

    @property
    def talk(self) -> Talk:
        return self.before.talk


class Parked(State, frozen=True):
    """The resident was gone too long; the clerk is free, and the session can be taken up again until `until`."""

    ticket: Ticket
    earlier: Earlier
    until: float

    @property
    def clerk(self) -> str:
        """Who is rung first when the resident continues."""
        return self.earlier.clerk


class WrappingUp(State, frozen=True):
    """The talk is over; the clerk completes the case. `outcome` is None until the clerk has chosen one (the resident may have left)."""

    talk: Talk
    outcome: Outcome | None
    reason: EndReason
    until: float
    rated: bool = False
    due: str | None = None
    """Until when an accepted case is decided, as the resident was told: a day in ISO form."""


class Closed(State, frozen=True):
    """Over. The only thing that may still happen is a rating. `clerk` is None when nobody ever answered."""

    ticket: Ticket
    reason: EndReason
    outcome: Outcome | None
    clerk: str | None
    at: float
    rated: bool = False
    due: str | None = None
    cases: tuple[Case, ...] = ()
    """What has become of each, without what was typed."""


AnyState = Waiting | SteppedAway | Ringing | InSession | OnHold | Reconnecting | Parked | WrappingUp | Closed


def ticket_of(state: AnyState) -> Ticket:
    """The constant facts, from whichever state."""
    match state:
        case Waiting() | Ringing() | Parked() | Closed():
            return state.ticket
        case SteppedAway():
            return state.waiting.ticket
        case InSession() | OnHold() | Reconnecting() | WrappingUp():
            return state.talk.ticket


def talk_of(state: AnyState) -> Talk | None:
    """The running talk, if there is one."""
    return state.talk if isinstance(state, InSession | OnHold | Reconnecting) else None


def holder_of(state: AnyState) -> str | None:
    """The clerk who holds this session: being rung, talking or wrapping up. At most one, and a clerk holds at most one session."""
    match state:
        case Ringing():
            return state.clerk
        case InSession() | OnHold() | Reconnecting() | WrappingUp():
            return state.talk.clerk
        case _:
            return None


def folder_of(state: AnyState) -> Folder:
    """What the visit has gathered, from whichever state."""
    match state:
        case Waiting():
            return state.folder
        case SteppedAway() | Ringing():
            return state.waiting.folder
        case Parked():
            return state.earlier.folder
        case InSession() | OnHold() | Reconnecting() | WrappingUp():
            return state.talk.folder
        case Closed():
            return Folder(state.cases) if state.cases else state.ticket.folder


def was_talked_to(state: AnyState) -> bool:
    """Whether a clerk has talked to the resident in this visit."""
    match state:
        case Waiting():
            return state.earlier is not None
        case SteppedAway() | Ringing():
            return state.waiting.earlier is not None
        case Closed():
            return state.clerk is not None
        case _:
            return True
