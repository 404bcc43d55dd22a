"""Ten thousand visits in which anything may happen at any time: the rules of the house hold in every one."""

from __future__ import annotations

import random

from signaling.domain.machine import TRANSITIONS
from tests.stories.any_visit import walk

VISITS = 10_000
NEVER_DONE = "Picked", "Answered"
"""Events that have a rule only to say why not, in states where somebody has the ticket already."""


def test_ten_thousand_visits() -> None:
    first = random.SystemRandom().randrange(10**9)
    done: set[tuple[type, type]] = set()
    for seed in range(first, first + VISITS):
        try:
            done |= walk(seed)
        except Exception as broken:
            raise AssertionError(f"visit {seed}: {broken} -- tell it again with `python -m tests.stories.any_visit {seed}`") from broken
    never = {pair for pair in TRANSITIONS if pair not in done}
    assert {event.__name__ for _, event in never} <= set(NEVER_DONE), f"no visit came through {never}"


def test_the_same_seed_tells_the_same_visit() -> None:
    first: list[str] = []
    again: list[str] = []
    for seed in range(20):
        walk(seed, first.append)
        walk(seed, again.append)
    assert first == again
    assert len(set(first)) > 100
