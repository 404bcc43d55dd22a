"""The staffed window of a host: what may be done there for whoever holds a receipt, by the powers that its home has granted."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from signaling.wire.asks import MaterialNumber
from signaling.wire.base import Code, Part
from signaling.wire.cases import CaseNumber
from signaling.wire.http import BothLanguages
from signaling.wire.notices import FormLack, NoticeReason, ReceiptCode

WindowAct = Literal["accept-papers", "one-time-notice", "deliver-outcome"]
"""收件, 一次性告知, 结果送达 (config/powers.py). Nobody decides at another home's window."""


class WindowAllowed(Part, frozen=True):
    """An act that this person may do here for this case now."""

    act: WindowAct
    agreement: str | None
    """By which agreement; null at the home's own window."""


class WindowLacking(Part, frozen=True):
    """Something that the notice says is to be brought."""

    material: MaterialNumber
    name: BothLanguages
    reason: NoticeReason
    received: int
    """Copies on paper that windows have taken in since the notice."""


class WindowCase(Part, frozen=True):
    """How one case of the receipt stands, as at a kiosk, and what may be done for it: no name of a resident, nothing of what was said."""

    case: CaseNumber
    service: BothLanguages
    state: Literal["open", "accepted", "accepted-with-gaps", "returned", "referred", "handed-over", "ended"]
    due: str | None
    over: bool
    lacking: list[WindowLacking]
    form: FormLack | None
    follow_by: str | None
    notice: bool
    """Whether a notice lies there that can be handed out."""
    nearby: bool
    """Whether the receipt promises that the outcome may be collected at a window of the host."""
    delivered_on: str | None
    """The day in ISO form on which a window handed the outcome out."""
    may: list[WindowAllowed]


class WindowStatus(Part, frozen=True):
    """The cases of a receipt as a person at a staffed window sees them, in the order in which they were begun: those for which they may do anything."""

    home: Code
    home_name: BothLanguages
    cases: list[WindowCase]


class WindowNotice(Part, frozen=True):
    """Hands the newest notice of a case out on paper: answered with its PDF. Refused with `unknown-receipt`, `unknown-case`, `unknown-paper`, `no-power`,
    and where the recording was erased by law `recording-erased`."""

    code: ReceiptCode
    case: CaseNumber


class WindowPapers(Part, frozen=True):
    """Takes in, on paper, something that the notice says is to be brought. Refused with `unknown-receipt`, `unknown-case`, `unknown-material`, `not-now`,
    `no-power`."""

    code: ReceiptCode
    case: CaseNumber
    material: MaterialNumber
    copies: Annotated[int, Meta(ge=1, le=20)]


class WindowOutcome(Part, frozen=True):
    """Hands the outcome of a case out, once. Refused with `unknown-receipt`, `unknown-case`, `not-now` (nothing was accepted), `already-delivered`,
    `no-power`."""

    code: ReceiptCode
    case: CaseNumber
    collected_by: Literal["applicant", "representative"]
    """Whose identity card the window has looked at."""
