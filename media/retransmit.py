"""What was sent to one consumer lately, so that a packet the consumer missed is sent again without asking its source."""

from __future__ import annotations

from typing import NamedTuple


class Sent(NamedTuple):
    """One packet as it went out; the payload is shared by all consumers. `marker` 0x80 or 0, `level` as in `rtp.Packet`."""

    seq: int
    payload_type: int
    marker: int
    ts: int
    level: int
    payload: bytes


class SentPackets:
    """A ring of the last `capacity` packets (a power of two), by sequence number."""

    def __init__(self, capacity: int = 1024, again_after: float = 0.010) -> None:
        if capacity & (capacity - 1):
            raise ValueError("capacity must be a power of two")
        self._mask = capacity - 1
        self._ring: list[tuple[int, int, int, int, int, bytes] | None] = [None] * capacity
        self._again: dict[int, float] = {}
        self._again_after = again_after

    def keep(self, seq: int, payload_type: int, marker: int, ts: int, level: int, payload: bytes) -> None:
        """Remember a packet that went out; the oldest is forgotten."""
        self._ring[seq & self._mask] = (seq, payload_type, marker, ts, level, payload)

    def find(self, seq: int, now: float) -> Sent | None:
        """The packet with that 16-bit number; None when it is gone, never was, or went out again a moment ago."""
        sent = self._ring[seq & self._mask]
        if sent is None or sent[0] != seq or now - self._again.get(seq, float("-inf")) < self._again_after:
            return None
        if len(self._again) > self._mask:
            self._again.clear()
        self._again[seq] = now
        return Sent(*sent)
