"""What the rules of a session share: the orders for a fresh room, the timers, and the way into a talk, a wrap-up and the end."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from signaling.domain import events as ev
from signaling.domain.case import ACCEPTED, Outcome
from signaling.domain.effects import (
    CloseRoom,
    Effect,
    Enter,
    FindClerk,
    OpenRoom,
    RecordRoom,
    SetHold,
    SetSourceOn,
    SetSuspended,
    Wake,
)
from signaling.domain.folder import Folder
from signaling.domain.machine import SessionPolicy, Step
from signaling.domain.notice import objection
from signaling.domain.parties import at_least
from signaling.domain.recording import Recording
from signaling.domain.refusals import NotNow
from signaling.domain.states import (
    ENDS,
    SOURCES,
    USUAL_SOURCES,
    Closed,
    Earlier,
    End,
    EndReason,
    InSession,
    OnHold,
    Parked,
    Reconnecting,
    Talk,
    Ticket,
    Waiting,
    WrappingUp,
)

TALKING = (InSession, OnHold, Reconnecting)
"""The states in which a room stands."""


REQUIRED = tuple(f"{end}.{source}" for end in ENDS for source in USUAL_SOURCES)
"""Publications whose every second must be recorded or explained: what is always there. A shared screen comes and goes."""


def room_orders(talk: Talk, *, held: bool) -> tuple[Effect, ...]:
    """What a node must be told so that a fresh room stands as the talk does: there every source is on until it is told otherwise."""
    recording = talk.recording
    off = [(end, source) for end in ENDS for source in SOURCES if (end, source) not in talk.on]
    return (
        OpenRoom(talk.room),
        *(SetSourceOn(talk.room, end, source, on=False) for end, source in off),
        RecordRoom(talk.room, recording.origin, talk.ticket.home, talk.ticket.sealed_to),
        *((SetHold(talk.room, on=True),) if held else ()),
        *((SetSuspended(talk.room, on=True),) if recording.suspended is not None else ()),
    )


def start(waiting: Waiting, clerk: str, counter: str, now: float, policy: SessionPolicy, how: str) -> Step:
    """Into the talk, recorded from here on, with the clock and the numbers of earlier talks of this visit counted on."""
    before = waiting.earlier or Earlier(clerk, origin=round(now * 1000), generation=0, resident_epoch=0, clerk_epoch=0, folder=waiting.folder)
    recording = Recording(before.origin, since=now)
    talk = Talk(
        waiting.ticket, clerk, counter, now, recording, before.folder, before.generation + 1, before.resident_epoch, before.clerk_epoch,
        consent_changes=waiting.consent_changes if waiting.earlier is None else before.consent_changes,
    )  # fmt: skip
    return InSession(talk), (
        Enter(how, {"clerk": clerk, "counter": counter}),
        Enter("recording-ordered", {"origin": recording.origin, "home_key": waiting.ticket.sealed_to.fingerprint, "required": REQUIRED}),
        *room_orders(talk, held=False),
        late(recording, policy),
    )


def late(recording: Recording, policy: SessionPolicy) -> Wake:
    """When no byte on a disk is a fault: sooner at the beginning of a talk than after a room was lost, when both ends connect anew."""
    seconds = policy.recording_again_late if recording.began else policy.recording_late
    return Wake(recording.since + seconds, ev.RecordingLate(recording.since))


def with_talk(s: InSession | OnHold | Reconnecting, talk: Talk) -> InSession | OnHold | Reconnecting:
    """The same kind of state, with this talk."""
    if isinstance(s, Reconnecting):
        return Reconnecting(msgspec.structs.replace(s.before, talk=talk), s.missing)
    return msgspec.structs.replace(s, talk=talk)


def grace(gone: End, since: float, policy: SessionPolicy) -> Wake:
    """An end that is missing from a talk may be so for a while."""
    seconds = policy.resident_grace if gone == "resident" else policy.clerk_grace
    return Wake(since + seconds, ev.GraceEnded(gone, since))


def passes(passed: Iterable[str], now: float, policy: SessionPolicy) -> tuple[Wake, ...]:
    """Whoever declined may be rung again after a pause."""
    return tuple(Wake(now + policy.declined_pause, ev.PassEnded(clerk)) for clerk in passed)


def park(ticket: Ticket, earlier: Earlier, now: float, policy: SessionPolicy, *effects: Effect) -> Step:
    """The resident of a talk was gone too long; they may take it up again."""
    until = now + policy.parked
    return Parked(ticket, earlier, until), (Enter("parked"), *effects, Wake(until, ev.ParkingEnded(until)), FindClerk())


def wrap_up(talk: Talk, reason: EndReason, now: float, policy: SessionPolicy) -> Step:
    """The talk is over; the clerk has a while to complete the cases. What the one on the table has become so far stands."""
    until, outcome = now + policy.wrap_up, talk.case.outcome
    return WrappingUp(talk, outcome, reason, until, due=talk.case.due), (
        Enter("talk-ended", {"reason": reason, "outcome": outcome}),
        CloseRoom(talk.room),
        Wake(until, ev.WrapUpRanOut(until)),
    )


def settle(talk: Talk, number: str, outcome: Outcome, due: str | None, referred_to: str | None) -> tuple[Talk, tuple[Effect, ...]]:
    """A case with its outcome, and what the ledger says of it; the same said again is no news.

    Raises NotNow: `unknown-case`, `notice-needed`, `materials-missing`, and what forbids to accept: `not-recorded`, `identity-too-low`.
    """
    case = talk.folder.find(number)
    if case is None:
        raise NotNow("this visit has no such case", code="unknown-case")
    if (code := objection(outcome, case.file.told)) is not None:
        raise NotNow(f"a case ends as {outcome} on a notice that says so", code=code)
    if outcome in ACCEPTED:
        if not talk.recording.lets_accept:  # nothing that nobody could prove later, unless a supervisor answers for it
            raise NotNow("the talk is not recorded: a supervisor must allow it", code="not-recorded")
        if not all(at_least(reached, case.level) for reached in talk.folder.people):
            raise NotNow(f"everybody must be known by {case.level}", code="identity-too-low")
    after = case.settled(outcome, due, referred_to)
    effects = [] if after == case else [Enter("case-settled", {"case": number, "outcome": outcome, "to": referred_to})]
    effects += [] if due == case.due else [Enter("due-promised", {"case": number, "day": due})]
    return msgspec.structs.replace(talk, folder=talk.folder.with_case(after)), tuple(effects)


def leave_open(talk: Talk, number: str) -> tuple[Talk, tuple[Effect, ...]]:
    """A case that stays without an outcome, as the clerk has said, so that nothing is left so in silence. Raises NotNow `unknown-case`."""
    case = talk.folder.find(number)
    if case is None:
        raise NotNow("this visit has no such case", code="unknown-case")
    after = case.kept_open()
    effects = [] if after == case else [Enter("case-left-open", {"case": number})]
    effects += [] if case.due is None else [Enter("due-promised", {"case": number, "day": None})]
    return msgspec.structs.replace(talk, folder=talk.folder.with_case(after)), tuple(effects)


def reopened(folder: Folder) -> tuple[Folder, tuple[Effect, ...]]:
    """What was accepted may not stand any more: those cases have no outcome, and no day is promised for them."""
    effects = list[Effect]()
    for case in folder.cases:
        if case.outcome in ACCEPTED:
            folder = folder.with_case(msgspec.structs.replace(case, outcome=None, due=None))
            effects.append(Enter("case-reopened", {"case": case.number}))
            effects += [Enter("due-promised", {"case": case.number, "day": None})] if case.due is not None else []
    return folder, tuple(effects)


def close(
    ticket: Ticket, reason: EndReason, outcome: Outcome | None, clerk: str | None, now: float, *effects: Effect, folder: Folder,
    rated: bool = False, due: str | None = None,
) -> Step:
    """Over; its ledger entry is the last one but for a rating."""
    closed = Enter("closed", {"reason": reason, "outcome": outcome})
    cases = tuple(each.shelved(ticket.session) for each in folder.cases)
    return Closed(ticket, reason, outcome, clerk, now, rated, due, cases), (closed, *effects)


def talked_with(earlier: Earlier | None) -> str | None:
    """The clerk of the last talk, if there was one."""
    return earlier.clerk if earlier is not None else None
