"""Who is rung for whom: by home jurisdiction, by skill, in the order of the line, the longest idle clerk first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signaling.domain.waiting_line import Place, in_order


@dataclass(frozen=True, slots=True)
class ClerkAtWork:
    """An available clerk at a counter. `skills` are codes of services of their own jurisdiction; `idle_since` in seconds."""

    login: str
    counter: str
    home: str
    skills: frozenset[str]
    idle_since: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Ring this counter for this session."""

    session: str
    clerk: str
    counter: str


def may_serve(clerk: ClerkAtWork, place: Place) -> bool:
    """Only for services of their own jurisdiction for which they hold the skill."""
    return clerk.home == place.home and place.service in clerk.skills


def pair(line: Iterable[Place], clerks: Iterable[ClerkAtWork]) -> list[Choice]:
    """Rings to start now; every ticket and every clerk at most once. Tickets whose resident is away are passed over in place."""
    free = sorted(clerks, key=lambda c: (c.idle_since, c.login))
    choices: list[Choice] = []
    for place in in_order(line):
        if not place.here:
            continue
        able = [c for c in free if may_serve(c, place) and c.login not in place.passed]
        if not able:
            continue
        chosen = next((c for c in able if c.login == place.prefer), able[0])
        free.remove(chosen)
        choices.append(Choice(place.session, chosen.login, chosen.counter))
    return choices
