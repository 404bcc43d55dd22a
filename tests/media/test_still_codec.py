"""Pixels in and out: upright however the camera was held, and a file that holds nothing else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from media.imaging import judge
from media.picture_file import examine
from media.still_codec import encode, reduced, specimen, upright
from tests.media.still_files import GOOD


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_honoured_and_forgotten(orientation: int) -> None:
    """The other way round: the camera's pixels are made from the upright picture by Exif's own table."""
    seen = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    stored = {
        1: seen, 2: np.fliplr(seen), 3: np.rot90(seen, 2), 4: np.flipud(seen), 5: seen.transpose(1, 0, 2),
        6: np.rot90(seen, 1), 7: np.rot90(seen, 2).transpose(1, 0, 2), 8: np.rot90(seen, -1),
    }[orientation]  # fmt: skip
    assert (upright(np.ascontiguousarray(stored), orientation) == seen).all()


def test_what_is_kept_is_the_picture_and_nothing_else() -> None:
    file = encode(GOOD)
    assert examine(file).content == file
    assert float(np.abs(cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR).astype(int) - GOOD).mean()) < 4


def test_a_reduced_picture_is_the_whole_picture() -> None:
    """A mark in each corner is still there: nothing is cut, nothing is skipped."""
    picture = np.full((900, 700, 3), 255, np.uint8)
    for rows, columns in ((slice(0, 4), slice(0, 4)), (slice(0, 4), slice(-4, None)), (slice(-4, None), slice(0, 4)), (slice(-4, None), slice(-4, None))):
        picture[rows, columns] = 0
    small = reduced(picture, 623, 801)
    assert small.shape == (801, 623, 3)
    assert {int(small[y, x].max()) for y in (0, -1) for x in (0, -1)} == {0}
    assert abs(float(small.mean()) - float(picture.mean())) < 0.1


def test_a_reader_rehearses_with_a_page_that_is_found_and_set_straight() -> None:
    picture = specimen()
    judged = judge(picture)
    assert judged.judgement.reasons == () and judged.corrected.shape < picture.shape, "nothing that a good still needs is left out"
