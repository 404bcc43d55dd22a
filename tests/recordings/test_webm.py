"""A segment's file as it is written: byte by byte where it matters, playable up to wherever it was torn off."""

from __future__ import annotations

import io

import av
import pytest

from recordings import webm
from recordings.webm import Opus, Vp8, Writer
from recordings.webm_read import read
from tests.encoded import audio, video


def written(track: webm.Track, frames: list[tuple[int, bool, bytes]], end_ms: int) -> list[bytes]:
    """What the writer returns, call by call."""
    writer, calls = Writer(track), []
    for number, (at_ms, keyframe, data) in enumerate(frames):
        if number:
            calls.append(writer.until(at_ms))
        calls.append(writer.frame(at_ms, keyframe, data))
    return [*calls, writer.until(end_ms)]


def test_the_file_byte_by_byte() -> None:
    calls = written(Vp8(640, 360), [(70_000, True, b"KEY"), (70_066, False, b"mid")], 70_133)
    head = "1a45dfa39f 4282847765626d 42868101 42f78101 42f28104 42f38108 42878104 42858102"  # EBML, WebM 4 readable by 2
    segment = "18538067 01ffffffffffffff"  # of unknown size
    info = "1549a966a9 2ad7b1830f4240 4d808e7669727475616c2d77696e646f77 57418e7669727475616c2d77696e646f77"  # 1,000,000 ns; virtual-window
    tracks = "1654ae6ba0 ae9e d78101 73c58101 9c8100 838101 8685565f565038 e088 b0820280 ba820168"  # 1, video, V_VP8, 640 × 360
    cluster = "1f43b675 01ffffffffffffff e783011170"  # at 70,000 ms
    key = "a08f a187 81 0000 00 4b4559"  # group; block of track 1, 0 ms after the cluster
    mid = "a092 fb81be a187 81 0042 00 6d6964"  # builds upon the frame 66 ms before; 66 ms after the cluster
    expected = [head + segment + info + tracks + cluster + key, "9b8400000042", mid, "9b8400000043"]
    assert [call.hex() for call in calls] == [text.replace(" ", "") for text in expected]


def test_sound_says_that_nothing_is_to_be_skipped() -> None:
    data = webm.tracks(Opus())
    assert b"OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00" in data, "RFC 7845, 5.1: two channels, pre-skip 0, 48 kHz, no gain"
    assert b"\x56\xaa\x81\x00" in data and b"\x56\xbb\x84\x04\xc4\xb4\x00" in data, "CodecDelay 0, SeekPreRoll 80 ms"
    assert b"\x23\xe3\x83" not in data, "no DefaultDuration"


def test_a_media_type_names_the_codec() -> None:
    assert (webm.media(Vp8(1, 1)), webm.media(Opus())) == ("video/webm;codecs=vp8", "audio/webm;codecs=opus")


def test_a_cluster_is_begun_before_a_block_would_be_too_far_from_it() -> None:
    frames = [(number * 4_000, number == 0, b"x") for number in range(20)]
    data = b"".join(written(Vp8(16, 16), frames, 90_000))
    assert data.count(b"\x1f\x43\xb6\x75") == 10
    far = Writer(Vp8(16, 16), cluster_ms=10**9)
    torn = far.frame(0, True, b"x") + far.until(40_000) + far.frame(40_000, False, b"x") + far.until(99_999)
    assert [block.at_ms for block in read(torn).blocks] == [0, 40_000]


def test_time_must_rise_and_the_first_frame_be_a_keyframe() -> None:
    writer = Writer(Vp8(16, 16))
    with pytest.raises(ValueError, match="keyframe"):
        writer.frame(0, False, b"x")
    with pytest.raises(ValueError, match="ends at"):
        writer.until(5)
    with pytest.raises(ValueError, match="without a byte"):
        writer.frame(0, True, b"")
    writer.frame(100, True, b"x")
    for wrong in (100, 99, -1, 2**53):
        with pytest.raises(ValueError, match="a frame at"):
            writer.frame(wrong, True, b"x")
    with pytest.raises(ValueError, match="ends at"):
        writer.until(100)


def test_the_longest_duration_is_the_largest_that_fits() -> None:
    writer = Writer(Vp8(16, 16))
    assert read(writer.frame(0, True, b"x") + writer.until(2**40)).blocks[0].duration_ms == 2**32 - 1


def test_another_reader_sees_what_was_written() -> None:
    times = [60_000, 60_066, 60_133, 61_133, 64_000]
    pictures = video(times)
    data = b"".join(written(Vp8(160, 120), [(f.at_ms, f.keyframe, f.data) for f in pictures], 64_500))
    with av.open(io.BytesIO(data)) as file:
        found = [(p.pts, p.duration, p.is_keyframe, bytes(p)) for p in file.demux(video=0) if p.size]
        assert found == [(f.at_ms, end - f.at_ms, f.keyframe, f.data) for f, end in zip(pictures, [*times[1:], 64_500], strict=True)]
    with av.open(io.BytesIO(data)) as file:
        assert [(p.width, p.height) for p in file.decode(video=0)] == [(160, 120)] * 5
    sound = audio(range(1000, 2000, 20))
    data = b"".join(written(Opus(), [(f.at_ms, True, f.data) for f in sound], 2000))
    with av.open(io.BytesIO(data)) as file:
        assert sum(heard.samples for heard in file.decode(audio=0)) == 48_000


def test_another_reader_sees_every_whole_frame_of_a_torn_file() -> None:
    pictures = video(range(0, 2000, 100))
    calls = written(Vp8(160, 120), [(f.at_ms, f.keyframe, f.data) for f in pictures], 2000)
    for kept in range(2, len(calls), 6):  # after a whole group
        with av.open(io.BytesIO(b"".join(calls[:kept]))) as file:
            assert len(list(file.decode(video=0))) == kept // 2
