"""What needs two people: one asks, another of the same jurisdiction approves, and it is used once, soon. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.domain.refusals import NotNow

Purpose = Literal["complaint", "dispute", "quality", "training", "audit", "court"]
"""Why somebody looks at a session: a code, since a ledger holds no free text."""
PURPOSES: tuple[Purpose, ...] = ("complaint", "dispute", "quality", "training", "audit", "court")
Deed = Literal["export", "release-hold"]

OPEN_SECONDS = 7 * 86_400.0
"""A request that nobody has approved by then, or an approval that nobody has used, is worth nothing."""


class Approval(msgspec.Struct, frozen=True):
    """A deed that was asked for, perhaps approved, perhaps done. Times are seconds since 1970-01-01 UTC."""

    id: str
    deed: Deed
    session: str
    home: str
    purpose: Purpose
    asked_by: str
    asked_at: float
    approved_by: str | None = None
    approved_at: float | None = None
    used_at: float | None = None


def approved(request: Approval, by: str, now: float) -> Approval:
    """Somebody else says yes. Raises `NotNow`: `own-request`, `approved-before`, `request-too-old`."""
    _check_open(request, request.asked_at, now)
    if request.asked_by == by:
        raise NotNow("somebody else must approve it", code="own-request")
    if request.approved_by is not None:
        raise NotNow(f"{request.approved_by} approved it", code="approved-before")
    return msgspec.structs.replace(request, approved_by=by, approved_at=now)


def used(request: Approval, now: float) -> Approval:
    """It is done now. Raises `NotNow`: `not-approved`, `request-used`, `request-too-old`."""
    if request.approved_at is None:
        raise NotNow("nobody has approved it yet", code="not-approved")
    _check_open(request, request.approved_at, now)
    return msgspec.structs.replace(request, used_at=now)


def _check_open(request: Approval, since: float, now: float) -> None:
    if request.used_at is not None:
        raise NotNow("it has been done", code="request-used")
    if now - since > OPEN_SECONDS:
        raise NotNow("it was asked for too long ago", code="request-too-old")
