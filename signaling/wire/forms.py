"""The form that resident and clerk fill in together: letters as they are typed, what each sees of it, confirming, freezing, signing.

Letters travel as Yjs updates (version 1), one document a field, in base64; see signaling/office/form_updates.py. Whoever has changed
something sends `edit-form`; `done` says that it is stored, and the other side has been sent `form-edited` by then.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from signaling.wire.base import Code, Command, Message, Part, RequestId, SessionId

Base64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=24_000)]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hexadecimal")]
TenThousandths = Annotated[int, Meta(ge=0, le=10_000)]
FieldProblem = Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,40}$")]


# --- what both see --------------------------------------------------------------------------------


class FrozenPage(Part, frozen=True):
    """A page of the frozen paper; its picture is had over HTTP, and must have this digest."""

    id: str
    digest: Digest
    width: int
    height: int


class SignPlace(Part, frozen=True):
    """Where one signs: the page from 0, and ten-thousandths of its width and height from the upper left corner."""

    page: int
    x: TenThousandths
    y: TenThousandths
    width: TenThousandths
    height: TenThousandths
    signed: bool
    """Somebody has signed here."""


class FrozenForm(Part, frozen=True):
    """The form as it is signed."""

    id: str
    pages: list[FrozenPage]
    places: list[SignPlace]
    """In the order of the form's `signed_by`."""
    signed: str | None
    """The paper with all signatures drawn in, once everybody has signed."""


class TalkForm(Part, frozen=True):
    """The form of the case on the table."""

    case: str
    """Its number: two cases may have the same form."""
    code: Code
    version: str
    laid: bool
    """It lies on the table: both see it now."""
    frozen: FrozenForm | None


class FormView(Part, frozen=True):
    """All that an end shows beside the letters themselves."""

    form: Code
    version: str
    frozen: str | None
    confirmed: list[Code]
    shown: list[Code]
    """Sensitive fields that the clerk sees."""
    filled: list[Code]
    """Fields that hold anything, hidden ones too."""
    problems: dict[Code, FieldProblem]
    pointed: Code | None
    """The field that the clerk points at."""


class Sheet(Part, frozen=True):
    """What an end lacks of one field, and what the server knows of it, so that the end sends what is lacking there."""

    update: Base64
    vector: Base64


class FormChanged(Message, frozen=True):
    """Sent to both ends, whole, whenever any of it changes; before `done` to whoever changed it."""

    session: SessionId
    view: FormView


class FormEdited(Message, frozen=True):
    """The other end has typed."""

    session: SessionId
    field: Code
    update: Base64


class FieldRevealed(Message, frozen=True):
    """To the clerk: the resident shows a sensitive field; this is all of it."""

    session: SessionId
    field: Code
    sheet: Sheet


class FieldHidden(Message, frozen=True):
    """To the clerk: the resident has hidden a field again; what the page knows of it is to be forgotten."""

    session: SessionId
    field: Code


class PageTurned(Message, frozen=True):
    """To the kiosk: the clerk, who was allowed to operate the form, turns to this page."""

    session: SessionId
    page: Code


class FormWelcome(Message, frozen=True):
    """The answer to `form-hello`."""

    re: RequestId
    view: FormView
    sheets: dict[Code, Sheet]


# --- both ends ------------------------------------------------------------------------------------


class FormHello(Command, frozen=True):
    """An end has (again) a line: `vectors` says which letters of each field it knows. Answered by `form-welcome`. Refused with `no-form`."""

    session: SessionId
    vectors: Annotated[dict[Code, Base64], Meta(max_length=400)]


class EditForm(Command, frozen=True):
    """Letters typed or erased in one field. Refused with `form-frozen`, `page-confirmed`, `field-hidden`, `not-your-field`, and others."""

    session: SessionId
    field: Code
    update: Base64
    case: str | None = None
    """For which case it was typed; refused with `no-form` when another one lies on the table by now."""


class ReopenPage(Command, frozen=True):
    """Takes a confirmation back, to change something."""

    session: SessionId
    page: Code


# --- the resident ---------------------------------------------------------------------------------


class ShowField(Command, frozen=True):
    """The resident lets the clerk see a sensitive field, or hides it again."""

    session: SessionId
    field: Code
    shown: bool


class ConfirmPage(Command, frozen=True):
    """The resident says that the page is right. Refused with `page-changed`, `page-incomplete`."""

    session: SessionId
    page: Code
    seen: Digest
    """Of what the kiosk shows on it."""


# --- the clerk ------------------------------------------------------------------------------------


class LayForm(Command, frozen=True):
    """Lays the service's form on the table, or the one that was begun. Refused with `no-form` where the service has none."""

    session: SessionId


class PutFormAway(Command, frozen=True):
    """Off the table; nothing of it is lost."""

    session: SessionId


class PointAtField(Command, frozen=True):
    """Shows the resident where to look; null: nowhere any more."""

    session: SessionId
    field: Code | None


class TurnPage(Command, frozen=True):
    """Turns the resident's page. Refused with `no-grant` unless the resident lets the clerk operate the form."""

    session: SessionId
    page: Code


class FreezeForm(Command, frozen=True):
    """Every page is confirmed: makes the paper that is signed. Refused with `page-open`, `page-changed`, `page-incomplete`, `not-recordable`."""

    session: SessionId


class MeltForm(Command, frozen=True):
    """A mistake was found: open again, nothing confirmed, no signature counts."""

    session: SessionId


class AskForSignature(Command, frozen=True):
    """Please sign, on the line of `signer` (from 0). Refused with `form-open`, `unknown-signer`, `asking-already`."""

    session: SessionId
    signer: Annotated[int, Meta(ge=0, le=9)]


# --- a signature, over HTTP -----------------------------------------------------------------------

Unit = Annotated[int, Meta(ge=0, le=10_000)]
InkPoint = tuple[Unit, Unit, Annotated[int, Meta(ge=0, le=1000)], Annotated[int, Meta(ge=0, le=600_000)]]
"""x, y in units of the pad; pressure 0 to 1000; milliseconds since the first point."""


class SignatureBody(Part, frozen=True):
    """What the glass gave. `shown`: SHA-256 of the page's picture as the kiosk has it on its screen."""

    shown: Digest
    device: Literal["pen", "finger", "mouse"]
    width: Annotated[int, Meta(ge=1, le=10_000)]
    height: Annotated[int, Meta(ge=1, le=10_000)]
    strokes: Annotated[list[Annotated[list[InkPoint], Meta(min_length=1, max_length=6000)]], Meta(min_length=1, max_length=60)]


class SignatureReceived(Part, frozen=True):
    """It is sealed and in the case."""

    signature: str
    digest: Digest
    """Of its record."""


