"""A marked copy: it says so wherever it is cut, the page below can still be read whole, and the lines at its foot are plain."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.capture import Image
from media.still_codec import encode, reduced
from media.still_mark import INK, MOST_BOX, OPACITY, marked
from media.still_wire import FACES, MOST_LETTERS, BadStill, Face
from tests.media.pages import scene

LINES = ["已核对原件", "海盐1号自助舱 2026-11-28 14:03", "办件 H-2026-0042，仅供本次办理使用"]
PAGE = scene("good", 1, 1200, 1600, table="wood", paper="letter").picture


def refused(picture: Image, lines: list[str], faces: tuple[Face, ...] = FACES) -> str:
    with pytest.raises(BadStill) as caught:
        marked(picture, lines, faces)
    return caught.value.code


def flat(height: int, width: int, value: int = 255) -> Image:
    return np.full((height, width, 3), value, np.uint8)


def foot(copy: Image) -> int:
    """Row of the rule above the box: the first that is black from side to side."""
    return int(np.flatnonzero((copy == 0).all(axis=(1, 2)))[0])


def shown(picture: Image, copy: Image, kept: Image | None = None) -> tuple[Image, Image]:
    """The picture as it would stand in the copy without a word across it, and as it stands there or in the copy's file."""
    height, width = picture.shape[:2]
    room = foot(copy)
    across = width * room // height
    left = (width - across) // 2
    return reduced(picture, across, room), (copy if kept is None else kept)[:room, left : left + across]


def read(file: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR), np.uint8)


# --- the page -------------------------------------------------------------------------------------


def test_a_copy_has_as_many_pixels_and_shows_the_whole_page() -> None:
    copy = marked(PAGE, LINES)
    assert copy.shape == PAGE.shape
    whole, below = shown(PAGE, copy)
    clear = np.abs(whole.astype(int) - below).max(axis=2) == 0
    assert 0.8 < clear.mean() < 0.98, "most of it is as it was, and some of it is covered"
    for edge in (clear[0], clear[-1], clear[:, 0], clear[:, -1]):
        assert edge.mean() > 0.7, "up to its four edges"


def test_a_pixel_below_the_words_keeps_three_quarters_of_every_difference() -> None:
    """Exactly what a blend does: what was there, less a quarter, plus a quarter of the ink; never more ink than that."""
    whole, below = shown(PAGE, marked(PAGE, LINES))
    share = np.zeros(below.shape[:2])
    for channel in range(3):
        apart = INK[channel].astype(float) - whole[..., channel]
        tells = np.abs(apart) > 60
        share[tells] = np.maximum(share[tells], ((below[..., channel] - whole[..., channel].astype(float)) / np.where(apart == 0, 1, apart))[tells])
    assert share.max() <= OPACITY / 256 + 0.02
    assert (share > OPACITY / 256 - 0.02).mean() > 0.03, "the words are there in full strength"


def luminance(picture: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Relative luminance, WCAG 2.2."""
    linear = picture[..., ::-1] / 255.0
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize(("ink", "paper", "least"), [(0, 255, 7.0), (20, 200, 4.5), (60, 235, 4.5), (255, 30, 4.5)])
def test_letters_below_the_words_can_be_read_in_the_file_as_it_is_kept(ink: int, paper: int, least: float) -> None:
    """Strokes of five pixels all over the page: below the words, and right across their edges, the contrast is one that WCAG calls
    enough for small letters."""
    page = flat(1600, 1200, paper)
    page[:, np.arange(1200) % 16 < 5] = ink
    copy = marked(page, LINES)
    whole, below = shown(page, copy, read(encode(copy)))
    light = luminance(below)
    dark_there, light_there = (whole == ink).all(axis=2), (whole == paper).all(axis=2)
    darkest = np.percentile(light[dark_there], 99.5 if ink < paper else 0.5)
    lightest = np.percentile(light[light_there], 0.5 if ink < paper else 99.5)
    high, low = max(darkest, lightest), min(darkest, lightest)
    assert (high + 0.05) / (low + 0.05) >= least


@pytest.mark.parametrize("value", [255, 200, 30, 0])
def test_the_words_are_seen_on_paper_and_on_black_wherever_the_copy_is_cut(value: int) -> None:
    copy = marked(flat(1600, 1200, value), LINES)
    below = shown(flat(1600, 1200, value), copy)[1]
    differs = np.abs(below.astype(int) - value).max(axis=2) >= 24
    for top in range(0, below.shape[0] - 500, 250):
        for left in range(0, below.shape[1] - 500, 250):
            assert differs[top : top + 500, left : left + 500].any(), (top, left)


# --- the box --------------------------------------------------------------------------------------


def test_the_box_is_solid_and_its_lines_are_black_on_white() -> None:
    copies = [read(encode(marked(picture, LINES))) for picture in (PAGE, flat(1600, 1200, 0))]
    room = foot(marked(PAGE, LINES))
    one, other = (copy[room + 8 :] for copy in copies)
    assert float(np.abs(one.astype(int) - other).mean()) < 1, "nothing of the picture shines through"
    assert one.min() < 10 and one.max() > 245
    rows = (one.min(axis=(1, 2)) < 128).astype(int)
    assert int((np.diff(np.concatenate(([0], rows))) == 1).sum()) >= len(LINES)


def test_a_long_line_goes_on_in_the_next_row_and_a_number_stays_whole() -> None:
    short, long = marked(flat(1600, 1200), ["核"]), marked(flat(1600, 1200), ["核", "对" * MOST_LETTERS])
    assert foot(long) < foot(short)
    ink = np.asarray((long[foot(long) + 8 :] < 128).any(axis=2))
    assert not ink[:, -4:].any() and not ink[:, :4].any(), "no letter is cut at the edges"


def test_the_lines_take_smaller_letters_before_they_take_too_much_of_the_page() -> None:
    copy = marked(flat(900, 1000), ["对" * MOST_LETTERS] * 6)
    assert foot(copy) >= 900 * (1 - MOST_BOX)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 900), st.integers(1, 900), st.lists(st.text("核对原件 ab09-　", min_size=1, max_size=40).filter(lambda line: bool(line.strip())), min_size=1, max_size=8))
def test_any_picture_is_marked_or_is_too_small(height: int, width: int, lines: list[str]) -> None:
    picture = flat(height, width, 90)
    try:
        copy = marked(picture, lines)
    except BadStill as bad:
        assert bad.code == "picture-too-small"
    else:
        assert copy.shape == picture.shape and foot(copy) >= height * (1 - MOST_BOX)
    assert (picture == 90).all(), "the picture itself is left alone"


def test_the_same_order_gives_the_same_copy_and_another_line_another() -> None:
    assert (marked(PAGE, LINES) == marked(PAGE, LINES)).all()
    assert (marked(PAGE, LINES) != marked(PAGE, [LINES[0] + "。", *LINES[1:]])).any()


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [[], ["核"] * 9, [""], [" \u3000"], ["核" * (MOST_LETTERS + 1)], ["核\n对"], ["核\u202e对"], ["\ud800"]])
def test_lines_that_cannot_be_printed_are_refused(lines: list[str]) -> None:
    assert refused(PAGE, lines) == "bad-lines"


def test_a_picture_without_room_for_its_lines_is_refused() -> None:
    assert refused(flat(60, 400), LINES) == "picture-too-small"
    assert refused(flat(2000, 8), LINES) == "picture-too-small"


def test_a_machine_without_a_font_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttc"
    broken.write_bytes(b"no font")
    for faces in ((), (Face("/nonexistent.ttc"),), (Face(str(tmp_path)),), (Face(str(broken)),)):
        assert refused(PAGE, LINES, faces) == "no-font"


def test_a_font_in_another_place_will_do(tmp_path: Path) -> None:
    there = next(face for face in FACES if Path(face.path).exists())
    moved = Face(str(shutil.copy(there.path, tmp_path / "moved.ttc")), there.number)
    assert (marked(PAGE, LINES, (Face("/nonexistent.ttc"), moved)) == marked(PAGE, LINES, (there,))).all()


def test_an_empty_box_is_never_drawn_for_a_letter() -> None:
    for letter in ("\U0001f600", "ꙮ", "\u0e01"):
        assert refused(PAGE, ["核对", letter]) == "no-glyph"
