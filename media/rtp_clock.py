"""From a sender's timestamps to the session's clock: sender reports where there are any, arrival until then. Pure.

One offset for each sender, whatever it sends: offsets of their own would move sound and picture against each other. The offset is the
smallest (arrival − NTP) of the recent reports: the one that waited least on its way (RFC 3550 §6.4.1 gives the pairs).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

from media.rtcp import SenderReport
from media.rtp import unwrap

NTP_SECOND = 1 << 32


@dataclass(frozen=True)
class ClockPolicy:
    """Seconds, but for the counts. `reports` are kept to find the smallest among: enough for the minimum, few enough to follow a
    clock that runs fast or slow (50 ppm over 64 reports are 5 ms)."""

    reports: int = 64
    settled: int = 10
    step: float = 0.050
    """A sender's clock was set when `step_reports` in a row lie this far above the smallest, close together."""
    step_reports: int = 4
    step_spread: float = 0.025
    error_by_arrival: float = 0.100
    """Without reports the time that a sender takes to encode is part of every arrival, and differs between sound and picture."""
    error_unsettled: float = 0.030


class SenderClock:
    """One sender's wall clock against ours, over all of its sources."""

    def __init__(self, policy: ClockPolicy | None = None) -> None:
        self.policy = policy or ClockPolicy()
        self._distances: deque[float] = deque(maxlen=self.policy.reports)

    def report(self, ntp: int, arrival: float) -> None:
        """A sender report came: NTP in 32.32 fixed point, arrival in seconds of our clock."""
        self._distances.append(arrival - ntp / NTP_SECOND)
        if len(self._distances) > (count := self.policy.step_reports):
            recent = list(self._distances)[-count:]
            before = min(list(self._distances)[:-count])
            if min(recent) - before > self.policy.step and max(recent) - min(recent) < self.policy.step_spread:
                self._distances.clear()
                self._distances.extend(recent)

    @property
    def known(self) -> bool:
        return bool(self._distances)

    @property
    def offset(self) -> float:
        """Seconds to add to the sender's NTP time; only when `known`."""
        return min(self._distances)

    @property
    def error(self) -> float:
        """Seconds by which the offset is likely to be off: how far the reports lie apart, and more while they are few."""
        if not self._distances:
            return self.policy.error_by_arrival
        spread = max(0.001, median(self._distances) - min(self._distances))
        return spread if len(self._distances) >= self.policy.settled else max(spread, self.policy.error_unsettled)


class StreamClock:
    """One unbroken stream of one sender. Times in and out are seconds of our clock.

    `at` counts from the first packet with the stream's own clock alone: it never jumps. `shift` is what is to be added to bring it to
    where reports say it belongs; the reader applies it where a jump does no harm, between segments.
    """

    def __init__(self, rate: int, sender: SenderClock) -> None:
        self._rate = rate
        self._sender = sender
        self._unwrapped = 0
        self._first: int | None = None
        self._began = 0.0
        self._earliest = 0.0
        """How much before `_began` the packet that waited least says the stream began; never positive."""
        self._pair: tuple[int, int] | None = None

    def at(self, ts: int) -> float:
        """When the packet with this RTP timestamp was made, as far as the first packet's arrival tells."""
        assert self._first is not None, "arrived() comes first"
        return self._began + (unwrap(ts, self._unwrapped, 32) - self._first) / self._rate

    def arrived(self, ts: int, arrival: float) -> None:
        """A packet came, in any order."""
        if self._first is None:
            self._first = self._unwrapped = ts
            self._began = arrival
            return
        unwrapped = unwrap(ts, self._unwrapped, 32)
        if unwrapped > self._unwrapped:
            self._unwrapped = unwrapped
        late = arrival - self._began - (unwrapped - self._first) / self._rate
        if late < self._earliest:
            self._earliest = late

    def reported(self, report: SenderReport) -> None:
        """The newest pair of wall clock and timestamp; its arrival is told to the `SenderClock`."""
        if self._first is not None:
            self._pair = (report.ntp, unwrap(report.rtp, self._unwrapped, 32))

    @property
    def shift(self) -> float:
        """Seconds to add to `at`."""
        if self._pair is None or not self._sender.known or self._first is None:
            return self._earliest
        ntp, ts = self._pair
        true_start = ntp / NTP_SECOND - (ts - self._first) / self._rate + self._sender.offset
        return true_start - self._began

    @property
    def error(self) -> float:
        """Seconds by which `at` + `shift` is likely to be off."""
        return self._sender.error if self._pair is not None else self._sender.policy.error_by_arrival
