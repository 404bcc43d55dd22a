"""The waiting line of one home jurisdiction, in order: who is in front, which place a ticket has, how long it may take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signaling.domain.states import AnyState, Ringing, SteppedAway, Waiting


@dataclass(frozen=True, slots=True)
class Place:
    """One ticket in the line. `here` is false while the resident is away: the place is kept, nobody is rung."""

    session: str
    home: str
    service: str
    in_front: bool
    since: float
    here: bool
    prefer: str | None
    passed: tuple[str, ...]


def place_of(state: AnyState) -> Place | None:
    """The ticket's entry, or None when the session is not in the line (a ticket being rung is on its way out)."""
    match state:
        case Waiting():
            waiting, here = state, True
        case SteppedAway():
            waiting, here = state.waiting, False
        case _:
            return None
    t = waiting.ticket
    return Place(t.session, t.home, t.service, waiting.in_front, waiting.since, here, waiting.prefer, waiting.passed)


def in_order(places: Iterable[Place]) -> list[Place]:
    """First those who were sent back to the front, then by the moment they took the ticket; the session's id settles a tie."""
    return sorted(places, key=lambda p: (not p.in_front, p.since, p.session))


def position(line: Sequence[Place], session: str) -> int:
    """1 for who is next among those of the same home who share a line; raises KeyError when not in it."""
    mine = next((p for p in line if p.session == session), None)
    if mine is None:
        raise KeyError(session)
    same = [p for p in line if p.home == mine.home]
    return in_order(same).index(mine) + 1


def estimate_minutes(place: int, counters: int, minutes_each: float) -> int | None:
    """How long place `place` waits with `counters` at work, `minutes_each` per talk; None when no counter is at work.

    Counters free up evenly spread over one talk, so the n-th in line waits n/counters of it; never less than a minute is promised.
    """
    if counters <= 0:
        return None
    return max(1, math.ceil(place * minutes_each / counters))


def is_ringing(state: AnyState) -> bool:
    """Whether a counter is being rung for this session."""
    return isinstance(state, Ringing)
