"""What a player gets to append: whole, whatever was torn off, and without the short holes at which it would stop."""

from __future__ import annotations

import io

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.ebml import BadWebM
from recordings.playable import LONGEST_BRIDGE_MS, Playable
from recordings.segments import Publication, SegmentMaker
from recordings.webm import Block, Opus, Vp8, Writer
from recordings.webm_read import File, read
from tests.encoded import audio, files, recorded, video


def played(data: bytes, step: int = 1000) -> File:
    playable = Playable()
    made = b"".join([playable.feed(data[at : at + step]) for at in range(0, len(data), step)]) + playable.close()
    found = read(made)
    assert not found.torn and all(block.duration_ms for block in found.blocks), "it ends with a whole frame"
    return found


def segment(*, holes: dict[int, int] | None = None, packets: int = 100) -> bytes:
    """The file of a segment of sound; `holes`: index of a packet → milliseconds missing before it."""
    times, now = [], 0
    for number in range(packets):
        now += (holes or {}).get(number, 0)
        times.append(now)
        now += 20
    (data,) = files(recorded(SegmentMaker(Publication("clerk.microphone", 1, "audio")), audio(times))).values()
    return data


def test_a_whole_video_is_what_it_was() -> None:
    (data,) = files(recorded(SegmentMaker(Publication("clerk.screen", 1, "video")), video([0, 66, 1066, 3000]), 9000)).values()
    assert played(data) == read(data)


@given(st.integers(1, 500), st.data())
def test_a_torn_video_ends_with_its_last_whole_picture(step: int, data: st.DataObject) -> None:
    writer, whole = Writer(Vp8(64, 48)), b""
    for number, at_ms in enumerate((10, 50, 90, 200)):
        whole += (writer.until(at_ms) if number else b"") + writer.frame(at_ms, number == 0, b"x" * (100 + number))
    cut = data.draw(st.integers(whole.index(b"x" * 100) + 100, len(whole)))
    there, found = read(whole[:cut]).blocks, played(whole[:cut], step).blocks
    assert found[:-1] == there[:-1]
    before = there[-1].at_ms - there[-2].at_ms if len(there) > 1 else 66
    last = there[-1]
    assert found[-1] == Block(last.at_ms, before if last.duration_ms is None else last.duration_ms, last.keyframe, last.data)


def test_a_torn_still_picture_lasts_a_second_at_most() -> None:
    writer = Writer(Vp8(64, 48))
    data = writer.frame(0, True, b"x") + writer.until(30_000) + writer.frame(30_000, False, b"y")
    assert played(data).blocks[-1].duration_ms == 1000


def test_a_torn_packet_of_sound_lasts_as_long_as_it_sounds() -> None:
    assert played(segment()[:-6]).blocks[-1].duration_ms == 20


@pytest.mark.parametrize(("hole", "bridged"), [(19, 0), (40, 2), (100, 5), (LONGEST_BRIDGE_MS, 50)])
def test_a_short_hole_in_the_sound_is_bridged(hole: int, bridged: int) -> None:
    data = segment(holes={30: hole})
    found = played(data)
    assert len(found.blocks) == 100 + bridged
    extra = [block for block in found.blocks if block not in read(data).blocks]
    assert [(block.at_ms, block.duration_ms, len(block.data)) for block in extra] == [(600 + 20 * n, 20, 1) for n in range(bridged)]
    with av.open(io.BytesIO(data)) as without:
        samples = sum(heard.samples for heard in without.decode(audio=0))
    playable = Playable()
    with av.open(io.BytesIO(playable.feed(data) + playable.close())) as file:
        assert sum(heard.samples for heard in file.decode(audio=0)) == samples + bridged * 960, "a decoder conceals it"


def test_a_longer_hole_stays_a_gap() -> None:
    writer = Writer(Opus())
    data = writer.frame(0, True, b"\xf8x") + writer.until(20) + writer.frame(1021, True, b"\xf8x") + writer.until(1041)
    assert played(data) == read(data)


def test_what_is_no_segment_is_refused() -> None:
    with pytest.raises(BadWebM):
        Playable().feed(b"RIFF")
    writer, again = Writer(Opus()), Writer(Opus())
    data = writer.frame(5, True, b"x") + writer.until(20)
    twice = data + again.frame(5, True, b"x")[-20:] + again.until(20)
    with pytest.raises(BadWebM):
        Playable().feed(twice)
    assert Playable().close() == b""
