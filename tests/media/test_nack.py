"""Which packets are asked for again, how often, and when that ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.nack import NackList, NackPolicy


def test_a_gap_is_asked_for_at_once_and_until_it_is_filled() -> None:
    nacks = NackList()
    for seq in (10, 11, 14):
        nacks.received(seq, 0.0)
    assert nacks.due(0.0, 0.05) == ([12, 13], 0)
    assert nacks.due(0.04, 0.05) == ([], 0)
    assert nacks.received(12, 0.045) is True
    assert nacks.due(0.05, 0.05) == ([13], 0)
    assert nacks.received(13, 0.06) is True
    assert nacks.received(13, 0.07) is False
    assert (len(nacks), nacks.next_due()) == (0, None)


def test_a_lost_packet_is_asked_for_ten_times_a_round_trip_apart_and_then_given_up() -> None:
    nacks = NackList()
    nacks.received(1, 0.0)
    nacks.received(3, 0.0)
    asked, given_up, now = [], 0, 0.0
    while len(nacks):
        due, gone = nacks.due(now, 0.06)
        asked += [now] * len(due)
        given_up += gone
        now = round(now + 0.005, 3)
    assert asked == [round(0.06 * n, 3) for n in range(10)]
    assert given_up == 1


def test_on_a_slow_line_patience_ends_the_asking() -> None:
    nacks = NackList(NackPolicy(patience=2.0))
    nacks.received(1, 0.0)
    nacks.received(3, 0.0)
    assert nacks.due(0.0, 0.8)[0] == nacks.due(0.8, 0.8)[0] == nacks.due(1.6, 0.8)[0] == [2]
    assert nacks.due(2.5, 0.8) == ([], 1)


def test_a_short_round_trip_does_not_make_it_hasty() -> None:
    nacks = NackList()
    nacks.received(1, 0.0)
    nacks.received(3, 0.0)
    nacks.due(0.0, 0.001)
    assert nacks.next_due() == 0.02


def test_an_outage_is_no_gap_to_be_filled() -> None:
    nacks = NackList()
    nacks.received(1, 0.0)
    nacks.received(3, 0.0)
    nacks.received(2000, 1.0)
    assert nacks.outage and len(nacks) == 0


@given(st.permutations(range(60)), st.sets(st.integers(0, 59), max_size=20))
def test_what_came_is_never_missing_whatever_the_order(order: list[int], lost: set[int]) -> None:
    nacks = NackList()
    came = [seq for seq in order if seq not in lost]
    for seq in came:
        nacks.received(seq, 0.0)
    if came:
        missing, _ = nacks.due(0.0, 0.02)
        first = came[0]
        assert set(missing) == {seq for seq in lost if first < seq < max(came)}
        assert missing == sorted(missing)
