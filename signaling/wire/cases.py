"""The cases of a visit and the people in them: what both ends see, and what the clerk does with them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from signaling.wire.base import Code, Command, Part, PersonName, SessionId

Outcome = Literal["accepted", "accepted-with-gaps", "returned", "referred"]
Settlement = Literal["accepted", "accepted-with-gaps", "returned", "referred", "stays-open"]
Level = Literal["declared", "card-seen", "card-read"]
CaseNumber = Annotated[str, Meta(pattern=r"^[0-9]{1,12}(-[0-9]{1,12}){1,6}$", description="as it stands on the receipt")]
IdNumber = Annotated[str, Meta(pattern=r"^[1-9][0-9]{16}[0-9X]$", description="GB 11643")]
Place = Annotated[int, Meta(ge=0, le=99)]


class TalkCase(Part, frozen=True):
    """One case of the visit."""

    number: CaseNumber
    service: Code
    service_name: str
    on_table: bool
    """It is the one that both see and work at."""
    pages: int
    """Pages that are in the case."""
    signed: bool
    """Its form is signed by all, in this visit or an earlier one."""
    outcome: Outcome | None
    due: str | None
    """Until when an accepted case is decided, a day in ISO form."""
    working_days: int
    """What the service promises; 0 is at once."""
    referred_to: Code | None
    may_be_dropped: bool = False
    """It was opened in this visit, and nothing has been done for it."""
    told: Literal["lacks", "follows"] | None = None
    """A one-time notice was given in this visit: it names something that `lacks`, or only what `follows`; null: none was."""
    stays_open: bool = False
    """The clerk has said that it has no outcome: whoever holds the receipt goes on with it."""


class Answered(Part, frozen=True):
    """What was answered before queueing for the case on the table, as codes: the words are the catalogue's, in that version of the service."""

    when: Literal["this-visit", "first-visit", "not"]
    """With this ticket; when the case began, in an earlier visit, whose answers are that visit's; nobody was asked, since the case was opened in the talk."""
    version: str
    """The first day of the rules of this visit's answers, for instance `2025-05-10`; empty where there are none."""
    answers: dict[Code, Code]
    """Question → answer, as far as was asked."""


class TalkParty(Part, frozen=True):
    """One of those who ask."""

    name: str
    level: Level
    """How well they are known."""
    id_number: str | None = None
    """Of a card that was read: whole for the clerk who serves them, masked for everybody else."""


class Openable(Part, frozen=True):
    """A service for which one more case may be opened here."""

    service: Code
    service_name: str


class PartyComing(Part, frozen=True):
    """Who asks, as the kiosk knows them."""

    name: PersonName
    id_number: IdNumber | None = None
    read: bool = False
    """A reader has read their card; otherwise the name is what they said."""


class GoesOn(Part, frozen=True):
    """An earlier case that this visit goes on with: the short code of its receipt, and which of that visit's cases, from 0."""

    code: Annotated[str, Meta(min_length=4, max_length=16)]
    case: Place


class OpenCase(Command, frozen=True):
    """One more request of the same resident; it lies on the table from now on.

    Refused with `unknown-service`, `not-offered-here`, `consent-needed`, `case-open`, `too-many-cases`, `parties-wrong`, `asking-already`.
    """

    session: SessionId
    service: Code


class TurnToCase(Command, frozen=True):
    """Lays another case on the table: its papers and its form. Refused with `unknown-case`, `asking-already`."""

    session: SessionId
    case: CaseNumber


class DropCase(Command, frozen=True):
    """It was opened by mistake. Refused with `not-now` once something was done for it."""

    session: SessionId
    case: CaseNumber


class SettleCase(Command, frozen=True):
    """What has become of one case, in the talk or while it is written up; the talk ends when every case has an outcome.

    `returned` and `accepted-with-gaps` stand on a notice of this visit: refused with `notice-needed`, `materials-missing` (it names
    something that may not follow). To accept is refused with `not-recorded`, `identity-too-low`, `consent-needed`. `stays-open` is for
    what was missed in the talk: refused with `not-now` while that goes on. Always: `unknown-case`, `unknown-jurisdiction`.
    """

    session: SessionId
    case: CaseNumber
    outcome: Settlement
    refer_to: Code | None = None
    """The other home, for `referred`."""


class ConfirmIdentity(Command, frozen=True):
    """The clerk has seen the identity card of this party (place in `Talk.parties`) beside the face. Refused with `unknown-party`."""

    session: SessionId
    party: Place
