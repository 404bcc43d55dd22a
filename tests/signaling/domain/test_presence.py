"""Presence: the one word for what a clerk does, derived and never stored."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.presence import AwayBecause, Presence, Shift, missed_a_ring, presence, start_shift, wish
from signaling.domain.states import AnyState, holder_of
from signaling.wire import desk
from tests.stories.visit import EVERY_STATE, in_session, on_hold, reconnecting, ringing, wrapping_up

SHIFT = start_shift("li", "jinshan-3", now=0.0)


def test_a_shift_begins_available_at_its_counter() -> None:
    assert start_shift("li", "jinshan-3", now=4.0) == Shift("li", "jinshan-3", available=True, because=None, since=4.0)
    assert presence(SHIFT, connected=True, holds=None) == "available"


def test_a_break_and_back() -> None:
    away = wish(SHIFT, available=False, now=5.0)
    assert (away.because, away.since) == ("break", 5.0)
    assert presence(away, connected=True, holds=None) == "away"
    back = wish(away, available=True, now=9.0)
    assert (back.because, back.since) == (None, 9.0)
    assert presence(back, connected=True, holds=None) == "available"


def test_a_missed_ring_is_away_until_the_clerk_says_otherwise() -> None:
    missed = missed_a_ring(SHIFT, now=5.0)
    assert (missed.because, presence(missed, connected=True, holds=None)) == ("missed", "away")
    assert presence(wish(missed, available=True, now=6.0), connected=True, holds=None) == "available"


def test_without_a_shift_or_a_line_a_clerk_is_offline() -> None:
    assert presence(None, connected=True, holds=None) == "offline"
    assert presence(SHIFT, connected=False, holds=None) == "offline"


@pytest.mark.parametrize(
    ("held", "word"),
    [
        (ringing("J012", "jinshan-3"), "ringing"),
        (in_session("J012", "jinshan-3"), "busy"),
        (on_hold("J012", "jinshan-3"), "busy"),
        (reconnecting("J012", "jinshan-3", "clerk"), "busy"),
        (wrapping_up("J012", "jinshan-3"), "wrap-up"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
@pytest.mark.parametrize("connected", [True, False])
def test_who_holds_a_session_is_at_it_even_while_their_line_is_being_repaired(held: AnyState, word: Presence, connected: bool) -> None:
    for shift in (SHIFT, wish(SHIFT, available=False, now=1.0), None):
        assert presence(shift, connected=connected, holds=held) == word


shifts = st.none() | st.builds(
    Shift, st.just("li"), st.just("jinshan-3"), st.booleans(), st.none() | st.sampled_from(get_args(AwayBecause)), st.just(0.0)
)


@given(shifts, st.booleans(), st.none() | st.sampled_from([s for s in EVERY_STATE if holder_of(s) is not None]))
def test_only_a_connected_willing_clerk_without_a_session_is_available(shift: Shift | None, connected: bool, held: AnyState | None) -> None:
    word = presence(shift, connected=connected, holds=held)
    assert word in get_args(Presence)
    assert (word == "available") == (shift is not None and shift.available and connected and held is None)


def test_the_wire_and_the_domain_use_the_same_words() -> None:
    assert set(get_args(Presence)) == set(get_args(desk.Presence))
    assert set(get_args(AwayBecause)) <= set(get_args(desk.AwayBecause))
