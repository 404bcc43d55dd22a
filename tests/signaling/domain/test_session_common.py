"""What the rules share: fresh rooms, timers, and numbers that go on counting."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from signaling.domain.events import GraceEnded, ParkingEnded, PassEnded, RecordingLate, WrapUpRanOut
from signaling.domain.machine import SessionPolicy
from signaling.domain.recording import Recording
from signaling.domain.session_common import (
    REQUIRED,
    close,
    grace,
    late,
    park,
    passes,
    room_orders,
    start,
    talked_with,
    with_talk,
    wrap_up,
)
from signaling.domain.states import (
    ENDS,
    SOURCES,
    Closed,
    Earlier,
    End,
    InSession,
    OnHold,
    Parked,
    Reconnecting,
    Source,
    WrappingUp,
)
from tests.stories.visit import RECORDED, SEALED_TO, earlier_with, in_session, on_hold, reconnecting, talk, ticket, waiting

# Every number another one, so that none can be taken for its neighbour.
POLICY = SessionPolicy(ring=1, declined_pause=2, clerk_grace=3, resident_grace=4, waiting_grace=5, parked=6, wrap_up=7, recording_late=8, recording_again_late=9)
PAIRS: list[tuple[End, Source]] = [(end, source) for end in ENDS for source in SOURCES]


@given(on=st.sets(st.sampled_from(PAIRS)), held=st.booleans(), suspended=st.none() | st.floats(0, 1e9), generation=st.integers(1, 99))
def test_a_fresh_room_is_told_exactly_what_is_off_and_to_be_recorded(
    on: set[tuple[End, Source]], held: bool, suspended: float | None, generation: int
) -> None:
    recording = Recording(origin=1234, since=5.0, suspended=suspended)
    facts = msgspec.structs.replace(talk("J012", "jinshan-3", recording), on=tuple(sorted(on)), generation=generation)
    first, *orders = room_orders(facts, held=held)
    assert first == OpenRoom(f"visit-J012.{generation}")
    switched = [o for o in orders if isinstance(o, SetSourceOn)]
    assert {(o.end, o.source) for o in switched} == set(PAIRS) - on
    assert not any(o.on for o in switched)
    rest: list[Effect] = [RecordRoom(facts.room, 1234, "jinshan", SEALED_TO)]
    rest += [SetHold(facts.room, on=True)] if held else []
    rest += [SetSuspended(facts.room, on=True)] if suspended is not None else []
    assert orders == [*switched, *rest], "sources are off before anything could be recorded of them"


counts = st.integers(0, 1000)


@given(earlier=st.builds(Earlier, st.just("li"), counts, counts, counts, counts))
def test_the_next_talk_uses_no_number_again(earlier: Earlier) -> None:
    state, effects = start(waiting(earlier=earlier), "chen", "jinshan-4", 9.0, POLICY, "answered")
    assert isinstance(state, InSession)
    assert state.talk.generation == earlier.generation + 1
    assert (state.talk.resident_epoch, state.talk.clerk_epoch) == (earlier.resident_epoch, earlier.clerk_epoch)
    assert (state.talk.clerk, state.talk.since) == ("chen", 9.0)
    assert state.talk.recording == Recording(earlier.origin, since=9.0), "the session's clock goes on; nothing of this talk is on a disk yet"
    assert effects[:3] == (
        Enter("answered", {"clerk": "chen", "counter": "jinshan-4"}),
        Enter("recording-ordered", {"origin": earlier.origin, "home_key": SEALED_TO.fingerprint, "required": REQUIRED}),
        OpenRoom(state.talk.room),
    )
    assert effects[-1] == Wake(17.0, RecordingLate(9.0))
    assert state.talk.left_behind == msgspec.structs.replace(earlier, clerk="chen", generation=earlier.generation + 1)


def test_the_first_talk_begins_at_one() -> None:
    state, _ = start(waiting(), "li", "jinshan-3", 0.0, POLICY, "picked")
    assert isinstance(state, InSession)
    assert state.talk == talk("J012", "jinshan-3", Recording(origin=0, since=0.0))


@pytest.mark.parametrize(("now", "origin"), [(0.0, 0), (1.2344, 1234), (1.2346, 1235), (1_795_399_200.0007, 1_795_399_200_001)])
def test_the_sessions_clock_begins_with_the_first_talk_in_whole_milliseconds(now: float, origin: int) -> None:
    state, _ = start(waiting(), "li", "jinshan-3", now, POLICY, "picked")
    assert isinstance(state, InSession)
    assert (state.talk.recording.origin, state.talk.recording.since) == (origin, now)


def test_what_is_always_there_must_be_recorded() -> None:
    assert REQUIRED == ("resident.microphone", "resident.camera", "clerk.microphone", "clerk.camera")


def test_a_first_byte_is_waited_for_longer_after_a_room_was_lost() -> None:
    assert late(Recording(origin=0, since=10.0), POLICY) == Wake(18.0, RecordingLate(10.0))
    assert late(Recording(origin=0, since=10.0, began=True), POLICY) == Wake(19.0, RecordingLate(10.0))


@pytest.mark.parametrize(
    "state", [in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"), reconnecting("J012", "jinshan-3", "clerk", held=True)],
    ids=lambda s: type(s).__name__,
)
def test_another_talk_leaves_everything_else_as_it_is(state: InSession | OnHold | Reconnecting) -> None:
    other = msgspec.structs.replace(state.talk, generation=7)
    changed = with_talk(state, other)
    assert changed.talk == other and type(changed) is type(state)
    assert with_talk(changed, state.talk) == state
    assert state.talk.recording == RECORDED


def test_each_end_has_its_own_grace_and_its_timer_carries_when_it_was_lost() -> None:
    assert grace("clerk", 10.0, POLICY) == Wake(13.0, GraceEnded("clerk", 10.0))
    assert grace("resident", 10.0, POLICY) == Wake(14.0, GraceEnded("resident", 10.0))


def test_everybody_who_declined_gets_a_pause() -> None:
    assert passes(("li", "chen"), 10.0, POLICY) == (Wake(12.0, PassEnded("li")), Wake(12.0, PassEnded("chen")))
    assert passes((), 10.0, POLICY) == ()


def test_parking() -> None:
    state, effects = park(ticket(), earlier_with("jinshan-3"), 10.0, POLICY, CloseRoom("visit-J012.1"))
    assert state == Parked(ticket(), earlier_with("jinshan-3"), 16.0)
    assert effects == (Enter("parked"), CloseRoom("visit-J012.1"), Wake(16.0, ParkingEnded(16.0)), FindClerk())


def test_wrapping_up() -> None:
    state, effects = wrap_up(talk("J012", "jinshan-3"), "ended-by-resident", 10.0, POLICY)
    assert state == WrappingUp(talk("J012", "jinshan-3"), None, "ended-by-resident", 17.0)
    assert effects == (
        Enter("talk-ended", {"reason": "ended-by-resident", "outcome": None}), CloseRoom("visit-J012.1"), Wake(17.0, WrapUpRanOut(17.0)),
    )


def test_closing() -> None:
    state, effects = close(ticket(), "completed", "referred", "li", 10.0, FindClerk(), folder=ticket().folder, rated=True)
    assert state == Closed(ticket(), "completed", "referred", "li", 10.0, rated=True, cases=ticket().folder.cases)
    assert effects == (Enter("closed", {"reason": "completed", "outcome": "referred"}), FindClerk())


def test_whom_the_resident_talked_with() -> None:
    assert talked_with(None) is None
    assert talked_with(earlier_with("jinshan-4")) == "chen"
