"""How long an Opus packet sounds: told by its first bytes, held against a decoder."""

from __future__ import annotations

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import opus
from recordings.opus import BadOpus
from tests.encoded import audio


def test_a_real_encoders_packets_sound_for_20_ms() -> None:
    decoder = av.CodecContext.create("opus", "r")
    decoder.sample_rate, decoder.layout = 48_000, "mono"
    for frame in audio(range(0, 200, 20)):
        (heard,) = decoder.decode(av.Packet(frame.data))
        assert opus.duration_us(frame.data) == 20_000 == heard.samples * 1_000_000 // 48_000


@pytest.mark.parametrize(
    ("packet", "microseconds"),
    [
        # RFC 6716, table 2: configuration in the upper five bits, number of frames in the lower two.
        (bytes([0 << 3]), 10_000), (bytes([3 << 3]), 60_000), (bytes([11 << 3]), 60_000), (bytes([12 << 3]), 10_000), (bytes([15 << 3]), 20_000),
        (bytes([16 << 3]), 2_500), (bytes([29 << 3]), 5_000), (bytes([31 << 3]), 20_000), (bytes([31 << 3 | 1]), 40_000), (bytes([31 << 3 | 2]), 40_000),
        (bytes([31 << 3 | 3, 6]), 120_000), (bytes([16 << 3 | 3, 0x80 | 48]), 120_000), (bytes([3 << 3 | 3, 2]), 120_000),
    ],
)  # fmt: skip
def test_the_table(packet: bytes, microseconds: int) -> None:
    assert opus.duration_us(packet) == microseconds


@pytest.mark.parametrize("packet", [b"", bytes([31 << 3 | 3]), bytes([31 << 3 | 3, 0]), bytes([31 << 3 | 3, 7]), bytes([3 << 3 | 3, 3])])
def test_what_is_no_packet_is_refused(packet: bytes) -> None:
    with pytest.raises(BadOpus):
        opus.duration_us(packet)


@given(st.binary(max_size=4))
def test_whatever_comes_sounds_for_a_possible_time_or_is_refused(packet: bytes) -> None:
    try:
        found = opus.duration_us(packet)
    except BadOpus:
        return
    assert 2_500 <= found <= 120_000 and found % 2_500 == 0
