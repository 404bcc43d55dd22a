"""The first bytes of a VP8 frame, of a real encoder's and of damaged ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import vp8
from recordings.vp8 import BadVp8, Vp8Head
from tests.encoded import video


@pytest.mark.parametrize(("width", "height"), [(160, 120), (322, 246), (64, 640)])
def test_a_real_encoders_frames_say_what_they_are(width: int, height: int) -> None:
    heads = [vp8.head(frame.data) for frame in video([0, 66, 133, 200], keyframes=[0, 2], width=width, height=height)]
    key, other = Vp8Head(True, True, width, height), Vp8Head(False, True, 0, 0)
    assert heads == [key, other, key, other]


def test_the_bits_that_ask_to_scale_up_are_no_pixels() -> None:
    # Tag: keyframe, shown, a first partition of 1 byte; then start code, 320 (scale 1) × 240 (scale 2), one byte.
    assert vp8.head(b"\x30\x00\x00\x9d\x01\x2a\x40\x41\xf0\x80\x00") == Vp8Head(True, True, 320, 240)
    assert not vp8.head(b"\x20\x00\x00\x9d\x01\x2a\x40\x41\xf0\x80\x00").shown


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "0 bytes"), (b"\x30\x00", "2 bytes"), (b"\x38\x00\x00", "version"), (b"\x30\x00\x00\x9d\x01\x2a\x40\x41\xf0", "start code"),
        (b"\x30\x00\x00\x9d\x01\x2b\x40\x01\xf0\x00\x00", "start code"), (b"\x30\x00\x00\x9d\x01\x2a\x00\x00\xf0\x00\x00", "0 × 240"),
        (b"\x31\x01\x00" + bytes(7), "first partition"), (b"\x50\x00\x00\x9d\x01\x2a\x40\x01\xf0\x00\x00", "first partition"),
    ],
)  # fmt: skip
def test_what_is_no_frame_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(BadVp8, match=why):
        vp8.head(data)


@given(st.binary(max_size=20))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    try:
        found = vp8.head(data)
    except BadVp8:
        return
    assert found.keyframe == (data[0] & 1 == 0) == (0 < found.width < 2**14 and 0 < found.height < 2**14)
