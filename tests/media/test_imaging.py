"""The page in a still: found, set straight and judged, on hundreds of drawn pages."""

from __future__ import annotations

from collections import Counter

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.imaging import Judged, judge, skew, straightened
from media.judgement import REASONS, Judgement
from tests.media.laid import LETTER, judged, laid, plain
from tests.media.pages import Kind, Scene, scene

SIZE = (1280, 960)
MANY = 100


def corner_error(judgement: Judgement, seen: Scene) -> float:
    """The worst corner's, in parts of the picture's diagonal."""
    if judgement.corners is None:
        return 1.0
    return float(np.linalg.norm(np.array(judgement.corners) - seen.corners, axis=1).max() / np.hypot(*seen.picture.shape[:2]))


def slopes(found: Judged, seen: Scene) -> np.ndarray:
    """Degrees by which each printed line leaves the horizontal in the corrected picture, by way of the corners alone."""
    assert found.judgement.corners is not None
    high, wide = found.corrected.shape[:2]
    upright = np.array([(0, 0), (wide - 1, 0), (wide - 1, high - 1), (0, high - 1)], np.float32)
    way = cv2.getPerspectiveTransform(np.array(found.judgement.corners, np.float32), upright)
    ends = cv2.perspectiveTransform(seen.lines.reshape(-1, 1, 2), way).reshape(-1, 2, 2)
    run = ends[:, 1] - ends[:, 0]
    return np.degrees(np.arctan2(run[:, 1], run[:, 0]))


def asked(kind: Kind, found: Judged, seen: Scene) -> bool:
    """Whether everything that is said of the picture is right."""
    said = found.judgement
    if kind == "empty":
        return said.reasons == ("no-page",) and said.corners is None and found.corrected is seen.picture
    if kind == "two":
        return said.reasons == ("several-pages",)
    if kind == "cut-off":
        return said.reasons[:1] == ("cut-off",) and found.corrected is seen.picture
    straight = corner_error(said, seen) < 0.01 and bool((np.abs(slopes(found, seen)) < 0.5).all())
    reasons = {"good": (), "skewed": ("skewed",), "blurred": ("blurred",), "glaring": ("glare",), "dark": ("dark",)}[kind]
    return straight and said.reasons == reasons and (kind != "glaring" or said.glare_at == seen.place)


@pytest.mark.parametrize("kind", ["good", "skewed", "blurred", "glaring", "dark", "empty", "two", "cut-off"])
def test_of_a_hundred_pages_ninety_five_are_judged_rightly(kind: Kind) -> None:
    wrong: list[object] = []
    for seed in range(MANY):
        seen = scene(kind, seed, *SIZE)
        found = judged(seen.picture)
        if not asked(kind, found, seen):
            wrong.append((seed, seen.table, seen.paper, found.judgement.reasons, round(corner_error(found.judgement, seen), 4)))
    assert len(wrong) <= MANY // 20, wrong


def test_what_is_wrong_is_seldom_called_good() -> None:
    """The other mistake: a still that nobody takes again."""
    bad: tuple[Kind, ...] = ("blurred", "dark", "cut-off")
    called = Counter(judged(scene(kind, seed, *SIZE).picture).judgement.verdict for kind in bad for seed in range(100, 110))
    assert called["good"] == 0


@pytest.mark.parametrize("turned", [-15.0, -7.0, 0.0, 3.0, 15.0])
def test_it_is_set_straight_by_what_it_was_turned(turned: float) -> None:
    found = judged(laid(LETTER, plain(), 360, 70, 560, turned))
    assert found.judgement.verdict == "good"
    assert found.judgement.skew == pytest.approx(turned, abs=0.2)
    # by the letters themselves: where lines are level, ink and gaps between them alternate most sharply
    ink = 255 - cv2.cvtColor(found.corrected, cv2.COLOR_BGR2GRAY)
    high, wide = ink.shape
    tries = np.arange(-2, 2.1, 0.25)
    turns = [cv2.warpAffine(ink, cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1), (wide, high)) for angle in tries]
    sharp = [each[:, wide // 8 : -wide // 8].mean(axis=1).std() for each in turns]
    assert abs(tries[int(np.argmax(sharp))]) <= 0.5


def test_a_page_of_too_few_pixels_is_said_to_be_too_small() -> None:
    assert judge(laid(LETTER, plain(), 500, 300, 250)).judgement.reasons[:1] == ("too-small",)


# --- whatever the picture -------------------------------------------------------------------------


@given(st.integers(1, 120), st.integers(1, 160), st.integers(0, 2**32 - 1), st.sampled_from([1, 5, 20]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_picture_is_judged_and_corners_are_in_it(height: int, width: int, seed: int, coarse: int, black: bool) -> None:
    chance = np.random.default_rng(seed)
    rough = chance.integers(0, 256, (-(-height // coarse), -(-width // coarse), 3)).astype(np.uint8)
    picture = (
        np.zeros((height, width, 3), np.uint8)
        if black
        else np.repeat(np.repeat(rough, coarse, 0), coarse, 1)[:height, :width].copy()
    )
    found = judge(picture)
    said = found.judgement
    assert list(said.reasons) == sorted(said.reasons, key=REASONS.index)
    assert said.verdict == ("retake" if said.reasons else "good")
    assert 0 <= said.sharpness <= 1 and 0 <= said.glare <= 1 and 0 <= said.fills <= 1 and 0 <= said.brightness <= 255
    assert found.corrected.dtype == np.uint8 and found.corrected.ndim == 3 and found.corrected.size > 0
    for x, y in said.corners or ():
        assert 0 <= x <= width - 1 and 0 <= y <= height - 1


@given(st.floats(-44, 44), st.floats(0.05, 1), st.floats(0.05, 1))
def test_skew_is_the_angle_by_which_a_rectangle_was_turned(degrees: float, wide: float, high: float) -> None:
    turn = np.deg2rad(degrees)
    box = np.array([(-wide, -high), (wide, -high), (wide, high), (-wide, high)])
    box = box @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    assert skew((box * 1000).astype(np.float32)) == pytest.approx(degrees, abs=0.01)


@given(st.integers(2, 60), st.integers(2, 60))
def test_an_upright_page_is_cut_out_pixel_by_pixel(width: int, height: int) -> None:
    picture = np.random.default_rng(width).integers(0, 256, (80, 80, 3)).astype(np.uint8)
    corners = np.array([(7, 9), (6 + width, 9), (6 + width, 8 + height), (7, 8 + height)], np.float32)
    cut = straightened(picture, corners)
    assert cut.shape[0] in (height - 1, height) and cut.shape[1] in (width - 1, width)
