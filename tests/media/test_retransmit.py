"""What was sent is found again by its number, for a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.retransmit import SentPackets


@given(st.integers(0, 65535), st.integers(1, 3000))
def test_the_last_1024_packets_are_kept_over_the_wrap(start: int, count: int) -> None:
    kept = SentPackets()
    for offset in range(count):
        kept.keep((start + offset) & 0xFFFF, 97, 0, offset, -1, b"%d" % offset)
    for offset in range(max(0, count - 1024), count):
        sent = kept.find((start + offset) & 0xFFFF, 0.0)
        assert sent is not None and sent.payload == b"%d" % offset
    if count > 1024:
        assert kept.find((start + count - 1025) & 0xFFFF, 0.0) is None


def test_the_same_packet_does_not_go_out_twice_in_a_moment() -> None:
    kept = SentPackets()
    kept.keep(5, 97, 0, 0, -1, b"x")
    assert kept.find(5, 1.0) is not None
    assert kept.find(5, 1.005) is None
    assert kept.find(5, 1.02) is not None


def test_what_was_never_sent_is_not_found() -> None:
    assert SentPackets().find(5, 0.0) is None


def test_a_capacity_that_is_no_power_of_two_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="power of two"):
        SentPackets(1000)
