"""Pauses between attempts, as a small policy with its numbers in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ladder:
    """Pauses in seconds: doubled up to the highest, each with jitter so that many ends do not come at once."""

    first: float = 0.5
    highest: float = 4.0
    jitter: float = 0.5
    """Share of a pause that is chance."""

    def pause(self, attempt: int, chance: float) -> float:
        """The pause before attempt 0, 1, 2 … ; `chance` in [0, 1)."""
        full = min(self.highest, self.first * 2.0 ** min(attempt, 16))
        return full * (1 - self.jitter * chance)
