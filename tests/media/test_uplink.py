"""A source as it arrives: put in order, counted once, repaired, and its keyframes remembered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.rtcp import SenderReport
from media.rtp import Packet
from tests.media.packets import camera, microphone, picture, sound


def test_a_duplicate_is_taken_once() -> None:
    uplink = camera()
    assert uplink.receive(picture(5, key=True), 0.0, recovered=False)
    assert not uplink.receive(picture(5, key=True), 0.0, recovered=False)
    assert not uplink.receive(picture(5, key=True), 0.0, recovered=True)
    assert uplink.statistics.received == 1


@given(st.integers(0, 65535), st.permutations(range(30)))
def test_unwrapped_numbers_follow_the_order_of_sending(start: int, order: list[int]) -> None:
    uplink = camera()
    packets = {offset: picture(start + offset) for offset in order}
    for offset in order:
        uplink.receive(packets[offset], 0.0, recovered=False)
    base = packets[0].ext_seq
    assert [packets[offset].ext_seq - base for offset in range(30)] == list(range(30))
    assert uplink.lost == 0


def test_what_is_missing_is_asked_for_and_sound_is_not() -> None:
    video, audio = camera(), microphone()
    for seq in (65534, 65535, 2):
        video.receive(picture(seq), 0.0, recovered=False)
        audio.receive(sound(seq), 0.0, recovered=False)
    assert video.nacks_due(0.0, 0.05) == [0, 1]
    assert audio.nacks_due(0.0, 0.05) == []


def test_giving_up_costs_a_keyframe() -> None:
    uplink = camera()
    uplink.receive(picture(1, key=True), 0.0, recovered=False)
    uplink.receive(picture(3), 0.0, recovered=False)
    assert uplink.keyframes is not None
    for tick in range(12):
        uplink.nacks_due(tick * 0.1, 0.05)
    assert uplink.keyframes.due(1.2)
    assert uplink.lost == 1


def test_the_last_keyframe_and_what_followed_can_be_shown_for_a_second() -> None:
    uplink = camera()
    packets = [picture(seq, key=seq in (3, 6)) for seq in range(10)]
    for packet in packets:
        uplink.receive(packet, 0.0, recovered=False)
    assert uplink.since_keyframe(0.5) == packets[6:]
    assert uplink.since_keyframe(1.5) == []
    uplink.forget()
    assert uplink.since_keyframe(0.5) == []


def test_a_gap_after_the_keyframe_is_left_out_of_what_is_shown() -> None:
    uplink = camera()
    for seq in (0, 1, 3):
        uplink.receive(picture(seq, key=seq == 0), 0.0, recovered=False)
    assert [packet.seq for packet in uplink.since_keyframe(0.1)] == [0, 1, 3]


def test_another_ssrc_or_numbers_far_away_are_another_stream() -> None:
    uplink = camera()
    uplink.receive(picture(1, key=True), 0.0, recovered=False)
    uplink.receive(picture(3), 0.0, recovered=False)
    first = uplink.stream
    other = picture(7, ssrc=99)
    assert uplink.receive(other, 0.1, recovered=False)
    assert uplink.stream is not first and other.stream is uplink.stream
    again = picture(30_000, ssrc=99)
    assert uplink.receive(again, 0.2, recovered=False)
    assert again.stream is uplink.stream is not other.stream
    assert uplink.lost == 1
    assert uplink.since_keyframe(0.2) == []


def test_a_repair_never_begins_a_stream() -> None:
    uplink = camera()
    assert not uplink.receive(picture(1, key=True), 0.0, recovered=True)
    uplink.receive(picture(1, key=True), 0.0, recovered=False)
    assert not uplink.receive(picture(30_000), 0.0, recovered=True)
    assert uplink.statistics.received == 1


def test_the_clock_of_the_source_is_kept_with_its_stream() -> None:
    uplink = camera()
    uplink.receive(picture(1, key=True), 0.0, recovered=False)
    uplink.sender_report(SenderReport(99, 1, 2, 3, 4), 0.5)
    assert uplink.stream.report is None
    report = SenderReport(1, 1, 2, 3, 4)
    uplink.sender_report(report, 0.5)
    assert uplink.stream.report == (report, 0.5)


def test_there_is_nothing_to_report_before_the_first_packet() -> None:
    uplink = microphone()
    assert uplink.block(0.0, at_least=0) is None
    uplink.receive(sound(1), 0.0, recovered=False)
    block = uplink.block(0.0, at_least=25)
    assert block is not None and (block.ssrc, block.fraction) == (2, 25)


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(1, 3), st.booleans(), st.binary(max_size=5)), max_size=60))
def test_any_packets_in_any_order_leave_the_counts_consistent(steps: list[tuple[int, int, bool, bytes]]) -> None:
    uplink = camera()
    taken = 0
    for number, (seq, ssrc, recovered, payload) in enumerate(steps):
        taken += uplink.receive(Packet(96, 0, seq, 0, ssrc, payload), number * 0.01, recovered=recovered)
        uplink.nacks_due(number * 0.01, 0.05)
    assert uplink.statistics.received <= taken <= len(steps)
    assert uplink.lost >= 0
