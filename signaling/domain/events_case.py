"""What can happen to a case's papers during the talk: questions, stills, the form, signatures, what is written, remote operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from signaling.domain.case import Case, Outcome
from signaling.domain.case_file import Still
from signaling.domain.control import Level, Purpose, Used, Window
from signaling.domain.form_on_table import FrozenPaper, Signature
from signaling.domain.notice import Because, FormLack, NoticeLine
from signaling.domain.powers import OWN_WINDOW, Basis
from signaling.domain.states import End

# --- cases and their parties ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """One more request of the same resident under the same home."""

    case: Case


@dataclass(frozen=True, slots=True)
class CaseTurned:
    """The clerk lays another of the visit's cases on the table."""

    case: str


@dataclass(frozen=True, slots=True)
class CaseDropped:
    """It was opened by mistake."""

    case: str


@dataclass(frozen=True, slots=True)
class CaseSettled:
    """What has become of one case. `due`, `referred_to`: as in `ClerkEnded`."""

    case: str
    outcome: Outcome
    due: str | None = None
    referred_to: str | None = None


@dataclass(frozen=True, slots=True)
class CaseLeftOpen:
    """After the talk: it has no outcome, and the resident comes back with the receipt."""

    case: str


@dataclass(frozen=True, slots=True)
class IdentitySeen:
    """The clerk has seen a party's identity card beside the face."""

    party: int


# --- questions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScreenAsked:
    """The clerk asks to see the kiosk's screen."""

    ask: str


@dataclass(frozen=True, slots=True)
class PageAsked:
    """The clerk asks for a page of a material of the checklist."""

    ask: str
    material: int


@dataclass(frozen=True, slots=True)
class SignatureAsked:
    """The clerk asks that the frozen form be signed; `signer`: whose line, from 0."""

    ask: str
    signer: int


@dataclass(frozen=True, slots=True)
class ControlAsked:
    """The clerk asks to operate the form, or a window."""

    ask: str
    scope: str
    level: Level
    purpose: Purpose
    minutes: int


@dataclass(frozen=True, slots=True)
class AskAnswered:
    """The resident touched yes or no."""

    ask: str
    yes: bool


@dataclass(frozen=True, slots=True)
class AskWithdrawn:
    """The clerk does not ask any more."""

    ask: str


@dataclass(frozen=True, slots=True)
class AskRanOut:
    """Nobody answered in time."""

    ask: str
    until: float


# --- stills ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakeAsked:
    """The page lies well: the clerk wants its picture."""

    ask: str
    take: str


@dataclass(frozen=True, slots=True)
class StillTaken:
    """A picture has come, has been judged, and lies sealed on a disk. `digests`: SHA-256 of the original and of the page set straight."""

    ask: str
    take: str
    still: Still
    digests: tuple[str, str]
    basis: Basis = OWN_WINDOW
    """On what the page was taken in at that window."""


@dataclass(frozen=True, slots=True)
class StillKept:
    """The clerk puts it into the case."""

    number: int


@dataclass(frozen=True, slots=True)
class StillDropped:
    """It is of no use."""

    number: int


@dataclass(frozen=True, slots=True)
class StillChecked:
    """It was checked against the original, on that basis; `copy` names the sealed one that says so, `digest` is its SHA-256."""

    number: int
    copy: int
    digest: str
    basis: Basis


# --- the form -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FormLaid:
    """The clerk lays a form on the table; for one that lay there before, `snapshot` is not read."""

    code: str
    version: str
    snapshot: bytes


@dataclass(frozen=True, slots=True)
class FormPutAway:
    """Off the table; it stays filled in as it is."""


@dataclass(frozen=True, slots=True)
class FormTyped:
    """Letters. `operated`: the field, when it was typed under a grant and not in the same field as before."""

    snapshot: bytes
    operated: str | None = None


@dataclass(frozen=True, slots=True)
class FormStepped:
    """A field was shown to the clerk or hidden again, a page confirmed or opened again. `of` names the field or the page; `digest` is the
    salted one of what was confirmed."""

    step: Literal["shown", "hidden", "confirmed", "reopened"]
    of: str
    snapshot: bytes
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class FormFrozen:
    """It is finished, and lies sealed as paper."""

    snapshot: bytes
    paper: FrozenPaper


@dataclass(frozen=True, slots=True)
class FormMelted:
    """A mistake was found: it is filled in again, and what was signed counts no more."""

    snapshot: bytes


@dataclass(frozen=True, slots=True)
class SignatureGiven:
    """The resident has signed. `page`: the picture of the page that was shown; `drawn`: SHA-256 of the signature's picture."""

    ask: str
    signature: Signature
    page: str
    drawn: str


@dataclass(frozen=True, slots=True)
class PaperSigned:
    """All have signed: the paper with their signatures is sealed. `digest`: SHA-256 of the PDF."""

    form: str
    paper: str
    digest: str


# --- the notice -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """The clerk told what is lacking; it lies sealed as `paper`, of so many pages, `digest` is its SHA-256."""

    paper: str
    digest: str
    pages: int
    because: Because
    lines: tuple[NoticeLine, ...] = ()
    form: FormLack | None = None
    follow_by: str | None = None


# --- what is written ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextSaid:
    """An end wrote a line. `at` in milliseconds since 1970."""

    end: End
    at: int
    text: str
    salt: str


@dataclass(frozen=True, slots=True)
class TextsKept:
    """The lines up to `upto` lie sealed with the recording. `digest`: SHA-256 of the transcript."""

    texts: str
    digest: str
    count: int
    upto: int


# --- remote operation -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WindowsOffered:
    """What the kiosk's desktop can open."""

    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class ControlUsed:
    """What was done under a grant."""

    grant: str
    lines: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class ControlStopped:
    """An end ends the operation. `reason`: a code of whoever ended it, for instance `stop-key` or `window-gone`."""

    grant: str
    end: End
    reason: str


@dataclass(frozen=True, slots=True)
class ControlRanOut:
    grant: str
    until: float


CaseEvent = (
    CaseOpened | CaseTurned | CaseDropped | CaseSettled | CaseLeftOpen | IdentitySeen
    | ScreenAsked | PageAsked | SignatureAsked | ControlAsked | AskAnswered | AskWithdrawn | AskRanOut
    | TakeAsked | StillTaken | StillKept | StillDropped | StillChecked
    | FormLaid | FormPutAway | FormTyped | FormStepped | FormFrozen | FormMelted | SignatureGiven | PaperSigned | NoticeGiven
    | TextSaid | TextsKept | WindowsOffered | ControlUsed | ControlStopped | ControlRanOut
)
