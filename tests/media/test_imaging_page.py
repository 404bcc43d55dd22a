"""Which of all the edges in a picture are the page's: one awkward picture at a time."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.media.laid import BLANK, HEIGHT, LETTER, WIDTH, judged, laid, plain
from tests.media.pages import Table, drawn, scene


def test_a_white_page_on_a_nearly_white_table_is_found() -> None:
    assert judged(laid(LETTER, plain((232, 234, 234)), 360, 70, 560, 4)).judgement.verdict == "good"


def test_a_blank_page_is_a_page() -> None:
    assert judged(laid(BLANK, plain(), 360, 70, 560, 4)).judgement.verdict == "good"


def test_a_dark_red_cover_on_a_light_table_is_found_and_not_called_dark() -> None:
    cover = np.full((1240, 874, 3), (38, 30, 140), np.uint8)
    cv2.putText(cover, "居民户口簿", (150, 500), (90, 170, 200), cv2.FontFace("uni"), 110, 700)
    said = judged(laid(cover, plain(200), 400, 100, 500, -5)).judgement
    assert said.reasons == () and said.fills == pytest.approx(500 * 709 / (WIDTH * HEIGHT), rel=0.02)


def test_the_page_is_found_and_not_the_mat_below_it() -> None:
    table = plain(190)
    table[60:900, 100:1180] = 40
    said = judged(laid(LETTER, table, 400, 110, 500, 3)).judgement
    assert said.verdict == "good" and said.fills == pytest.approx(500 * 707 / (WIDTH * HEIGHT), rel=0.02)


def test_the_page_is_found_and_not_the_photograph_on_it() -> None:
    page = LETTER.copy()
    page[300:1100, 200:1040] = (60, 70, 80)
    said = judged(laid(page, plain(30), 360, 70, 560, 3)).judgement
    assert said.fills == pytest.approx(560 * 792 / (WIDTH * HEIGHT), rel=0.02)


def test_a_thumb_over_its_border_is_forgiven() -> None:
    image = laid(LETTER, plain(), 360, 70, 560, 3)
    cv2.ellipse(image, (930, 500), (75, 45), 0, 0, 360, (130, 150, 200), -1, cv2.LINE_AA)
    assert judged(image).judgement.verdict == "good"


def test_a_card_beside_its_form_is_no_second_page_and_a_second_sheet_is() -> None:
    form = laid(LETTER, plain(), 120, 60, 560, 2)
    assert judged(laid(drawn("card", 2)[0], form, 860, 300, 220, -4)).judgement.verdict == "good"
    assert judged(laid(LETTER, form, 760, 120, 460, -4)).judgement.reasons == ("several-pages",)


@pytest.mark.parametrize(("left", "top"), [(-150, 60), (870, 60), (360, -200), (360, 350), (900, 400)])
def test_a_page_that_runs_out_anywhere_is_cut_off_and_left_as_it_is(left: int, top: int) -> None:
    image = laid(LETTER, plain(), left, top, 560, 4)
    found = judged(image)
    assert found.judgement.reasons[:1] == ("cut-off",) and found.corrected is image


@pytest.mark.parametrize("table", ["black", "grey", "wood", "cloth", "light"])
def test_an_empty_table_has_no_page_whatever_it_is_made_of(table: Table) -> None:
    said = [judged(scene("empty", seed, WIDTH, HEIGHT, table=table).picture).judgement.reasons for seed in range(200, 206)]
    assert said == [("no-page",)] * 6
