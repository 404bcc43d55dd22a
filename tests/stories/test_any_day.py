"""Three hundred random days on a whole floor: fair, nobody waits in vain, and whoever stays is served in the end."""

from __future__ import annotations

import random

from signaling.domain.states import Closed
from tests.stories.any_day import live_through

DAYS = 300


def test_three_hundred_days() -> None:
    first = random.SystemRandom().randrange(10**9)
    reasons: set[str] = set()
    rings = 0
    for seed in range(first, first + DAYS):
        try:
            floor = live_through(seed)
        except Exception as broken:
            raise AssertionError(f"day {seed}: {broken} -- tell it again with `python -m tests.stories.any_day {seed}`") from broken
        reasons |= {state.reason for state in floor.states.values() if isinstance(state, Closed)}
        rings += floor.rings
    assert reasons == {"completed", "ended-by-resident", "left-line", "abandoned"}, "the days were too quiet to mean anything"
    assert rings > 20 * DAYS


def test_the_same_seed_is_the_same_day() -> None:
    first: list[str] = []
    again: list[str] = []
    live_through(7, first.append)
    live_through(7, again.append)
    assert first == again
    assert len(first) > 50
