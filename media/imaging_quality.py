"""Whether a page can be read as it was taken: sharpness, glare and its place, brightness. Pure."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from media.capture import Image
from media.imaging_lines import Floats
from media.judgement import PLACES, Place

PATCH = 192
"""Pixels of a patch's side at full resolution, at most: six lines of text. On a small page a quarter of its shorter side, 64 at least."""
PATCHES = 9
"""The richest patches; looking at more of them changed no verdict."""
WITHIN = 10
"""Pixels to each side within which an edge has to rise from dark to light to be looked at."""
PRINTED = 0.22
"""Part of the paper's brightness by which an edge must rise to be printing: pencil has 0.25, noise at the darkest allowed 0.1."""
EDGES = 40
"""Pixels that must be edges of a direction, that it counts for a patch: one letter."""
FAR, STANDS_OUT = 30, 12
"""Pixels to each side of the border within which it is looked at, and the levels by which it must rise there."""
THUMB = 240
"""Pixels of the longer side of the small page in which glare is sought."""
FACING = 0.87
"""Cosine of 30 degrees: an edge is measured across. Along, a ruling that is a little askew would rise slowly."""
ABOVE = 10
"""Levels by which glare is brighter than the paper around it: well-lit white paper alone may be at the upper end."""


def brightness(page: Image) -> float:
    """The brightest channel's ninth decile, 0 to 255: of the paper, or of a cover's colour, whatever is printed on it."""
    return float(np.percentile(page[::3, ::3].max(axis=2), 90)) if page.size else 0.0


def sharpness(picture: Image, corners: Floats, paper: float) -> float:
    """How steep printed edges are at full resolution, 0 to 1: their slope over one pixel, in parts of the rise from dark to light.

    `paper` is the brightness, 0 to 255. Measured across four directions and the least taken, since motion spoils one of them only; in
    the patches with most contrast, of which the middle one counts: a soft photograph on a sharp page is no fault. Where nothing can be
    read, be it blank or wholly blurred, the page's border is measured instead.
    """
    found = [_directions(patch, PRINTED * max(paper, 30.0)) for patch in _patches(picture, corners)]
    measured = np.array([each for each in found if not np.isnan(each).all()], np.float64)
    if len(measured) == 0:
        return _border(picture, corners)
    enough = (~np.isnan(measured)).sum(axis=0) >= max(1, len(measured) // 4)
    return float(np.min(np.nanmedian(measured[:, enough], axis=0))) if enough.any() else _border(picture, corners)


def _border(picture: Image, corners: Floats) -> float:
    """How steep the page's border is, doubled: paper has a thickness and throws a shadow. 0 where it does not stand out."""
    across = np.arange(-FAR, FAR + 1, dtype=np.float32)
    found: list[float] = []
    for side in range(4):
        start, run = corners[side], corners[(side + 1) % 4] - corners[side]
        normal = np.array((-run[1], run[0])) / max(float(np.hypot(*run)), 1e-6)
        places = np.asarray(start + np.linspace(0.1, 0.9, 40)[:, None] * run, np.float64)
        points = (places[:, None] + across[None, :, None] * normal).astype(np.float32)
        inside = ((points >= 0) & (points <= (picture.shape[1] - 1, picture.shape[0] - 1))).all(axis=(1, 2))
        if not inside.any():
            continue
        seen = cv2.remap(picture, points[inside, :, 0], points[inside, :, 1], cv2.INTER_LINEAR)[:, :, 1].astype(np.float32)
        seen = np.asarray((seen[:, :-2] + seen[:, 1:-1] + seen[:, 2:]) / 3, np.float32)
        rise = np.ptp(seen, axis=1)
        found += (np.abs(np.diff(seen, axis=1)).max(axis=1) / np.maximum(rise, 1))[rise >= STANDS_OUT].tolist()
    return min(1.0, 2 * float(np.median(found))) if found else 0.0


def _patches(picture: Image, corners: Floats) -> list[NDArray[Any]]:
    """Square grey patches that lie in the page, those with most contrast first."""
    middle = corners.mean(axis=0)
    inner = np.asarray(middle + (corners - middle) * 0.97, np.float32)  # the page's border is no printing
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    size = int(np.clip(sides.min() / 4, 64, PATCH))
    rated = []
    for top in range(max(0, int(inner[:, 1].min())), min(picture.shape[0], int(inner[:, 1].max())) - size, size):
        for left in range(max(0, int(inner[:, 0].min())), min(picture.shape[1], int(inner[:, 0].max())) - size, size):
            ends = ((left, top), (left + size, top), (left + size, top + size), (left, top + size))
            if all(cv2.pointPolygonTest(inner, end, False) > 0 for end in ends):
                rated.append((float(picture[top : top + size : 2, left : left + size : 2, 1].std()), top, left))
    rated.sort(reverse=True)
    return [cv2.cvtColor(picture[top : top + size, left : left + size], cv2.COLOR_BGR2GRAY) for _, top, left in rated[:PATCHES]]


def _directions(patch: NDArray[Any], least: float) -> list[float]:
    """Steepness across, down and along both diagonals; NaN where a direction has too few edges."""
    smooth = cv2.GaussianBlur(patch, (0, 0), 0.6)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *axis, ksize=1, scale=0.5) for axis in ((1, 0), (0, 1)))
    whole = cv2.magnitude(across, down)
    row, diagonal = np.ones((1, 2 * WITHIN + 1), np.uint8), np.eye(2 * WITHIN + 1, dtype=np.uint8)
    half = float(np.sqrt(0.5))
    found = []
    for x, y, window in ((1.0, 0.0, row), (0.0, 1.0, row.T), (half, half, diagonal), (half, -half, diagonal[:, ::-1])):
        window = np.ascontiguousarray(window)
        rise = cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, window)
        slope = np.abs(cv2.addWeighted(across, x, down, y, 0))
        steepest = cv2.dilate(cv2.convertScaleAbs(slope), window)  # in bytes: four times as fast
        edge = (rise >= least) & (slope >= FACING * whole) & (slope >= 0.6 * steepest)
        steep = slope[edge] / rise[edge]
        found.append(float(np.percentile(steep, 85)) if len(steep) >= EDGES else float("nan"))
    return found


def glare(picture: Image, corners: Floats) -> tuple[float, Place | None]:
    """The share of the page (corners (4, 2) in the picture's pixels) that a reflection washes out, and the ninth of it with most of it.

    Glare is saturated in every channel, larger than letters, and brighter than the paper around it.
    """
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    wide, high = float(sides[[0, 2]].mean()), float(sides[[1, 3]].mean())
    scale = THUMB / max(wide, high, 1.0)
    size = (max(30, round(wide * scale)), max(30, round(high * scale)))
    square = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    page = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners.astype(np.float32), square), size, flags=cv2.INTER_AREA)
    darkest = np.asarray(page.min(axis=2), np.uint8)
    open_paper = cv2.morphologyEx(darkest, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    # brighter than its surroundings, and than the paper elsewhere: beside a large dark photograph all paper is bright
    around = np.maximum(cv2.medianBlur(open_paper, 2 * (min(size) // 3) + 1), np.percentile(open_paper, 70))
    washed = ((darkest >= 248) & (open_paper.astype(np.int16) - around >= ABOVE)).astype(np.uint8)
    washed = np.asarray(cv2.morphologyEx(washed, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    share = float(washed.mean())
    if share == 0:
        return 0.0, None
    ninths = cv2.resize(washed.astype(np.float32), (3, 3), interpolation=cv2.INTER_AREA)
    return share, PLACES[int(np.argmax(ninths))]
