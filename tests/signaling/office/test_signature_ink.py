"""The ink: where the points are, as wide as the pen was pressed, inside its box, and the same bytes each time."""

from __future__ import annotations

import io
import math
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from signaling.domain.signature import MOST_POINTS, Point, Strokes
from signaling.office.signature_ink import LEVELS, THICK, THIN, fitted, ink_lines, ink_png


def signature(*strokes: tuple[Point, ...], width: int = 3200, height: int = 1000) -> Strokes:
    return Strokes(width, height, "pen", strokes)


def hand(phase: float = 0.0) -> tuple[Point, ...]:
    """A stroke that goes up and down and is pressed harder at times."""
    return tuple(
        (300 + 26 * i, round(500 + 350 * math.sin(i / 6 + phase)), round(500 + 480 * math.sin(i / 9)), 8 * i) for i in range(100)
    )


def picture(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as opened:
        assert opened.format == "PNG"
        return opened.convert("RGBA")


def ink_box(png: bytes) -> tuple[int, int, int, int]:
    box = picture(png).getchannel("A").getbbox()
    assert box is not None
    return box


def test_black_ink_on_nothing_where_the_points_are() -> None:
    png = ink_png(signature(((800, 250, 500, 0), (2400, 250, 500, 8))), width=1600)
    drawn = picture(png)
    assert drawn.size == (1600, 500)
    assert drawn.getpixel((800, 125)) == (0, 0, 0, 255) and drawn.getpixel((800, 300)) == (0, 0, 0, 0)
    left, top, right, bottom = ink_box(png)
    # The pad is a little smaller than its picture, so that the widest line fits at its edges.
    assert abs(left - 400) < 16 and abs(right - 1200) < 16 and 8 <= bottom - top <= 18 and abs((top + bottom) / 2 - 125) < 8


def test_a_harder_pen_draws_wider() -> None:
    heights = []
    for pressure in (0, 250, 500, 750, 1000):
        _, top, _, bottom = ink_box(ink_png(signature(((800, 500, pressure, 0), (2400, 500, pressure, 8))), width=1600))
        heights.append(bottom - top)
    assert heights == sorted(set(heights)) and heights[-1] > 2.5 * heights[0]


def test_a_line_that_is_pressed_more_and_more_is_whole() -> None:
    lines = ink_lines(signature(tuple((100 + 30 * i, 500, 10 * i, 8 * i) for i in range(100))))
    assert len(lines) > 8
    assert all(one.spots[-1] == other.spots[0] for one, other in pairwise(lines))
    widths = [line.width for line in lines]
    assert widths == sorted(widths) and widths[0] == 3200 * THIN / 1000 and widths[-1] == 3200 * THICK / 1000


def test_a_dot_over_a_letter_is_drawn() -> None:
    left, top, right, bottom = ink_box(ink_png(signature(((1600, 500, 1000, 0),)), width=800))
    assert 8 <= right - left <= 16 and 8 <= bottom - top <= 16


def test_the_same_strokes_give_the_same_bytes_and_others_do_not() -> None:
    assert ink_png(signature(hand())) == ink_png(signature(hand()))
    assert ink_png(signature(hand())) != ink_png(signature(hand(0.5)))


@pytest.mark.parametrize(("width", "height", "size"), [(3200, 1000, (1200, 375)), (1, 10_000, (1, 1200)), (10_000, 1, (1200, 1))])
def test_a_pad_of_any_shape_gives_a_picture_of_bounded_size(width: int, height: int, size: tuple[int, int]) -> None:
    assert picture(ink_png(signature(((0, 0, 500, 0), (width, height, 500, 8)), width=width, height=height))).size == size


def test_as_many_points_as_there_may_be_are_still_a_bounded_drawing() -> None:
    wild = signature(tuple((3200 * (i % 2), 1000 * (i // 2 % 2), 0, i) for i in range(MOST_POINTS)))
    assert sum(len(line.spots) for line in ink_lines(wild)) < 100_000


pads = st.integers(1, 10_000)


@given(st.data(), pads, pads)
@settings(max_examples=200)
def test_no_ink_leaves_its_box(data: st.DataObject, width: int, height: int) -> None:
    points = st.tuples(st.integers(0, width), st.integers(0, height), st.integers(0, 1000), st.just(0))
    strokes = data.draw(st.lists(st.lists(points, min_size=1, max_size=5).map(tuple), max_size=3))
    for line in fitted(signature(*strokes, width=width, height=height), 76, 200, 64, 16):
        half = line.width / 2 - 1e-6
        for x, y in line.spots:
            assert x - half >= 76 and x + half <= 76 + 64
            assert y - half >= 200 and y + half <= 200 + 16


def test_the_pages_draw_the_same_lines() -> None:
    """The same widths; and a straight stroke, a bend and a dot that the pages' own tests (ink.test.ts) know."""
    page = (Path(__file__).parents[3] / "signaling" / "web" / "sign" / "ink.ts").read_text(encoding="utf-8")
    assert f"const [THIN, THICK] = [{THIN}, {THICK}];" in page and re.search(rf"const LEVELS = {LEVELS};", page)
    (straight,) = ink_lines(signature(((0, 0, 500, 0), (100, 40, 500, 8))))
    assert (straight.width, straight.spots) == (28.8, ((0, 0), (50, 20), (100, 40)))
    (bend,) = ink_lines(signature(((0, 0, 500, 0), (100, 0, 500, 8), (100, 100, 500, 16))))
    assert bend.spots[:2] == ((0, 0), (50, 0)) and bend.spots[-2:] == ((100, 50), (100, 100))
    (dot,) = ink_lines(signature(((7, 9, 500, 0),)))
    assert dot.spots == ((7, 9),)
