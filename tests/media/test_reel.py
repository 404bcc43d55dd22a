"""What one publication tells the writer: runs and why they end, session time, and what is said when there is no room."""

from __future__ import annotations

from itertools import count

from media.reel import Reel
from media.writer_line import WriterLine
from recordings.writer_wire import EndRun, Frame, Message, Missing, OpenTrack

ZERO = 1000.0
VIDEO, AUDIO = "video/webm;codecs=vp8", "audio/webm;codecs=opus"


class Line(WriterLine):
    """Keeps what is told."""

    def __init__(self) -> None:
        super().__init__(lambda message: None, lambda error: None)
        self.told: list[Message] = []
        self.has_room = True
        self.is_roomy = True

    def tell(self, message: Message) -> None:
        self.told.append(message)

    def frame(self, frame: Frame) -> bool:
        if self.has_room:
            self.told.append(frame)
        return self.has_room

    @property
    def roomy(self) -> bool:
        return self.is_roomy


class Desk:
    def __init__(self) -> None:
        self.line = Line()
        self.claimed: list[int] = []
        self.reel = Reel(self.line, "s-20261123-0001", "resident.camera", ZERO, count(7), self.claimed.append)
        self.seq = 0

    def show(self, at: float, *, key: bool = False, packets: int = 3) -> bool:
        self.seq += packets
        return self.reel.frame(
            at, -0.0124, 0.0061, keyframe=key, width=640, height=360, first=self.seq - packets + 1, last=self.seq, data=b"picture"
        )

    def heard(self) -> list[Message]:
        told, self.line.told = self.line.told, []
        return told


def test_frames_carry_session_time_in_whole_milliseconds() -> None:
    desk = Desk()
    desk.reel.begin(1, VIDEO)
    assert desk.show(ZERO + 1.2341, key=True)
    assert desk.heard() == [
        OpenTrack(7, "s-20261123-0001", "resident.camera", 1, VIDEO),
        Frame(7, 1234, -12, 6, True, 640, 360, 1, 3, b"picture"),
    ]
    assert desk.claimed == [7]


def test_a_line_that_broke_is_due_until_the_next_epoch() -> None:
    desk = Desk()
    desk.reel.begin(1, VIDEO)
    desk.reel.end()
    desk.reel.begin(2, VIDEO)
    assert desk.heard() == [
        OpenTrack(7, "s-20261123-0001", "resident.camera", 1, VIDEO),
        EndRun(7, False, "epoch", None),
        OpenTrack(8, "s-20261123-0001", "resident.camera", 2, VIDEO),
        Missing(8, 0, "line", None),
    ]


def test_another_stream_of_the_same_epoch_is_a_change_of_source() -> None:
    desk = Desk()
    desk.reel.begin(1, VIDEO)
    desk.reel.end()
    desk.reel.begin(1, VIDEO)
    assert desk.heard()[-2:] == [OpenTrack(7, "s-20261123-0001", "resident.camera", 1, VIDEO), Missing(7, 0, "source-change", None)]


def test_a_hold_is_excused_and_afterwards_a_keyframe_is_due() -> None:
    desk = Desk()
    desk.reel.begin(1, VIDEO)
    desk.reel.excuse("hold", ZERO + 5)
    desk.reel.end()
    desk.reel.resume(ZERO + 9)
    desk.reel.begin(1, VIDEO)
    assert desk.heard()[1:] == [
        EndRun(7, True, "hold", 5000),
        OpenTrack(7, "s-20261123-0001", "resident.camera", 1, VIDEO),
        Missing(7, 0, "no-keyframe", 9000),
    ]


def test_who_sends_nothing_after_a_hold_owes_from_its_end_until_the_room_closes() -> None:
    desk = Desk()
    desk.reel.begin(1, VIDEO)
    desk.reel.excuse("hold", ZERO + 5)
    desk.reel.end()
    desk.reel.resume(ZERO + 9)
    desk.reel.excuse("room", ZERO + 20)
    assert desk.heard()[2:] == [Missing(7, 0, "no-keyframe", 9000), EndRun(7, True, "room", 20000)]


def test_who_leaves_after_the_line_broke_owes_until_then_and_no_longer() -> None:
    desk = Desk()
    desk.reel.begin(1, VIDEO)
    desk.reel.end()
    desk.reel.excuse("epoch", ZERO + 3)
    assert desk.heard()[1:] == [EndRun(7, False, "epoch", None), EndRun(7, True, "epoch", 3000)]
    desk.reel.begin(2, VIDEO)
    assert desk.heard() == [OpenTrack(8, "s-20261123-0001", "resident.camera", 2, VIDEO)]


def test_who_never_sent_anything_owes_nothing() -> None:
    desk = Desk()
    desk.reel.excuse("hold", ZERO)
    desk.reel.resume(ZERO + 1)
    desk.reel.excuse("epoch", ZERO + 2)
    assert desk.heard() == []


def test_without_room_whole_frames_are_dropped_until_a_keyframe_finds_room_and_counted() -> None:
    desk = Desk()
    desk.reel.begin(1, VIDEO)
    desk.show(ZERO, key=True)
    desk.line.has_room = desk.line.is_roomy = False
    assert not desk.show(ZERO + 1)
    assert desk.show(ZERO + 2), "no keyframe is asked for while there is no room"
    desk.line.has_room = True
    assert desk.show(ZERO + 3, key=True)
    desk.line.is_roomy = True
    assert not desk.show(ZERO + 4), "there is room, but no keyframe"
    assert desk.show(ZERO + 5, key=True)
    told = desk.heard()[2:]
    assert told[0] == Missing(7, 12, "writer-overflow", None)
    assert isinstance(told[1], Frame) and (told[1].at, told[1].first) == (5000, 16)


def test_what_was_dropped_is_told_even_when_the_run_ends_before_there_is_room() -> None:
    desk = Desk()
    desk.reel.begin(1, AUDIO)
    desk.line.has_room = False
    desk.show(ZERO, key=True, packets=1)
    desk.reel.excuse("room", ZERO + 1)
    desk.reel.end()
    assert desk.heard()[1:] == [Missing(7, 1, "writer-overflow", None), EndRun(7, True, "room", 1000)]
