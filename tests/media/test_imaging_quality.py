"""Whether a page can be read: sharpness, glare and light, one thing at a time."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from media.judgement import PLACES, STILLS
from tests.media.laid import BLANK, LETTER, WIDTH, judged, laid, plain
from tests.media.pages import drawn


@pytest.mark.parametrize("place", PLACES)
def test_glare_is_found_where_it_is(place: str) -> None:
    image = laid(LETTER, plain(), 360, 70, 560)
    row, column = divmod(PLACES.index(place), 3)
    cv2.circle(image, (360 + round((column + 0.5) * 560 / 3), 70 + round((row + 0.5) * 792 / 3)), 45, (255, 255, 255), -1)
    image = np.minimum(image, np.where(image == 255, 255, 236)).astype(np.uint8)  # the paper itself is not quite white
    said = judged(image).judgement
    assert said.reasons == ("glare",) and said.glare_at == place


def test_white_paper_in_good_light_is_no_glare() -> None:
    image = laid(LETTER, plain(90), 360, 70, 560)
    lit = np.clip(image * np.linspace(0.75, 1.15, WIDTH)[None, :, None], 0, 255).astype(np.uint8)
    said = judged(lit).judgement
    assert said.glare < STILLS.glaring and said.verdict == "good"


def test_overexposed_paper_around_a_dark_photograph_is_no_glare() -> None:
    page = np.full((1754, 1240, 3), 252, np.uint8)
    page[120:1100, 100:1140] = drawn("photograph", 1)[0][400:420, 300:320].mean(axis=(0, 1)).astype(np.uint8) // 2
    assert judged(laid(page, plain(), 360, 70, 560, 3)).judgement.glare == 0


def test_motion_along_the_lines_is_seen_as_well_as_across() -> None:
    image = laid(LETTER, plain(), 360, 70, 560)
    sharp = judged(image).judgement.sharpness
    for kernel in (np.ones((1, 13)) / 13, np.ones((13, 1)) / 13):
        said = judged(cv2.filter2D(image, -1, kernel)).judgement
        assert said.reasons == ("blurred",) and said.sharpness < 0.7 * sharp


@pytest.mark.parametrize("page", [LETTER, BLANK], ids=["letter", "blank"])
def test_a_page_so_blurred_that_nothing_is_left_of_its_letters_is_blurred_and_not_blank(page: np.ndarray) -> None:
    image = laid(page, plain(), 360, 70, 560, 3)
    for radius in (12, 20):
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.float32)
        assert judged(cv2.filter2D(image, -1, disc / disc.sum())).judgement.reasons == ("blurred",)


def test_a_covered_lens_is_said_to_be_dark() -> None:
    assert judged(plain(4)).judgement.reasons == ("no-page", "dark")
