"""Errors in packet handling: counted, told once per kind, never handed to the transport that would die of them."""

from __future__ import annotations

import traceback
from collections import Counter

from config.logs import Logger


class Guard:
    """Swallows errors so that one bad packet harms nobody; the log gets the first of each kind with its place."""

    def __init__(self, log: Logger) -> None:
        self._log = log
        self.counts: Counter[str] = Counter()

    def caught(self, error: BaseException) -> None:
        """Note an error that a hook raised."""
        frame = traceback.extract_tb(error.__traceback__)[-1:] if error.__traceback__ else []
        place = f"{frame[0].name}:{frame[0].lineno}" if frame else "?"
        kind = f"{type(error).__name__} in {place}"
        self.counts[kind] += 1
        if self.counts[kind] == 1:
            self._log.error("packet-hook-failed", kind=kind, error=repr(error)[:200], exc_info=error)
