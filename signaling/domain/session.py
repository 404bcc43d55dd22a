"""One visit as a pure machine: how it begins, how it goes on, how it is taken up again after a restart.

The rules stand in the order in which a visit meets them in `session_line` (waiting, ringing, parked), `session_talk` (in session, an
end or the node gone), `session_cases` (which case lies on the table, its outcome), `session_asks` (what the resident is asked),
`session_forms` (the form and its signatures), `session_control` (remote operation, what is written), `session_consent` (what the resident
agrees to no more, or again), `session_notice` (what a case lacks), `session_recording` (its light, its suspension) and `session_end`
(wrap-up, rating); importing this file fills the table of `machine`.
"""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain import (
    session_asks,
    session_cases,
    session_consent,
    session_control,
    session_end,
    session_forms,
    session_line,
    session_notice,
    session_recording,
    session_talk,
)
from signaling.domain.consent import entry
from signaling.domain.effects import Enter, FindClerk, Wake
from signaling.domain.folder import Folder
from signaling.domain.letting_go import let_go
from signaling.domain.machine import SessionPolicy, Step, step
from signaling.domain.session_common import grace, passes, room_orders
from signaling.domain.session_recording import timers
from signaling.domain.states import (
    ENDS,
    AnyState,
    Closed,
    InSession,
    Missing,
    OnHold,
    Parked,
    Reconnecting,
    Ringing,
    SteppedAway,
    Ticket,
    Waiting,
    WrappingUp,
)

__all__ = ["RULES", "SessionPolicy", "begin", "reopen", "room_orders", "step"]

RULES = (
    session_line, session_talk, session_cases, session_asks, session_forms, session_control, session_consent, session_notice, session_recording,
    session_end,
)  # fmt: skip
"""The modules whose rules make up the table."""


def begin(ticket: Ticket, now: float, brought: Folder | None = None) -> Step:
    """A ticket has been taken: the first state of a session; who came, what was answered and consented to is on the record before
    anything else. `brought`: what an earlier visit has gathered for its case."""
    consents = (entry("consent-given" if c.given else "consent-refused", c) for c in ticket.consents)
    taken = Enter("ticket-taken", {"kiosk": ticket.kiosk, "host": ticket.host, "home": ticket.home, "service": ticket.service,
                                   "number": ticket.number, "case": ticket.case})
    known = (Enter("party", {"party": n, "level": each.level}) for n, each in enumerate(ticket.parties))
    again = (Enter("case-continued", {"case": ticket.case, "pages": len(brought.case.file.stills)}),) if brought is not None else ()
    asked = [Enter("eligibility-answered", {"version": ticket.version, "answers": tuple(sorted(f"{q}={a}" for q, a in ticket.answers))})]
    answered = asked if ticket.answers else ()
    return Waiting(ticket, since=now, brought=brought), (taken, *known, *again, *answered, *consents, FindClerk())


def reopen(state: AnyState, now: float, policy: SessionPolicy) -> Step:
    """What is known of a stored session when the server starts: nobody is connected yet, and every timer must be set again."""
    match state:
        case Waiting():
            away = Wake(now + policy.waiting_grace, ev.GraceEnded("resident", now))
            return SteppedAway(state, now), (away, *passes(state.passed, now, policy))
        case Ringing():
            return reopen(msgspec.structs.replace(state.waiting, in_front=True), now, policy)
        case SteppedAway():
            return reopen(state.waiting, now, policy)
        case InSession() | OnHold():
            gone = tuple(Missing(e, now) for e in ENDS)
            after, endings = let_go(state, Reconnecting(InSession(state.talk) if isinstance(state, InSession) else state, gone), None)
            return after, (*endings, *(grace(e, now, policy) for e in ENDS), *timers(state.talk.recording, now, policy))
        case Reconnecting():
            return reopen(state.before, now, policy)
        case Parked():
            # A moment that passed while the server was down comes at once; the event still carries the stored one.
            return state, (Wake(max(now, state.until), ev.ParkingEnded(state.until)),)
        case WrappingUp():
            return state, (Wake(max(now, state.until), ev.WrapUpRanOut(state.until)),)
        case Closed():
            return state, ()
