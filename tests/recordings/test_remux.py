"""One playable file out of many segments: every frame once, at its time, in a file that any player can jump about in."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, pairwise

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import ebml, webm
from recordings.ebml import BadWebM
from recordings.remux import Part, Remuxer, remux
from recordings.segments import Publication, SegmentMaker
from recordings.webm import Block, Opus, Track, Vp8, Writer
from recordings.webm_read import read
from tests.encoded import audio, files, recorded, video

CAMERA, MICROPHONE = Publication("resident.camera", 1, "video"), Publication("resident.microphone", 1, "audio")


def cut(data: bytes, step: int = 777) -> Callable[[], Iterable[bytes]]:
    return lambda: (data[at : at + step] for at in range(0, len(data), step))


def parts(*several: bytes) -> list[Part]:
    return [Part(read(data).blocks[0].at_ms, cut(data)) for data in several]


def joined(*several: bytes, zero_ms: int = 0) -> bytes:
    return b"".join(remux(parts(*several), zero_ms))


def segment(track: Track, times: list[int], end_ms: int, key: Callable[[int], bool] = lambda number: number == 0) -> bytes:
    writer, data = Writer(track), b""
    for number, (at_ms, until_ms) in enumerate(pairwise([*times, end_ms])):
        data += writer.frame(at_ms, isinstance(track, Opus) or key(number), b"frame at %d" % at_ms) + writer.until(until_ms)
    return data


def top(data: bytes) -> dict[str, list[tuple[int, bytes]]]:
    """Name → (place in the Segment's content, content) of what stands in the Segment, whose size must be that of the file."""
    (_, _, _), (name, content, place) = ebml.children(data, 0)
    assert name == webm.SEGMENT and place + len(content) == len(data)
    names = {webm.SEEK_HEAD: "seek", webm.INFO: "info", webm.TRACKS: "tracks", webm.CUES: "cues", webm.CLUSTER: "cluster"}
    found: dict[str, list[tuple[int, bytes]]] = {}
    at = 0
    for name, inside, body in ebml.children(content, 0):
        found.setdefault(names[name], []).append((at, inside))
        at = body + len(inside)
    return found


def cues(data: bytes) -> list[tuple[int, int]]:
    """(time, place of the cluster) of each."""
    found = []
    for _, point, _ in ebml.children(top(data)["cues"][0][1], 0):
        inside = {name: value for name, value, _ in ebml.children(point, 0)}
        positions = {name: value for name, value, _ in ebml.children(inside[webm.CUE_POSITIONS], 0)}
        found.append((ebml.number(inside[webm.CUE_TIME], 0), ebml.number(positions[webm.CUE_CLUSTER], 0)))
    return found


@given(st.lists(st.tuples(st.integers(0, 90_000), st.lists(st.integers(1, 7000), min_size=1, max_size=8)), min_size=1, max_size=6), st.booleans())
def test_every_frame_is_there_once_and_the_index_is_right(several: list[tuple[int, list[int]]], sound: bool) -> None:
    track: Track = Opus() if sound else Vp8(64, 48)
    made, now = [], 500
    for pause, steps in several:
        times = list(accumulate([now + pause, *steps]))
        made.append(segment(track, times[:-1], times[-1], lambda number: number % 3 == 0))
        now = times[-1]
    data = joined(*made)
    found = read(data)
    assert list(found.blocks) == [block for one in made for block in read(one).blocks] and not found.torn
    inside = top(data)
    clusters = dict(inside["cluster"])
    for at_ms, at in cues(data):
        name, stamp, _ = next(ebml.children(clusters[at], 0))
        assert (name, ebml.number(stamp, 0)) == (webm.TIMESTAMP, at_ms)
        assert next(block for block in found.blocks if block.at_ms == at_ms).keyframe
    assert {read(one).blocks[0].at_ms for one in made[:1]} <= {at_ms for at_ms, _ in cues(data)}
    assert sound is False or len(cues(data)) == len(clusters)
    info = {name: value for name, value, _ in ebml.children(inside["info"][0][1], 0)}
    assert ebml.real_number(info[webm.DURATION], 0) == found.blocks[-1].at_ms + (found.blocks[-1].duration_ms or 0)
    sought = []
    for _, entry, _ in ebml.children(inside["seek"][0][1], 0):
        fields = {name: value for name, value, _ in ebml.children(entry, 0)}
        sought.append((ebml.number(fields[webm.SEEK_ID], 0), ebml.number(fields[webm.SEEK_POSITION], 0)))
    assert sought == [(webm.INFO, inside["info"][0][0]), (webm.TRACKS, inside["tracks"][0][0]), (webm.CUES, inside["cues"][0][0])]


def test_a_real_recording_decodes_and_seeks_in_another_reader() -> None:
    times = [60_000 + number * 66 for number in range(200)]
    made = files(recorded(SegmentMaker(CAMERA), video(times, range(0, 200, 61)), times[-1] + 66))
    data = joined(*made.values())
    with av.open(io.BytesIO(data)) as file:
        assert file.duration == (times[-1] + 66) * 1000, "the time of the session's clock is the file's"
        assert [picture.pts for picture in file.decode(video=0)] == times
        file.seek(68_000_000)
        assert next(file.decode(video=0)).pts == times[61 * 2 - 61], "the keyframe before"
    with av.open(io.BytesIO(joined(*made.values(), zero_ms=60_000))) as file:
        assert [picture.pts for picture in file.decode(video=0)] == [at - 60_000 for at in times]


def test_sound_with_a_gap_keeps_its_times() -> None:
    times = [*range(0, 6000, 20), *range(20_000, 26_000, 20)]
    made = files(recorded(SegmentMaker(MICROPHONE), audio(times)))
    assert len(made) == 4
    with av.open(io.BytesIO(joined(*made.values()))) as file:
        assert [packet.pts for packet in file.demux(audio=0) if packet.size] == times
    with av.open(io.BytesIO(joined(*made.values()))) as file:
        assert sum(heard.samples for heard in file.decode(audio=0)) == len(times) * 960


def test_every_segment_can_be_jumped_to() -> None:
    made = [segment(Vp8(64, 48), [start, start + 500], start + 1000) for start in range(0, 9000, 1000)]
    assert [at_ms for at_ms, _ in cues(joined(*made))] == list(range(0, 9000, 1000))
    sound = [segment(Opus(), list(range(start, start + 1000, 20)), start + 1000) for start in range(0, 11_000, 1000)]
    assert [at_ms for at_ms, _ in cues(joined(*sound))] == [0, 5020, 10_040], "in sound five seconds are near enough"


def test_the_track_is_as_large_as_the_largest_picture() -> None:
    small, large = segment(Vp8(320, 180), [0, 40], 80), segment(Vp8(1280, 720), [80, 120], 160)
    assert read(joined(small, large)).track == Vp8(1280, 720) == read(joined(large, segment(Vp8(320, 180), [160], 200))).track


def test_where_two_epochs_overlap_the_newer_one_is_shown() -> None:
    older, newer = segment(Vp8(64, 48), [0, 100, 200, 300, 400], 500), segment(Vp8(64, 48), [250, 350, 450], 550)
    found = read(joined(older, newer)).blocks
    assert [(block.at_ms, block.duration_ms) for block in found] == [(0, 100), (100, 100), (200, 50), (250, 100), (350, 100), (450, 100)]


def test_what_stands_behind_the_frame_before_is_left_out_and_counted() -> None:
    remuxer = Remuxer()
    first, second = segment(Vp8(64, 48), [0, 100, 200], 300), segment(Vp8(64, 48), [150, 250, 350], 450, lambda number: number != 1)
    made = []
    for reading in (remuxer.begin, remuxer.end):
        for data in (first, second):
            remuxer.open_segment(None)
            made += [remuxer.feed(data), remuxer.close_segment()]
        made.append(reading())
    assert [block.at_ms for block in read(b"".join(made)).blocks] == [0, 100, 200, 350], "250 builds upon 150"
    assert remuxer.left_out == 2


def test_what_was_before_the_beginning_is_left_out() -> None:
    found = read(joined(segment(Vp8(64, 48), [0, 100, 200], 300, lambda number: number != 1), zero_ms=50)).blocks
    assert [(block.at_ms, block.keyframe) for block in found] == [(150, True)]


def test_torn_segments_give_what_they_have() -> None:
    whole, after = segment(Vp8(64, 48), [0, 100, 240], 5000), segment(Vp8(64, 48), [9000], 9100)
    found = read(joined(whole[:-6], after)).blocks
    assert [(block.at_ms, block.duration_ms) for block in found] == [(0, 100), (100, 140), (240, 140), (9000, 100)]
    assert [block.at_ms for block in read(joined(whole[:-7 - 10], after)).blocks] == [0, 100, 9000]
    nothing = [Part(5, cut(whole[:10])), Part(9, cut(b""))]
    assert b"".join(remux([*nothing, *parts(after)])) == joined(after)
    with pytest.raises(BadWebM, match="not one frame"):
        list(remux(nothing))
    with pytest.raises(BadWebM, match="not one frame"):
        list(remux([]))


def test_segments_of_different_tracks_are_no_one_file() -> None:
    with pytest.raises(BadWebM, match="different tracks"):
        joined(segment(Vp8(64, 48), [0], 100), segment(Opus(), [100], 120))


@pytest.mark.parametrize("second", [[0, 100], [0, 100, 200, 300], [0, 100, 6000], [1, 100, 200]])
def test_a_segment_that_changes_while_it_is_read_is_noticed(second: list[int]) -> None:
    readings = iter([segment(Vp8(64, 48), [0, 100, 200], 6000), segment(Vp8(64, 48), second, 6001)])
    with pytest.raises(BadWebM, match="has changed"):
        list(remux([Part(0, lambda: [next(readings)])]))


def test_memory_does_not_grow_with_the_recording() -> None:
    def one(number: int) -> Iterator[bytes]:
        writer, start = Writer(Vp8(640, 360)), number * 4000
        for frame in range(40):
            at_ms = start + frame * 100
            yield writer.frame(at_ms, frame == 0, bytes(5000)) + writer.until(at_ms + 100)

    def peak(segments: int) -> tuple[int, int]:
        tracemalloc.start()
        size = sum(len(data) for data in remux([Part(n * 4000, lambda n=n: one(n)) for n in range(segments)]))  # type: ignore[misc]  # n is bound here
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size, used

    (short, used), (long, used_more) = peak(5), peak(50)
    assert long > 9_900_000 > 9 * short
    assert used_more < used + 100_000 < 1_000_000


def test_a_block_keeps_every_byte() -> None:
    data = joined(segment(Opus(), [7], 27))
    assert read(data).blocks == (Block(7, 20, True, b"frame at 7"),)
