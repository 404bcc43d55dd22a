"""What senders may send, what consumers' reports mean, and who does without video."""

from __future__ import annotations

from media.bandwidth import BandwidthPolicy, ConsumerLine, RembTimer, VideoAllowance, allowed

POLICY = BandwidthPolicy()


def test_the_slowest_of_line_and_consumers_with_a_floor() -> None:
    assert allowed(None, [], POLICY) is None
    assert allowed(1e6, [], POLICY) == 1e6
    assert allowed(None, [8e5, 6e5], POLICY) == 6e5
    assert allowed(1e6, [6e5, 9e5], POLICY) == 6e5
    assert allowed(1e6, [1e5], POLICY) == POLICY.floor
    assert allowed(1e5, [6e5], POLICY) == 1e5


def test_a_limit_is_told_four_times_a_second_or_twice_or_at_once_when_it_falls() -> None:
    timer = RembTimer()
    assert timer.due(1_000_000, 0.0)
    assert not timer.due(1_010_000, 0.2)
    assert timer.due(1_010_000, 0.25)
    assert not timer.due(1_010_000, 0.7)
    assert timer.due(1_010_000, 0.75)
    assert not timer.due(990_000, 0.8)
    assert timer.due(970_000, 0.8)


def video(line: ConsumerLine, rate: float, *, seconds: float, start: float = 0.0, total: int = 0) -> tuple[float, int]:
    """Send at `rate` bit/s; returns the time and the bytes since the beginning."""
    ticks = int(seconds * 10)
    for tick in range(ticks + 1):
        line.sent(total + int(tick / 10 * rate / 8), start + tick / 10)
    return start + ticks / 10, total + int(ticks / 10 * rate / 8)


def test_a_report_that_merely_repeats_what_was_sent_limits_nobody() -> None:
    line = ConsumerLine()
    now, _ = video(line, 500_000, seconds=5)
    assert abs(line.rate - 500_000) < 20_000
    line.reported(500_000, now)
    line.reported(540_000, now)
    assert line.limit(now) is None


def test_a_calm_picture_with_a_small_report_limits_nobody() -> None:
    line = ConsumerLine()
    now, _ = video(line, 60_000, seconds=5)
    line.reported(95_000, now)
    assert line.limit(now) is None


def test_a_report_below_what_was_sent_limits() -> None:
    line = ConsumerLine()
    now, _ = video(line, 1_000_000, seconds=2)
    line.reported(700_000, now)
    assert line.limit(now) == 700_000
    line.reported(720_000, now + 0.5)
    assert line.limit(now + 0.5) == 720_000


def test_a_report_that_falls_limits() -> None:
    line = ConsumerLine()
    now, _ = video(line, 500_000, seconds=2)
    line.reported(900_000, now)
    line.reported(700_000, now)
    assert line.limit(now) == 700_000


def test_a_limit_ends_when_there_has_been_room_for_a_while_or_the_report_is_old() -> None:
    line = ConsumerLine()
    now, total = video(line, 1_000_000, seconds=2)
    line.reported(400_000, now)
    now, total = video(line, 380_000, seconds=3, start=now, total=total)
    line.reported(560_000, now)
    assert line.limit(now) == 560_000
    now, total = video(line, 380_000, seconds=2.1, start=now, total=total)
    line.reported(560_000, now)
    assert line.limit(now) is None
    line.reported(300_000, now)
    assert line.limit(now) == 300_000
    assert line.limit(now + 7) is None


def watch(
    allowance: VideoAllowance, report: dict[float, float | None], until: float, sent: float = 1e6
) -> list[tuple[float, bool]]:
    """Changes, looking ten times a second; `report` says from when on the line carries what, while `sent` bit/s are sent."""
    changes = []
    for tick in range(int(until * 10) + 1):
        now = tick / 10
        current = report[max(moment for moment in report if moment <= now)]
        if allowance.look(current, sent, now):
            changes.append((now, allowance.on))
    return changes


def test_video_goes_after_four_seconds_below_150_and_returns_above_250() -> None:
    assert watch(VideoAllowance(), {0: None, 1: 140e3, 6: 200e3, 8: 260e3}, 12) == [(5.0, False), (8.0, True)]


def test_a_short_dip_costs_nothing() -> None:
    assert watch(VideoAllowance(), {0: 300e3, 1: 100e3, 4.5: 300e3}, 10) == []


def test_without_video_nothing_measures_the_line_so_it_is_tried_ever_more_seldom() -> None:
    changes = watch(VideoAllowance(), {0: 100e3}, 120)
    off = [moment for moment, on in changes if not on]
    on = [moment for moment, on in changes if on]
    assert off[0] == 4.0
    assert [round(b - a) for a, b in zip(off, on, strict=False)] == [8, 16, 32]


def test_a_trial_that_succeeds_lasts() -> None:
    assert watch(VideoAllowance(), {0: 100e3, 12.5: None}, 60) == [(4.0, False), (12.0, True)]


def test_a_calm_picture_that_comes_through_is_not_taken_away() -> None:
    assert watch(VideoAllowance(), {0: 100e3}, 30, sent=80e3) == []
    assert watch(VideoAllowance(), {0: 100e3}, 5, sent=120e3) == [(4.0, False)]
