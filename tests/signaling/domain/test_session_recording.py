"""The light, the suspension and the supervisor's word: the light's whole table, and that the ledger alone tells how the recording stood."""

from __future__ import annotations

import itertools
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain import events as ev
from signaling.domain.effects import Enter, SetSuspended, Wake
from signaling.domain.events import Event
from signaling.domain.machine import TRANSITIONS, SessionPolicy
from signaling.domain.recording import Light, Recording
from signaling.domain.refusals import NotNow
from signaling.domain.session import step
from signaling.domain.session_recording import EARLIER, timers
from signaling.domain.states import (
    AnyState,
    Closed,
    InSession,
    OnHold,
    Outcome,
    Reconnecting,
    WrappingUp,
    talk_of,
)
from tests.notices import GAPS
from tests.stories.visit import EVERY_STATE, POLICY, RECORDED, in_session, on_hold, reconnecting, wrapping_up

SINCE = 100.0
LIGHTS: tuple[Light, ...] = get_args(Light)
ABOUT_RECORDING = (
    ev.BytesOnDisk, ev.RecordingLate, ev.RecordingBroke, ev.RecordingMended, ev.SuspensionBegan, ev.SuspensionEnded, ev.SuspensionRanOut,
    ev.AcceptanceAllowed,
)  # fmt: skip
TABLE: dict[tuple[str, type], str] = {
    ("awaited", ev.BytesOnDisk): "on", ("late", ev.BytesOnDisk): "on",
    ("awaited", ev.RecordingLate): "late",
    ("on", ev.RecordingBroke): "broken",
    ("broken", ev.RecordingMended): "on",
}  # fmt: skip
"""Light and event → the next light; every other pair is refused."""
OF_THE_LIGHT: dict[type, Event] = {
    ev.BytesOnDisk: ev.BytesOnDisk(SINCE), ev.RecordingLate: ev.RecordingLate(SINCE), ev.RecordingBroke: ev.RecordingBroke("no-disk"),
    ev.RecordingMended: ev.RecordingMended(),
}  # fmt: skip


def talks(recording: Recording) -> list[AnyState]:
    """Every state in which a room stands, with this recording."""
    talk = in_session("J012", "jinshan-3", recording).talk
    return [
        InSession(talk), OnHold(talk, 1.0), *(
            Reconnecting(before, state.missing)
            for state in (reconnecting("J012", "jinshan-3", "clerk"), reconnecting("J012", "jinshan-3", "resident", "clerk"))
            if isinstance(state, Reconnecting) for before in (InSession(talk), OnHold(talk, 1.0))
        ),
    ]  # fmt: skip


def recording_of(state: AnyState) -> Recording:
    talk = state.talk if isinstance(state, WrappingUp) else talk_of(state)
    assert talk is not None
    return talk.recording


def try_step(state: AnyState, event: Event, now: float = SINCE, policy: SessionPolicy = POLICY) -> tuple[AnyState, tuple[Any, ...]]:
    """The step, or the unchanged state and no effects where it is refused."""
    try:
        return step(state, event, now, policy)
    except NotNow:
        return state, ()


# --- the light ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("light", "event"), list(itertools.product(LIGHTS, OF_THE_LIGHT)), ids=lambda part: getattr(part, "__name__", part))
def test_the_lights_whole_table(light: Light, event: type) -> None:
    for state in talks(Recording(0, SINCE, light)):
        if (light, event) not in TABLE:
            with pytest.raises(NotNow):
                step(state, OF_THE_LIGHT[event], SINCE, POLICY)
            continue
        after, effects = step(state, OF_THE_LIGHT[event], SINCE, POLICY)
        assert recording_of(after).light == TABLE[light, event]
        assert recording_of(after).began == (event is ev.BytesOnDisk)
        assert len(effects) == 1 and isinstance(effects[0], Enter), "a light is written down, and orders nothing"


def test_nothing_about_recording_happens_where_no_room_stands() -> None:
    for state in EVERY_STATE:
        may = {event for kind, event in TRANSITIONS if kind is type(state) and event in ABOUT_RECORDING}
        if isinstance(state, InSession | OnHold | Reconnecting):
            assert may == set(ABOUT_RECORDING)
        else:
            assert may == ({ev.AcceptanceAllowed} if isinstance(state, WrappingUp) else set())


@pytest.mark.parametrize(("before", "counts"), [(0.0, True), (0.5, True), (EARLIER, True), (EARLIER + 0.001, False), (30.0, False)])
def test_a_byte_may_be_a_little_older_than_its_order_and_no_more(before: float, counts: bool) -> None:
    for state in talks(Recording(0, SINCE)):
        after, _ = try_step(state, ev.BytesOnDisk(SINCE - before))
        assert (recording_of(after).light == "on") == counts


def test_a_timer_of_an_earlier_room_puts_no_light_out() -> None:
    for state, since in itertools.product(talks(Recording(0, SINCE)), (SINCE - 1, SINCE + 1, 0.0)):
        with pytest.raises(NotNow):
            step(state, ev.RecordingLate(since), SINCE + 5, POLICY)


# --- whatever happens -----------------------------------------------------------------------------

moments = st.sampled_from([0.0, 50.0, SINCE - EARLIER, SINCE, 150.0, 300.0])
happenings = st.one_of(
    st.builds(ev.BytesOnDisk, moments), st.builds(ev.RecordingLate, moments), st.builds(ev.RecordingBroke, st.sampled_from(["no-disk", "stalled", "no-writer"])),
    st.builds(ev.RecordingMended), st.builds(ev.SuspensionBegan), st.builds(ev.SuspensionEnded), st.builds(ev.SuspensionRanOut, moments),
    st.builds(ev.AcceptanceAllowed, st.sampled_from(["zhou", "sun"]), st.just("no-disk")), st.builds(ev.NodeLost, st.integers(1, 4)),
)  # fmt: skip


@given(st.sampled_from(talks(Recording(0, SINCE))), st.lists(st.tuples(happenings, moments), max_size=20))
def test_the_ledger_alone_tells_how_the_recording_stood(state: AnyState, story: list[tuple[Event, float]]) -> None:
    kind, talk = type(state), talk_of(state)
    lit = suspended = late = broke = False
    rooms: dict[str, bool] = {}
    for event, now in story:
        state, effects = try_step(state, event, now)
        for effect in effects:
            match effect:
                case Enter("recording-light", body):
                    assert body["on"] != lit, "the light goes on where it was off, and off where it was on"
                    lit, late, broke = body["on"], False, not body["on"] and body["reason"] != "node-lost"
                    assert ("reason" in body) == (not lit), "and says why it went out"
                case Enter("recording-late", _):
                    late = True
                case Enter("node-lost", _):
                    late, broke = late or broke, False  # what was not recorded is not taken for recorded because its room is lost too
                case Enter("suspension-began" | "suspension-ended", _):
                    suspended = effect.what == "suspension-began"
                case SetSuspended(room, on):
                    rooms[room] = on
        recording, now_talk = recording_of(state), talk_of(state)
        assert now_talk is not None
        assert (recording.light == "on", recording.light == "late", recording.suspended is not None) == (lit, late, suspended)
        assert rooms.get(now_talk.room, False) == suspended, "the room rests as the state says"
        assert recording.origin == 0, "the session's clock never begins again"
        assert type(state) is kind, "whatever becomes of the recording, the talk goes on"
        assert talk is not None
        assert msgspec.structs.replace(now_talk, recording=talk.recording, generation=talk.generation) == talk


@pytest.mark.parametrize("began", [False, True])
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("word", [None, "zhou"])
def test_what_is_accepted_can_be_proved_or_somebody_answers_for_it(light: Light, began: bool, word: str | None) -> None:
    recording = Recording(0, SINCE, light, began, word=word)
    may = word is not None or light == "on" or (light == "awaited" and began)
    assert recording.lets_accept == may
    over = msgspec.structs.replace(wrapping_up("J012", "jinshan-3", None, reason="ended-by-resident"), talk=in_session("J012", "jinshan-3", recording).talk)
    for state, outcome in itertools.product((*talks(recording), over), get_args(Outcome)):
        event = ev.WrapUpCompleted(outcome) if isinstance(state, WrappingUp) else ev.ClerkEnded(outcome)
        state, _ = step(state, GAPS, SINCE, POLICY)
        if may or outcome in ("returned", "referred"):
            assert isinstance(step(state, event, SINCE, POLICY)[0], WrappingUp | Closed)
        else:
            with pytest.raises(NotNow) as refusal:
                step(state, event, SINCE, POLICY)
            assert refusal.value.code == "not-recorded"


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("began", [False, True])
def test_a_word_is_asked_for_where_it_is_needed_and_given_once(light: Light, began: bool) -> None:
    recording = Recording(0, SINCE, light, began)
    over = msgspec.structs.replace(wrapping_up("J012", "jinshan-3"), talk=in_session("J012", "jinshan-3", recording).talk)
    for state in (*talks(recording), over):
        if recording.lets_accept:
            with pytest.raises(NotNow):
                step(state, ev.AcceptanceAllowed("zhou", "no-disk"), SINCE, POLICY)
            continue
        after, effects = step(state, ev.AcceptanceAllowed("zhou", "no-disk"), SINCE, POLICY)
        assert effects == (Enter("acceptance-allowed", {"supervisor": "zhou", "reason": "no-disk"}),)
        assert recording_of(after) == msgspec.structs.replace(recording, word="zhou")
        with pytest.raises(NotNow):
            step(after, ev.AcceptanceAllowed("sun", "no-disk"), SINCE, POLICY)


def test_a_word_is_for_one_talk_and_outlives_a_lost_room() -> None:
    spoken, _ = step(in_session("J012", "jinshan-3", Recording(0, 0.0, "late")), ev.AcceptanceAllowed("zhou", "no-disk"), 6.0, POLICY)
    moved, _ = step(spoken, ev.NodeLost(1), 7.0, POLICY)
    assert recording_of(moved).word == "zhou"
    talk = talk_of(moved)
    assert talk is not None
    assert "zhou" not in repr(talk.left_behind), "the next talk of the visit needs a word of its own"


# --- timers after a restart -----------------------------------------------------------------------


@given(
    light=st.sampled_from(LIGHTS), began=st.booleans(), since=st.floats(0, 1000), suspended=st.none() | st.floats(0, 1000), now=st.floats(0, 3000),
)  # fmt: skip
def test_after_a_restart_whatever_must_end_ends_and_at_once_what_should_have(
    light: Light, began: bool, since: float, suspended: float | None, now: float
) -> None:
    policy = SessionPolicy(recording_late=5, recording_again_late=15, suspension=120)
    found = timers(Recording(0, since, light, began, suspended), now, policy)
    expected: list[Wake] = []
    if light == "awaited":
        expected.append(Wake(max(now, since + (15 if began else 5)), ev.RecordingLate(since)))
    if suspended is not None:
        expected.append(Wake(max(now, suspended + 120), ev.SuspensionRanOut(suspended)))
    assert list(found) == expected


def test_each_timer_ends_what_it_is_for() -> None:
    state: AnyState = on_hold("J012", "jinshan-3")
    state, _ = step(state, ev.NodeLost(1), 10.0, POLICY)
    state, _ = step(state, ev.SuspensionBegan(), 12.0, POLICY)
    for wake in timers(recording_of(state), 500.0, POLICY):
        state, _ = step(state, wake.event, wake.at, POLICY)
    assert (recording_of(state).light, recording_of(state).suspended) == ("late", None)
    assert timers(recording_of(state), 500.0, POLICY) == () == timers(RECORDED, 500.0, POLICY)
