"""When a silent line is called degraded and lost, and who is asked for a sign of life."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.liveness import Level, Liveness


def watch(liveness: Liveness, heard: list[float], until: float) -> list[tuple[float, Level]]:
    """Changes of level, looking ten times a second."""
    changes = []
    last = 0.0
    for tick in range(int(until * 10) + 1):
        now = tick / 10
        last = max([moment for moment in heard if moment <= now], default=last)
        if liveness.look(last, now):
            changes.append((now, liveness.level))
    return changes


def test_two_seconds_are_degraded_five_are_lost_and_a_word_makes_it_good() -> None:
    assert watch(Liveness(0.0), [0.0, 8.0], 12.0) == [(2.0, "degraded"), (5.0, "lost"), (8.0, "good"), (10.0, "degraded")]


def test_a_line_that_talks_is_good() -> None:
    assert watch(Liveness(0.0), [tick / 2 for tick in range(100)], 40.0) == []


def test_a_pause_of_our_own_is_not_held_against_the_line() -> None:
    liveness = Liveness(0.0)
    assert not liveness.look(0.0, 0.1)
    assert not liveness.look(0.0, 9.0)
    assert liveness.level == "good"
    assert liveness.silent(9.0) < 0.2
    assert watch_from(liveness, 9.0, 12.0) == "degraded"


def watch_from(liveness: Liveness, start: float, until: float) -> Level:
    now = start
    while now < until:
        now += 0.1
        liveness.look(0.0, now)
    return liveness.level


def test_a_silent_line_is_asked_often_and_a_talking_one_seldom() -> None:
    def asked(talks: bool) -> int:
        liveness = Liveness(0.0)
        return sum(liveness.probe_due(tick / 10 if talks else 0.0, tick / 10) for tick in range(100))

    assert asked(talks=True) == 3
    assert asked(talks=False) > 15


@given(st.lists(st.tuples(st.floats(0.01, 0.9), st.booleans()), max_size=100))
def test_lost_means_five_seconds_without_a_word(steps: list[tuple[float, bool]]) -> None:
    liveness, now, heard = Liveness(0.0), 0.0, 0.0
    for pause, talks in steps:
        now += pause
        heard = now if talks else heard
        liveness.look(heard, now)
        silent = now - heard
        assert (liveness.level == "lost") == (silent >= 5.0)
        assert (liveness.level == "good") == (silent < 2.0)
