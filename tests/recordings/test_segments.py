"""When a segment begins and ends, what it covers, and what is missing: told frame by frame."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.segments import Began, Ended, Frame, Made, Missed, Piece, Publication, Reach, SegmentMaker, SegmentPolicy
from recordings.webm import Opus, Vp8
from recordings.webm_read import read
from tests.encoded import audio, files, recorded

CAMERA, MICROPHONE = Publication("resident.camera", 1, "video"), Publication("resident.microphone", 1, "audio")
TONE = b"\xf8tone"  # configuration 31, one frame: 20 ms
KEY, MID = True, False


class Told:
    """A maker and everything it has made, with frames made up on the way."""

    def __init__(self, publication: Publication = CAMERA, policy: SegmentPolicy | None = None) -> None:
        self.maker = SegmentMaker(publication, policy)
        self.made: list[Made] = []
        self.seq = 100
        self.audio = publication.kind == "audio"

    def frame(self, at_ms: int, keyframe: bool = MID, size: tuple[int, int] = (640, 360), data: bytes | None = None) -> Told:
        content = (TONE if self.audio else b"%d" % at_ms) if data is None else data
        width, height = (0, 0) if self.audio else size
        self.made += self.maker.frame(Frame(at_ms, keyframe or self.audio, content, width, height, self.seq, self.seq + 1))
        self.seq += 2
        return self

    def frames(self, *times: int) -> Told:
        for at_ms in times:
            self.frame(at_ms)
        return self

    def gap(self, *all_: object) -> Told:
        self.made += self.maker.gap(*all_)  # type: ignore[arg-type]  # handed on as they are
        return self

    def close(self, *all_: object) -> Told:
        self.made += self.maker.close(*all_)  # type: ignore[arg-type]  # handed on as they are
        return self

    def tick(self, now_ms: int) -> Told:
        self.made += self.maker.tick(now_ms)
        return self

    def segments(self) -> list[tuple[int, int, int, str]]:
        """(start, end, frames, why it ended) of each whole segment."""
        return [(one.start, one.end, one.frames, one.reason) for one in self.made if isinstance(one, Ended)]

    def missed(self) -> list[tuple[int, int, int, int, str]]:
        """(start, end, lost, dropped, cause)."""
        return [(one.start, one.end, one.lost, one.dropped, one.cause) for one in self.made if isinstance(one, Missed)]


# --- when one begins and ends ------------------------------------------------------------------------


def test_a_segment_ends_with_the_first_keyframe_after_four_seconds() -> None:
    told = Told().frame(1000, KEY).frames(2000).frame(3000, KEY).frames(4999).frame(4999 + 500, KEY).frames(6000).close("room", 7000)
    assert told.segments() == [(1000, 5499, 4, "age"), (5499, 7000, 2, "room")]
    assert told.missed() == []


def test_without_a_keyframe_it_goes_on_and_asks_for_one() -> None:
    told = Told().frame(0, KEY).frames(*range(500, 4000, 500))
    assert not told.maker.wants_keyframe
    told.frames(*range(4000, 60_000, 500))
    assert told.maker.wants_keyframe and told.segments() == []
    told.frame(60_000, KEY)
    assert told.segments() == [(0, 60_000, 120, "age")] and not told.maker.wants_keyframe


def test_sound_ends_with_any_packet_after_four_seconds() -> None:
    told = Told(MICROPHONE).frames(*range(0, 10_000, 20)).close("epoch", 10_300)
    assert told.segments() == [(0, 4000, 200, "age"), (4000, 8000, 200, "age"), (8000, 10_000, 100, "epoch")]
    assert told.missed() == [] and not told.maker.wants_keyframe


def test_a_picture_changes_its_size_between_segments() -> None:
    told = Told().frame(0, KEY).frames(100).frame(200, KEY, (320, 180)).frame(300, KEY, (320, 180)).close("room", 400)
    assert told.segments() == [(0, 200, 2, "size"), (200, 400, 2, "room")]
    ended = [one for one in told.made if isinstance(one, Ended)]
    assert [(one.width, one.height) for one in ended] == [(640, 360), (320, 180)]
    assert [read(data).track for data in files(told.made).values()] == [Vp8(640, 360), Vp8(320, 180)]


def test_before_the_first_keyframe_nothing_can_be_shown() -> None:
    told = Told().frames(50, 100, 150)
    assert told.made == [] and told.maker.wants_keyframe
    told.frame(200, KEY).close("room", 300)
    assert told.missed() == [(50, 200, 0, 3, "no-keyframe")] and told.segments() == [(200, 300, 1, "room")]


def test_what_happened_stands_in_its_order() -> None:
    told = Told().frames(50).frame(100, KEY).frame(4100, KEY).close("hold", 4200)
    assert [type(one) for one in told.made] == [Missed, Began, Piece, Piece, Ended, Began, Piece, Ended]
    assert told.made[1] == Began(0, "video/webm;codecs=vp8", 100, 640, 360)
    assert [one.last for one in told.made if isinstance(one, Piece)] == [False, True, True]
    (first, second) = [one for one in told.made if isinstance(one, Ended)]
    assert (first.publication, first.epoch, first.first, first.last) == ("resident.camera", 1, 102, 103)
    assert (second.segment, second.first, second.last, second.media) == (1, 104, 105, "video/webm;codecs=vp8")
    assert [one.bytes for one in (first, second)] == [len(data) for data in files(told.made).values()]


def test_an_earlier_writers_segments_are_counted() -> None:
    maker = SegmentMaker(MICROPHONE, first_segment=17)
    ended = [one for one in recorded(maker, audio(range(0, 5000, 20))) if isinstance(one, Ended)]
    assert [one.segment for one in ended] == [17, 18]


# --- what a segment covers ---------------------------------------------------------------------------


def test_a_still_picture_is_no_gap() -> None:
    told = Told().frame(0, KEY).frames(100, 30_000).close("hold", 90_000)
    assert told.segments() == [(0, 90_000, 3, "hold")] and told.missed() == []
    (block, *_, last) = read(files(told.made)[0]).blocks
    assert block.duration_ms == 100 and last.duration_ms == 60_000


def test_a_picture_lasts_as_long_as_the_one_before_it_when_nobody_says_more() -> None:
    told = Told().frame(0, KEY).frames(40).close("room")
    assert told.segments() == [(0, 80, 2, "room")]
    assert Told().frame(0, KEY).close("room").segments() == [(0, 66, 1, "room")]
    assert Told().frame(0, KEY).frames(30_000).close("room").segments() == [(0, 31_000, 2, "room")], "of a second at most"


def test_after_a_hold_a_new_segment_begins_with_a_keyframe() -> None:
    told = Told().frame(0, KEY).frames(100).close("hold", 200)
    assert told.maker.wants_keyframe
    told.frames(60_000, 60_100).frame(60_200, KEY).close("room", 60_300)
    assert told.segments() == [(0, 200, 2, "hold"), (60_200, 60_300, 1, "room")]
    assert told.missed() == [(60_000, 60_200, 0, 2, "no-keyframe")], "the hold itself is an interval, and no gap"


def test_sound_that_had_stopped_before_a_hold_is_missing_until_it() -> None:
    told = Told(MICROPHONE).frames(0, 20).close("hold", 5000)
    assert told.segments() == [(0, 40, 2, "hold")] and told.missed() == [(40, 5000, 0, 0, "source-change")]
    assert Told(MICROPHONE).frames(0, 20).close("hold", 1040).missed() == [], "a second is no gap"


def test_how_far_it_reaches_is_known_at_any_time() -> None:
    told = Told().frames(50)
    assert told.maker.reach is None
    told.frame(100, KEY).frames(140)
    assert told.maker.reach == Reach(100, 180, 2, 105)
    assert told.close("hold", 200).maker.reach is None


def test_to_close_what_is_closed_changes_nothing() -> None:
    assert Told().close("room", 5).made == []
    told = Told().frame(0, KEY).close("hold", 100)
    before = list(told.made)
    assert told.close("room", 900).made == before


# --- what is missing ---------------------------------------------------------------------------------


def test_a_short_gap_in_a_video_stays_inside_the_segment() -> None:
    told = Told().frame(0, KEY).frames(100).gap("loss", 3).frames(300, 400).frame(900, KEY).close("room", 1000)
    assert told.segments() == [(0, 1000, 3, "room")] and told.missed() == [(200, 900, 3, 2, "loss")]
    assert [block.at_ms for block in read(files(told.made)[0]).blocks] == [0, 100, 900], "what builds upon a lost picture is dropped"


def test_a_gap_of_more_than_a_second_ends_it() -> None:
    told = Told().frame(0, KEY).frames(100).gap("line", 30).frame(1201, KEY).close("room", 1300)
    assert told.segments() == [(0, 200, 2, "gap"), (1201, 1300, 1, "room")] and told.missed() == [(200, 1201, 30, 0, "line")]


def test_frames_that_cannot_be_used_do_not_keep_it_open() -> None:
    told = Told().frame(0, KEY).frames(100).gap("loss", 1).frames(700, 1200)
    assert told.segments() == []
    told.frames(1300)
    assert told.segments() == [(0, 200, 2, "gap")], "at once, not with the next keyframe"
    told.frame(5000, KEY).close("room", 5100)
    assert told.missed() == [(200, 5000, 1, 3, "loss")]
    assert Told().frame(0, KEY).frames(100).gap("loss", 1).frame(1200, KEY).segments() == [], "a second is no gap"


def test_time_alone_ends_it_too() -> None:
    told = Told().frame(0, KEY).frames(100).gap("line", 0).tick(1200)
    assert told.segments() == []
    assert told.tick(1201).segments() == [(0, 200, 2, "gap")]


def test_several_losses_before_a_keyframe_are_one_gap() -> None:
    told = Told().frame(0, KEY).frames(100).gap("loss", 3).frames(300).gap("line", 4).frame(500, KEY)
    assert told.missed() == [(200, 500, 7, 1, "loss")]


def test_what_was_lost_may_have_taken_no_time() -> None:
    told = Told().frame(0, KEY).frames(1000).gap("loss", 2).frame(1500, KEY).close("room", 1600)
    assert told.missed() == [(1500, 1500, 2, 0, "loss")] and told.segments() == [(0, 1600, 3, "room")]


def test_a_gap_that_never_ends_is_told_when_all_is_over() -> None:
    told = Told().frame(0, KEY).gap("line", 5).close("epoch", 8000)
    assert told.segments() == [(0, 66, 1, "epoch")] and told.missed() == [(66, 8000, 5, 0, "line")]
    assert Told().frame(0, KEY).gap("line", 5, 800).close("epoch").missed() == [(66, 800, 5, 0, "line")]
    told = Told().gap("writer-crash", 0, 500).frames(700).close("room")
    assert told.missed() == [(500, 700, 0, 1, "writer-crash")]


def test_a_gap_where_nothing_was_before_begins_where_it_is_said_to() -> None:
    told = Told().frame(0, KEY).close("suspect").gap("disk", 0, 4000).frame(5000, KEY)
    assert told.missed() == [(4000, 5000, 0, 0, "disk")]
    told = Told().gap("disk").frame(5000, KEY)
    assert told.missed() == [(0, 5000, 0, 0, "disk")]


def test_lost_sound_is_a_hole_that_nothing_covers() -> None:
    told = Told(MICROPHONE).frames(0, 20, 40).gap("loss", 2).frames(100, 120).close("room")
    assert told.segments() == [(0, 140, 5, "room")] and told.missed() == [(60, 100, 2, 0, "loss")]
    assert [(block.at_ms, block.duration_ms) for block in read(files(told.made)[0]).blocks] == [(0, 20), (20, 20), (40, 20), (100, 20), (120, 20)]


def test_packets_of_a_clock_that_is_corrected_leave_no_hole() -> None:
    told = Told(MICROPHONE).frames(0, 21, 40, 66).close("room")
    assert [(block.at_ms, block.duration_ms) for block in read(files(told.made)[0]).blocks] == [(0, 21), (21, 19), (40, 26), (66, 20)]


def test_a_hole_in_the_sound_stays_inside_of_a_segment() -> None:
    told = Told(MICROPHONE).frames(*range(0, 4000, 20)).gap("loss", 5).frames(4100, 4120).close("room")
    assert told.segments() == [(0, 4120, 201, "age"), (4120, 4140, 1, "room")]


def test_sound_that_stops_and_goes_on_is_not_covered_in_between() -> None:
    told = Told(MICROPHONE).frames(0, 20).frames(3000).close("room")
    assert told.segments() == [(0, 40, 2, "gap"), (3000, 3020, 1, "room")] and told.missed() == [(40, 3000, 0, 0, "source-change")]


def test_sound_that_stops_does_not_keep_its_segment_open() -> None:
    told = Told(MICROPHONE).frames(0, 20).tick(9_999)
    assert told.segments() == []
    told.tick(10_000).frames(15_000)
    assert told.segments() == [(0, 40, 2, "age")] and told.missed() == [(40, 15_000, 0, 0, "source-change")]


# --- what cannot be used as it is --------------------------------------------------------------------


def test_time_does_not_go_backwards() -> None:
    told = Told().frame(100, KEY).frames(200, 200, 150, 201, 300).close("room", 400)
    assert [block.at_ms for block in read(files(told.made)[0]).blocks] == [100, 200, 201, 202, 203, 300]
    assert [one.nudged for one in told.made if isinstance(one, Ended)] == [3]
    told = Told().frame(-5, KEY).frame(4000, KEY).frame(3000, KEY).close("room", 2000)
    assert told.segments() == [(0, 4000, 1, "age"), (4000, 4002, 2, "room")]


def test_an_empty_frame_is_no_frame() -> None:
    told = Told().frame(0, KEY).frame(100, MID, data=b"").frames(200).frame(300, KEY).close("room", 400)
    assert told.missed() == [(66, 300, 0, 2, "loss")] and told.segments() == [(0, 400, 2, "room")]
    told = Told(MICROPHONE).frames(0).frame(20, data=b"\xff").frames(40).close("room")
    assert told.missed() == [(20, 40, 0, 1, "loss")] and told.segments() == [(0, 60, 2, "room")]


def test_a_time_that_no_clock_shows_is_refused() -> None:
    told = Told().frame(0, KEY).frame(2**53, KEY).frame(100, KEY).close("room", 200)
    assert told.segments() == [(0, 200, 2, "room")]


# --- its bytes ---------------------------------------------------------------------------------------


def test_pieces_hold_half_a_second() -> None:
    told = Told().frame(0, KEY).frames(*range(100, 3000, 100)).close("room", 3000)
    pieces = [one.data for one in told.made if isinstance(one, Piece)]
    assert len(pieces) == 6 and len(read(pieces[0]).blocks) == 5


def test_no_piece_is_larger_than_a_sealed_chunk_has_room_for() -> None:
    policy = SegmentPolicy(piece_bytes=1000)
    told = Told(policy=policy).frame(0, KEY, data=bytes(2500)).frame(100, data=bytes(900)).tick(200).close("room", 300)
    pieces = [one for one in told.made if isinstance(one, Piece)]
    assert max(len(one.data) for one in pieces) == 1000 and [one.last for one in pieces] == [False] * (len(pieces) - 1) + [True]
    assert [len(block.data) for block in read(files(told.made)[0]).blocks] == [2500, 900]


def test_what_waits_goes_out_when_half_a_second_has_passed() -> None:
    told = Told().frame(0, KEY).frames(100)
    assert files(told.made) == {}
    told.tick(500)
    found = read(files(told.made)[0])
    assert [block.duration_ms for block in found.blocks] == [100, None], "a frame whose end is not known yet is on the disk already"
    before = list(told.made)
    assert told.tick(1000).made == before, "nothing new, nothing written"


happenings = st.sampled_from(["key", "key", "mid", "mid", "mid", "gap", "tick", "hold"])


@given(st.lists(st.tuples(st.one_of(st.integers(0, 1500), st.integers(-50, 100)), happenings, st.booleans()), max_size=60), st.booleans())
def test_whatever_happens_every_moment_is_covered_or_missed(happened: list[tuple[int, str, bool]], sound: bool) -> None:
    told = Told(MICROPHONE if sound else CAMERA)
    now, frames, held, holds = 0, 0, None, []
    for step, what, small in happened:
        now = max(0, now + step)
        if held is not None and what in ("key", "mid", "gap"):
            holds.append((held, now))
            held = None
        match what:
            case "gap":
                told.gap("loss", 1, now)
            case "tick":
                told.tick(now)
            case "hold":
                told.close("hold", now)
                held = now if held is None else held
            case _:
                told.frame(now, what == "key", (320, 180) if small else (640, 360))
                frames += 1
    told.close("room", now)
    ended = [one for one in told.made if isinstance(one, Ended)]
    missed = [one for one in told.made if isinstance(one, Missed)]
    contents = files(told.made)
    assert [one.segment for one in ended] == list(range(len(ended))) == list(contents)
    for one in ended:
        found = read(contents[one.segment])
        assert not found.torn and found.blocks[0].keyframe and len(found.blocks) == one.frames and one.bytes == len(contents[one.segment])
        assert found.track == (Opus() if sound else Vp8(one.width, one.height))
        assert (found.blocks[0].at_ms, found.blocks[-1].at_ms + (found.blocks[-1].duration_ms or 0)) == (one.start, one.end)
        for block, after in pairwise(found.blocks):
            assert block.duration_ms is not None and block.at_ms + block.duration_ms <= after.at_ms
    assert sum(one.frames for one in ended) + sum(one.dropped for one in missed) == frames, "no frame vanishes"
    for one, after in pairwise(ended):
        assert one.end <= after.start and one.last < after.first
    if any(step < 0 for step, _, _ in happened):
        return  # two things at one time: what is covered cannot be told from what the clock says
    allowed = sum(one.nudged for one in ended) + (SegmentPolicy().gap_ms if sound else 0)  # a short silence is no gap
    until = None
    for start, end in sorted([(one.start, one.end) for one in (*ended, *missed)] + holds):
        assert until is None or start - until <= allowed, "time that is neither covered nor missed nor held"
        until = end if until is None else max(until, end)


@pytest.mark.parametrize("numbers", [SegmentPolicy(length_ms=1000), SegmentPolicy(piece_ms=100), SegmentPolicy(gap_ms=100), SegmentPolicy(piece_bytes=20)])
def test_every_number_of_the_policy_counts(numbers: SegmentPolicy) -> None:
    def facts(policy: SegmentPolicy) -> list[Made]:
        return Told(policy=policy).frame(0, KEY).frames(100, 200).gap("loss", 1).frame(600, KEY).frame(1500, KEY).close("room", 2000).made

    assert facts(numbers) != facts(SegmentPolicy())
