"""A sender's timestamps on our clock: sound and picture together, whatever the line does to single packets."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.rtcp import SenderReport
from media.rtp_clock import NTP_SECOND, ClockPolicy, SenderClock, StreamClock

NTP_EPOCH = 3_990_000_000.0
"""Where the sender's wall clock stands at our second 0: years away from ours."""


class Sender:
    """An end with one wall clock, a camera that takes `slow` seconds to encode, and a line with delay and jitter. `skew` in ppm."""

    def __init__(self, *, delay: float = 0.04, jitter: float = 0.03, slow: float = 0.09, skew: float = 0.0, seed: int = 1) -> None:
        self.clock = SenderClock()
        self.sound, self.picture = StreamClock(48000, self.clock), StreamClock(90000, self.clock)
        self.delay, self.jitter, self.slow, self.skew = delay, jitter, slow, skew
        self.step = 0.0
        self._chance = random.Random(seed)
        self._base = {48000: self._chance.getrandbits(32), 90000: self._chance.getrandbits(32)}

    def ts(self, rate: int, at: float) -> int:
        return (self._base[rate] + round(at * (1 + self.skew * 1e-6) * rate)) & 0xFFFFFFFF

    def _on_the_line(self) -> float:
        return self.delay + self._chance.expovariate(1 / self.jitter) if self.jitter else self.delay

    def run(self, begin: float, end: float, *, reports: bool = True) -> None:
        """Seconds of sending: 50 packets of sound and 30 pictures a second, reports once a second of the picture, every 5 s of the sound."""
        for number in range(int(begin * 50), int(end * 50)):
            at = number / 50
            self.sound.arrived(self.ts(48000, at), at + 0.02 + self._on_the_line())
            if reports and number % 250 == 10:
                self.report(self.sound, 48000, at)
        for number in range(int(begin * 30), int(end * 30)):
            at = number / 30
            self.picture.arrived(self.ts(90000, at), at + self.slow + self._on_the_line())
            if reports and number % 30 == 15:
                self.report(self.picture, 90000, at)

    def report(self, stream: StreamClock, rate: int, at: float) -> None:
        ntp = int((NTP_EPOCH + self.step + at * (1 + self.skew * 1e-6)) * NTP_SECOND)
        self.clock.report(ntp, at + self._on_the_line())
        stream.reported(SenderReport(1, ntp, self.ts(rate, at), 0, 0))

    def error(self, at: float) -> tuple[float, float]:
        """By how much sound and picture of this moment are off, in seconds."""
        sound = self.sound.at(self.ts(48000, at)) + self.sound.shift - at
        picture = self.picture.at(self.ts(90000, at)) + self.picture.shift - at
        return sound, picture


def test_with_reports_sound_and_picture_are_together() -> None:
    sender = Sender()
    sender.run(0, 30)
    sound, picture = sender.error(29.0)
    assert abs(sound - picture) < 0.002, "one offset for both: what a line does to reports does not part them"
    assert 0.0 < sound < 0.06, "late by the least delay of the line"
    assert sender.sound.error < 0.045 and sender.picture.error < 0.045


@given(st.integers(0, 10_000), st.floats(0.0, 0.08), st.floats(0.0, 0.25))
def test_sound_and_picture_stay_within_45_ms_on_any_line(seed: int, jitter: float, slow: float) -> None:
    sender = Sender(seed=seed, jitter=jitter, slow=slow)
    sender.run(0, 12)
    sound, picture = sender.error(11.0)
    assert abs(sound - picture) <= 0.045


def test_before_the_first_report_arrival_has_to_do_and_is_marked_as_uncertain() -> None:
    sender = Sender()
    sender.run(0, 3, reports=False)
    sound, picture = sender.error(2.0)
    assert picture - sound == pytest.approx(0.07, abs=0.02), "the time that the camera takes cannot be seen"
    assert sender.sound.error == sender.picture.error == ClockPolicy().error_by_arrival


def test_a_first_packet_that_came_late_is_put_right_by_those_that_waited_less() -> None:
    stream = StreamClock(90000, SenderClock())
    stream.arrived(0, 10.8)
    assert stream.at(0) == 10.8 and stream.shift == 0.0
    stream.arrived(90000, 11.1)
    assert stream.at(0) == 10.8, "what was said stands"
    assert stream.shift == pytest.approx(-0.7)


def test_a_clock_that_runs_fast_is_followed() -> None:
    sender = Sender(skew=50.0)
    sender.run(0, 600)
    sound, picture = sender.error(599.0)
    assert abs(sound - picture) < 0.002
    assert abs(sound) < 0.06, "50 ppm over ten minutes would be 30 ms, and more in an hour"


@pytest.mark.parametrize("step", [-2.0, 0.4, 3600.0])
def test_a_clock_that_is_set_is_noticed_within_a_few_reports(step: float) -> None:
    sender = Sender(jitter=0.002)
    sender.run(0, 20)
    sender.step = step
    sender.run(20, 40)
    sound, picture = sender.error(39.0)
    assert abs(sound - picture) < 0.01
    assert abs(sound) < 0.06


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 900_000), min_size=1, max_size=30))
def test_time_runs_on_over_the_wrap_of_the_timestamps(first: int, steps: list[int]) -> None:
    stream = StreamClock(90000, SenderClock())
    stream.arrived(first, 100.0)
    ts = first
    elapsed = 0
    for step in steps:
        ts, elapsed = (ts + step) & 0xFFFFFFFF, elapsed + step
        stream.arrived(ts, 100.0 + elapsed / 90000)
        assert stream.at(ts) == pytest.approx(100.0 + elapsed / 90000)
    assert stream.shift == pytest.approx(0.0, abs=1e-9)


def test_few_reports_are_trusted_less_than_many() -> None:
    clock = SenderClock()
    assert not clock.known and clock.error == ClockPolicy().error_by_arrival
    clock.report(0, 5.0)
    assert clock.known and clock.error == ClockPolicy().error_unsettled
    for _ in range(12):
        clock.report(0, 5.001)
    assert clock.error == pytest.approx(0.001) and clock.offset == 5.0
