"""What a file claims: bombs, polyglots and truncated files are seen before anything is decoded, and what hides beside the pixels is left out."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.picture_file import PNG, examine
from media.still_wire import BadStill
from tests.media.still_files import HOLLOW, JPEG_FILE, PNG_FILE, SECRET, SHOWN, chunk, exif, segment, with_segments


@pytest.mark.parametrize(("data", "kind"), [(JPEG_FILE, "jpeg"), (PNG_FILE, "png")], ids=["jpeg", "png"])
def test_a_good_file_says_what_it_is_and_is_left_as_it_is(data: bytes, kind: str) -> None:
    file = examine(data)
    assert (file.kind, file.width, file.height, file.orientation) == (kind, 1280, 960, 1)
    assert file.content == data


@pytest.mark.parametrize("order", ["big", "little"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_says_how_the_camera_was_held(orientation: int, order: str) -> None:
    for data in (
        with_segments(segment(0xE1, b"Exif\0\0" + exif(orientation, order))),
        PNG_FILE[:33] + chunk(b"eXIf", exif(orientation, order)) + PNG_FILE[33:],
    ):
        assert examine(data).orientation == orientation


@given(st.binary(max_size=60), st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", exif(3)]))
def test_whatever_stands_for_orientation_is_one_of_eight(noise: bytes, head: bytes) -> None:
    assert 1 <= examine(with_segments(segment(0xE1, b"Exif\0\0" + head + noise))).orientation <= 8


def test_what_is_no_pixel_is_left_out() -> None:
    jpeg = with_segments(segment(0xFE, SECRET), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET), segment(0xED, SECRET))
    png = PNG_FILE[:33] + chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"zTXt", b"c\0\0" + zlib.compress(SECRET)) + PNG_FILE[33:]
    assert examine(jpeg).content == JPEG_FILE and examine(png).content == PNG_FILE


@pytest.mark.parametrize(("code", "data"), SHOWN.values(), ids=SHOWN)
def test_what_its_structure_shows_is_refused_before_anything_is_decoded(code: str, data: bytes) -> None:
    with pytest.raises(BadStill) as caught:
        examine(data)
    assert caught.value.code == code


@pytest.mark.parametrize("data", HOLLOW.values(), ids=HOLLOW)
def test_what_only_a_decoder_can_see_passes_here(data: bytes) -> None:
    assert examine(data).width > 0


@pytest.mark.parametrize("data", [JPEG_FILE, PNG_FILE], ids=["jpeg", "png"])
def test_a_file_that_ends_early_never_reaches_the_decoder(data: bytes) -> None:
    chance = np.random.default_rng(2)
    for place in [*range(4, 40), *chance.integers(40, len(data) - 1, 160).tolist(), len(data) - 1]:
        with pytest.raises(BadStill) as caught:
            examine(data[:place])
        assert caught.value.code in ("picture-damaged", "not-a-picture")


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", PNG, JPEG_FILE[:700], PNG_FILE[:120]]), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_a_picture_or_refused(noise: bytes, head: bytes, closed: bool) -> None:
    data = head + noise + (b"\xff\xd9" if closed else b"")
    try:
        assert examine(data).width > 0
    except BadStill as bad:
        assert bad.code in ("not-a-picture", "picture-too-big", "picture-damaged")
