"""What a sender is told it may send (REMB), and which consumer does without video: small policies, clock passed in, pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class BandwidthPolicy:
    """Rates in bit/s, times in seconds."""

    start: float = 1_700_000
    floor: float = 150_000
    """One slow consumer never pushes a sender below this; the consumer loses its video instead."""
    shed_below: float = 150_000
    restore_above: float = 250_000
    shed_after: float = 4.0
    retry_after: float = 8.0
    """Without video nothing measures the line, so after this long (doubling up to `retry_slowest`) video is tried again."""
    retry_slowest: float = 60.0
    trial: float = 4.0
    """Video that was just switched on is judged only after this: a report grows by some 8 % a second."""
    settled: float = 15.0
    """Video that held this long after a retry starts the pauses from the beginning."""
    report_valid: float = 6.0
    """An older word of a consumer about its line no longer counts."""
    falls: float = 0.93
    """A report below this share of the one before means a queue on the consumer's line (a browser then goes to 0.85)."""
    short: float = 0.8
    """So does one below this share of what was sent: lower than `falls`, for the rates of two seconds are never the same."""
    roomy: float = 1.3
    roomy_for: float = 2.0
    """A report this much above what was sent, for so long, no longer limits anybody: it only grows with what is sent."""
    remb_apart: float = 0.25
    remb_latest: float = 0.5
    remb_drop: float = 0.97


def allowed(uplink: float | None, shares: list[float], policy: BandwidthPolicy) -> float | None:
    """The rate for a sender: its own line, and the slowest active consumer's share with a floor; None when nothing is known."""
    limits = [max(policy.floor, min(shares))] if shares else []
    if uplink is not None:
        limits.append(uplink)
    return min(limits, default=None)


class RembTimer:
    """When the allowed rate is told: at most every 250 ms, at least every 500 ms, at once when it falls by 3 % or more."""

    def __init__(self, policy: BandwidthPolicy | None = None) -> None:
        self._policy = policy or BandwidthPolicy()
        self._told_at = float("-inf")
        self._told = 0.0

    def due(self, rate: float, now: float) -> bool:
        """True when `rate` is to be sent now; it then counts as sent."""
        since = now - self._told_at
        falls = rate <= self._told * self._policy.remb_drop
        if since >= self._policy.remb_latest or falls or (since >= self._policy.remb_apart and rate != self._told):
            self._told_at, self._told = now, rate
            return True
        return False


class ConsumerLine:
    """What one consumer's reports mean. A browser's first report merely repeats what it got, and later ones stay within 1.5 times
    of it: a calm picture would keep its sender down for ever. So a report limits only from a sign of congestion on."""

    def __init__(self, policy: BandwidthPolicy | None = None) -> None:
        self._policy = policy or BandwidthPolicy()
        self._report: float | None = None
        self._at = float("-inf")
        self._congested = False
        self._roomy_since: float | None = None
        self._samples: deque[tuple[float, int]] = deque()

    def sent(self, total_bytes: int, now: float) -> None:
        """Bytes of video sent to the consumer since the beginning; called at every beat."""
        self._samples.append((now, total_bytes))
        while now - self._samples[0][0] > 1.0 and len(self._samples) > 2:
            self._samples.popleft()

    @property
    def rate(self) -> float:
        """Video sent lately, in bit/s."""
        if len(self._samples) < 2:
            return 0.0
        (began, before), (ended, after) = self._samples[0], self._samples[-1]
        return max(0, after - before) * 8 / (ended - began) if ended > began else 0.0

    def reported(self, bitrate: float, now: float) -> None:
        """A REMB of the consumer."""
        before, rate = self._report, self.rate
        self._report, self._at = bitrate, now
        if bitrate < self._policy.short * rate or (before is not None and bitrate < self._policy.falls * before):
            self._congested, self._roomy_since = True, None
        elif bitrate < self._policy.roomy * rate:
            self._roomy_since = None
        elif self._roomy_since is None:
            self._roomy_since = now
        elif now - self._roomy_since >= self._policy.roomy_for:
            self._congested = False

    def limit(self, now: float) -> float | None:
        """What the line carries, in bit/s; None while nothing shows that it is short."""
        return self._report if self._congested and now - self._at <= self._policy.report_valid else None


class VideoAllowance:
    """Whether one consumer gets video: off when its line carries less than 150 kbit/s and less than is sent, for a while; on again
    above 250 kbit/s or on trial. A calm picture with a small report is no weak line: what is sent comes through."""

    def __init__(self, policy: BandwidthPolicy | None = None) -> None:
        self._policy = policy or BandwidthPolicy()
        self.on = True
        self._below_since: float | None = None
        self._changed = float("-inf")
        self._retry = self._policy.retry_after

    def look(self, report: float | None, sent: float, now: float) -> bool:
        """Judge by what the consumer's line carries (bit/s, None where it is not short) and what video is sent; True when `on` changed."""
        if self.on:
            if now - self._changed > self._policy.settled:
                self._retry = self._policy.retry_after
            comes_through = report is None or report >= min(self._policy.shed_below, sent)
            if comes_through or now - self._changed < self._policy.trial:
                self._below_since = None
                return False
            if self._below_since is None:
                self._below_since = now
            if now - self._below_since < self._policy.shed_after:
                return False
            return self._switch(False, now)
        if report is not None and report >= self._policy.restore_above:
            return self._switch(True, now)
        if now - self._changed >= self._retry:
            self._retry = min(self._retry * 2, self._policy.retry_slowest)
            return self._switch(True, now)
        return False

    def _switch(self, on: bool, now: float) -> bool:
        self.on = on
        self._changed = now
        self._below_since = None
        return True
