"""Straight edges: found where they are, with the lighter side told apart, and the frame last."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.imaging_lines import KEPT, colours, find_lines
from tests.media.laid import LETTER, laid, plain


@pytest.mark.parametrize(("column", "lighter_right"), [(300, True), (301, False)])
def test_an_edge_is_found_with_its_lighter_side(column: int, lighter_right: bool) -> None:
    picture = np.full((480, 640, 3), 60, np.uint8)
    picture[:, column:] = 200
    if not lighter_right:
        picture = 255 - picture
    lines = find_lines(colours(picture))
    upright = [each for each in range(lines.real) if abs(lines.normal[each, 0]) > 0.999]
    best = min(upright, key=lambda each: abs(abs(lines.offset[each]) - column))
    assert abs(lines.offset[best]) == pytest.approx(column, abs=2)
    with_normal, against = int(lines.lighter[best, -1]), int(lines.darker[best, -1])
    points_right = lines.normal[best, 0] > 0
    assert (with_normal > 200 and against == 0) if points_right == lighter_right else (against > 200 and with_normal == 0)


def test_a_page_shows_its_four_sides_and_few_of_its_letters() -> None:
    picture = laid(LETTER, plain(), 360, 70, 560, 5)
    lines = find_lines(colours(picture))
    assert 4 <= lines.real <= KEPT
    strong = [each for each in range(lines.real) if max(lines.lighter[each, -1], lines.darker[each, -1]) > 150]
    assert len(strong) >= 4


@given(st.integers(48, 90), st.integers(48, 90), st.integers(0, 255))
@settings(max_examples=30, deadline=None)
def test_where_nothing_is_there_is_only_the_frame(height: int, width: int, shade: int) -> None:
    lines = find_lines(colours(np.full((height, width, 3), shade, np.uint8)))
    assert lines.real == 0 and lines.count == 4
    assert lines.offset.tolist() == [0, width - 1, 0, height - 1]
