"""Length, depth, rate and patience: what is refused, and what is not, at the edge."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.bounds import Budget, Patience, too_deep, too_long

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab"\\[]{}', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='a"\\[{', max_size=3), inner, max_size=3),
    max_leaves=30,
)


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(JSON, st.integers(0, 8))
def test_depth_is_what_a_parser_would_find(value: object, limit: int) -> None:
    assert too_deep(json.dumps(value), limit) == (depth_of(value) > limit)


@given(st.text(alphabet='"\\[]{}a', max_size=200))
def test_depth_of_nonsense_is_answered(text: str) -> None:
    assert too_deep(text, 8) in (True, False)


def test_depth_of_a_hostile_frame_is_found_in_one_pass() -> None:
    assert too_deep("[" * 60_000, 8)
    assert not too_deep('"' + "[" * 60_000, 8)
    assert not too_deep('\\"' * 30_000 + "[" * 9, 9)


@pytest.mark.parametrize(("text", "limit", "refused"), [
    ("a" * 8, 8, False), ("a" * 9, 8, True), ("问" * 2, 6, False), ("问" * 2, 5, True), ("\ud800" * 2, 5, True),
])
def test_length_counts_bytes(text: str, limit: int, refused: bool) -> None:
    assert too_long(text, limit) is refused


def test_a_budget_allows_its_burst_and_then_its_rate() -> None:
    budget = Budget(per_second=2, burst=3, now=100)
    assert [budget.spend(100) for _ in range(4)] == [True, True, True, False]
    assert budget.next_at() == pytest.approx(100.5, abs=1e-3)
    assert not budget.spend(100.4)
    assert budget.spend(budget.next_at())
    assert [budget.spend(1000) for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_window_exceeds_burst_plus_rate(pauses: list[float]) -> None:
    budget, now, taken = Budget(per_second=4, burst=5, now=0), 0.0, list[float]()
    for pause in pauses:
        now += pause
        if budget.spend(now):
            taken.append(now)
    for i, start in enumerate(taken):
        for j in range(i, len(taken)):
            assert j - i + 1 <= 5 + 4 * (taken[j] - start) + 1e-6


def test_a_budget_is_not_filled_by_a_clock_that_goes_back() -> None:
    budget = Budget(per_second=1, burst=1, now=10)
    assert budget.spend(10)
    assert not budget.spend(5)
    assert not budget.spend(10.9)
    assert budget.spend(11)


def test_patience_ends_with_the_fifth_mistake_within_a_minute() -> None:
    patience = Patience(5, 60)
    assert [patience.mistake(t) for t in (0, 20, 40, 59, 61)] == [False] * 5
    assert patience.mistake(62)
