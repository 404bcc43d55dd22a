"""The clerk's conversation: shift, presence, ring, talk, outcome, wrap-up. The server sends the whole desk whenever it changes."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.wire.asks import AskForPage, AskForScreen, CheckStill, DropStill, KeepStill, Still, StopShare, TakeStill, WithdrawAsk
from signaling.wire.base import Code, Command, Language, Message, Note, Part, Seconds, SessionId
from signaling.wire.cases import (
    Answered,
    ConfirmIdentity,
    DropCase,
    Openable,
    OpenCase,
    Outcome,
    SettleCase,
    Settlement,
    TalkCase,
    TalkParty,
    TurnToCase,
)
from signaling.wire.consents import ConsentNow, EnterSpokenConsent
from signaling.wire.control import AskForControl, ControlReported, Operate, SendText, StopControl
from signaling.wire.forms import (
    AskForSignature,
    EditForm,
    FieldHidden,
    FieldRevealed,
    FormChanged,
    FormEdited,
    FormHello,
    FormWelcome,
    FreezeForm,
    LayForm,
    MeltForm,
    PointAtField,
    PutFormAway,
    ReopenPage,
    TalkForm,
    TurnPage,
)
from signaling.wire.notices import GiveNotice, NoticeGiven
from signaling.wire.pointing import Point, Pointed, PointedInForm, PointInForm
from signaling.wire.replies import Done, LineQuality, MediaAnswer, Notice, Refused
from signaling.wire.talk import IceCandidates, PublishOffer, ReportFirstFrame, SetSource, SubscribeOffer, Talk

Presence = Literal["offline", "available", "ringing", "busy", "wrap-up", "away"]
AwayBecause = Literal["break", "missed", "not-started"]


class StartShift(Command, frozen=True):
    """The clerk sits down at a counter, has tested the bell, and is available."""

    counter: Code


class EndShift(Command, frozen=True):
    """The clerk goes home; refused with `not-now` while they hold a session."""


class SetPresence(Command, frozen=True):
    """Available or away by one's own wish; the rest (ringing, busy, wrap-up) follows from the sessions."""

    wish: Literal["available", "away"]


class AnswerRing(Command, frozen=True):
    """Refused with `already-taken` when the ring went to somebody else meanwhile."""

    session: SessionId


class DeclineRing(Command, frozen=True):
    """The ring goes to the next clerk; the one who declined stays available and is not rung again for this ticket this round."""

    session: SessionId


class PickTicket(Command, frozen=True):
    """Take a waiting ticket out of turn. Of several clerks who pick one ticket, one wins, the others get `already-taken`."""

    session: SessionId


class Hold(Command, frozen=True):
    """Nothing is forwarded in either direction until `resume`; enforced at the media node."""

    session: SessionId


class Resume(Command, frozen=True):
    """Ends the hold."""

    session: SessionId


class SuspendRecording(Command, frozen=True):
    """The recording rests while a secret is said or shown; the talk goes on. Ends by itself after a while."""

    session: SessionId


class ResumeRecording(Command, frozen=True):
    """Ends the suspension."""

    session: SessionId


class EndSession(Command, frozen=True):
    """Ends the talk with an outcome; the clerk goes into wrap-up."""

    session: SessionId
    outcome: Outcome
    """Of the case on the table; refused with `case-open` while another one has none, with `identity-too-low`, `not-recorded`."""
    refer_to: Code | None = None
    """The other home, for `referred`."""


class Transfer(Command, frozen=True):
    """Hands the resident on to a colleague at this counter, or to whoever is free (null): they are rung next, and everything that was
    gathered goes along. Refused with `unknown-counter`, `colleague-busy`."""

    session: SessionId
    counter: Code | None


class SaveNote(Command, frozen=True):
    """The clerk's note on the case, as typed so far."""

    session: SessionId
    note: Note


class CompleteWrapUp(Command, frozen=True):
    """The case is written up; the session closes and the clerk is available again.

    Refused as `settle-case` is, and with `case-open` while it has not been said of every other case what becomes of it.
    """

    session: SessionId
    outcome: Settlement
    """Of the case that lay on the table last."""
    note: Note
    refer_to: Code | None = None


# --- what the desk shows --------------------------------------------------------------------------


class LineEntry(Part, frozen=True):
    """One waiting resident whose service this clerk may take."""

    session: SessionId
    number: str
    service: Code
    service_name: str
    since: Seconds
    language: Language
    needs: list[str]
    here: bool
    """False while the kiosk is offline or the resident has stepped away."""


class Ring(Part, frozen=True):
    """The bell: who and what, before answering."""

    session: SessionId
    number: str
    service: Code
    service_name: str
    resident: str
    kiosk: str
    host: Code
    language: Language
    needs: list[str]
    until: Seconds
    before: bool
    """The resident talked to this clerk before the line broke."""
    answered: Answered | None = None
    """What was answered before queueing."""


class WrapUp(Part, frozen=True):
    """The talk is over, the case is not."""

    session: SessionId
    case: str
    number: str
    service_name: str
    resident: str
    outcome: Outcome | None
    """Null when the resident ended it: the clerk must choose."""
    acceptable: bool
    """Whether the case may be accepted: it was recorded, or a supervisor has given their word."""
    note: str
    until: Seconds
    stills: list[Still] = msgspec.field(default_factory=list)
    """Pages taken for the case."""
    form: TalkForm | None = None
    """The form of the visit, if one was laid on the table."""
    due: str | None = None
    """Until when the case is decided if it is accepted now, a day in ISO form; null where the calendar of that year is not published yet."""
    working_days: int = 0
    """What the service promises."""
    cases: list[TalkCase] = msgspec.field(default_factory=list)
    """Every case of the visit; `outcome`, stills and form are those of the one that lay on the table last."""
    parties: list[TalkParty] = msgspec.field(default_factory=list)
    known: bool = True
    """Everybody is known as well as the case asks before it may be accepted."""
    referred_to: Code | None = None
    service: str = ""
    """Its code, by which its list of materials is found."""
    notice: NoticeGiven | None = None
    """What the resident was told is lacking."""
    form_lack: Literal["form-missing", "signature-missing"] | None = None
    """What the form of the service lacks; null: nothing, or there is none."""


class Counter(Part, frozen=True):
    """A counter of the clerk's jurisdiction."""

    id: Code
    name: str
    taken: bool


class Colleague(Part, frozen=True):
    """A clerk of the same home who may serve the resident in the talk."""

    counter: Code
    counter_name: str
    name: str
    free: bool
    """They can be rung now."""


class DeskView(Message, frozen=True):
    """Everything this clerk is to see now; replaces the view before."""

    login: str
    name: str
    jurisdiction: Code
    counter: Code | None
    counters: list[Counter]
    presence: Presence
    away_because: AwayBecause | None
    line: list[LineEntry]
    ring: Ring | None
    talk: Talk | None
    resident: str | None
    """Name of the resident in the talk."""
    note: str
    wrap_up: WrapUp | None
    notice: NoticeGiven | None = None
    """Of the talk: what the resident was told is lacking."""
    form_lack: Literal["form-missing", "signature-missing"] | None = None
    """Of the talk: what the form of the service lacks."""
    colleagues: list[Colleague] = msgspec.field(default_factory=list)
    """To whom the talk may be handed on."""
    openable: list[Openable] = msgspec.field(default_factory=list)
    """For what one more case may be opened in this talk."""
    consents: list[ConsentNow] = msgspec.field(default_factory=list)
    """Of the resident in the talk or the wrap-up, as they stand."""
    answered: Answered | None = None
    """Of the talk or the wrap-up: what was answered before queueing for the case on the table."""


FromDesk = (
    StartShift | EndShift | SetPresence | AnswerRing | DeclineRing | PickTicket | Hold | Resume | SuspendRecording | ResumeRecording | Transfer | EndSession | SaveNote | CompleteWrapUp
    | AskForScreen | AskForPage | TakeStill | WithdrawAsk | KeepStill | DropStill | CheckStill | StopShare
    | LayForm | PutFormAway | FormHello | EditForm | PointAtField | ReopenPage | TurnPage | FreezeForm | MeltForm | AskForSignature
    | OpenCase | TurnToCase | DropCase | SettleCase | ConfirmIdentity
    | AskForControl | Operate | StopControl | SendText | EnterSpokenConsent | GiveNotice
    | PublishOffer | SubscribeOffer | IceCandidates | SetSource | ReportFirstFrame | Point | PointInForm
)
ToDesk = (
    DeskView | Done | Refused | MediaAnswer | FormWelcome | FormChanged | FormEdited | FieldRevealed | FieldHidden | ControlReported
    | LineQuality | Pointed | PointedInForm | Notice
)
