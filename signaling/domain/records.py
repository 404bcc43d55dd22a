"""What is kept of a visit, for those who look later: read from the last state, without the resident's name."""

from __future__ import annotations

import msgspec

from signaling.domain.case import Outcome
from signaling.domain.states import AnyState, Closed, EndReason, Parked, WrappingUp, holder_of, ticket_of


class VisitRecord(msgspec.Struct, frozen=True):
    """One line of a jurisdiction's list of visits. Times are seconds since 1970-01-01 UTC."""

    session: str
    case: str
    number: str
    home: str
    host: str
    kiosk: str
    service: str
    state: str
    """Name of the state it is in, for instance `InSession`."""
    clerk: str | None
    """Who holds it, or held it last."""
    opened_at: float
    closed_at: float | None
    outcome: Outcome | None
    reason: EndReason | None
    """Why it ended; None while it lives."""


def record_of(state: AnyState) -> VisitRecord:
    """The record of a session that is in `state`."""
    ticket = ticket_of(state)
    ended = state if isinstance(state, Closed | WrappingUp) else None
    return VisitRecord(
        session=ticket.session,
        case=ticket.case,
        number=ticket.number,
        home=ticket.home,
        host=ticket.host,
        kiosk=ticket.kiosk,
        service=ticket.service,
        state=type(state).__name__,
        clerk=state.clerk if isinstance(state, Closed | Parked) else holder_of(state),
        opened_at=ticket.taken_at,
        closed_at=state.at if isinstance(state, Closed) else None,
        outcome=ended.outcome if ended else None,
        reason=ended.reason if ended else None,
    )
