"""The waiting line: who is in front, which place a ticket has, how long it may take."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.states import AnyState, SteppedAway, Waiting
from signaling.domain.waiting_line import Place, estimate_minutes, in_order, is_ringing, place_of, position
from tests.stories.visit import EVERY_STATE, ringing, stepped_away, ticket, waiting


def place(session: str, *, home: str = "jinshan", service: str = "pension", in_front: bool = False, since: float = 0.0,
          here: bool = True, prefer: str | None = None, passed: tuple[str, ...] = ()) -> Place:
    return Place(session, home, service, in_front, since, here, prefer, passed)


lines = st.lists(
    st.builds(
        place,
        st.integers(0, 10_000).map("v{:05d}".format),
        home=st.sampled_from(["jinshan", "haiyan", "pinghu"]),
        in_front=st.booleans(),
        since=st.integers(0, 5).map(float),  # few moments, so that ties are common
        here=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda p: p.session,
)


def test_first_come_first_served() -> None:
    assert [p.session for p in in_order([place("b", since=2), place("a", since=1), place("c", since=3)])] == ["a", "b", "c"]


def test_whoever_was_sent_back_comes_before_everybody_and_among_each_other_the_older_ticket_first() -> None:
    line = [place("new", since=1), place("back-late", since=9, in_front=True), place("back-early", since=5, in_front=True)]
    assert [p.session for p in in_order(line)] == ["back-early", "back-late", "new"]


def test_an_empty_kiosk_keeps_its_place() -> None:
    assert position([place("a", since=1, here=False), place("b", since=2)], "b") == 2


def test_only_the_line_of_the_own_home_counts() -> None:
    line = [place("a", home="pinghu", since=1), place("b", home="jinshan", since=2)]
    assert position(line, "b") == 1


def test_who_is_not_in_the_line_has_no_place() -> None:
    with pytest.raises(KeyError):
        position([place("a")], "b")


@given(lines, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_line_was_read(line: list[Place], rng: random.Random) -> None:
    shuffled = list(line)
    rng.shuffle(shuffled)
    assert in_order(shuffled) == in_order(line)
    assert sorted(p.session for p in in_order(line)) == sorted(p.session for p in line)


@given(lines)
def test_nobody_stands_before_an_older_ticket_of_the_same_rank(line: list[Place]) -> None:
    ordered = in_order(line)
    for a, b in itertools.pairwise(ordered):
        assert a.in_front or not b.in_front
        if a.in_front == b.in_front:
            assert a.since <= b.since


@given(lines)
def test_the_places_of_one_home_are_one_two_three(line: list[Place]) -> None:
    for home in {p.home for p in line}:
        mine = [p for p in in_order(line) if p.home == home]
        assert [position(line, p.session) for p in mine] == list(range(1, len(mine) + 1))


@given(lines.filter(bool), st.data())
def test_somebody_else_leaving_never_sets_anybody_back(line: list[Place], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(line))
    rest = [p for p in line if p is not gone]
    for p in rest:
        assert position(rest, p.session) <= position(line, p.session)


@pytest.mark.parametrize("state", EVERY_STATE, ids=lambda s: type(s).__name__)
def test_only_who_waits_has_a_place(state: AnyState) -> None:
    assert (place_of(state) is not None) == isinstance(state, Waiting | SteppedAway)


def test_a_place_says_what_the_pairing_needs_to_know() -> None:
    facts = ticket("J012")
    there = place_of(waiting("J012", in_front=True, prefer="li", passed=("wu",)))
    assert there == Place(facts.session, "jinshan", facts.service, True, 0.0, True, "li", ("wu",))
    away = place_of(stepped_away("J012"))
    assert away is not None
    assert not away.here


def test_a_bell_is_heard_in_one_state() -> None:
    assert is_ringing(ringing("J012", "jinshan-3"))
    assert sum(is_ringing(state) for state in EVERY_STATE) == 1


def test_the_estimate() -> None:
    assert estimate_minutes(1, 1, 30) == 30
    assert estimate_minutes(3, 2, 30) == 45
    assert estimate_minutes(1, 100, 30) == 1
    assert estimate_minutes(1, 0, 30) is None


@given(st.integers(1, 500), st.integers(1, 50), st.floats(0.1, 120))
def test_the_estimate_is_honest(place_in_line: int, counters: int, minutes: float) -> None:
    """Further back is never sooner, another counter never later, and nobody is promised less than a minute."""
    now = estimate_minutes(place_in_line, counters, minutes)
    behind, faster = estimate_minutes(place_in_line + 1, counters, minutes), estimate_minutes(place_in_line, counters + 1, minutes)
    assert now is not None and behind is not None and faster is not None
    assert faster <= now <= behind
    assert faster >= 1
