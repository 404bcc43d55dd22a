"""A segment's file as it is read: what was written, however it is cut into pieces, torn off or damaged."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import ebml, webm
from recordings.ebml import BadWebM
from recordings.webm import Block, Opus, Track, Vp8, Writer
from recordings.webm_read import LARGEST_ELEMENT, Reader, read

tracks = st.one_of(st.builds(Vp8, st.integers(1, 16383), st.integers(1, 16383)), st.builds(Opus, st.sampled_from([1, 2])))


@st.composite
def files(draw: st.DrawFn) -> tuple[Track, list[Block], list[int], bytes]:
    """A track, its frames, where in the file each frame's data ends, the file."""
    steps = draw(st.lists(st.one_of(st.integers(1, 100), st.integers(1, 70_000)), min_size=2, max_size=12))
    start = draw(st.one_of(st.integers(0, 10_000), st.integers(0, 2**52)))
    times = [start + step for step in accumulate(steps)]
    track = draw(tracks)
    writer, blocks, ends, data = Writer(track, draw(st.integers(1, 40_000))), [], [], b""
    for number, (at, end) in enumerate(pairwise(times)):
        keyframe = number == 0 or draw(st.booleans())
        content = draw(st.binary(min_size=1, max_size=200))
        data += writer.frame(at, keyframe, content)
        ends.append(len(data))
        data += writer.until(end)
        blocks.append(Block(at, end - at, keyframe, content))
    return track, blocks, ends, data


@given(files(), st.data())
def test_what_is_written_is_read_back_from_pieces_of_any_size(file: tuple[Track, list[Block], list[int], bytes], data: st.DataObject) -> None:
    track, blocks, _, whole = file
    assert read(whole).track == track and list(read(whole).blocks) == blocks and not read(whole).torn
    reader, at, found = Reader(), 0, []
    while at < len(whole):
        step = data.draw(st.integers(1, 400))
        found += reader.feed(whole[at : at + step])
        at += step
    assert found + reader.close() == blocks and reader.track == track and not reader.torn


@given(files(), st.data())
def test_of_a_torn_file_everything_that_is_there_is_read(file: tuple[Track, list[Block], list[int], bytes], data: st.DataObject) -> None:
    _, blocks, ends, whole = file
    cut = data.draw(st.integers(ends[0], len(whole)))
    found = read(whole[:cut])
    assert len(found.blocks) == sum(end <= cut for end in ends), "a frame whose data is there is not lost"
    for there, block in zip(found.blocks, blocks, strict=False):
        assert (there.at_ms, there.keyframe, there.data) == (block.at_ms, block.keyframe, block.data)
        assert there.duration_ms in (block.duration_ms, None)
    assert all(block.duration_ms is not None for block in found.blocks[:-1])
    assert not found.torn or cut < len(whole)


@given(files(), st.data())
def test_a_damaged_file_is_read_or_refused(file: tuple[Track, list[Block], list[int], bytes], data: st.DataObject) -> None:
    *_, whole = file
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        match data.draw(st.sampled_from(["flip", "cut out", "insert", "repeat"])):
            case "flip" if at < len(changed):
                changed[at] ^= data.draw(st.integers(1, 255))
            case "cut out":
                del changed[at : at + data.draw(st.integers(1, 20))]
            case "insert":
                changed[at:at] = data.draw(st.binary(min_size=1, max_size=20))
            case _:
                changed[at:at] = changed[max(0, at - 30) : at]
    held_to_the_bounds(bytes(changed))


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    held_to_the_bounds(data)
    held_to_the_bounds(webm.file_head() + data)
    held_to_the_bounds(webm.file_head() + ebml.opening(webm.SEGMENT, None) + webm.info() + webm.tracks(Opus()) + webm.cluster(5) + data)


def held_to_the_bounds(data: bytes) -> None:
    """Read, or refused with a place inside of the file; never more of it than it has."""
    try:
        found = read(data)
    except BadWebM as refused:
        assert 0 <= refused.place <= len(data)
        return
    assert sum(len(block.data) for block in found.blocks) <= len(data)
    assert all(0 <= block.at_ms <= webm.LATEST_MS for block in found.blocks)


def body(*more: bytes, track: bytes = webm.tracks(Opus()), info: bytes = webm.info(), size: int | None = None) -> bytes:
    return webm.file_head() + ebml.opening(webm.SEGMENT, size) + info + track + b"".join(more)


def block(content: bytes) -> bytes:
    return ebml.element(webm.BLOCK_GROUP, ebml.element(webm.BLOCK, content))


ONE = block(b"\x81\x00\x00\x00x")
TAGS = ebml.element(0x1254C367, b"")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "before its track"),
        (webm.file_head(), "before its track"),
        (ebml.element(webm.INFO, b""), "at a place where none can be"),
        (ebml.opening(webm.SEGMENT, None), "a Segment at a place"),
        (webm.file_head().replace(b"webm", b"wbem"), "not WebM"),
        (webm.file_head().replace(b"\x42\x85\x81\x02", b"\x42\x85\x81\x05"), "newer reader"),
        (webm.file_head() + ONE, "at a place where none can be"),
        (body(track=b"") + webm.cluster(0), "a Cluster at a place"),
        (body(info=b"") + webm.cluster(0), "a Cluster at a place"),
        (body(webm.tracks(Opus())), "twice"),
        (body(track=ebml.element(webm.TRACKS, b"")), "0 tracks"),
        (body(track=webm.tracks(Opus()).replace(b"A_OPUS", b"A_FLAC")), "neither VP8 nor Opus"),
        (body(track=webm.tracks(Vp8(9, 9)).replace(b"\xb0\x81\x09", b"\xb0\x81\x00")), "neither VP8 nor Opus"),
        (body(track=webm.tracks(Opus()).replace(b"\xd7\x81\x01", b"\xd7\x81\x02")), "not number 1"),
        (body(info=webm.info().replace(b"\x0f\x42\x40", b"\x0f\x42\x41")), "milliseconds"),
        (body(ONE), "at a place where none can be"),
        (body(webm.cluster(0), ebml.element(0xA3, b"\x81\x00\x00\x80x")), "at a place where none can be"),  # a SimpleBlock has no duration
        (body(ebml.opening(webm.CLUSTER, None), ONE), "before the timestamp"),
        (body(webm.cluster(0), ebml.unsigned(webm.TIMESTAMP, 1)), "two timestamps"),
        (body(webm.cluster(0), block(b"\x82\x00\x00\x00x")), "track 1"),
        (body(webm.cluster(0), block(b"\x81\x00\x00\x02x")), "one whole frame"),  # laced
        (body(webm.cluster(0), block(b"\x81\x00\x00\x00")), "one whole frame"),
        (body(webm.cluster(0), block(b"\x81\xff\xff\x00x")), "a frame at -1 ms"),
        (body(webm.cluster(2**53), ONE), "a frame at"),
        (body(webm.cluster(0), ebml.element(webm.BLOCK_GROUP, b"")), "without a block"),
        (body(webm.cluster(0), ebml.opening(webm.BLOCK_GROUP, LARGEST_ELEMENT + 1)), f"{LARGEST_ELEMENT + 1} bytes"),
        (body(webm.cluster(0), ebml.opening(webm.BLOCK_GROUP, None)), "without a size"),
        (body(webm.cluster(0, 3), ONE), "larger than the one around it"),
        (body(webm.cluster(0, len(ONE)), ONE, ONE), "at a place where none can be"),
        (body(webm.cluster(0, 9), webm.cluster(1)), "a Cluster at a place"),
        (body(size=len(body()) - len(webm.file_head()) - 12) + TAGS, "follows the end"),
        (body(webm.cluster(0, 99), size=len(webm.info() + webm.tracks(Opus())) + 5), "larger than the one around it"),
        (body(webm.cluster(0), ONE, size=len(webm.info() + webm.tracks(Opus()) + webm.cluster(0)) + 5), "larger than the one around it"),
        (body(webm.cluster(0), ONE, TAGS, ONE), "at a place where none can be"),
        (body(webm.cluster(0), ONE) + webm.file_head(), "at a place where none can be"),
    ],
)
def test_what_we_would_not_write_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(BadWebM, match=why):
        read(data)


def test_what_nobody_needs_is_skipped_without_keeping_it() -> None:
    void = ebml.element(0xEC, bytes(100_000))
    data = webm.file_head() + void + ebml.opening(webm.SEGMENT, None) + webm.info() + void + webm.tracks(Opus()) + TAGS
    reader = Reader()
    assert [len(reader.feed(data[at : at + 1000])) for at in range(0, len(data), 1000)] == [0] * -(-len(data) // 1000)
    assert reader.track == Opus()
    (found,) = reader.feed(webm.cluster(7) + void + ONE + void + TAGS)
    assert found == Block(7, None, True, b"x") and reader.close() == [] and not reader.torn


def test_a_file_that_ends_in_what_nobody_needs_is_torn() -> None:
    assert read(body(webm.cluster(0), ONE, ebml.element(0xEC, bytes(50))[:-1])).torn
