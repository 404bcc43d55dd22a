"""Exact counting: what arrived of one stream, and the report blocks and figures made of it (RFC 3550 appendix A)."""

from __future__ import annotations

from media.node_api import Source, SourceFigures
from media.rtcp import Block, SenderReport
from media.rtp import unwrap

RESTART = 3000
"""A jump wider than this (RFC 3550 A.1, MAX_DROPOUT) is another beginning of the stream, not loss to be repaired."""
_RECENT = 2048


class StreamStatistics:
    """One SSRC as received: unwrapped numbers, duplicates, loss, jitter.

    `received` counts each sequence number once, `recovered` those of them that came by retransmission; `direct` excludes
    the recovered, which is what a report to the sender must show.
    """

    def __init__(self, clock_rate: int) -> None:
        self._rate = clock_rate
        self.first = -1
        self.highest = -1
        self.received = 0
        self.recovered = 0
        self.direct = 0
        self.jitter = 0.0
        self._transit: float | None = None
        self._seen = [-1] * _RECENT
        self._expected_before = 0
        self._direct_before = 0

    def place(self, seq: int) -> int:
        """The unwrapped number of a 16-bit sequence number; -1 when it is a duplicate or too old to tell."""
        ext = unwrap(seq, self.highest) if self.highest >= 0 else seq + 65536
        if ext <= self.highest and (self._seen[ext & (_RECENT - 1)] == ext or ext <= self.highest - _RECENT):
            return -1
        return ext

    def is_restart(self, ext: int) -> bool:
        """Whether this number lies too far away to belong to the running stream."""
        return self.highest >= 0 and abs(ext - self.highest) > RESTART

    def count(self, ext: int, ts: int, arrival: float, *, recovered: bool) -> None:
        """A packet that `place` has accepted; `arrival` in seconds."""
        self._seen[ext & (_RECENT - 1)] = ext
        self.received += 1
        if self.highest < 0:
            self.first = ext
        if ext > self.highest:
            self.highest = ext
        elif ext < self.first:
            self.first = ext
        if recovered:
            self.recovered += 1
            return
        self.direct += 1
        transit = arrival * self._rate - ts
        if self._transit is not None:
            distance = abs(transit - self._transit)
            if distance < 1e8:  # a wrapped timestamp is no jitter
                self.jitter += (distance - self.jitter) / 16.0
        self._transit = transit

    @property
    def expected(self) -> int:
        return self.highest - self.first + 1 if self.highest >= 0 else 0

    @property
    def lost(self) -> int:
        """Packets that have not come."""
        return max(0, self.expected - self.received)

    def block(self, ssrc: int, report: tuple[SenderReport, float] | None, now: float, *, at_least: int = 0) -> Block:
        """A report block since the last one (RFC 3550 §6.4.1); `report` is the sender's last report and when it came.

        `at_least` (1/256) is a loss elsewhere that the sender should know of.
        """
        expected, direct = self.expected - self._expected_before, self.direct - self._direct_before
        self._expected_before, self._direct_before = self.expected, self.direct
        fraction = max(0, expected - direct) * 256 // expected if expected > 0 else 0
        last = delay = 0
        if report is not None:
            last = report[0].ntp >> 16 & 0xFFFFFFFF
            delay = min(int((now - report[1]) * 65536), 0xFFFFFFFF)
        lost = max(0, self.expected - self.direct)
        return Block(
            ssrc,
            min(255, max(fraction, at_least)),
            lost,
            self.highest - 65536 if self.highest >= 0 else 0,
            int(self.jitter),
            last,
            delay,
        )


class SourceCounters:
    """What became of one source of one participant since the room opened, across its epochs."""

    def __init__(self) -> None:
        self.received = 0
        self.received_bytes = 0
        self.recovered = 0
        self.withheld = 0
        self.keyframes_asked = 0
        self.lost_before = 0
        """Of streams that have ended."""
        self.forwarded: dict[str, int] = {}
        self.dropped = 0

    def figures(self, participant: str, source: Source, lost_now: int) -> SourceFigures:
        return SourceFigures(
            participant=participant,
            source=source,
            received=self.received,
            received_bytes=self.received_bytes,
            recovered=self.recovered,
            lost=self.lost_before + lost_now,
            forwarded=dict(self.forwarded),
            dropped=self.dropped,
            withheld=self.withheld,
            keyframes_asked=self.keyframes_asked,
        )
