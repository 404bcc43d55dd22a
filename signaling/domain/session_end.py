"""The end of a visit: the stop key, the outcome, the wrap-up, the rating."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.consent import check_may_accept
from signaling.domain.effects import Enter, FindClerk
from signaling.domain.machine import SessionPolicy, Step, when, whenever
from signaling.domain.notice import objection
from signaling.domain.refusals import NotNow
from signaling.domain.session_common import TALKING, close, promised, wrap_up
from signaling.domain.states import Closed, InSession, OnHold, Outcome, Reconnecting, Talk, WrappingUp


@whenever(TALKING, ev.ClerkEnded, to=WrappingUp)
def end(s: InSession | OnHold | Reconnecting, e: ev.ClerkEnded, now: float, policy: SessionPolicy) -> Step:
    check_may_accept(s, e.outcome)
    _check(s.talk, e.outcome)
    return wrap_up(s.talk, e.outcome, "completed", now, policy, e.due)


@whenever(TALKING, ev.ResidentLeft, to=WrappingUp)
@whenever(TALKING, ev.ResidentEnded, to=WrappingUp)
def stop(s: InSession | OnHold | Reconnecting, e: ev.Event, now: float, policy: SessionPolicy) -> Step:
    """The stop key; also when the clerk answered in the very moment in which the resident left the line."""
    return wrap_up(s.talk, None, "ended-by-resident", now, policy)


@when(WrappingUp, ev.WrapUpCompleted, to=Closed)
def complete(s: WrappingUp, e: ev.WrapUpCompleted, now: float, policy: SessionPolicy) -> Step:
    check_may_accept(s, e.outcome)
    _check(s.talk, e.outcome)
    closed, effects = close(
        s.talk.ticket, s.reason, e.outcome, s.talk.clerk, now, FindClerk(), rated=s.rated, due=e.due, notice=s.talk.file.notice
    )
    return closed, (*promised(s.due, e.due), *effects)


@when(WrappingUp, ev.WrapUpRanOut, to=Closed)
def run_out(s: WrappingUp, e: ev.WrapUpRanOut, now: float, policy: SessionPolicy) -> Step:
    if e.until != s.until:
        raise NotNow("a timer of an earlier wrap-up")
    closed, effects = close(
        s.talk.ticket, s.reason, s.outcome, s.talk.clerk, now, FindClerk(), rated=s.rated, due=s.due, notice=s.talk.file.notice
    )
    return closed, (Enter("wrap-up-ran-out", {"outcome-missing": s.outcome is None}), *effects)


@when(WrappingUp, ev.Rated, to=WrappingUp)
def rate(s: WrappingUp, e: ev.Rated, now: float, policy: SessionPolicy) -> Step:
    if s.rated:
        raise NotNow("rated before", code="already-rated")
    return msgspec.structs.replace(s, rated=True), (Enter("rated", {"stars": e.stars}),)


@when(Closed, ev.Rated, to=Closed)
def rate_afterwards(s: Closed, e: ev.Rated, now: float, policy: SessionPolicy) -> Step:
    if s.rated:
        raise NotNow("rated before", code="already-rated")
    return msgspec.structs.replace(s, rated=True), (Enter("rated", {"stars": e.stars}),)


def _check(talk: Talk, outcome: Outcome) -> None:
    """Nothing is accepted that nobody could prove later, unless a supervisor answers for it; and nobody is sent home without a notice."""
    if outcome in ("accepted", "accepted-with-gaps") and not talk.recording.lets_accept:
        raise NotNow("the talk is not recorded: a supervisor must allow it", code="not-recorded")
    if (code := objection(outcome, talk.file.notice)) is not None:
        raise NotNow(f"a case ends as {outcome} on a notice that says so", code=code)
