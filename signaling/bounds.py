"""What one connection may cost, checked before anything is decoded: length, depth, rate, patience with mistakes. Pure."""

from __future__ import annotations

import re
from collections import deque

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # possessive and with an optional end: linear on any input
_BRACKET = re.compile(r"[\[\]{}]")


def too_long(text: str, limit: int) -> bool:
    """Whether `text` takes more than `limit` bytes as UTF-8."""
    if len(text) > limit:
        return True
    return len(text) * 4 > limit and len(text.encode("utf-8", "surrogatepass")) > limit


def too_deep(text: str, limit: int) -> bool:
    """Whether the JSON in `text` nests arrays and objects more than `limit` deep. Brackets inside strings do not count."""
    if text.count("{") + text.count("[") <= limit:
        return False
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > limit:
            return True
    return False


class Budget:
    """So many a second with a burst: a bucket of `burst` tokens, filled with `per_second`."""

    def __init__(self, per_second: float, burst: int, now: float) -> None:
        self._per_second, self._burst = per_second, burst
        self._tokens, self._at = float(burst), now

    def spend(self, now: float) -> bool:
        """Take one; False, and nothing taken, when there is none."""
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._per_second)
        self._at = max(now, self._at)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def next_at(self) -> float:
        """The moment from which one can be taken."""
        # The hair's breadth makes up for rounding: a caller who comes at this very moment finds a whole token.
        return self._at if self._tokens >= 1 else self._at + (1 - self._tokens) / self._per_second + 1e-6


class Patience:
    """How many mistakes within a window are put up with."""

    def __init__(self, mistakes: int, within: float) -> None:
        self._within = within
        self._made: deque[float] = deque(maxlen=mistakes)

    def mistake(self, now: float) -> bool:
        """Count one; True when patience has run out."""
        self._made.append(now)
        return len(self._made) == self._made.maxlen and now - self._made[0] <= self._within
