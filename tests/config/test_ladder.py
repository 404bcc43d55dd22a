"""Pauses grow, stay bounded, and differ from end to end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from config.ladder import Ladder


def test_pauses_double_up_to_the_highest() -> None:
    assert [Ladder().pause(attempt, 0) for attempt in range(6)] == [0.5, 1, 2, 4, 4, 4]


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_pauses_stay_between_a_quarter_second_and_four(attempt: int, chance: float) -> None:
    assert 0.25 < Ladder().pause(attempt, chance) <= 4


def test_two_ends_do_not_come_back_together() -> None:
    assert Ladder().pause(3, 0.1) != Ladder().pause(3, 0.9)
