"""A visit before the talk: in the line, being rung, parked."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.effects import Enter, FindClerk, MarkAway, Wake
from signaling.domain.machine import SessionPolicy, Step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.session_common import close, park, start, talked_with
from signaling.domain.states import Closed, InSession, Parked, Ringing, SteppedAway, Waiting

# --- waiting --------------------------------------------------------------------------------------


@when(Waiting, ev.CounterChosen, to=Ringing)
def ring(s: Waiting, e: ev.CounterChosen, now: float, policy: SessionPolicy) -> Step:
    until = now + policy.ring
    return Ringing(s, e.clerk, e.counter, until), (
        Enter("ringing", {"clerk": e.clerk, "counter": e.counter}),
        Wake(until, ev.RingUnanswered(until)),
    )


@when(Waiting, ev.Picked, to=InSession)
def pick(s: Waiting, e: ev.Picked, now: float, policy: SessionPolicy) -> Step:
    return start(s, e.clerk, e.counter, now, policy, "picked")


@when(Waiting, ev.PassEnded, to=Waiting)
def may_be_rung_again(s: Waiting, e: ev.PassEnded, now: float, policy: SessionPolicy) -> Step:
    return _no_longer_passed(s, e.clerk), (FindClerk(),)


@when(Waiting, ev.EndLost, to=SteppedAway)
def step_away(s: Waiting, e: ev.EndLost, now: float, policy: SessionPolicy) -> Step:
    if e.end != "resident":
        raise NotNow("no clerk belongs to a waiting session")
    return _away(s, now, policy)


@when(SteppedAway, ev.EndReturned, to=Waiting)
def step_back(s: SteppedAway, e: ev.EndReturned, now: float, policy: SessionPolicy) -> Step:
    if e.end != "resident":
        raise NotNow("no clerk belongs to a waiting session")
    return s.waiting, (Enter("resident-back"), FindClerk())


@when(SteppedAway, ev.PassEnded, to=SteppedAway)
def may_be_rung_again_later(s: SteppedAway, e: ev.PassEnded, now: float, policy: SessionPolicy) -> Step:
    return SteppedAway(_no_longer_passed(s.waiting, e.clerk), s.since), ()


@when(SteppedAway, ev.GraceEnded, to=(Closed, Parked))
def abandon(s: SteppedAway, e: ev.GraceEnded, now: float, policy: SessionPolicy) -> Step:
    """Who has talked to a clerk before has a case to come back to; who has not has left."""
    if e != ev.GraceEnded("resident", s.since):
        raise NotNow("a timer of an earlier absence")
    if s.waiting.earlier is not None:
        return park(s.waiting.ticket, s.waiting.earlier, now, policy)
    return close(s.waiting.ticket, "abandoned", None, None, now, FindClerk(), folder=s.waiting.folder)


def _no_longer_passed(waiting: Waiting, clerk: str) -> Waiting:
    if clerk not in waiting.passed:
        raise NotNow("a timer of an earlier ring")
    return msgspec.structs.replace(waiting, passed=tuple(c for c in waiting.passed if c != clerk))


def _away(waiting: Waiting, now: float, policy: SessionPolicy) -> Step:
    return SteppedAway(waiting, now), (
        Enter("resident-away"),
        Wake(now + policy.waiting_grace, ev.GraceEnded("resident", now)),
        FindClerk(),
    )


# --- ringing --------------------------------------------------------------------------------------


@when(Ringing, ev.Answered, to=InSession)
def answer(s: Ringing, e: ev.Answered, now: float, policy: SessionPolicy) -> Step:
    _is_rung(s, e.clerk)
    return start(s.waiting, s.clerk, s.counter, now, policy, "answered")


@when(Ringing, ev.Declined, to=Waiting)
def try_the_next(s: Ringing, e: ev.Declined, now: float, policy: SessionPolicy) -> Step:
    _is_rung(s, e.clerk)
    waiting = msgspec.structs.replace(s.waiting, in_front=True, prefer=None, passed=(*s.waiting.passed, e.clerk))
    return waiting, (
        Enter("declined", {"clerk": e.clerk}),
        Wake(now + policy.declined_pause, ev.PassEnded(e.clerk)),
        FindClerk(),
    )


@when(Ringing, ev.RingUnanswered, to=Waiting)
def miss(s: Ringing, e: ev.RingUnanswered, now: float, policy: SessionPolicy) -> Step:
    if e.until != s.until:
        raise NotNow("a timer of an earlier ring")
    waiting = msgspec.structs.replace(s.waiting, in_front=True, prefer=None)
    return waiting, (Enter("missed", {"clerk": s.clerk}), MarkAway(s.clerk), FindClerk())


@when(Ringing, ev.PassEnded, to=Ringing)
def may_be_rung_after_this(s: Ringing, e: ev.PassEnded, now: float, policy: SessionPolicy) -> Step:
    """Somebody else is being rung; should they not answer, the one who declined may be rung again."""
    return msgspec.structs.replace(s, waiting=_no_longer_passed(s.waiting, e.clerk)), ()


@when(Ringing, ev.EndLost, to=(Waiting, SteppedAway))
def stop_ringing(s: Ringing, e: ev.EndLost, now: float, policy: SessionPolicy) -> Step:
    if e.end == "clerk":
        waiting = msgspec.structs.replace(s.waiting, in_front=True, prefer=None)
        return waiting, (Enter("clerk-lost", {"clerk": s.clerk}), FindClerk())
    return _away(s.waiting, now, policy)


@when(Ringing, ev.Picked, to=Ringing)
def pick_too_late(s: Ringing, e: ev.Picked, now: float, policy: SessionPolicy) -> Step:
    raise NotNow("it rings at a counter already", code="already-taken")


def _is_rung(s: Ringing, clerk: str) -> None:
    if clerk != s.clerk:
        raise NotNow("the ring is another counter's", code="already-taken")


# --- parked ---------------------------------------------------------------------------------------


@when(Parked, ev.ResidentContinued, to=Waiting)
def go_on(s: Parked, e: ev.ResidentContinued, now: float, policy: SessionPolicy) -> Step:
    waiting = Waiting(s.ticket, since=s.ticket.taken_at, in_front=True, prefer=s.clerk, earlier=s.earlier)
    return waiting, (Enter("continued"), FindClerk())


@when(Parked, ev.ParkingEnded, to=Closed)
def parking_over(s: Parked, e: ev.ParkingEnded, now: float, policy: SessionPolicy) -> Step:
    if e.until != s.until:
        raise NotNow("a timer of an earlier parking")
    return close(s.ticket, "abandoned", None, s.clerk, now, folder=s.earlier.folder)


# --- giving up ------------------------------------------------------------------------------------
# The stop key and "leave the line" are one wish: which of the two was on the screen when the state changed is no reason to refuse it.


@whenever((Waiting, SteppedAway, Ringing), ev.ResidentLeft, to=Closed)
@whenever((Waiting, SteppedAway, Ringing), ev.ResidentEnded, to=Closed)
def leave_the_line(s: Waiting | SteppedAway | Ringing, e: ev.Event, now: float, policy: SessionPolicy) -> Step:
    waiting = s if isinstance(s, Waiting) else s.waiting
    return close(waiting.ticket, "left-line", None, talked_with(waiting.earlier), now, FindClerk(), folder=waiting.folder)


@whenever((Parked,), ev.ResidentLeft, to=Closed)
@whenever((Parked,), ev.ResidentEnded, to=Closed)
def give_up_parked(s: Parked, e: ev.Event, now: float, policy: SessionPolicy) -> Step:
    return close(s.ticket, "left-line", None, s.clerk, now, folder=s.earlier.folder)
