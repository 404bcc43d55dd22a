"""Parties 当事人 of a case, and how well each of them is known. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.domain.refusals import NotNow

Level = Literal["declared", "card-seen", "card-read"]
LEVELS: tuple[Level, ...] = ("declared", "card-seen", "card-read")
"""A name that was said; a card that the clerk has seen; a card that a reader has read. Each is worth more than the one before."""
MOST_PARTIES = 4
"""A couple with two witnesses, a buyer and a seller with their agents."""


class Party(msgspec.Struct, frozen=True):
    """Somebody who asks. Name and number stay in the session's row, never in a ledger or a log."""

    name: str
    level: Level = "declared"
    id_number: str | None = None
    """GB 11643; None where no card was read."""

    def __repr__(self) -> str:
        """Neither name nor number: whatever is logged or raised by mistake names nobody."""
        return f"Party({self.level})"


def check_count(count: int, least: int, most: int, path: str) -> None:
    """Raises NotNow `parties-wrong`: fewer ask than the service wants, or more than it is for."""
    if not least <= count <= most:
        raise NotNow(f"{count} ask, {least} to {most} may", code="parties-wrong", path=path)


def at_least(reached: Level, asked: Level) -> bool:
    """Whether somebody is known as well as is asked."""
    return LEVELS.index(reached) >= LEVELS.index(asked)


def known_as(people: tuple[Level, ...], party: int, level: Level) -> tuple[Level, ...]:
    """The levels with this one for one party; nobody is ever known less well than before."""
    return tuple(level if n == party and at_least(level, each) else each for n, each in enumerate(people))
