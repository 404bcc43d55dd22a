"""The clock as an argument: the only module that asks the machine what time it is."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What programs pass to whatever needs the time."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC; may step when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; only differences mean anything."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        return time.time()  # noqa: TID251 - this is the one place

    def monotonic(self) -> float:
        return time.monotonic()


class HandClock:
    """A clock that moves only when told to, for tests and simulations."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
        self._monotonic += seconds
