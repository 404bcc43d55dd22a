"""What the rules share: fresh rooms, timers, and numbers that go on counting."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.effects import CloseRoom, Enter, FindClerk, OpenRoom, SetHold, SetSourceOn, Wake
from signaling.domain.events import GraceEnded, ParkingEnded, PassEnded, WrapUpRanOut
from signaling.domain.machine import SessionPolicy
from signaling.domain.session_common import close, grace, park, passes, room_orders, start, talked_with, wrap_up
from signaling.domain.states import ENDS, SOURCES, Closed, Earlier, End, InSession, Parked, Source, WrappingUp
from tests.stories.visit import earlier_with, talk, ticket, waiting

# Every number another one, so that none can be taken for its neighbour.
POLICY = SessionPolicy(ring=1, declined_pause=2, clerk_grace=3, resident_grace=4, waiting_grace=5, parked=6, wrap_up=7)
PAIRS: list[tuple[End, Source]] = [(end, source) for end in ENDS for source in SOURCES]


@given(on=st.sets(st.sampled_from(PAIRS)), held=st.booleans(), generation=st.integers(1, 99))
def test_a_fresh_room_is_told_exactly_what_is_off(on: set[tuple[End, Source]], held: bool, generation: int) -> None:
    facts = msgspec.structs.replace(talk("J012", "jinshan-3"), on=tuple(sorted(on)), generation=generation)
    first, *orders = room_orders(facts, held=held)
    assert first == OpenRoom(f"visit-J012.{generation}")
    switched = [o for o in orders if isinstance(o, SetSourceOn)]
    assert {(o.end, o.source) for o in switched} == set(PAIRS) - on
    assert not any(o.on for o in switched)
    assert [o for o in orders if isinstance(o, SetHold)] == ([SetHold(facts.room, on=True)] if held else [])
    assert len(orders) == len(switched) + held


counts = st.integers(0, 1000)


@given(earlier=st.builds(Earlier, st.just("li"), counts, counts, counts))
def test_the_next_talk_uses_no_number_again(earlier: Earlier) -> None:
    state, effects = start(waiting(earlier=earlier), "chen", "jinshan-4", 9.0, "answered")
    assert isinstance(state, InSession)
    assert state.talk.generation == earlier.generation + 1
    assert (state.talk.resident_epoch, state.talk.clerk_epoch) == (earlier.resident_epoch, earlier.clerk_epoch)
    assert (state.talk.clerk, state.talk.since) == ("chen", 9.0)
    assert effects[:2] == (Enter("answered", {"clerk": "chen", "counter": "jinshan-4"}), OpenRoom(state.talk.room))
    assert state.talk.left_behind == msgspec.structs.replace(earlier, clerk="chen", generation=earlier.generation + 1)


def test_the_first_talk_begins_at_one() -> None:
    state, _ = start(waiting(), "li", "jinshan-3", 0.0, "picked")
    assert isinstance(state, InSession)
    assert state.talk == talk("J012", "jinshan-3")


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
    state, effects = wrap_up(talk("J012", "jinshan-3"), None, "ended-by-resident", 10.0, POLICY)
    assert state == WrappingUp(talk("J012", "jinshan-3"), None, "ended-by-resident", 17.0)
    assert effects == (
        Enter("talk-ended", {"reason": "ended-by-resident", "outcome": None}), CloseRoom("visit-J012.1"), Wake(17.0, WrapUpRanOut(17.0)),
    )


def test_closing() -> None:
    state, effects = close(ticket(), "completed", "referred", "li", 10.0, FindClerk(), rated=True)
    assert state == Closed(ticket(), "completed", "referred", "li", 10.0, rated=True)
    assert effects == (Enter("closed", {"reason": "completed", "outcome": "referred"}), FindClerk())


def test_whom_the_resident_talked_with() -> None:
    assert talked_with(None) is None
    assert talked_with(earlier_with("jinshan-4")) == "chen"
