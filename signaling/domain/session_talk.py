"""A visit while a room stands: the talk, the hold, the sources, and what happens when an end or the media node is gone."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.control import FORM
from signaling.domain.effects import CloseRoom, Enter, FindClerk, SetHold, SetSourceOn
from signaling.domain.machine import SAME, SessionPolicy, Step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.session_common import TALKING, grace, late, park, passes, room_orders, with_talk
from signaling.domain.states import (
    SHARES,
    End,
    InSession,
    Missing,
    OnHold,
    Parked,
    Reconnecting,
    Source,
    SteppedAway,
    Waiting,
    WrappingUp,
)

# --- in session -----------------------------------------------------------------------------------


@when(InSession, ev.HoldBegan, to=OnHold)
def hold(s: InSession, e: ev.HoldBegan, now: float, policy: SessionPolicy) -> Step:
    return OnHold(s.talk, now), (Enter("hold-began"), SetHold(s.talk.room, on=True))


@when(OnHold, ev.HoldEnded, to=InSession)
def resume(s: OnHold, e: ev.HoldEnded, now: float, policy: SessionPolicy) -> Step:
    return InSession(s.talk), (Enter("hold-ended"), SetHold(s.talk.room, on=False))


@when(Reconnecting, ev.HoldBegan, to=Reconnecting)
def hold_meanwhile(s: Reconnecting, e: ev.HoldBegan, now: float, policy: SessionPolicy) -> Step:
    """A missing link says nothing about the media, which may flow on: a hold must hold."""
    if isinstance(s.before, OnHold):
        raise NotNow("on hold already")
    return Reconnecting(OnHold(s.talk, now), s.missing), (Enter("hold-began"), SetHold(s.talk.room, on=True))


@when(Reconnecting, ev.HoldEnded, to=Reconnecting)
def resume_meanwhile(s: Reconnecting, e: ev.HoldEnded, now: float, policy: SessionPolicy) -> Step:
    if isinstance(s.before, InSession):
        raise NotNow("not on hold")
    return Reconnecting(InSession(s.talk), s.missing), (Enter("hold-ended"), SetHold(s.talk.room, on=False))


@whenever((InSession, OnHold), ev.Transferred, to=Waiting)
def transfer(s: InSession | OnHold, e: ev.Transferred, now: float, policy: SessionPolicy) -> Step:
    """The resident is first in line, with everything that was gathered; the clerk who hands on is not rung for them again yet."""
    talk = s.talk
    if e.clerk == talk.clerk:
        raise NotNow("that is oneself")
    waiting = Waiting(
        talk.ticket, since=talk.ticket.taken_at, in_front=True, prefer=e.clerk, passed=(talk.clerk,), earlier=talk.left_behind
    )
    return waiting, (
        Enter("transferred", {"by": talk.clerk, "to": e.clerk}), CloseRoom(talk.room), FindClerk(), *passes((talk.clerk,), now, policy)
    )


@whenever(TALKING, ev.SourceSwitched, to=SAME)
def switch(s: InSession | OnHold | Reconnecting, e: ev.SourceSwitched, now: float, policy: SessionPolicy) -> Step:
    pair = (e.end, e.source)
    if e.on and e.source in SHARES:
        _may_share(s, e)
    others = tuple(each for each in s.talk.on if each != pair)
    talk = msgspec.structs.replace(
        s.talk,
        on=(*others, pair) if e.on else others,
        stopped=tuple(each for each in s.talk.stopped if each != pair),
        may_show=s.talk.may_show and (e.on or pair != ("resident", "screen")),
    )
    return with_talk(s, talk), (
        Enter("source-on" if e.on else "source-off", {"end": e.end, "source": e.source}),
        SetSourceOn(s.talk.room, e.end, e.source, e.on),
    )


def _may_share(s: InSession | OnHold | Reconnecting, e: ev.SourceSwitched) -> None:
    if isinstance(s.before if isinstance(s, Reconnecting) else s, OnHold):
        raise NotNow("nothing is shown while the talk is on hold")
    if (e.end, e.source) in s.talk.stopped:
        raise NotNow("the other side has ended it: begin anew")
    operated = isinstance(s, InSession) and s.grant is not None and s.grant.scope != FORM
    if (e.end, e.source) == ("resident", "screen") and not s.talk.may_show and not operated:
        raise NotNow("the resident has not been asked, or has not agreed", code="not-agreed")


@whenever((InSession, Reconnecting), ev.ShareStopped, to=SAME)
def stop_share(s: InSession | Reconnecting, e: ev.ShareStopped, now: float, policy: SessionPolicy) -> Step:
    """Whoever looks may end it as well as whoever shows; the one who shows is told by the view, and lets go of the picture."""
    pair: tuple[End, Source] = (e.end, "screen")
    if pair not in s.talk.on:
        raise NotNow("nothing is shown")
    talk = msgspec.structs.replace(
        s.talk, on=tuple(each for each in s.talk.on if each != pair), stopped=(*s.talk.stopped, pair), may_show=s.talk.may_show and e.end != "resident"
    )
    other = "clerk" if e.end == "resident" else "resident"
    return with_talk(s, talk), (
        Enter("source-off", {"end": e.end, "source": "screen", "by": other}),
        SetSourceOn(talk.room, e.end, "screen", on=False),
    )


@whenever(TALKING, ev.ConnectionOffered, to=SAME)
def connect(s: InSession | OnHold | Reconnecting, e: ev.ConnectionOffered, now: float, policy: SessionPolicy) -> Step:
    """A new connection carries no shared screen and no document camera: those are asked for anew."""
    epoch = s.talk.epoch(e.end) + 1
    dropped = [pair for pair in s.talk.on if pair[0] == e.end and pair[1] in SHARES]
    talk = msgspec.structs.replace(
        s.talk,
        on=tuple(pair for pair in s.talk.on if pair not in dropped),
        resident_epoch=epoch if e.end == "resident" else s.talk.resident_epoch,
        clerk_epoch=epoch if e.end == "clerk" else s.talk.clerk_epoch,
    )
    return with_talk(s, talk), (
        Enter("connection", {"end": e.end, "epoch": epoch}),
        *(Enter("source-off", {"end": end, "source": source}) for end, source in dropped),
        *(SetSourceOn(talk.room, end, source, on=False) for end, source in dropped),
    )


@whenever(TALKING, ev.NodeLost, to=SAME)
def lose_node(s: InSession | OnHold | Reconnecting, e: ev.NodeLost, now: float, policy: SessionPolicy) -> Step:
    """The talk goes on in a fresh room; both ends see another room id and connect anew. The old room may still stand somewhere."""
    if e.generation != s.talk.generation:
        raise NotNow("a room of an earlier generation")
    before = s.talk.recording
    # What was not recorded before is not about to be again: only a byte says so.
    recording = msgspec.structs.replace(before, since=now, light="awaited" if before.light in ("on", "awaited") else "late")
    talk = msgspec.structs.replace(s.talk, generation=s.talk.generation + 1, recording=recording)
    after = with_talk(s, talk)
    held = isinstance(after.before if isinstance(after, Reconnecting) else after, OnHold)
    return after, (
        Enter("node-lost", {"generation": e.generation}),
        *((Enter("recording-light", {"on": False, "reason": "node-lost"}),) if s.talk.recording.light == "on" else ()),
        CloseRoom(s.talk.room),
        *room_orders(talk, held=held),
        late(recording, policy),
    )


@whenever((*TALKING, WrappingUp), ev.Answered, to=SAME)
@whenever((*TALKING, WrappingUp), ev.Picked, to=SAME)
def too_late(s: InSession | OnHold | Reconnecting | WrappingUp, e: ev.Answered | ev.Picked, now: float, policy: SessionPolicy) -> Step:
    """Two clerks, one ticket: the second learns why."""
    raise NotNow(f"{s.talk.clerk} has it", code="not-now" if e.clerk == s.talk.clerk else "already-taken")


# --- an end is gone -------------------------------------------------------------------------------


@whenever((InSession, OnHold), ev.EndLost, to=Reconnecting)
def lose(s: InSession | OnHold, e: ev.EndLost, now: float, policy: SessionPolicy) -> Step:
    before = InSession(s.talk) if isinstance(s, InSession) else s
    return Reconnecting(before, (Missing(e.end, now),)), (Enter("line-lost", {"end": e.end}), grace(e.end, now, policy))


@when(Reconnecting, ev.EndLost, to=Reconnecting)
def lose_the_other_too(s: Reconnecting, e: ev.EndLost, now: float, policy: SessionPolicy) -> Step:
    if any(m.end == e.end for m in s.missing):
        raise NotNow("already missing")
    return Reconnecting(s.before, (*s.missing, Missing(e.end, now))), (Enter("line-lost", {"end": e.end}), grace(e.end, now, policy))


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
        return park(talk.ticket, talk.left_behind, now, policy, CloseRoom(talk.room))
    waiting = Waiting(talk.ticket, since=talk.ticket.taken_at, in_front=True, prefer=talk.clerk, earlier=talk.left_behind)
    effects = (Enter("back-in-line", {"clerk": talk.clerk}), CloseRoom(talk.room), FindClerk())
    resident_gone = next((m for m in s.missing if m.end == "resident"), None)
    if resident_gone is None:
        return waiting, effects
    # The resident's own timer is running already; it carries the moment they were lost, which this state keeps.
    return SteppedAway(waiting, resident_gone.since), effects
