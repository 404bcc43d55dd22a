"""VP8 packets become whole pictures or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.rtp import Packet
from media.vp8_frames import Assembler, Picture, descriptor_length
from tests.media.film import rtp_payloads, vp8_picture

SEQ = 70_000


def packets(pictures: list[bytes], *, markers: bool = True, packet: int = 100) -> list[Packet]:
    """The pictures as packets with numbers from SEQ on."""
    made: list[Packet] = []
    for index, picture in enumerate(pictures):
        payloads = rtp_payloads(picture, packet)
        for part, payload in enumerate(payloads):
            marker = 0x80 if markers and part == len(payloads) - 1 else 0
            one = Packet(96, marker, (SEQ + len(made)) & 0xFFFF, index * 3000, 1, payload)
            one.ext_seq = SEQ + len(made)
            made.append(one)
    return made


def push(assembler: Assembler, some: list[Packet]) -> list[Picture]:
    return [picture for packet in some for picture in assembler.push(packet)]


FILM = [vp8_picture(number, key=number % 5 == 0, size=350) for number in range(12)]


def test_pictures_come_out_as_they_went_in() -> None:
    found = push(Assembler(), packets(FILM))
    assert [picture.data for picture in found] == FILM
    assert [picture.key for picture in found] == [number % 5 == 0 for number in range(12)]
    assert [(picture.width, picture.height) for picture in found[:2]] == [(640, 360), (0, 0)]
    assert [(picture.first, picture.last) for picture in found[:2]] == [(SEQ, SEQ + 3), (SEQ + 4, SEQ + 7)]
    assert [picture.ts for picture in found] == [index * 3000 for index in range(12)]


def test_without_a_marker_a_picture_ends_where_the_next_begins() -> None:
    found = push(Assembler(), packets(FILM, markers=False))
    assert [picture.data for picture in found] == FILM[:-1]


def test_after_a_loss_nothing_comes_out_before_the_next_keyframe() -> None:
    assembler, all_packets = Assembler(), packets(FILM)
    before, after = all_packets[:9], all_packets[10:]  # a packet of the third picture is missing
    found = push(assembler, before)
    assembler.lost()
    assert assembler.broken
    found += push(assembler, after)
    assert [picture.data for picture in found] == [*FILM[:2], *FILM[5:]]
    assert not assembler.broken


def test_it_begins_with_a_keyframe() -> None:
    assembler = Assembler()
    assert push(assembler, packets(FILM[1:5])) == []
    assert assembler.broken and assembler.skipped == 16


def test_padding_is_no_loss() -> None:
    assembler, some = Assembler(), packets(FILM[:2])
    padding = Packet(96, 0, 0, 3000, 1, b"")
    found = push(assembler, [*some[:6], padding, *some[6:]])
    assert [picture.data for picture in found] == FILM[:2]


def test_packets_that_hold_no_picture_break_the_row() -> None:
    assembler = Assembler()
    push(assembler, packets(FILM[:1]))
    assert push(assembler, packets([b"\x00"])) == []
    assert assembler.broken


@pytest.mark.parametrize(
    ("descriptor", "length"),
    [
        ("10", 1),
        ("90 00", 2),
        ("90 80 11", 3),  # 7-bit picture id
        ("90 80 91 22", 4),  # 15-bit picture id
        ("90 40 05", 3),  # TL0PICIDX
        ("90 20 40", 3),  # TID
        ("90 10 01", 3),  # KEYIDX
        ("90 f0 91 22 05 41", 6),  # all of them
    ],
)
def test_the_descriptor_is_as_long_as_it_says(descriptor: str, length: int) -> None:
    head = bytes.fromhex(descriptor)
    assert descriptor_length(head + b"frame") == length
    assert all(descriptor_length(head[:cut]) in (-1, *range(1, cut)) for cut in range(len(head)))
    assert descriptor_length(head) == -1, "nothing follows it"


@given(st.lists(st.tuples(st.binary(max_size=40), st.booleans(), st.integers(0, 3)), max_size=40))
def test_nonsense_never_raises_and_never_becomes_a_picture_without_a_keyframe(nonsense: list[tuple[bytes, bool, int]]) -> None:
    assembler, seen_key = Assembler(), False
    for number, (payload, marker, ts) in enumerate(nonsense):
        packet = Packet(96, 0x80 if marker else 0, number, ts, 1, payload)
        for picture in assembler.push(packet):
            seen_key = seen_key or picture.key
            assert seen_key
