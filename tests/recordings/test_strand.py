"""One publication on the writer's side: segments begin and end as the rules say, silences are explained, over epochs and lives."""

from __future__ import annotations

from recordings import writer_wire as wire
from tests.media.film import vp8_picture
from tests.recordings.strand_desk import AUDIO, Desk


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


def test_the_clock_of_sound_is_moved_back_at_once_and_forward_by_half_a_packet_at_most() -> None:
    back, on = Desk(), Desk()
    for desk, shift in (back, -9), (on, 25):
        desk.open(media=AUDIO)
        desk.show(0, 4000, every=20)
        desk.show(4000, 16_000, every=20, shift=shift)
        desk.strand.close(16_100)
    assert back.spans == [(0, 3991), (3991, 7991), (7991, 11_991), (11_991, 15_991)]
    assert on.spans == [(0, 4010), (4010, 8020), (8020, 12_025), (12_025, 16_025)], "no hole between two files, where none can be bridged"
    assert back.gaps == on.gaps == []


def test_after_a_gap_sound_follows_the_new_clock_at_once() -> None:
    desk = Desk()
    desk.open(media=AUDIO)
    desk.show(0, 1000, every=20)
    desk.strand.missing(wire.Missing(1, 100, "loss"))
    desk.show(3000, 3400, every=20, shift=60)
    desk.strand.close(3500)
    assert desk.spans == [(0, 1000), (3060, 3460)]
    assert desk.gaps == [(1000, 3060, "loss")]


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


def test_a_slow_camera_is_put_right_though_its_keyframes_come_just_after_four_seconds() -> None:
    desk = Desk()
    desk.open()
    for number in range(8):
        desk.show(number * 4120, (number + 1) * 4120, key=True, shift=-150 if number else 0)
    desk.strand.close(8 * 4120)
    assert desk.strand._shift == -150
