"""The estimate of a line against a simulated bottleneck: it finds the rate, keeps the queue short, and is not fooled by a calm picture."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from media.estimate import LineEstimate
from media.rtp import send_time


@dataclass
class Bottleneck:
    """A line with a queue: `rate` in bit/s, one-way `delay` and `jitter` in seconds."""

    rate: float
    delay: float = 0.02
    jitter: float = 0.0
    free_at: float = 0.0
    longest: float = 0.0

    def carry(self, now: float, size: int, chance: random.Random) -> float:
        """When a packet sent now arrives."""
        self.free_at = max(now, self.free_at) + size * 8 / self.rate
        self.longest = max(self.longest, self.free_at - now)
        return self.free_at + self.delay + chance.random() * self.jitter


def run(
    line: Bottleneck, *, seconds: float, wish: float, offset: float = 0.0, estimate: LineEstimate | None = None
) -> tuple[LineEstimate, list[float]]:
    """A sender that wants `wish` bit/s and obeys the estimate twice a second; returns what it sent each second."""
    chance = random.Random(5)
    estimate = estimate or LineEstimate()
    rates = []
    now, allowed, last_arrival, told = 0.0, wish, 0.0, 0.0
    sent = 0.0
    second = 1.0
    frame = 1 / 30
    while now < seconds:
        size = int(min(wish, allowed) * frame / 8)
        for start in range(0, size, 1100):
            length = min(1100, size - start)
            arrival = max(last_arrival, line.carry(now + start / 1e7, length, chance))
            last_arrival = arrival
            estimate.add(arrival + 1000.0, int.from_bytes(send_time(now + start / 1e7 + offset)), length)
        sent += size * 8
        if now - told > 0.5 and estimate.bitrate is not None:
            allowed, told = estimate.bitrate, now
        now += frame
        if now >= second:
            rates.append(sent)
            sent, second = 0.0, second + 1
    return estimate, rates


@pytest.mark.parametrize("rate", [400_000, 1_000_000, 2_500_000])
def test_it_settles_near_what_the_line_carries(rate: float) -> None:
    line = Bottleneck(rate)
    estimate, rates = run(line, seconds=60, wish=3_000_000)
    line.longest = 0.0
    settled = sum(rates[30:]) / len(rates[30:])
    assert 0.7 * rate < settled <= 1.02 * rate
    assert estimate.bitrate is not None


def test_the_queue_stays_short_once_it_has_settled() -> None:
    line = Bottleneck(1_000_000)
    estimate, _ = run(line, seconds=30, wish=3_000_000)
    line.free_at, line.longest = 0.0, 0.0
    again, _ = run(line, seconds=20, wish=estimate.bitrate or 0)
    assert line.longest < 0.5
    assert again.bitrate


def test_a_calm_picture_on_a_good_line_does_not_bring_the_estimate_down() -> None:
    estimate, _ = run(Bottleneck(20_000_000), seconds=30, wish=120_000)
    assert estimate.bitrate is not None and estimate.bitrate >= 1_700_000


def test_a_good_line_lets_the_rate_grow_and_jitter_does_not_stop_it() -> None:
    estimate, rates = run(Bottleneck(50_000_000, jitter=0.004), seconds=30, wish=6_000_000)
    assert rates[-1] > 4_000_000
    assert estimate.bitrate is not None


def test_a_line_that_gets_slower_is_noticed() -> None:
    line = Bottleneck(3_000_000)
    estimate, _ = run(line, seconds=20, wish=2_000_000)
    assert (estimate.bitrate or 0) > 1_900_000
    slower = Bottleneck(500_000)
    estimate.reset()
    estimate, rates = run(slower, seconds=30, wish=2_000_000, estimate=estimate)
    assert rates[-1] < 520_000


def test_the_clock_of_the_sender_may_wrap() -> None:
    estimate, rates = run(Bottleneck(1_000_000), seconds=30, wish=3_000_000, offset=50.0)
    assert 600_000 < rates[-1] <= 1_020_000
    assert estimate.bitrate


def test_nothing_is_said_before_anything_was_measured() -> None:
    estimate = LineEstimate()
    assert estimate.bitrate is None and estimate.throughput == 0.0
    estimate.add(1.0, 0, 1000)
    assert estimate.bitrate is None
