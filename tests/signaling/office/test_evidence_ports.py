"""Lines that were told: however often and in whatever overlapping rounds, each counts once and in its order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signaling.office.evidence_ports import Fact, unseen


def facts(*numbers: int) -> list[Fact]:
    return [Fact(n, "session-1", "rec-gap", {"n": n}) for n in numbers]


def test_what_was_entered_is_nothing_new_and_the_rest_comes_once() -> None:
    assert unseen([], 0) == [] == unseen(facts(1, 2, 3), 3)
    assert unseen(facts(2, 3, 4), 2) == facts(3, 4)
    assert unseen(facts(1, 2, 3, 1, 2, 3), 0) == facts(1, 2, 3)
    assert unseen(facts(1, 2, 3, 1), 0) == facts(1, 2, 3), "an old line at the end takes nothing back"


@given(reached=st.integers(0, 6), rounds=st.lists(st.tuples(st.integers(1, 7), st.integers(1, 12)), max_size=6))
def test_a_node_that_tells_again_from_what_was_acknowledged_is_heard_out(reached: int, rounds: list[tuple[int, int]]) -> None:
    """Each round begins no later than behind what has been told, and goes as far as it got."""
    told, last = [], reached
    for back, forth in rounds:
        start = max(1, last + 1 - back)
        told += facts(*range(start, start + forth))
        last = max(last, start + forth - 1)
    assert [fact.n for fact in unseen(told, reached)] == list(range(reached + 1, last + 1))
