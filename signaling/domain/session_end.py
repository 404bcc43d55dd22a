"""The end of a visit: the stop key, the outcome, the wrap-up, the rating."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.consent import check_may_accept
from signaling.domain.effects import Enter, FindClerk
from signaling.domain.machine import SessionPolicy, Step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.session_common import TALKING, close, leave_open, settle, wrap_up
from signaling.domain.states import Closed, InSession, OnHold, Reconnecting, Talk, WrappingUp


@whenever(TALKING, ev.ClerkEnded, to=WrappingUp)
def end(s: InSession | OnHold | Reconnecting, e: ev.ClerkEnded, now: float, policy: SessionPolicy) -> Step:
    """The outcome is that of the case on the table; every other one has its own by now."""
    check_may_accept(s, e.outcome)
    talk, settled = settle(s.talk, s.talk.case.number, e.outcome, e.due, e.referred_to)
    _all_settled(talk)
    after, effects = wrap_up(talk, "completed", now, policy)
    return after, (*settled, *effects)


@whenever(TALKING, ev.ResidentLeft, to=WrappingUp)
@whenever(TALKING, ev.ResidentEnded, to=WrappingUp)
def stop(s: InSession | OnHold | Reconnecting, e: ev.Event, now: float, policy: SessionPolicy) -> Step:
    """The stop key; also when the clerk answered in the very moment in which the resident left the line."""
    return wrap_up(s.talk, "ended-by-resident", now, policy)


@when(WrappingUp, ev.WrapUpCompleted, to=Closed)
def complete(s: WrappingUp, e: ev.WrapUpCompleted, now: float, policy: SessionPolicy) -> Step:
    number = s.talk.case.number
    if e.outcome is None:
        talk, settled = leave_open(s.talk, number)
    else:
        if e.outcome != s.talk.case.outcome:  # what it has become stands
            check_may_accept(s, e.outcome)
        talk, settled = settle(s.talk, number, e.outcome, e.due, e.referred_to)
    _all_settled(talk)
    closed, effects = close(s.talk.ticket, s.reason, e.outcome, s.talk.clerk, now, FindClerk(), folder=talk.folder, rated=s.rated, due=e.due)
    return closed, (*settled, *effects)


@when(WrappingUp, ev.WrapUpRanOut, to=Closed)
def run_out(s: WrappingUp, e: ev.WrapUpRanOut, now: float, policy: SessionPolicy) -> Step:
    if e.until != s.until:
        raise NotNow("a timer of an earlier wrap-up")
    folder = s.talk.folder
    closed, effects = close(s.talk.ticket, s.reason, s.outcome, s.talk.clerk, now, FindClerk(), folder=folder, rated=s.rated, due=s.due)
    return closed, (Enter("wrap-up-ran-out", {"outcome-missing": bool(folder.open_cases)}), *effects)


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


def _all_settled(talk: Talk) -> None:
    if talk.folder.open_cases:
        raise NotNow(f"{talk.folder.open_cases[0].number} has no outcome yet", code="case-open")
