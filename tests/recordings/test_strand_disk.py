"""A strand whose disk fails: what the files lack and what came while there was none is counted, and told once."""

from __future__ import annotations

from recordings import writer_wire as wire
from tests.media.film import opus_packet, vp8_picture
from tests.recordings.strand_desk import AUDIO, Desk


def test_a_disk_that_fails_costs_what_it_did_not_take() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 800, key=True)
    desk.strand.tick(800)
    desk.show(800, 1200)
    desk.refuse(0, 400)
    assert desk.segments[0].ended is not None
    desk.strand.frame(wire.Frame(1, 1240, 0, 0, False, 0, 0, 99, 99, vp8_picture(99)), None)
    desk.show(1280, 1400)
    desk.show(1400, 2000, key=True)
    assert desk.gaps == [(400, 1400, "disk")]
    assert desk.missed[0].lost == 20 + 1, "what the file lacks, and what came while there was none"
    assert desk.segments[1].facts["segment"] == 1


def test_a_single_packet_that_came_while_the_disk_was_changed_is_told() -> None:
    desk = Desk()
    desk.open(media=AUDIO)
    desk.show(0, 1000, every=20)
    desk.strand.end_life()  # the file of the sound was written whole; it was another one that the disk refused
    desk.strand.frame(wire.Frame(1, 1000, 0, 0, True, 0, 0, 51, 51, opus_packet(51)), None)
    desk.show(1020, 1400, every=20)
    assert [(each.start, each.end, each.lost, each.cause) for each in desk.missed] == [(1000, 1020, 1, "disk")]


def test_a_disk_that_is_changed_between_two_packets_costs_nothing() -> None:
    desk = Desk()
    desk.open(media=AUDIO)
    desk.show(0, 1000, every=20)
    desk.strand.end_life()
    desk.show(1000, 1400, every=20)
    desk.strand.close(1400)
    assert desk.spans == [(0, 1000), (1000, 1400)]
    assert desk.gaps == []


def test_every_file_that_the_disk_refused_has_a_hole_of_its_own() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 4000, key=True)
    desk.show(4000, 4400, key=True)
    desk.refuse(0, 3600)  # it had ended when the disk refused its last bytes, and the next one had begun
    desk.strand.end_life()  # and that one was written whole
    desk.show(4400, 4800, key=True)
    assert [(each.start, each.end, each.lost, each.cause) for each in desk.missed] == [(3600, 4000, 10, "disk")]


def test_the_last_file_of_a_room_or_before_a_hold_may_be_refused_too() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 1000, key=True)
    desk.strand.end_run(wire.EndRun(1, True, "hold", 1000))
    desk.refuse(0, 800)
    assert desk.gaps == [(800, 1000, "disk")], "the hold itself is explained"
    desk.open()
    desk.strand.missing(wire.Missing(1, 0, "no-keyframe", 5000))
    desk.show(5000, 6000, key=True)
    desk.strand.close(6000)
    desk.refuse(1, 5800)
    assert desk.gaps == [(800, 1000, "disk"), (5800, 6000, "disk")]


def test_whoever_was_missing_already_when_the_disk_went_has_two_gaps() -> None:
    desk = Desk()
    desk.open(media=AUDIO)
    desk.show(0, 1000, every=20)
    desk.strand.end_run(wire.EndRun(1, False, "epoch", None))
    desk.strand.end_life()
    desk.strand.frame(wire.Frame(1, 3000, 0, 0, True, 0, 0, 90, 90, opus_packet(90)), None)
    desk.strand.missing(wire.Missing(1, 2, "loss"))
    desk.show(3080, 3200, every=20)
    assert [(each.start, each.end, each.lost, each.cause) for each in desk.missed] == [(1000, 3000, 0, "line"), (3000, 3080, 3, "disk")]


def test_a_picture_that_was_awaited_when_the_disk_went_is_missing_until_it_comes() -> None:
    desk = Desk()
    desk.open()
    desk.show(0, 1000, key=True)
    desk.strand.missing(wire.Missing(1, 1, "loss"))
    desk.show(1040, 2400)  # of no use without a keyframe
    desk.strand.end_life()
    desk.show(2480, 2800, key=True)
    assert desk.gaps == [(1000, 2360, "loss"), (2360, 2480, "disk")]


def test_without_any_disk_everything_is_missing_from_the_first_frame() -> None:
    desk = Desk()
    desk.open()
    for at in (500, 540):
        assert desk.strand.frame(wire.Frame(1, at, 0, 0, at == 500, 640, 360, 1, 1, vp8_picture(1, key=True)), None)
    desk.show(3000, 3400, key=True)
    assert desk.gaps == [(500, 3000, "disk")]
