"""Whether a transport is alive: judged by its last authenticated datagram, never by a source (a held line sends no media)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "degraded", "lost"]


@dataclass(frozen=True)
class LivenessPolicy:
    """Seconds of silence."""

    degraded: float = 2.0
    lost: float = 5.0
    probe: float = 0.8
    """From here on the node asks by itself (a STUN check), so that silence means a dead line and not a quiet end."""
    probe_apart: float = 0.4
    measure_apart: float = 3.0
    """Between two checks of a line that is not silent: they measure the round trip."""
    unwatched: float = 1.0
    """A longer pause between two looks is the node's own: it is not held against the line."""


class Liveness:
    """The level of one transport; the clock is passed in."""

    def __init__(self, now: float, policy: LivenessPolicy | None = None) -> None:
        self._policy = policy or LivenessPolicy()
        self._looked = now
        self._excused = 0.0
        self._heard = now
        self._probed = now
        self.level: Level = "good"

    def look(self, last_heard: float, now: float) -> bool:
        """Judge again; True when `level` changed."""
        pause = now - self._looked
        self._looked = now
        if last_heard > self._heard:
            self._heard = last_heard
            self._excused = 0.0
        elif pause > self._policy.unwatched:
            self._excused += pause
        silent = self.silent(now)
        level: Level = "lost" if silent >= self._policy.lost else "degraded" if silent >= self._policy.degraded else "good"
        changed = level != self.level
        self.level = level
        return changed

    def silent(self, now: float) -> float:
        """Seconds of silence that count, as of the last look."""
        return max(0.0, now - self._heard - self._excused)

    def probe_due(self, last_heard: float, now: float) -> bool:
        """True when the node should check the line now; it then counts as done."""
        apart = self._policy.probe_apart if now - last_heard >= self._policy.probe else self._policy.measure_apart
        if now - self._probed < apart:
            return False
        self._probed = now
        return True
