"""A state holds what is true in it, and is stored and read as it is."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from signaling.domain.recording import Recording
from signaling.domain.states import (
    ENDS,
    SOURCES,
    USUAL_SOURCES,
    AnyState,
    Closed,
    Earlier,
    End,
    InSession,
    OnHold,
    Outcome,
    Parked,
    Reconnecting,
    Source,
    Talk,
    holder_of,
    talk_of,
    ticket_of,
)
from signaling.wire import base, desk
from tests.stories.visit import (
    EVERY_STATE,
    closed,
    in_session,
    parked,
    ringing,
    stepped_away,
    talk,
    ticket,
    waiting,
    wrapping_up,
)


@pytest.mark.parametrize("state", EVERY_STATE, ids=lambda s: type(s).__name__)
def test_what_is_stored_is_what_is_read(state: AnyState) -> None:
    stored = msgspec.json.encode(state)
    assert msgspec.json.decode(stored, type=AnyState) == state
    assert msgspec.json.decode(stored)["type"] == type(state).__name__


@pytest.mark.parametrize("state", EVERY_STATE, ids=lambda s: type(s).__name__)
def test_every_state_has_its_ticket_and_cannot_be_changed(state: AnyState) -> None:
    assert ticket_of(state).session.startswith("visit-J")
    with pytest.raises(AttributeError):
        ticket_of(state).home = "elsewhere"  # type: ignore[misc] # that is the point


def test_who_holds_a_session() -> None:
    for state in (waiting(), stepped_away(), parked("J012", "jinshan-3"), closed("J012", "jinshan-3")):
        assert holder_of(state) is None
    for held in (ringing("J012", "jinshan-3"), in_session("J012", "jinshan-3"), wrapping_up("J012", "jinshan-3")):
        assert holder_of(held) == "li"


@pytest.mark.parametrize("state", EVERY_STATE, ids=lambda s: type(s).__name__)
def test_a_talk_runs_while_a_room_stands(state: AnyState) -> None:
    running = talk_of(state)
    assert (running is not None) == isinstance(state, InSession | OnHold | Reconnecting)
    if running is not None:
        assert running.ticket is ticket_of(state)


def test_a_room_is_named_after_the_session_and_its_generation() -> None:
    first = talk("J012", "jinshan-3")
    assert first.room == "visit-J012.1"
    assert msgspec.structs.replace(first, generation=2).room == "visit-J012.2"


def test_a_fresh_talk_has_microphones_and_cameras_on_and_no_connection() -> None:
    fresh = talk("J012", "jinshan-3")
    assert set(fresh.on) == {(end, source) for end in ENDS for source in USUAL_SOURCES}
    assert [fresh.epoch(end) for end in ENDS] == [0, 0]


def test_each_end_has_its_own_epoch_and_the_next_talk_knows_them() -> None:
    later = Talk(ticket(), "li", "jinshan-3", since=0.0, recording=Recording(17, since=0.0), folder=ticket().folder, generation=3, resident_epoch=5, clerk_epoch=2)
    assert (later.epoch("resident"), later.epoch("clerk")) == (5, 2)
    assert later.left_behind == Earlier("li", 17, 3, 5, 2, ticket().folder)


def test_a_parked_session_remembers_its_clerk() -> None:
    state = parked("J012", "jinshan-4")
    assert isinstance(state, Parked)
    assert state.clerk == "chen"


def test_nobody_served_is_a_closed_session_without_a_clerk() -> None:
    state = closed("J012", None, reason="left-line", outcome=None)
    assert isinstance(state, Closed)
    assert state.clerk is None


def test_the_wire_and_the_domain_use_the_same_words() -> None:
    assert set(get_args(Source)) == set(get_args(base.Source)) == set(SOURCES)
    assert set(get_args(Outcome)) == set(get_args(desk.Outcome))
    assert set(get_args(End)) == set(ENDS) <= set(get_args(base.Role))
