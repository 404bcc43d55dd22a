"""The one-time notice: what the clerk says is lacking, and how both ends are shown it; and the look-up of a receipt."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.wire.asks import MaterialNumber
from signaling.wire.base import Code, Command, Part, SessionId, ShortText
from signaling.wire.cases import CaseNumber, Outcome
from signaling.wire.http import BothLanguages

Because = Literal["materials", "not-eligible", "withdrawn", "technical", "other"]
NoticeReason = Literal[
    "not-brought", "follows", "seen", "blurred", "glare", "dark", "cut-off", "incomplete", "not-original", "expired", "other-person", "unsigned",
    "differs",
]  # fmt: skip
ReceiptCode = Annotated[str, Meta(max_length=32, description="as somebody read it off")]
FormLack = Literal["form-missing", "signature-missing"]


class NoticeLine(Part, frozen=True):
    """What is said of one material. `remark`: a free line, which stands on the paper alone."""

    material: MaterialNumber
    reason: NoticeReason
    remark: ShortText = ""


class GiveNotice(Command, frozen=True):
    """Tells the resident everything that is lacking, on paper; it lies sealed before this is answered. Given again it replaces the first, and a
    supervisor sees that. Refused with `unknown-material`, `notice-wrong`, `notice-incomplete`, `notice-empty`, `no-glyph`, `not-recordable`."""

    session: SessionId
    because: Because
    lines: Annotated[list[NoticeLine], Meta(max_length=60)] = msgspec.field(default_factory=list)
    form: FormLack | None = None
    follow_days: Annotated[int, Meta(ge=1, le=60)] | None = None
    """In how many working days what follows must be there; needed where something follows."""
    remark: ShortText = ""


class NoticeSaid(Part, frozen=True):
    """A line of a notice that was given."""

    material: MaterialNumber
    reason: NoticeReason


class NoticeGiven(Part, frozen=True):
    """The newest notice of a case, as the clerk sees it."""

    n: int
    because: Because
    lines: list[NoticeSaid]
    form: FormLack | None
    follow_by: str | None
    """A day in ISO form; null where nothing follows, or the calendar of that year is not published yet."""
    only_follows: bool
    """Whether a case may be accepted with these gaps."""


class LackingLine(Part, frozen=True):
    """Something to bring, to send or to bring again, in the reader's language."""

    name: str
    reason: NoticeReason


class FarewellNotice(Part, frozen=True):
    """The notice of one case as the kiosk shows it."""

    case: CaseNumber
    service: Code
    service_name: str
    outcome: Outcome | None
    """What has become of the case so far."""
    because: Because
    lines: list[LackingLine]
    form: FormLack | None
    follow_by: str | None
    on_paper: bool = True
    """Whether this window may hand it out on paper; where it may not, it is read here and looked up by the receipt's code."""


class OwnPaper(Part, frozen=True):
    """A paper that the resident may take along; its pages are had one by one."""

    paper: Literal["notice", "receipt"]
    pages: int
    case: CaseNumber | None = None
    """Whose notice it is; a receipt is the whole visit's, and proves each of its cases by the one `code`."""
    service_name: str | None = None


class ReceiptLookUp(Part, frozen=True):
    """The code of a receipt."""

    code: ReceiptCode


class StillToBring(Part, frozen=True):
    """Something that may or must still be brought."""

    name: BothLanguages
    reason: NoticeReason


class ReceiptCase(Part, frozen=True):
    """How one case stands, for whoever holds its receipt: no name, no number of a case."""

    service: BothLanguages
    state: Literal["open", "accepted", "accepted-with-gaps", "returned", "referred", "handed-over", "ended"]
    """`open`: the window has not written it up yet; `handed-over`: the home's own office has it; `ended`: it ended without an outcome."""
    due: str | None
    """Until when it is decided, a day in ISO form; null where nothing was promised, or the day cannot be said."""
    over: bool
    """That day is past."""
    lacking: list[StillToBring]
    form: FormLack | None
    follow_by: str | None
    goes_on: Code | None
    """The service's code, where what is missing may be brought in another visit."""


class ReceiptStatus(Part, frozen=True):
    """The cases of a receipt, in the order in which they were begun."""

    home: Code
    home_name: BothLanguages
    cases: list[ReceiptCase]
