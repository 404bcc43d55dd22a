"""The kiosk's conversation: take a ticket, wait, talk, leave. The server sends the whole screen whenever it changes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.wire.asks import AnswerAsk, StopShare
from signaling.wire.base import Code, Command, Language, Message, Part, Seconds, SessionId, kebab
from signaling.wire.cases import GoesOn, PartyComing, TalkCase
from signaling.wire.consents import ConsentNow, ConsentText, GiveConsent, WithdrawConsent
from signaling.wire.control import OfferWindows, OperateNow, ReportControl, SendText, StopControl
from signaling.wire.forms import (
    ConfirmPage,
    EditForm,
    FormChanged,
    FormEdited,
    FormHello,
    FormWelcome,
    PageTurned,
    ReopenPage,
    ShowField,
)
from signaling.wire.notices import FarewellNotice, OwnPaper
from signaling.wire.pointing import Point, Pointed, PointedInForm, PointInForm
from signaling.wire.replies import Done, LineQuality, MediaAnswer, Notice, Refused
from signaling.wire.talk import IceCandidates, PublishOffer, ReportFirstFrame, SetSource, SubscribeOffer, Talk


class ConsentGiven(Part, frozen=True):
    """One consent, asked for on a card of its own: which text, in which version, and what was touched."""

    text: ConsentText
    version: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    language: Language
    given: bool
    at: Annotated[int, Meta(ge=0, le=10**13)] | None = None
    """When its card was touched, in milliseconds since 1970; what cannot be is taken as the moment of the ticket."""


class TakeTicket(Command, frozen=True):
    """The resident has chosen, is named and has answered every consent. Opens the session.

    Refused with `consent-needed`, `closed-now`, `unknown-service`, `not-offered-here`, `unknown-answer`, `not-eligible`, `kiosk-busy`,
    `bad-id-number`, `parties-wrong`, `unknown-receipt`, `case-busy`, `case-over`.
    """

    home: Code
    service: Code
    parties: Annotated[list[PartyComing], Meta(min_length=1, max_length=4)]
    """Who asks: whoever stands at the kiosk first."""
    language: Language
    consents: Annotated[list[ConsentGiven], Meta(max_length=8)]
    needs: Annotated[list[Literal["large-type", "high-contrast", "sign-language", "helper"]], Meta(max_length=4)] = msgspec.field(default_factory=list)
    answers: Annotated[dict[Code, Code], Meta(max_length=12)] = msgspec.field(default_factory=dict)
    """Question → answer, as far as was asked: `yes`, `no` or the code of an option. The rules are read again over them."""
    goes_on: GoesOn | None = None
    """The visit goes on with an earlier case, in the version of the service with which that began."""


class LeaveLine(Command, frozen=True):
    """The resident does not want to wait any longer."""

    session: SessionId


class ContinueVisit(Command, frozen=True):
    """The resident of a parked session is back and wants to go on."""

    session: SessionId


class EndVisit(Command, frozen=True):
    """The stop key: ends the talk from the kiosk's side."""

    session: SessionId


class Rate(Command, frozen=True):
    """好差评, one to five."""

    session: SessionId
    stars: Annotated[int, Meta(ge=1, le=5)]


class Forget(Command, frozen=True):
    """The farewell screen is over; the kiosk has erased everything of the resident and is free."""

    session: SessionId


# --- what the kiosk shows -------------------------------------------------------------------------


class Screen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="screen", tag=kebab):
    """What the server knows the kiosk must show; choosing, consenting and rating are the page's own steps inside `idle` and `farewell`."""


class Idle(Screen, frozen=True):
    """Nobody is being served here."""


class Waiting(Screen, frozen=True):
    """In the line."""

    session: SessionId
    number: str
    home: Code
    service: Code
    service_name: str
    place: int
    """1 is next."""
    minutes: int | None
    """Estimated wait; null when no counter is open."""
    counters: int
    """Counters at work for this service."""


class Ringing(Screen, frozen=True):
    """A counter is being rung."""

    session: SessionId
    number: str
    home: Code
    service: Code
    service_name: str
    counter: str
    until: Seconds


class Talking(Screen, frozen=True):
    """In session; when the clerk's `present` is false the page says *one moment*."""

    talk: Talk


class Parked(Screen, frozen=True):
    """The resident was gone too long; the session can be taken up again until then."""

    session: SessionId
    number: str
    until: Seconds


Reason = Literal["completed", "ended-by-resident", "left-line", "abandoned", "closed-by-office", "consent-withdrawn"]


class Farewell(Screen, frozen=True):
    """The visit is over; the page offers the rating, says goodbye and forgets."""

    session: SessionId
    number: str
    case: str
    service_name: str
    reason: Reason
    outcome: Literal["accepted", "accepted-with-gaps", "returned", "referred"] | None
    code: str | None
    """The short code that proves the visit; null until the home has signed."""
    proof: str | None
    """What stands in the square beside the code: `VW1 HOME SESSION SEQ DIGEST CODE`."""
    due: str | None = None
    """Until when an accepted case is decided, a day in ISO form; null when nothing is promised."""
    working_days: int | None = None
    """What the service promises, for an accepted case; it stands also where the day cannot be said yet."""
    cases: list[TalkCase] = msgspec.field(default_factory=list)
    """Every case of the visit, with what has become of it."""
    notices: list[FarewellNotice] = msgspec.field(default_factory=list)
    """What is lacking, as the clerk told it: the newest notice of each case, in the order of `cases`."""
    papers: list[OwnPaper] = msgspec.field(default_factory=list)
    """What may be printed now: a notice for each of `notices`, and one receipt for the whole visit, a moment after its code."""


class KioskView(Message, frozen=True):
    """Everything this kiosk is to show now; replaces the view before."""

    kiosk: str
    name: str
    jurisdiction: Code
    screen: Idle | Waiting | Ringing | Talking | Parked | Farewell
    language: Language | None = None
    """The resident's, so that a page that was loaded anew goes on in it; null when nobody is being served."""
    needs: list[Literal["large-type", "high-contrast", "sign-language", "helper"]] = msgspec.field(default_factory=list)
    """As declared with the ticket, for the same reason."""
    consents: list[ConsentNow] = msgspec.field(default_factory=list)
    """What the resident agreed to, as it stands; empty when nobody is being served."""


FromKiosk = (
    TakeTicket | LeaveLine | ContinueVisit | EndVisit | Rate | Forget | AnswerAsk | StopShare | WithdrawConsent | GiveConsent
    | FormHello | EditForm | ShowField | ConfirmPage | ReopenPage | OfferWindows | ReportControl | StopControl | SendText
    | PublishOffer | SubscribeOffer | IceCandidates | SetSource | ReportFirstFrame | Point | PointInForm
)
ToKiosk = (
    KioskView | Done | Refused | MediaAnswer | FormWelcome | FormChanged | FormEdited | PageTurned | OperateNow | LineQuality | Pointed | PointedInForm | Notice
)
