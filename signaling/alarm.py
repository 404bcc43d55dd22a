"""Timers on the event loop (`office.ports.Alarm`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from config.clock import Clock


class LoopAlarm:
    """Wakes by the loop's monotonic clock, so that setting the machine's clock moves no running timer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._handles: set[asyncio.TimerHandle] = set()

    def at(self, when: float, call: Callable[[], None]) -> None:
        def ring() -> None:
            self._handles.discard(handle)
            call()

        handle = asyncio.get_running_loop().call_later(max(0.0, when - self._clock.now()), ring)
        self._handles.add(handle)

    def close(self) -> None:
        """No timer rings any more."""
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()
