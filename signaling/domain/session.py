"""One visit as a pure machine: every transition of a session is in this file, in the order in which a visit meets them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from signaling.domain import events as ev
from signaling.domain.effects import CloseRoom, Effect, Enter, FindClerk, MarkAway, OpenRoom, SetHold, SetSourceOn, Wake
from signaling.domain.machine import SAME, SessionPolicy, Step, step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.states import (
    ENDS,
    USUAL_SOURCES,
    AnyState,
    Closed,
    End,
    EndReason,
    InSession,
    Missing,
    OnHold,
    Outcome,
    Parked,
    Reconnecting,
    Ringing,
    SteppedAway,
    Talk,
    Ticket,
    Waiting,
    WrappingUp,
)

__all__ = ["SessionPolicy", "begin", "reopen", "step"]

TALKING = (InSession, OnHold, Reconnecting)
"""The states in which a room stands."""


def begin(ticket: Ticket, now: float) -> Step:
    """A ticket has been taken: the first state of a session, its consents on the record before anything else."""
    consents = (
        Enter("consent-given" if c.given else "consent-refused", {"text": c.text, "version": c.version, "language": c.language})
        for c in ticket.consents
    )
    taken = Enter("ticket-taken", {"kiosk": ticket.kiosk, "host": ticket.host, "home": ticket.home, "service": ticket.service,
                                   "number": ticket.number, "case": ticket.case})
    return Waiting(ticket, since=now), (taken, *consents, FindClerk())


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
    return _start(s, e.clerk, e.counter, now, "picked")


@when(Waiting, ev.PassEnded, to=Waiting)
def may_be_rung_again(s: Waiting, e: ev.PassEnded, now: float, policy: SessionPolicy) -> Step:
    return msgspec.structs.replace(s, passed=tuple(c for c in s.passed if c != e.clerk)), (FindClerk(),)


@when(Waiting, ev.EndLost, to=SteppedAway)
def step_away(s: Waiting, e: ev.EndLost, now: float, policy: SessionPolicy) -> Step:
    if e.end != "resident":
        raise NotNow("no clerk belongs to a waiting session")
    return SteppedAway(s, now), (Enter("resident-away"), Wake(now + policy.waiting_grace, ev.GraceEnded("resident", now)), FindClerk())


@when(Waiting, ev.ResidentLeft, to=Closed)
def leave_the_line(s: Waiting, e: ev.ResidentLeft, now: float, policy: SessionPolicy) -> Step:
    return _close(s.ticket, "left-line", None, None, now, FindClerk())


@when(SteppedAway, ev.EndReturned, to=Waiting)
def step_back(s: SteppedAway, e: ev.EndReturned, now: float, policy: SessionPolicy) -> Step:
    if e.end != "resident":
        raise NotNow("no clerk belongs to a waiting session")
    return s.waiting, (Enter("resident-back"), FindClerk())


@when(SteppedAway, ev.PassEnded, to=SteppedAway)
def may_be_rung_again_later(s: SteppedAway, e: ev.PassEnded, now: float, policy: SessionPolicy) -> Step:
    waiting = msgspec.structs.replace(s.waiting, passed=tuple(c for c in s.waiting.passed if c != e.clerk))
    return SteppedAway(waiting, s.since), ()


@when(SteppedAway, ev.ResidentLeft, to=Closed)
def leave_from_away(s: SteppedAway, e: ev.ResidentLeft, now: float, policy: SessionPolicy) -> Step:
    return _close(s.waiting.ticket, "left-line", None, None, now, FindClerk())


@when(SteppedAway, ev.GraceEnded, to=Closed)
def abandon(s: SteppedAway, e: ev.GraceEnded, now: float, policy: SessionPolicy) -> Step:
    if e != ev.GraceEnded("resident", s.since):
        raise NotNow("a timer of an earlier absence")
    return _close(s.waiting.ticket, "abandoned", None, None, now, FindClerk())


# --- ringing --------------------------------------------------------------------------------------


@when(Ringing, ev.Answered, to=InSession)
def answer(s: Ringing, e: ev.Answered, now: float, policy: SessionPolicy) -> Step:
    if e.clerk != s.clerk:
        raise NotNow("the ring is another counter's", code="already-taken")
    return _start(s.waiting, s.clerk, s.counter, now, "answered")


@when(Ringing, ev.Declined, to=Waiting)
def try_the_next(s: Ringing, e: ev.Declined, now: float, policy: SessionPolicy) -> Step:
    if e.clerk != s.clerk:
        raise NotNow("the ring is another counter's", code="already-taken")
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


@when(Ringing, ev.EndLost, to=(Waiting, SteppedAway))
def stop_ringing(s: Ringing, e: ev.EndLost, now: float, policy: SessionPolicy) -> Step:
    if e.end == "clerk":
        waiting = msgspec.structs.replace(s.waiting, in_front=True, prefer=None)
        return waiting, (Enter("clerk-lost", {"clerk": s.clerk}), FindClerk())
    return SteppedAway(s.waiting, now), (
        Enter("resident-away"),
        Wake(now + policy.waiting_grace, ev.GraceEnded("resident", now)),
        FindClerk(),
    )


@when(Ringing, ev.ResidentLeft, to=Closed)
def leave_while_ringing(s: Ringing, e: ev.ResidentLeft, now: float, policy: SessionPolicy) -> Step:
    return _close(s.ticket, "left-line", None, None, now, FindClerk())


# --- in session -----------------------------------------------------------------------------------


@when(InSession, ev.HoldBegan, to=OnHold)
def hold(s: InSession, e: ev.HoldBegan, now: float, policy: SessionPolicy) -> Step:
    return OnHold(s.talk, now), (Enter("hold-began"), SetHold(s.talk.room, on=True))


@when(OnHold, ev.HoldEnded, to=InSession)
def resume(s: OnHold, e: ev.HoldEnded, now: float, policy: SessionPolicy) -> Step:
    return InSession(s.talk), (Enter("hold-ended"), SetHold(s.talk.room, on=False))


def _same_state(s: InSession | OnHold | Reconnecting, talk: Talk) -> InSession | OnHold | Reconnecting:
    if isinstance(s, Reconnecting):
        return Reconnecting(msgspec.structs.replace(s.before, talk=talk), s.missing)
    return msgspec.structs.replace(s, talk=talk)


@whenever(TALKING, ev.SourceSwitched, to=SAME)
def switch(s: InSession | OnHold | Reconnecting, e: ev.SourceSwitched, now: float, policy: SessionPolicy) -> Step:
    others = tuple(pair for pair in s.talk.on if pair != (e.end, e.source))
    on = (*others, (e.end, e.source)) if e.on else others
    return _same_state(s, msgspec.structs.replace(s.talk, on=on)), (
        Enter("source-on" if e.on else "source-off", {"end": e.end, "source": e.source}),
        SetSourceOn(s.talk.room, e.end, e.source, e.on),
    )


@whenever(TALKING, ev.ConnectionOffered, to=SAME)
def connect(s: InSession | OnHold | Reconnecting, e: ev.ConnectionOffered, now: float, policy: SessionPolicy) -> Step:
    """A new connection carries no shared screen and no document camera: those are asked for anew."""
    epoch = s.talk.epoch(e.end) + 1
    dropped = [pair for pair in s.talk.on if pair[0] == e.end and pair[1] in ("screen", "document")]
    talk = msgspec.structs.replace(
        s.talk,
        on=tuple(pair for pair in s.talk.on if pair not in dropped),
        resident_epoch=epoch if e.end == "resident" else s.talk.resident_epoch,
        clerk_epoch=epoch if e.end == "clerk" else s.talk.clerk_epoch,
    )
    ended = [Enter("source-off", {"end": end, "source": source}) for end, source in dropped]
    return _same_state(s, talk), (Enter("connection", {"end": e.end, "epoch": epoch}), *ended)


@whenever(TALKING, ev.NodeLost, to=SAME)
def lose_node(s: InSession | OnHold | Reconnecting, e: ev.NodeLost, now: float, policy: SessionPolicy) -> Step:
    """The talk goes on in a fresh room; both ends see another room id and connect anew."""
    if e.generation != s.talk.generation:
        raise NotNow("a room of an earlier generation")
    talk = msgspec.structs.replace(s.talk, generation=s.talk.generation + 1)
    after = _same_state(s, talk)
    held = isinstance(after.before if isinstance(after, Reconnecting) else after, OnHold)
    return after, (Enter("node-lost", {"generation": talk.generation}), *room_orders(talk, held=held))


# --- an end is gone -------------------------------------------------------------------------------


@whenever((InSession, OnHold), ev.EndLost, to=Reconnecting)
def lose(s: InSession | OnHold, e: ev.EndLost, now: float, policy: SessionPolicy) -> Step:
    return Reconnecting(s, (Missing(e.end, now),)), (Enter("line-lost", {"end": e.end}), _grace(e.end, now, policy))


@when(Reconnecting, ev.EndLost, to=Reconnecting)
def lose_the_other_too(s: Reconnecting, e: ev.EndLost, now: float, policy: SessionPolicy) -> Step:
    if any(m.end == e.end for m in s.missing):
        raise NotNow("already missing")
    return Reconnecting(s.before, (*s.missing, Missing(e.end, now))), (Enter("line-lost", {"end": e.end}), _grace(e.end, now, policy))


@when(Reconnecting, ev.EndReturned, to=(InSession, OnHold, Reconnecting))
def come_back(s: Reconnecting, e: ev.EndReturned, now: float, policy: SessionPolicy) -> Step:
    still = tuple(m for m in s.missing if m.end != e.end)
    if still == s.missing:
        raise NotNow("not missing")
    return (Reconnecting(s.before, still) if still else s.before), (Enter("line-back", {"end": e.end}),)


@when(Reconnecting, ev.GraceEnded, to=(Waiting, SteppedAway, Parked))
def give_up_waiting(s: Reconnecting, e: ev.GraceEnded, now: float, policy: SessionPolicy) -> Step:
    """Clerk gone: the resident is first in line, this clerk preferred. Resident gone: parked, the clerk is free."""
    if Missing(e.end, e.since) not in s.missing:
        raise NotNow("a timer of an earlier absence")
    talk = s.talk
    if e.end == "resident":
        until = now + policy.parked
        return Parked(talk.ticket, talk.clerk, until), (
            Enter("parked"), CloseRoom(talk.room), Wake(until, ev.ParkingEnded(until)), FindClerk(),
        )
    waiting = Waiting(talk.ticket, since=talk.ticket.taken_at, in_front=True, prefer=talk.clerk)
    back_in_line = (Enter("back-in-line", {"clerk": talk.clerk}), CloseRoom(talk.room))
    resident_gone = next((m for m in s.missing if m.end == "resident"), None)
    if resident_gone is None:
        return waiting, (*back_in_line, FindClerk())
    # The resident's own timer is running already; it carries the moment they were lost, which this state keeps.
    return SteppedAway(waiting, resident_gone.since), (*back_in_line, FindClerk())


# --- parked ---------------------------------------------------------------------------------------


@when(Parked, ev.ResidentContinued, to=Waiting)
def go_on(s: Parked, e: ev.ResidentContinued, now: float, policy: SessionPolicy) -> Step:
    waiting = Waiting(s.ticket, since=s.ticket.taken_at, in_front=True, prefer=s.clerk)
    return waiting, (Enter("continued"), FindClerk())


@when(Parked, ev.ResidentLeft, to=Closed)
def give_up_parked(s: Parked, e: ev.ResidentLeft, now: float, policy: SessionPolicy) -> Step:
    return _close(s.ticket, "left-line", None, s.clerk, now)


@when(Parked, ev.ParkingEnded, to=Closed)
def parking_over(s: Parked, e: ev.ParkingEnded, now: float, policy: SessionPolicy) -> Step:
    if e.until != s.until:
        raise NotNow("a timer of an earlier parking")
    return _close(s.ticket, "abandoned", None, s.clerk, now)


# --- the end --------------------------------------------------------------------------------------


@whenever(TALKING, ev.ClerkEnded, to=WrappingUp)
def end(s: InSession | OnHold | Reconnecting, e: ev.ClerkEnded, now: float, policy: SessionPolicy) -> Step:
    return _wrap_up(s.talk, e.outcome, "completed", now, policy)


@whenever(TALKING, ev.ResidentEnded, to=WrappingUp)
def stop(s: InSession | OnHold | Reconnecting, e: ev.ResidentEnded, now: float, policy: SessionPolicy) -> Step:
    return _wrap_up(s.talk, None, "ended-by-resident", now, policy)


@when(WrappingUp, ev.WrapUpCompleted, to=Closed)
def complete(s: WrappingUp, e: ev.WrapUpCompleted, now: float, policy: SessionPolicy) -> Step:
    return _close(s.talk.ticket, s.reason, e.outcome, s.talk.clerk, now, FindClerk(), rated=s.rated)


@when(WrappingUp, ev.WrapUpRanOut, to=Closed)
def run_out(s: WrappingUp, e: ev.WrapUpRanOut, now: float, policy: SessionPolicy) -> Step:
    if e.until != s.until:
        raise NotNow("a timer of an earlier wrap-up")
    ran_out = Enter("wrap-up-ran-out", {"outcome-missing": s.outcome is None})
    return _close(s.talk.ticket, s.reason, s.outcome, s.talk.clerk, now, ran_out, FindClerk(), rated=s.rated)


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


# --- after a restart ------------------------------------------------------------------------------


def reopen(state: AnyState, now: float, policy: SessionPolicy) -> Step:
    """What is known of a stored session when the server starts: nobody is connected yet, and every timer must be set again."""
    match state:
        case Waiting():
            return SteppedAway(state, now), (Wake(now + policy.waiting_grace, ev.GraceEnded("resident", now)), *_passes(state.passed, now, policy))
        case Ringing():
            waiting = msgspec.structs.replace(state.waiting, in_front=True)
            return reopen(waiting, now, policy)
        case SteppedAway():
            return reopen(state.waiting, now, policy)
        case InSession() | OnHold():
            gone = tuple(Missing(e, now) for e in ENDS)
            return Reconnecting(state, gone), tuple(_grace(e, now, policy) for e in ENDS)
        case Reconnecting():
            return reopen(state.before, now, policy)
        case Parked():
            return state, (Wake(state.until, ev.ParkingEnded(state.until)),)
        case WrappingUp():
            return state, (Wake(state.until, ev.WrapUpRanOut(state.until)),)
        case Closed():
            return state, ()


# --- shared by the rules --------------------------------------------------------------------------


def room_orders(talk: Talk, *, held: bool) -> tuple[Effect, ...]:
    """What a node must be told so that a fresh room stands as the talk does."""
    off = [(e, s) for e in ENDS for s in USUAL_SOURCES if (e, s) not in talk.on]
    return (
        OpenRoom(talk.room),
        *(SetSourceOn(talk.room, e, s, on=False) for e, s in off),
        *((SetHold(talk.room, on=True),) if held else ()),
    )


def _start(waiting: Waiting, clerk: str, counter: str, now: float, how: str) -> Step:
    talk = Talk(waiting.ticket, clerk, counter, since=now)
    return InSession(talk), (Enter(how, {"clerk": clerk, "counter": counter}), *room_orders(talk, held=False))


def _grace(gone: End, since: float, policy: SessionPolicy) -> Wake:
    seconds = policy.resident_grace if gone == "resident" else policy.clerk_grace
    return Wake(since + seconds, ev.GraceEnded(gone, since))


def _passes(passed: Iterable[str], now: float, policy: SessionPolicy) -> tuple[Wake, ...]:
    return tuple(Wake(now + policy.declined_pause, ev.PassEnded(clerk)) for clerk in passed)


def _wrap_up(talk: Talk, outcome: Outcome | None, reason: EndReason, now: float, policy: SessionPolicy) -> Step:
    until = now + policy.wrap_up
    return WrappingUp(talk, outcome, reason, until), (
        Enter("talk-ended", {"reason": reason, "outcome": outcome}),
        CloseRoom(talk.room),
        Wake(until, ev.WrapUpRanOut(until)),
    )


def _close(
    ticket: Ticket, reason: EndReason, outcome: Outcome | None, clerk: str | None, now: float, *effects: Effect, rated: bool = False
) -> Step:
    closed = Enter("closed", {"reason": reason, "outcome": outcome})
    return Closed(ticket, reason, outcome, clerk, now, rated), (closed, *effects)
