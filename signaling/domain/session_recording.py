"""The recording of a talk: the light that tells the truth, the suspension for a secret, the word of a supervisor. It has no button."""

from __future__ import annotations

from typing import Any

import msgspec

from signaling.domain import events as ev
from signaling.domain.effects import Effect, Enter, SetSuspended, Wake
from signaling.domain.machine import SAME, SessionPolicy, Step, when, whenever
from signaling.domain.recording import Recording
from signaling.domain.refusals import NotNow
from signaling.domain.session_common import TALKING, late, with_talk
from signaling.domain.states import InSession, OnHold, Reconnecting, WrappingUp

EARLIER = 1.0
"""Seconds by which a frame may have been made before its room was ordered to be recorded: clocks of senders are guessed."""

Talking = InSession | OnHold | Reconnecting


def timers(recording: Recording, now: float, policy: SessionPolicy) -> tuple[Wake, ...]:
    """What a server that takes up a running talk must wait for; a moment that has passed comes at once."""
    waits: list[Wake] = []
    if recording.light == "awaited":
        waits.append(late(recording, policy))
    if recording.suspended is not None:
        waits.append(_runs_out(recording.suspended, policy))
    return tuple(Wake(max(now, wait.at), wait.event) for wait in waits)


# --- the light ------------------------------------------------------------------------------------


@whenever(TALKING, ev.BytesOnDisk, to=SAME)
def light_on(s: Talking, e: ev.BytesOnDisk, now: float, policy: SessionPolicy) -> Step:
    recording = s.talk.recording
    if recording.light not in ("awaited", "late") or e.at < recording.since - EARLIER:
        raise NotNow("it is known, or of an earlier room")
    return _changed(s, {"light": "on", "began": True}, Enter("recording-light", {"on": True}))


@whenever(TALKING, ev.RecordingLate, to=SAME)
def light_late(s: Talking, e: ev.RecordingLate, now: float, policy: SessionPolicy) -> Step:
    """Both ends are told; the talk goes on, and its case can only be accepted with a supervisor's word."""
    if s.talk.recording.light != "awaited" or e.since != s.talk.recording.since:
        raise NotNow("it has begun, or was ordered anew")
    return _changed(s, {"light": "late"}, Enter("recording-late"))


@whenever(TALKING, ev.RecordingBroke, to=SAME)
def light_off(s: Talking, e: ev.RecordingBroke, now: float, policy: SessionPolicy) -> Step:
    if s.talk.recording.light != "on":
        raise NotNow("the light is off already")
    return _changed(s, {"light": "broken"}, Enter("recording-light", {"on": False, "reason": e.reason}))


@whenever(TALKING, ev.RecordingMended, to=SAME)
def light_on_again(s: Talking, e: ev.RecordingMended, now: float, policy: SessionPolicy) -> Step:
    if s.talk.recording.light != "broken":
        raise NotNow("it was not broken")
    return _changed(s, {"light": "on"}, Enter("recording-light", {"on": True}))


# --- the suspension -------------------------------------------------------------------------------


@whenever(TALKING, ev.SuspensionBegan, to=SAME)
def suspend(s: Talking, e: ev.SuspensionBegan, now: float, policy: SessionPolicy) -> Step:
    """A password or a PIN is none of the record's business; whoever forgets to go on is reminded by the clock."""
    if s.talk.recording.suspended is not None:
        raise NotNow("suspended already")
    return _changed(s, {"suspended": now}, Enter("suspension-began"), SetSuspended(s.talk.room, on=True), _runs_out(now, policy))


@whenever(TALKING, ev.SuspensionEnded, to=SAME)
def resume_recording(s: Talking, e: ev.SuspensionEnded, now: float, policy: SessionPolicy) -> Step:
    if s.talk.recording.suspended is None:
        raise NotNow("not suspended")
    return _goes_on(s, "clerk")


@whenever(TALKING, ev.SuspensionRanOut, to=SAME)
def suspension_ran_out(s: Talking, e: ev.SuspensionRanOut, now: float, policy: SessionPolicy) -> Step:
    if s.talk.recording.suspended != e.since:
        raise NotNow("a timer of an earlier suspension")
    return _goes_on(s, "time")


def _goes_on(s: Talking, by: str) -> Step:
    return _changed(s, {"suspended": None}, Enter("suspension-ended", {"by": by}), SetSuspended(s.talk.room, on=False))


def _runs_out(since: float, policy: SessionPolicy) -> Wake:
    return Wake(since + policy.suspension, ev.SuspensionRanOut(since))


# --- a supervisor's word --------------------------------------------------------------------------


@whenever(TALKING, ev.AcceptanceAllowed, to=SAME)
def allow(s: Talking, e: ev.AcceptanceAllowed, now: float, policy: SessionPolicy) -> Step:
    _is_needed(s.talk.recording)
    return _changed(s, {"word": e.supervisor}, _allowed(e))


@when(WrappingUp, ev.AcceptanceAllowed, to=WrappingUp)
def allow_afterwards(s: WrappingUp, e: ev.AcceptanceAllowed, now: float, policy: SessionPolicy) -> Step:
    _is_needed(s.talk.recording)
    recording = msgspec.structs.replace(s.talk.recording, word=e.supervisor)
    return msgspec.structs.replace(s, talk=msgspec.structs.replace(s.talk, recording=recording)), (_allowed(e),)


def _is_needed(recording: Recording) -> None:
    if recording.lets_accept:
        raise NotNow("the case can be accepted as it is")


def _allowed(e: ev.AcceptanceAllowed) -> Enter:
    return Enter("acceptance-allowed", {"supervisor": e.supervisor, "reason": e.reason})


def _changed(s: Talking, changes: dict[str, Any], *effects: Effect) -> Step:
    recording = msgspec.structs.replace(s.talk.recording, **changes)
    return with_talk(s, msgspec.structs.replace(s.talk, recording=recording)), effects
