"""RTCP: written and read back, read alike by another implementation, and malformed bytes refused by one kind of error."""

from __future__ import annotations

import pytest
from aiortc import rtp as reference
from hypothesis import given
from hypothesis import strategies as st

from media import rtcp

u8, u32, u64 = st.integers(0, 255), st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
blocks = st.builds(rtcp.Block, u32, u8, st.integers(-(2**23), 2**23 - 1), u32, u32, u32, u32)


@given(u32, u64, u32, u32, u32, st.lists(blocks, max_size=4))
def test_a_sender_report_comes_back(ssrc: int, ntp: int, ts: int, packets: int, octets: int, about: list[rtcp.Block]) -> None:
    report = rtcp.SenderReport(ssrc, ntp, ts, packets, octets, tuple(about))
    assert rtcp.parse(rtcp.write_sender_report(report)) == [report]


@given(u32, st.lists(blocks, max_size=31))
def test_a_receiver_report_with_a_name_comes_back(ssrc: int, about: list[rtcp.Block]) -> None:
    data = rtcp.write_receiver_report(ssrc, about) + rtcp.write_names([(ssrc, "name")])
    assert rtcp.parse(data) == [rtcp.ReceiverReport(ssrc, tuple(about))]
    theirs = reference.RtcpPacket.parse(data)
    assert [type(packet).__name__ for packet in theirs] == ["RtcpRrPacket", "RtcpSdesPacket"]
    assert theirs[1].chunks[0].items == [(1, b"name")]
    assert [r.packets_lost for r in theirs[0].reports] == [block.lost for block in about]


@given(st.sets(st.integers(0, 65535), min_size=1, max_size=60), st.integers(0, 65535))
def test_every_missed_number_is_named_once(numbers: set[int], origin: int) -> None:
    seqs = sorted(numbers, key=lambda seq: (seq - origin) & 0xFFFF)
    data = rtcp.write_nack(1, 2, seqs)
    (nack,) = rtcp.parse(data)
    assert isinstance(nack, rtcp.Nack)
    assert (nack.media, set(nack.seqs)) == (2, numbers)
    assert len(nack.seqs) == len(numbers)
    assert {seq & 0xFFFF for seq in reference.RtcpPacket.parse(data)[0].lost} == numbers


@given(st.integers(0, 2**40), st.lists(u32, max_size=5))
def test_a_limit_loses_less_than_its_eighteenth_bit(bitrate: int, media: list[int]) -> None:
    (remb,) = rtcp.parse(rtcp.write_remb(9, bitrate, tuple(media)))
    assert isinstance(remb, rtcp.Remb)
    assert remb.media == tuple(media)
    assert bitrate * (1 - 2**-17) - 1 < remb.bitrate <= bitrate


def test_both_ways_to_ask_for_a_keyframe() -> None:
    assert rtcp.parse(rtcp.write_pli(1, 2)) == [rtcp.KeyframeRequest((2,))]
    fir = bytes([0x84, 206, 0, 6]) + b"\0\0\0\1" + b"\0\0\0\0" + b"\0\0\0\2" + b"\x07\0\0\0" + b"\0\0\0\3" + b"\1\0\0\0"
    assert rtcp.parse(fir) == [rtcp.KeyframeRequest((2, 3))]


def test_a_goodbye_and_what_we_do_not_know() -> None:
    unknown = bytes([0x80, 204, 0, 1]) + b"abcd"
    bye = bytes([0x82, 203, 0, 2]) + b"\0\0\0\5\0\0\0\6"
    padded = bytes([0xA0, 201, 0, 2]) + b"\0\0\0\1" + b"\0\0\0\4"
    assert rtcp.parse(unknown + bye + padded) == [rtcp.Bye((5, 6)), rtcp.ReceiverReport(1, ())]


@pytest.mark.parametrize(
    "data",
    [
        b"\x80",
        b"\x00\xc8\0\0",
        b"\x80\xc8\0\1",
        b"\x80\xc8\0\1abcd",
        b"\x81\xc9\0\1abcd",
        b"\x82\xcb\0\1abcd",
        b"\x81\xcd\0\0",
        b"\x81\xce\0\1abcd",
        b"\xa0\xc9\0\1abc\0",
        b"\xa0\xc9\0\1abc\x09",
        b"\xa0\xc9\0\0",
        b"\x8f\xce\0\4" + bytes(8) + b"REMB\xff\0\0\0",
    ],
)
def test_what_is_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(rtcp.BadRtcp):
        rtcp.parse(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_messages_or_refused(data: bytes) -> None:
    try:
        rtcp.parse(b"\x81" + data)
    except rtcp.BadRtcp:
        return


@given(st.sampled_from([200, 201, 203, 205, 206]), st.integers(0, 31), st.binary(max_size=30).map(lambda b: b + bytes(-len(b) % 4)))
def test_any_body_is_a_message_or_refused(kind: int, count: int, body: bytes) -> None:
    try:
        rtcp.parse(bytes([0x80 | count, kind]) + (len(body) // 4).to_bytes(2) + body)
    except rtcp.BadRtcp:
        return


def test_rtcp_is_told_from_rtp_by_its_second_byte() -> None:
    assert [kind for kind in range(256) if rtcp.is_rtcp(kind)] == list(range(192, 224))
