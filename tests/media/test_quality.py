"""Exact counting: whatever order packets come in, each is counted once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.quality import SourceCounters, StreamStatistics
from media.rtcp import SenderReport


def arrive(statistics: StreamStatistics, seqs: list[int], *, recovered: bool = False) -> list[int]:
    """Unwrapped numbers of those that were new."""
    found = []
    for seq in seqs:
        ext = statistics.place(seq & 0xFFFF)
        if ext >= 0:
            statistics.count(ext, seq * 960, seq * 0.02, recovered=recovered)
            found.append(ext)
    return found


@given(st.integers(0, 65535), st.lists(st.integers(0, 400), min_size=1, max_size=300))
def test_each_number_counts_once_in_any_order_over_the_wrap(start: int, offsets: list[int]) -> None:
    statistics = StreamStatistics(48000)
    new = arrive(statistics, [start + offset for offset in offsets])
    assert len(new) == len(set(new)) == statistics.received == len(set(offsets))
    assert statistics.expected == max(offsets) - min(offsets) + 1
    assert statistics.lost == statistics.expected - statistics.received


def test_recovered_packets_are_received_but_stay_lost_in_the_report() -> None:
    statistics = StreamStatistics(48000)
    arrive(statistics, [1, 2, 4, 5])
    arrive(statistics, [3], recovered=True)
    assert (statistics.received, statistics.recovered, statistics.lost) == (5, 1, 0)
    block = statistics.block(9, None, 0.0)
    assert (block.lost, block.fraction) == (1, 256 // 5)


def test_the_fraction_is_that_since_the_last_report_and_at_least_what_is_lost_elsewhere() -> None:
    statistics = StreamStatistics(48000)
    arrive(statistics, [seq for seq in range(100) if seq % 10])
    assert statistics.block(9, None, 0.0).fraction == 9 * 256 // 99
    arrive(statistics, list(range(100, 200)))
    assert statistics.block(9, None, 0.0).fraction == 0
    assert statistics.block(9, None, 0.0, at_least=40).fraction == 40


def test_the_report_names_the_senders_last_one_and_its_age() -> None:
    statistics = StreamStatistics(48000)
    arrive(statistics, [70])
    block = statistics.block(9, (SenderReport(9, 0x1122334455667788, 0, 0, 0), 10.0), 10.5)
    assert (block.last_report, block.delay) == (0x33445566, 32768)
    assert block.highest == 70


def test_a_number_far_away_is_another_stream() -> None:
    statistics = StreamStatistics(48000)
    arrive(statistics, [100])
    assert not statistics.is_restart(statistics.place(2000))
    assert statistics.is_restart(statistics.place(5000))


def test_jitter_is_that_of_the_standard() -> None:
    statistics = StreamStatistics(8000)
    for number, arrival in enumerate([0.0, 0.02, 0.05, 0.06]):
        statistics.count(65536 + number, number * 160, arrival, recovered=False)
    expected = 0.0
    for distance in (0.0, 80.0, 80.0):
        expected += (distance - expected) / 16
    assert abs(statistics.jitter - expected) < 1e-6


def test_figures_add_what_ended_and_what_runs() -> None:
    counters = SourceCounters()
    counters.received, counters.lost_before = 10, 2
    figures = counters.figures("resident", "camera", 3)
    assert (figures.received, figures.lost, figures.forwarded) == (10, 5, {})
