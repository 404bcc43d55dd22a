"""Pages laid by hand on a plain table: one thing awkward at a time, where tests/media/pages.py has all at once."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from media.imaging import Judged, judge
from media.judgement import STILLS
from tests.media.pages import drawn

WIDTH, HEIGHT = 1280, 960
SMALL = replace(STILLS, smallest=50_000)
"""These pictures have a fifth of a document camera's pixels."""
LETTER = drawn("letter", 1)[0]
BLANK = np.full((1754, 1240, 3), 245, np.uint8)


def judged(picture: np.ndarray) -> Judged:
    return judge(picture, SMALL)


def laid(page: np.ndarray, table: np.ndarray, left: int, top: int, width: int, turned: float = 0.0) -> np.ndarray:
    """A page on a table, `width` pixels wide and turned clockwise about its middle."""
    size = (width, round(width * page.shape[0] / page.shape[1]))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    move = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), -turned, 1)
    move[:, 2] += (left, top)
    image = table.copy()
    cv2.warpAffine(small, move, (table.shape[1], table.shape[0]), dst=image, borderMode=cv2.BORDER_TRANSPARENT)
    return cv2.GaussianBlur(image, (0, 0), 0.6)


def plain(shade: tuple[int, int, int] | int = 60) -> np.ndarray:
    table = np.full((HEIGHT, WIDTH, 3), shade, np.uint8)
    return cv2.add(table, np.random.default_rng(1).normal(0, 2, table.shape), dtype=cv2.CV_8U)
