"""A source as a consumer gets it: numbers of its own, without a jump, repaired from what was sent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.rtcp import Block, SenderReport
from media.rtp import Packet
from media.uplink import Uplink
from tests.media.packets import Sink, camera, microphone, picture, sound

STAMP = b"\1\2\3"


def take(uplink: Uplink, packet: Packet, now: float = 0.0) -> Packet:
    uplink.receive(packet, now, recovered=False)
    return packet


def test_ssrc_number_type_mid_and_send_time_are_the_consumers_and_the_timestamp_is_the_sources() -> None:
    uplink, sink = camera(), Sink()
    packet = take(uplink, picture(7, key=True, ts=4242))
    assert sink.downlink.begin(packet, 0.0)
    sink.downlink.forward(packet, 0.0, STAMP)
    (sent,) = sink.packets
    assert (sent.ssrc, sent.seq, sent.payload_type, sent.marker, sent.ts) == (1000, 65530, 120, 0x80, 4242)
    assert (sent.mid, sent.abs_send_time, sent.payload) == ("5", 0x010203, packet.payload)


@given(st.integers(0, 65535), st.permutations(range(40)), st.sets(st.integers(1, 39), max_size=10))
def test_order_and_gaps_are_kept_over_the_wrap(start: int, order: list[int], lost: set[int]) -> None:
    uplink, sink = microphone(), Sink("microphone")
    first = take(uplink, sound(start))
    sink.downlink.begin(first, 0.0)
    sink.downlink.forward(first, 0.0, STAMP)
    came = [offset for offset in order if offset and offset not in lost]
    for offset in came:
        sink.downlink.forward(take(uplink, sound(start + offset)), 0.0, STAMP)
    base = sink.packets[0].seq
    assert [(packet.seq - base) & 0xFFFF for packet in sink.packets] == [0, *came]
    assert [packet.ts for packet in sink.packets[1:]] == [(start + offset) * 960 & 0xFFFFFFFF for offset in came]


def test_what_is_older_than_the_beginning_or_of_another_stream_does_not_flow() -> None:
    uplink, sink = camera(), Sink()
    older, first = take(uplink, picture(6)), take(uplink, picture(7, key=True))
    sink.downlink.begin(first, 0.0)
    sink.downlink.forward(older, 0.0, STAMP)
    sink.downlink.forward(take(camera(), picture(8)), 0.0, STAMP)
    assert sink.packets == []


def test_after_a_pause_the_numbers_run_on_and_the_clock_of_the_same_stream_is_kept() -> None:
    uplink, sink = camera(), Sink()
    for seq, now in ((1, 0.0), (2, 0.1)):
        packet = take(uplink, picture(seq, key=seq == 1, ts=seq * 9000), now)
        if sink.downlink.waiting:
            sink.downlink.begin(packet, now)
        sink.downlink.forward(packet, now, STAMP)
    sink.downlink.pause()
    back = take(uplink, picture(50, key=True, ts=50 * 9000), 5.0)
    sink.downlink.begin(back, 5.0)
    sink.downlink.forward(back, 5.0, STAMP)
    assert [packet.ts for packet in sink.packets] == [9000, 18000, 450000]
    assert sink.is_continuous()


@given(st.integers(0, 2**32 - 1), st.integers(0, 65535), st.floats(0.001, 60))
def test_another_stream_goes_on_by_the_time_that_passed(ts: int, seq: int, pause: float) -> None:
    old, new, sink = camera(), camera(), Sink()
    packet = take(old, picture(3, key=True, ts=2**32 - 5))
    sink.downlink.begin(packet, 10.0)
    sink.downlink.forward(packet, 10.0, STAMP)
    sink.downlink.pause()
    later = take(new, Packet(96, 0, seq, ts, 77, b"\x10\x00"))
    sink.downlink.begin(later, 10.0 + pause)
    sink.downlink.forward(later, 10.0 + pause, STAMP)
    first, second = sink.packets
    assert second.seq == first.seq + 1 & 0xFFFF
    assert abs(((second.ts - first.ts) & 0xFFFFFFFF) - pause * 90000) <= 1.5


def test_a_codec_that_the_consumer_has_not_does_not_begin() -> None:
    from media.downlink import PayloadTypes

    sink = Sink(types=PayloadTypes(H264=(102, None)))
    assert not sink.downlink.begin(take(camera(), picture(1, key=True)), 0.0)


def flowing(count: int, source: str = "camera") -> tuple[Uplink, Sink]:
    uplink, sink = (camera() if source == "camera" else microphone()), Sink(source)
    for seq in range(count):
        packet = take(uplink, picture(seq, key=seq == 0) if source == "camera" else sound(seq), seq * 0.02)
        if sink.downlink.waiting:
            sink.downlink.begin(packet, 0.0)
        sink.downlink.forward(packet, seq * 0.02, STAMP)
    return uplink, sink


def test_a_missed_packet_is_repeated_as_rtx_with_its_number_inside() -> None:
    _, sink = flowing(10)
    missed = sink.packets[4]
    sink.downlink.repair((missed.seq, 12345), 1.0, STAMP)
    repeated = sink.packets[10]
    assert len(sink.packets) == 11
    assert (repeated.ssrc, repeated.payload_type, repeated.ts, repeated.marker) == (2000, 121, missed.ts, missed.marker)
    assert repeated.payload == missed.seq.to_bytes(2) + missed.payload
    sink.downlink.repair((missed.seq,), 1.1, STAMP)
    assert sink.packets[11].seq == repeated.seq + 1 & 0xFFFF
    assert (sink.downlink.sent, sink.downlink.repaired) == (10, 2)


def test_without_rtx_it_is_repeated_as_it_was() -> None:
    _, sink = flowing(5, "microphone")
    missed = sink.packets[2]
    sink.downlink.repair((missed.seq,), 1.0, STAMP)
    repeated = sink.packets[5]
    assert (repeated.ssrc, repeated.seq, repeated.ts, repeated.payload) == (missed.ssrc, missed.seq, missed.ts, missed.payload)


def test_a_long_list_of_missed_packets_does_not_become_a_flood() -> None:
    _, sink = flowing(300)
    sink.downlink.repair(tuple(packet.seq for packet in sink.packets[:300]), 100.0, STAMP)
    assert sink.downlink.repaired == 64


def test_what_could_not_leave_is_counted() -> None:
    uplink, sink = flowing(3)
    sink.refuses = True
    sink.downlink.forward(take(uplink, picture(3), 1.0), 1.0, STAMP)
    assert (sink.downlink.sent, sink.downlink.dropped) == (3, 1)


def test_the_sources_clock_is_told_in_the_consumers_numbers_each_second() -> None:
    uplink, sink = flowing(3)
    assert sink.downlink.report_due(0.1) is None
    uplink.sender_report(SenderReport(1, 1000 << 32, 6000, 3, 99), 0.1)
    first = sink.downlink.report_due(0.2)
    assert first is not None and (first.ssrc, first.packets, first.octets) == (1000, 3, sum(map(len, sink.payloads)))
    assert abs((first.ntp - (1000 << 32)) / 2**32 - 0.1) < 1e-6 and first.rtp == 6000 + 9000
    assert sink.downlink.report_due(0.9) is None
    carried_on = sink.downlink.report_due(1.2)
    assert carried_on is not None and abs(carried_on.rtp - 6000 - 1.1 * 90000) <= 2
    uplink.sender_report(SenderReport(1, 1001 << 32, 96000, 3, 99), 1.3)
    assert sink.downlink.report_due(1.3) is not None
    sink.downlink.pause()
    assert sink.downlink.report_due(9.0) is None


def test_another_streams_clock_is_told_in_the_same_numbers() -> None:
    _, sink = flowing(3)
    other = camera()
    sink.downlink.pause()
    packet = take(other, picture(900, key=True, ssrc=5, ts=1_000_000), 2.0)
    sink.downlink.begin(packet, 2.0)
    sink.downlink.forward(packet, 2.0, STAMP)
    other.sender_report(SenderReport(5, 7 << 32, 1_000_000, 1, 1), 2.0)
    report = sink.downlink.report_due(2.0)
    assert report is not None and report.rtp == sink.packets[-1].ts


def test_the_consumers_report_gives_loss_and_round_trip() -> None:
    uplink, sink = flowing(3)
    uplink.sender_report(SenderReport(1, 1000 << 32, 6000, 3, 99), 0.1)
    report = sink.downlink.report_due(0.1)
    assert report is not None
    sink.downlink.heard(Block(1000, 30, 0, 0, 0, report.ntp >> 16 & 0xFFFFFFFF, 32768), 0.75)
    assert sink.downlink.fraction_lost == 30
    assert sink.downlink.round_trip is not None and abs(sink.downlink.round_trip - 0.15) < 1e-4
