"""Real VP8 pictures and real Opus packets for tests of what is recorded: a clock that moves, a tone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache

import av
import numpy as np

from recordings import vp8
from recordings.segments import Frame, Made, Piece, SegmentMaker


def picture(number: int, width: int, height: int) -> np.ndarray:
    """A picture that differs from every other: a grey ramp, a moving bar, and the number as 16 black or white squares."""
    shade = np.tile(np.linspace(40, 200, width, dtype=np.uint8), (height, 1))
    bar = number * 7 % width
    shade[height // 2 :, bar : bar + 8] = 255
    side = width // 16
    for bit in range(16):
        shade[: height // 4, bit * side : (bit + 1) * side] = 255 if number >> bit & 1 else 0
    return np.repeat(shade[:, :, None], 3, axis=2)


def video(times_ms: Sequence[int], keyframes: Iterable[int] = (0,), width: int = 160, height: int = 120, first_seq: int = 0) -> list[Frame]:
    """VP8 pictures at those times; `keyframes` are indices into them."""
    wanted = {0, *keyframes}
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, 1000)
    encoder.bit_rate = 300_000
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "g": "100000", "error-resilient": "1"}
    frames = []
    for number, at_ms in enumerate(times_ms):
        shown = av.VideoFrame.from_ndarray(picture(number, width, height), format="rgb24")
        shown.pts = at_ms
        shown.pict_type = av.video.frame.PictureType.I if number in wanted else av.video.frame.PictureType.NONE
        (packet,) = encoder.encode(shown)
        data = bytes(packet)
        found = vp8.head(data)
        assert found.keyframe == (number in wanted)
        seq = first_seq + 2 * number
        frames.append(Frame(at_ms, found.keyframe, data, width, height, seq, seq + 1))
    return frames


@cache
def _sound(packets: int) -> tuple[bytes, ...]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.bit_rate = 24_000
    made: list[bytes] = []
    for number in range(packets + 2):
        at = np.arange(960) + number * 960
        tone = (9000 * np.sin(2 * np.pi * 440 * at / 48_000)).astype(np.int16)
        heard = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        heard.sample_rate, heard.pts = 48_000, number * 960
        made += [bytes(packet) for packet in encoder.encode(heard)]
    return tuple(made[:packets])


def audio(times_ms: Sequence[int], first_seq: int = 0) -> list[Frame]:
    """Opus packets of 20 ms at those times."""
    return [Frame(at_ms, True, data, 0, 0, first_seq + n, first_seq + n) for n, (at_ms, data) in enumerate(zip(times_ms, _sound(len(times_ms)), strict=True))]


def files(made: Iterable[Made]) -> dict[int, bytes]:
    """Segment number → the bytes of its file."""
    found: dict[int, bytes] = {}
    for one in made:
        if isinstance(one, Piece):
            found[one.segment] = found.get(one.segment, b"") + one.data
    return found


def recorded(maker: SegmentMaker, frames: Iterable[Frame], end_ms: int | None = None) -> list[Made]:
    """Everything that a maker makes of frames without a gap, until the room ends."""
    return [one for frame in frames for one in maker.frame(frame)] + maker.close("room", end_ms)
