"""RTP headers: what is written is read back, whatever the extensions; malformed bytes are refused by one kind of error."""

from __future__ import annotations

import pytest
from aiortc import rtp as reference
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from hypothesis import given
from hypothesis import strategies as st

from media.rtp import (
    ABS_SEND_TIME_URI,
    AUDIO_LEVEL_URI,
    MID_URI,
    BadRtp,
    ExtensionIds,
    HeaderWriter,
    Packet,
    parse,
    send_time,
    unwrap,
    unwrap_retransmission,
    wrap_retransmission,
)

IDS = ExtensionIds(mid=4, abs_send_time=2, audio_level=1)
number = st.integers
maybe_id = st.integers(0, 14)


@st.composite
def ids(draw: st.DrawFn) -> ExtensionIds:
    chosen = draw(st.lists(st.integers(1, 14), min_size=3, max_size=3, unique=True))
    return ExtensionIds(*(one if draw(st.booleans()) else 0 for one in chosen))


@given(
    ids=ids(),
    mid=st.text("abc019-_", min_size=1, max_size=16),
    pt=number(96, 127),
    marker=st.sampled_from((0, 0x80)),
    seq=number(0, 65535),
    ts=number(0, 2**32 - 1),
    ssrc=number(0, 2**32 - 1),
    seconds=st.floats(0, 1e6),
    level=number(-1, 255),
    payload=st.binary(max_size=60),
)
def test_what_is_written_is_read_back(
    ids: ExtensionIds,
    mid: str,
    pt: int,
    marker: int,
    seq: int,
    ts: int,
    ssrc: int,
    seconds: float,
    level: int,
    payload: bytes,
) -> None:
    stamp = send_time(seconds)
    data = HeaderWriter(ssrc, mid, ids).write(pt, marker, seq, ts, stamp, level, payload)
    packet = parse(data, len(data), ids)
    assert (packet.payload_type, packet.marker, packet.seq, packet.ts, packet.ssrc, packet.payload) == (
        pt,
        marker,
        seq,
        ts,
        ssrc,
        payload,
    )
    assert packet.mid == (mid if ids.mid else None)
    assert packet.abs_send_time == (int.from_bytes(stamp) if ids.abs_send_time else -1)
    assert packet.audio_level == (level if ids.audio_level and level >= 0 else -1)


@given(ids=ids(), payload=st.binary(max_size=60), seq=number(0, 65535))
def test_another_implementation_reads_the_same(ids: ExtensionIds, payload: bytes, seq: int) -> None:
    theirs = reference.HeaderExtensionsMap()
    uris = zip(ids, (MID_URI, ABS_SEND_TIME_URI, AUDIO_LEVEL_URI), strict=True)
    theirs.configure(RTCRtpParameters(headerExtensions=[RTCRtpHeaderExtensionParameters(id=n, uri=uri) for n, uri in uris if n]))
    data = HeaderWriter(77, "mid", ids).write(97, 0x80, seq, 1234, b"\1\2\3", 0x93, payload)
    packet = reference.RtpPacket.parse(data, theirs)
    assert (packet.sequence_number, packet.marker, packet.payload) == (seq, 1, payload)
    assert packet.extensions.mid == ("mid" if ids.mid else None)
    assert packet.extensions.abs_send_time == (0x010203 if ids.abs_send_time else None)
    assert packet.extensions.audio_level == ((True, 0x13) if ids.audio_level else None)


def test_two_byte_extensions_padding_and_contributors_are_understood() -> None:
    head = bytes([0x80 | 0x20 | 0x10 | 2, 97]) + bytes(6) + bytes(4) + bytes(8)
    extension = b"\x10\x00\x00\x03" + b"\x04\x01x" + b"\x00" + b"\x02\x03\0\1\2" + b"\x07\x00" + b"\x00"
    packet = parse(head + extension + b"payload" + b"\0\0\3", len(head + extension) + 10, IDS)
    assert (packet.payload, packet.mid, packet.abs_send_time) == (b"payload", "x", 258)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80" * 11,
        b"\x00" + bytes(11),
        b"\xc0" + bytes(11),
        b"\x8f" + bytes(11),
        b"\x90" + bytes(11),
        b"\x90" + bytes(11) + b"\xbe\xde\0\1",
        b"\x90" + bytes(11) + b"\xbe\xde\0\1" + b"\x43ab\0",
        b"\x90" + bytes(11) + b"\x10\0\0\1" + b"\4\xffab",
        b"\xa0" + bytes(11) + b"a\0",
        b"\xa0" + bytes(11) + b"a\x0e",
        b"\x90" + bytes(11) + b"\x10\0\0\1" + b"\0\0\0\4",
    ],
)
def test_what_is_no_packet_is_refused(data: bytes) -> None:
    with pytest.raises(BadRtp):
        parse(data, len(data), IDS)


@given(st.binary(max_size=120), ids())
def test_any_bytes_are_a_packet_or_refused(data: bytes, ids: ExtensionIds) -> None:
    try:
        packet = parse(data, len(data), ids)
    except BadRtp:
        return
    assert len(packet.payload) <= len(data) - 12


@given(seq=number(0, 65535), payload=st.binary(min_size=1, max_size=50))
def test_a_retransmission_holds_the_packet_that_was_lost(seq: int, payload: bytes) -> None:
    carried = Packet(98, 0x80, 5, 1000, 2, wrap_retransmission(seq, payload))
    original = unwrap_retransmission(carried, 1, 97)
    assert original is not None
    assert (original.seq, original.ssrc, original.payload_type, original.ts, original.marker, original.payload) == (
        seq,
        1,
        97,
        1000,
        0x80,
        payload,
    )
    assert unwrap_retransmission(Packet(98, 0, 5, 1000, 2, b"\0\1"), 1, 97) is None


@given(start=number(0, 2**40), step=number(-(2**15) + 1, 2**15 - 1))
def test_numbers_unwrap_to_the_nearest(start: int, step: int) -> None:
    assert unwrap((start + step) & 0xFFFF, start) == start + step


def test_send_time_wraps_every_64_seconds() -> None:
    assert send_time(1.5) == (3 << 17).to_bytes(3)
    assert send_time(65.5) == send_time(1.5)
