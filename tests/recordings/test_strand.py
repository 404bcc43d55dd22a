"""One publication on the writer's side: segments begin and end as the rules say, silences are explained, over epochs and lives."""

from __future__ import annotations

from typing import Any

from recordings import writer_wire as wire
from recordings.segment_facts import Missed
from recordings.strand import Strand
from tests.media.film import opus_packet, vp8_picture

VIDEO: wire.Media = "video/webm;codecs=vp8"
AUDIO: wire.Media = "audio/webm;codecs=opus"
SESSION = "s-20261123-0001"


class Segment:
    """Stands in for a scribe: keeps what it is given."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        self.pieces: list[bytes] = []
        self.marks: list[Any] = []
        self.ended: Any = None
        self.known_end = 0
        self.failed = False

    def add(self, clear: bytes, last: bool, mark: Any) -> None:
        assert self.ended is None
        self.pieces.append(clear)
        if mark is not None:
            self.marks.append(mark)
            self.known_end = mark.end

    def end(self, ended: Any) -> None:
        self.ended = ended
        if not self.failed:
            self.known_end = ended.end


class Desk:
    """A strand with a disk that takes everything; `video` frames every 40 ms, `sound` every 20."""

    def __init__(self, numbers: dict[int, int] | None = None) -> None:
        self.missed: list[Missed] = []
        self.segments: list[Segment] = []
        self.strand = Strand("resident.camera", numbers or {}, self.missed.append)
        self.number = 0

    def scribe(self, publication: str, epoch: int, media: str, **facts: Any) -> Any:
        self.segments.append(Segment(publication=publication, epoch=epoch, media=media, **facts))
        return self.segments[-1]

    def open(self, epoch: int = 1, media: wire.Media = VIDEO, *, resumed: bool = False) -> None:
        self.strand.open(wire.OpenTrack(epoch, SESSION, "resident.camera", epoch, media, resumed))

    def show(self, begin: int, end: int, *, key: bool = False, shift: int = 0, every: int = 40, size: tuple[int, int] = (640, 360)) -> None:
        """Frames from `begin` to `end`, the first a keyframe with `key`."""
        for at in range(begin, end, every):
            self.number += 1
            is_key = key and at == begin
            data = vp8_picture(self.number, key=is_key) if every == 40 else opus_packet(self.number)
            width, height = size if is_key else (0, 0)
            frame = wire.Frame(1, at, shift, 9, is_key or every == 20, width, height, self.number, self.number, data)
            self.strand.frame(frame, self)

    @property
    def spans(self) -> list[tuple[int, int]]:
        return [(segment.ended.start, segment.ended.end) for segment in self.segments if segment.ended is not None]

    @property
    def gaps(self) -> list[tuple[int, int, str]]:
        return [(each.start, each.end, each.cause) for each in self.missed]


def test_a_segment_ends_at_the_keyframe_after_four_seconds() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 2000, key=True)
    desk.show(2000, 4400, key=True)
    desk.show(4400, 5000, key=True)
    desk.strand.close(5000)
    assert desk.spans == [(0, 4400), (4400, 5000)]
    assert [segment.facts["segment"] for segment in desk.segments] == [0, 1]
    assert desk.gaps == []


def test_numbers_go_on_where_an_earlier_life_stopped() -> None:
    desk = Desk({1: 5})
    desk.open()
    desk.show(0, 400, key=True)
    desk.open(2)
    desk.show(400, 800, key=True)
    desk.strand.close(800)
    assert [(segment.facts["epoch"], segment.facts["segment"]) for segment in desk.segments] == [(1, 5), (2, 0)]


def test_the_clock_is_moved_between_segments_only() -> None:
    desk = Desk()
    desk.open()
    desk.show(1000, 3000, key=True, shift=0)
    desk.show(3000, 5400, key=True, shift=-70)
    assert len(desk.segments) == 1
    desk.show(5400, 6000, key=True, shift=-70)
    desk.strand.close(5900)
    assert desk.spans == [(1000, 5361), (5361, 5900)], "what was told stands: the first frame is moved, the others follow the new clock"


def test_every_flushed_piece_says_what_is_known_up_to_it() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 240, key=True)
    desk.strand.tick(250)
    desk.show(240, 480)
    desk.strand.tick(500)
    (segment,) = desk.segments
    assert [(mark.end, mark.frames, mark.last) for mark in segment.marks] == [(240, 6, 6), (480, 12, 12)]
    assert segment.facts["first"] == 1 and segment.facts["clock_error"] == 9


def test_a_line_that_came_back_in_the_next_epoch_leaves_a_gap() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 1000, key=True)
    desk.strand.end_run(wire.EndRun(1, False, "epoch", None))
    desk.open(2)
    desk.strand.missing(wire.Missing(2, 0, "line"))
    desk.show(3000, 3400, key=True)
    assert desk.gaps == [(1000, 3000, "line")]
    assert desk.missed[0].epoch == 2


def test_a_line_that_never_came_back_is_missing_until_the_room_closes() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 1000, key=True)
    desk.strand.end_run(wire.EndRun(1, False, "epoch", None))
    desk.strand.tick(9000)
    assert desk.gaps == []
    desk.strand.close(12_000)
    assert desk.gaps == [(1000, 12_000, "line")]


def test_a_hold_is_no_gap_but_the_wait_for_the_keyframe_after_it_is() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 1000, key=True)
    desk.strand.end_run(wire.EndRun(1, True, "hold", 1010))
    desk.open()
    desk.strand.missing(wire.Missing(1, 0, "no-keyframe", 5000))
    desk.show(5300, 5700, key=True)
    desk.strand.close(5700)
    assert desk.gaps == [(5000, 5300, "no-keyframe")]
    assert desk.spans == [(0, 1010), (5300, 5700)]


def test_nothing_at_all_after_a_hold_is_missing_until_the_room_closes() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 1000, key=True)
    desk.strand.end_run(wire.EndRun(1, True, "hold", 1010))
    desk.strand.missing(wire.Missing(1, 0, "no-keyframe", 5000))
    desk.strand.end_run(wire.EndRun(1, True, "room", 9000))
    assert desk.gaps == [(5000, 9000, "no-keyframe")]


def test_packets_that_never_came_are_missing_until_the_next_keyframe() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 1000, key=True)
    desk.strand.missing(wire.Missing(1, 4, "loss"))
    desk.show(1080, 1200)
    desk.show(1200, 1600, key=True)
    desk.strand.close(1600)
    assert [(m.start, m.end, m.lost, m.cause) for m in desk.missed] == [(1000, 1200, 4, "loss")]
    assert desk.spans == [(0, 1600)], "a gap of less than a second stays inside"


def test_the_next_life_says_where_the_last_one_s_knowledge_ends() -> None:
    desk = Desk()
    desk.strand.covered = 7000
    desk.open(resumed=True)
    desk.show(7300, 7500)  # of no use without a keyframe
    desk.show(7500, 7900, key=True)
    assert desk.gaps == [(7000, 7500, "writer-crash")]


def test_what_nobody_had_before_is_not_missing() -> None:
    desk = Desk()
    desk.open(resumed=True)
    desk.strand.missing(wire.Missing(1, 0, "line"))
    desk.show(7500, 7900, key=True)
    assert desk.gaps == []


def test_a_disk_that_fails_costs_what_it_did_not_take() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 800, key=True)
    desk.strand.tick(800)
    desk.show(800, 1200)
    desk.segments[0].known_end, desk.segments[0].failed = 400, True
    desk.strand.suspect(desk.segments[0])  # type: ignore[arg-type]  # a stand-in
    assert desk.segments[0].ended is not None
    desk.strand.frame(wire.Frame(1, 1240, 0, 0, False, 0, 0, 99, 99, vp8_picture(99)), None)
    desk.show(1280, 1400)
    desk.show(1400, 2000, key=True)
    assert desk.gaps == [(400, 1400, "disk")]
    assert desk.segments[1].facts["segment"] == 1


def test_without_any_disk_everything_is_missing_from_the_first_frame() -> None:
    desk = Desk()
    desk.open()
    for at in (500, 540):
        assert desk.strand.frame(wire.Frame(1, at, 0, 0, at == 500, 640, 360, 1, 1, vp8_picture(1, key=True)), None)
    desk.show(3000, 3400, key=True)
    assert desk.gaps == [(500, 3000, "disk")]


def test_a_keyframe_is_needed_to_begin() -> None:
    desk = Desk()
    desk.open()
    assert not desk.strand.frame(wire.Frame(1, 0, 0, 0, False, 0, 0, 1, 1, vp8_picture(1)), desk)
    assert desk.strand.frame(wire.Frame(1, 40, 0, 0, True, 640, 360, 2, 2, vp8_picture(2, key=True)), desk)


def test_sound_lost_packet_by_packet_is_told_in_few_facts() -> None:
    desk = Desk()
    desk.open(media=AUDIO)
    at = 0
    for _ in range(20):
        desk.show(at, at + 200, every=20)
        desk.strand.missing(wire.Missing(1, 1, "loss"))
        at += 220
    desk.show(at, at + 200, every=20)
    desk.strand.close(at + 200)
    assert sum(each.lost for each in desk.missed) == 20
    assert len(desk.missed) <= 2


def test_when_the_node_dies_it_is_told_from_when_and_the_next_life_goes_on_from_there() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 1000, key=True)
    desk.strand.abandon(1003)
    assert desk.gaps == [(1000, 1003, "node")], "however short: whoever goes on reads it"
    quiet = Desk()
    quiet.open()
    quiet.show(0, 1000, key=True)
    quiet.strand.end_run(wire.EndRun(1, True, "mute", 1000))
    quiet.strand.abandon(5000)
    assert quiet.gaps == [], "a muted source owes nothing"
