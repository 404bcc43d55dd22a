"""The recorder's ear at a hub: with real hubs and uplinks, without a socket and without a clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from media.forwarder import Hub
from media.node_api import Source
from media.rtcp import SenderReport
from media.rtp import Packet
from media.rtp_clock import NTP_SECOND, SenderClock
from media.tap import Tap, TapPolicy
from media.uplink import Codec, Uplink
from recordings.writer_wire import Cause, Media
from tests.media.film import number_of, opus_packet, rtp_payloads, vp8_picture
from tests.media.packets import OPUS, VP8, Sink

SECOND = 1.0


@dataclass
class Paper:
    """Writes down what a tap hands out."""

    told: list[object] = field(default_factory=list)
    shifts: list[float] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    full: bool = False
    breaks: bool = False

    def begin(self, epoch: int, media: Media) -> None:
        self.told.append(("begin", epoch, media[:5]))

    def frame(
        self, at: float, shift: float, error: float, *, keyframe: bool, width: int, height: int, first: int, last: int, data: bytes
    ) -> bool:
        if self.breaks:
            raise RuntimeError("no pencil")
        self.told.append(number_of(data))
        self.at.append(at)
        self.shifts.append(shift)
        return not self.full

    def missing(self, lost: int, cause: Cause) -> None:
        self.told.append(("missing", lost, cause))

    def end(self) -> None:
        self.told.append("end")

    @property
    def numbers(self) -> list[int]:
        return [each for each in self.told if isinstance(each, int)]


class Studio:
    """One source that is tapped; time passes only by `send` and `wait`."""

    def __init__(self, source: Source = "camera", codec: Codec = VP8) -> None:
        self.hub = Hub("resident", source)
        self.uplink = Uplink(source, "0", codec, repairs=codec.kind == "video")
        self.hub.publish(self.uplink)
        self.paper = Paper()
        self.wishes: list[float] = []
        self.caught: list[BaseException] = []
        self.tap = Tap(source, lambda epoch: SenderClock(), self.paper, self._wish, self.caught.append)
        self.now = 100.0
        self.seq = 500
        self.hub.subscribe(self.tap, "recorder")
        self.hub.admit(self.tap, self.now)

    def _wish(self, now: float) -> None:
        self.wishes.append(now)
        self.hub.wish_keyframe(self.tap, now)

    def packets(self, number: int, *, key: bool = False, size: int = 350) -> list[Packet]:
        """The next frame's packets."""
        is_video = self.uplink.codec.kind == "video"
        payloads = rtp_payloads(vp8_picture(number, key=key, size=size), 100) if is_video else [opus_packet(number)]
        made = []
        for index, payload in enumerate(payloads):
            marker = 0x80 if is_video and index == len(payloads) - 1 else 0
            made.append(Packet(96, marker, self.seq & 0xFFFF, number * (3000 if is_video else 960), 1, payload))
            self.seq += 1
        return made

    def arrive(self, packets: list[Packet], *, recovered: bool = False) -> None:
        for packet in packets:
            if self.uplink.receive(packet, self.now, recovered=recovered):
                self.hub.take(self.uplink, packet, self.now, recovered=recovered)

    def send(self, numbers: range, *, key: bool = False) -> None:
        for number in numbers:
            self.arrive(self.packets(number, key=key and number == numbers.start))
            self.wait(1 / 30)

    def wait(self, seconds: float) -> None:
        """Time passes, with a tick every tenth of a second."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            self.now = min(end, self.now + 0.1)
            self.tap.tick(self.now)


def test_whole_pictures_come_out_in_order() -> None:
    studio = Studio()
    studio.send(range(20), key=True)
    assert studio.paper.told == [("begin", 1, "video"), *range(20)]
    assert studio.tap.sent == studio.hub.figures().received and studio.hub.figures().dropped == 0


def test_sound_comes_out_packet_by_packet() -> None:
    studio = Studio("microphone", OPUS)
    studio.send(range(20))
    assert studio.paper.told == [("begin", 1, "audio"), *range(20)]
    assert not studio.wishes


def test_what_is_repaired_is_in_its_place_and_no_loss() -> None:
    studio = Studio()
    studio.send(range(3), key=True)
    late = studio.packets(3)
    studio.arrive(late[:1] + late[2:])
    studio.send(range(4, 10))
    assert studio.paper.numbers == [0, 1, 2]
    studio.wait(0.3)
    studio.arrive(late[1:2], recovered=True)
    assert studio.paper.told == [("begin", 1, "video"), *range(10)]


def test_what_never_comes_costs_everything_up_to_the_next_keyframe_which_is_asked_for() -> None:
    studio = Studio()
    studio.send(range(3), key=True)
    lost = studio.packets(3)
    studio.arrive(lost[:1] + lost[2:])
    studio.send(range(4, 40))
    assert ("missing", 1, "loss") in studio.paper.told
    assert studio.wishes and studio.uplink.keyframes is not None and studio.uplink.keyframes.open
    studio.send(range(40, 45), key=True)
    assert studio.paper.numbers == [0, 1, 2, *range(40, 45)]


def test_sound_goes_on_after_a_loss() -> None:
    studio = Studio("microphone", OPUS)
    studio.send(range(3))
    studio.packets(3)
    studio.packets(4)
    studio.send(range(5, 40))
    assert studio.paper.told == [("begin", 1, "audio"), 0, 1, 2, ("missing", 2, "loss"), *range(5, 40)]


def test_a_loss_over_a_long_silence_was_the_line() -> None:
    studio = Studio("microphone", OPUS)
    studio.send(range(3))
    for number in range(3, 103):
        studio.packets(number)
    studio.wait(2.1)
    studio.send(range(103, 140))
    assert ("missing", 100, "line") in studio.paper.told


def test_a_pause_hands_out_what_is_here_and_what_comes_after_begins_anew() -> None:
    studio = Studio()
    studio.send(range(5), key=True)
    held = studio.packets(5)
    studio.arrive(held[:-1])
    studio.hub.set_state(on=True, held=True, now=studio.now)
    assert studio.paper.told == [("begin", 1, "video"), *range(5), "end"]
    studio.send(range(6, 20), key=True)
    studio.hub.set_state(on=True, held=False, now=studio.now)
    studio.send(range(20, 22))
    studio.send(range(22, 25), key=True)
    assert studio.paper.told[6:] == ["end", ("begin", 1, "video"), 22, 23, 24]


def test_the_next_epoch_is_named() -> None:
    studio = Studio()
    studio.send(range(3), key=True)
    studio.uplink = Uplink("camera", "0", VP8, repairs=True, epoch=2)
    studio.hub.publish(studio.uplink)
    studio.send(range(3, 6), key=True)
    assert studio.paper.told == [("begin", 1, "video"), 0, 1, 2, "end", ("begin", 2, "video"), 3, 4, 5]


def test_who_begins_late_gets_the_fresh_keyframe_at_the_time_it_came() -> None:
    studio = Studio()
    studio.hub.unsubscribe(studio.tap)
    studio.send(range(10), key=True)
    studio.hub.subscribe(studio.tap, "recorder")
    studio.hub.admit(studio.tap, studio.now)
    assert studio.paper.numbers == list(range(10))
    assert studio.paper.at[0] == pytest.approx(100.0), "not the moment of joining"


@pytest.mark.parametrize(("source", "every"), [("camera", 4.0), ("screen", 8.0), ("document", 8.0)])
def test_keyframes_are_asked_for_while_the_picture_changes(source: Source, every: float) -> None:
    studio = Studio(source)
    studio.send(range(1), key=True)
    studio.wait(20)
    assert not studio.wishes, "a still picture needs none"
    studio.send(range(1, 5), key=True)
    began = studio.now
    while not studio.wishes:
        studio.send(range(studio.seq, studio.seq + 1))
        assert studio.now < began + 20
    assert every - 0.2 <= studio.wishes[0] - began <= every + 0.3
    studio.send(range(studio.seq, studio.seq + 15))
    assert len(studio.wishes) == 1
    studio.send(range(studio.seq, studio.seq + 30))
    assert len(studio.wishes) == 2, "asked again after a second without one"


def test_other_codecs_are_not_recorded_and_are_counted() -> None:
    studio = Studio("camera", Codec("H264", "video", 90000, 102))
    for number in range(4):
        packet = Packet(102, 0x80, number, number * 3000, 1, b"\x65slice")
        studio.arrive([packet])
    assert studio.paper.told == []
    assert studio.hub.figures().dropped == 4


def test_a_refused_frame_asks_for_a_keyframe() -> None:
    studio = Studio()
    studio.paper.full = True
    studio.send(range(2), key=True)
    assert studio.wishes


def test_whatever_goes_wrong_in_the_recorder_the_others_get_their_packets() -> None:
    studio = Studio()
    sink = Sink()
    studio.hub.subscribe(sink.downlink, "clerk")
    studio.paper.breaks = True
    studio.send(range(10), key=True)
    assert len(sink.media) == studio.hub.figures().received
    assert {type(error) for error in studio.caught} == {RuntimeError}


def test_sender_reports_move_the_clock_but_not_what_was_said() -> None:
    studio = Studio()
    studio.send(range(10), key=True)
    ntp = int((3_990_000_000 + studio.now) * NTP_SECOND)
    report = SenderReport(1, ntp, 10 * 3000 + 4500, 0, 0)  # this picture is 50 ms older than it seemed
    studio.uplink.sender_report(report, studio.now)
    studio.wait(0.1)
    studio.send(range(13, 20))
    assert studio.paper.shifts[0] == 0.0
    assert studio.paper.shifts[-1] == pytest.approx(-0.050, abs=0.003)
    assert studio.paper.at == pytest.approx([100.0 + number / 30 for number in (*range(10), *range(13, 20))])


def test_patience_is_a_matter_of_policy() -> None:
    policy = TapPolicy()
    assert 0.4 <= policy.patience_unrepaired <= policy.patience <= 0.8
