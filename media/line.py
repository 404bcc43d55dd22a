"""A connection's liveness and the sign of life the node asks for: policy and transport brought together."""

from __future__ import annotations

from media.liveness import Level, Liveness
from media.transport import Transport


class Line:
    """Watches one transport once it is up."""

    def __init__(self, transport: Transport, now: float) -> None:
        self._transport = transport
        self._liveness = Liveness(now)

    @property
    def level(self) -> Level:
        return self._liveness.level

    def look(self, now: float) -> bool:
        """Judge, and probe where due; True when the level changed."""
        if not self._transport.up:
            return False
        changed = self._liveness.look(self._transport.last_heard, now)
        if self._liveness.probe_due(self._transport.last_heard, now):
            self._transport.probe()
        return changed

    def silent(self, now: float) -> float:
        """Seconds since the last authenticated datagram."""
        return self._liveness.silent(now)
