"""How much a sender's line carries, from when its packets left and came: delay-based, one estimator per transport, pure.

After draft-ietf-rmcat-gcc-02 §5: packets are grouped, the slope of the accumulated delay variation is held against an adaptive
threshold, and the rate grows by a few per cent a second or falls below what came. Only the grouping runs for every packet.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from media.rtp import unwrap

_TICKS = 262144.0  # abs-send-time counts 2**18 to the second


@dataclass(frozen=True)
class EstimatePolicy:
    """Rates in bit/s, times in seconds, `threshold` as in the draft (milliseconds of slope times gain times groups)."""

    start: float = 1_700_000
    lowest: float = 64_000
    highest: float = 20_000_000
    group: float = 0.005
    burst: float = 0.005
    window: int = 20
    gain: float = 4.0
    threshold: float = 12.5
    overuse_for: float = 0.010
    backoff: float = 0.85
    growth: float = 1.08
    near_growth: float = 40_000
    measure: float = 0.5
    decrease_apart: float = 0.3


Usage = Literal["normal", "over", "under"]


class QueueDetector:
    """Says whether the queue on the way grows: a regression over the last groups against an adaptive threshold."""

    def __init__(self, policy: EstimatePolicy) -> None:
        self._policy = policy
        self._points: deque[tuple[float, float]] = deque(maxlen=policy.window)
        self._accumulated = 0.0
        self._smoothed = 0.0
        self._groups = 0
        self._threshold = policy.threshold
        self._adapted = -1.0
        self._over_for = 0.0
        self._last = 0.0

    def add(self, arrival: float, variation: float, spacing: float) -> Usage:
        """A group arrived at `arrival`, `variation` later than its `spacing` to the group before promised; all in seconds."""
        self._groups = min(self._groups + 1, 60)
        self._accumulated += variation * 1000
        self._smoothed = 0.9 * self._smoothed + 0.1 * self._accumulated
        self._points.append((arrival * 1000, self._smoothed))
        signal = self._slope() * self._groups * self._policy.gain
        usage: Usage = "normal"
        if signal > self._threshold:
            self._over_for += spacing
            if self._over_for > self._policy.overuse_for and signal >= self._last:
                usage = "over"
        else:
            self._over_for = 0.0
            if signal < -self._threshold:
                usage = "under"
        self._last = signal
        self._adapt(abs(signal), arrival * 1000)
        return usage

    def _slope(self) -> float:
        count = len(self._points)
        if count < self._policy.window:
            return 0.0
        mean_x = sum(x for x, _ in self._points) / count
        mean_y = sum(y for _, y in self._points) / count
        spread = sum((x - mean_x) ** 2 for x, _ in self._points)
        return sum((x - mean_x) * (y - mean_y) for x, y in self._points) / spread if spread > 0 else 0.0

    def _adapt(self, magnitude: float, now_ms: float) -> None:
        elapsed = min(100.0, now_ms - self._adapted) if self._adapted >= 0 else 0.0
        self._adapted = now_ms
        if magnitude > self._threshold + 15.0:
            return  # a sudden spike must not raise the bar
        rate = 0.039 if magnitude < self._threshold else 0.0087
        self._threshold = min(600.0, max(6.0, self._threshold + rate * (magnitude - self._threshold) * elapsed))


class LineEstimate:
    """Feed `add` with every packet that carries abs-send-time; read `bitrate` (bit/s), None until there is something to say."""

    def __init__(self, policy: EstimatePolicy | None = None) -> None:
        self._policy = policy or EstimatePolicy()
        self.reset()

    def reset(self) -> None:
        """Begin anew: the sender was silent, or its path changed."""
        self.bitrate: float | None = None
        self._detector = QueueDetector(self._policy)
        self._last_send = 0
        self._group_first = self._group_last = 0
        self._group_arrival = -1.0
        self._before: tuple[int, float] | None = None
        self._bytes = 0
        self._measured_from = 0.0
        self._rates: deque[float] = deque(maxlen=2)
        self._changed = 0.0
        self._decreased = float("-inf")
        self._ceiling: float | None = None

    @property
    def throughput(self) -> float:
        """What came lately, in bit/s."""
        return sum(self._rates) / len(self._rates) if self._rates else 0.0

    def add(self, arrival: float, abs_send_time: int, size: int) -> None:
        """A packet of `size` bytes that left at `abs_send_time` (24 bits, 6.18) and came at `arrival` (seconds, monotonic)."""
        if self._group_arrival < 0:
            self._measured_from = self._changed = self._group_arrival = arrival
            self._last_send = self._group_first = self._group_last = abs_send_time
            self._bytes = size
            return
        self._bytes += size
        sent = unwrap(abs_send_time, self._last_send, 24)
        if sent < self._group_first:
            return  # out of order: counted, not judged
        self._last_send = sent
        if sent - self._group_first > self._policy.group * _TICKS and not self._joins_burst(sent, arrival):
            self._close_group(arrival)
            self._group_first = self._group_last = sent
        elif sent > self._group_last:
            self._group_last = sent
        self._group_arrival = arrival

    def _joins_burst(self, sent: int, arrival: float) -> bool:
        """Packets that waited together and then came at once are one group."""
        distance = arrival - self._group_arrival
        return distance <= self._policy.burst and distance < (sent - self._group_last) / _TICKS

    def _close_group(self, now: float) -> None:
        usage: Usage = "normal"
        if self._before is not None:
            last_sent, last_arrival = self._before
            spacing = (self._group_last - last_sent) / _TICKS
            variation = self._group_arrival - last_arrival - spacing
            if abs(variation) < 3.0:
                usage = self._detector.add(self._group_arrival, variation, spacing)
        self._before = (self._group_last, self._group_arrival)
        if now - self._measured_from >= self._policy.measure:
            self._rates.append(self._bytes * 8 / (now - self._measured_from))
            self._bytes = 0
            self._measured_from = now
            if self.bitrate is None:
                self.bitrate = max(self._policy.start, self._rates[-1])
        if usage == "over":
            self._decrease(now)
        elif usage == "normal":
            self._increase(now)
        else:
            self._changed = now  # the queue drains: hold

    def _increase(self, now: float) -> None:
        elapsed = min(1.0, now - self._changed)
        self._changed = now
        if self.bitrate is None:
            return
        if self._ceiling is not None and self.throughput > 1.2 * self._ceiling:
            self._ceiling = None
        near = self._ceiling is not None and self.bitrate > 0.9 * self._ceiling
        grown = self.bitrate + self._policy.near_growth * elapsed if near else self.bitrate * self._policy.growth**elapsed
        bound = max(self.bitrate, 1.5 * self.throughput + 10_000)
        self.bitrate = min(grown, bound, self._policy.highest)

    def _decrease(self, now: float) -> None:
        if now - self._decreased < self._policy.decrease_apart or not self._rates:
            return
        self._decreased = self._changed = now
        current = self.throughput
        self._ceiling = current if self._ceiling is None else 0.7 * self._ceiling + 0.3 * current
        before = self.bitrate if self.bitrate is not None else self._policy.start
        self.bitrate = max(self._policy.lowest, min(before, self._policy.backoff * current))
