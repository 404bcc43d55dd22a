"""Straight edges in a picture, and how well the picture bears each of them out along its way. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from media.capture import Image

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

STEP = 2.0
"""Pixels from one sample on a line to the next."""
ASIDE = 5
"""Pixels from a line to where its two sides are compared: beyond the blur of an edge, within a page's margin."""
LEAST = 3.0
"""Difference of colour (CIE 1976, ΔE*ab) that counts as an edge: white paper on a light grey table has 4 to 10."""
STRONG = 25
"""Difference from which on an edge is as good as any."""
KEPT, ALONG = 24, 14
"""Lines worth combining (a picture with two pages shows eight), and how many of them in about one direction: a page of text has forty."""
STROKES = 17
"""Pixels: what is dark and narrower is taken for letters and rulings."""
_CANNY = ((60, 160), (24, 64), (10, 26))
"""Thresholds on a Sobel gradient, from plain to faint edges: alone the faint ones would drown a plain page in wood grain."""
_EACH = 30  # lines of each threshold that are looked at


@dataclass(frozen=True, slots=True)
class Lines:
    """`n` lines x·normal = offset, the frame's four sides last. Along each, samples from −reach on, STEP pixels apart."""

    normal: Floats
    """(n, 2), unit."""
    offset: Floats
    """(n,) pixels."""
    reach: float
    seen: Ints
    """(n, s + 1): how many samples before each lie in the picture."""
    lighter: Ints
    """(n, s + 1): at how many of them the side that the normal points to is the lighter one."""
    darker: Ints
    other: Ints
    """(n, s + 1): at how many the sides differ in colour alone."""
    contrast: Ints
    """(n, s + 1): sum of the differences, each at most STRONG."""

    @property
    def count(self) -> int:
        return len(self.offset)

    @property
    def real(self) -> int:
        """Number of lines that are edges of something and not the frame's."""
        return self.count - 4


def colours(reduced: Image) -> Image:
    """CIE L*a*b* of a picture as OpenCV packs it into bytes, (h, w, 3), ready for searching.

    Exposed so that its brightest hundredth is white: a dark picture is searched like a bright one. Strokes are closed: of a printed
    page its outline should remain.
    """
    top = float(np.percentile(reduced[::4, ::4].max(axis=2), 99))
    gain = min(4.0, 250 / max(top, 1.0))
    lab = cv2.cvtColor(cv2.convertScaleAbs(cv2.GaussianBlur(reduced, (0, 0), 1.2), alpha=gain), cv2.COLOR_BGR2Lab)
    light, green_red, blue_yellow = cv2.split(lab)
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((STROKES, STROKES), np.uint8))
    return np.asarray(cv2.merge([light, cv2.medianBlur(green_red, 5), cv2.medianBlur(blue_yellow, 5)]), np.uint8)


def find_lines(lab: Image) -> Lines:
    """The straightest and longest edges of a picture in L*a*b*, at most KEPT, and the frame."""
    height, width = lab.shape[:2]
    chosen: list[tuple[float, float]] = []
    for each in _edges(lab):
        chosen += _hough(each, chosen)
    frame = [(0.0, 0.0), (0.0, width - 1.0), (np.pi / 2, 0.0), (np.pi / 2, height - 1.0)]
    lines = _measured(lab, np.array(chosen + frame, np.float32))
    kept: list[int] = []
    for index in np.argsort(-_runs(lines)[:-4], kind="stable"):
        if len(kept) < KEPT and np.count_nonzero(np.abs(lines.normal[kept] @ lines.normal[index]) > 0.9) < ALONG:
            kept.append(int(index))
    keep = np.concatenate([np.array(kept, np.intp), np.arange(lines.real, lines.count)])
    counts = (lines.seen, lines.lighter, lines.darker, lines.other, lines.contrast)
    return Lines(lines.normal[keep], lines.offset[keep], lines.reach, *(each[keep] for each in counts))


def _edges(lab: Image) -> list[Image]:
    """Edge maps, from plain to faint, of whichever channel is steepest."""
    x, y = _slopes(lab, 0)
    for channel in (1, 2):
        across, down = _slopes(lab, channel)
        steeper = np.abs(across) + np.abs(down) > np.abs(x) + np.abs(y)
        np.copyto(x, across, where=steeper)
        np.copyto(y, down, where=steeper)
    return [np.asarray(cv2.Canny(x, y, low, high), np.uint8) for low, high in _CANNY]


def _slopes(lab: Image, channel: int) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    plane = cv2.extractChannel(lab, channel)
    return np.asarray(cv2.Sobel(plane, cv2.CV_16S, 1, 0), np.int16), np.asarray(cv2.Sobel(plane, cv2.CV_16S, 0, 1), np.int16)


def _hough(edges: Image, known: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Lines (angle of the normal, offset) with most votes first, without those that lie along a known one."""
    height, width = edges.shape
    found = cv2.HoughLines(edges, 1, np.pi / 240, max(30, min(height, width) // 10))
    if found is None:
        return []
    reach = float(np.hypot(width, height))
    taken: list[tuple[float, float]] = []
    ends = np.zeros((len(known) + _EACH, 4), np.float32)  # normal, offset of each taken one, for comparing
    count = 0
    for angle, offset in known:
        ends[count, :3] = np.cos(angle), np.sin(angle), offset
        count += 1
    for offset, angle in found[:800, 0]:
        normal = np.array((np.cos(angle), np.sin(angle)))
        along = np.array((-normal[1], normal[0]))
        middle = normal * offset + along * float(along @ (width / 2, height / 2))
        # two points of this line, a quarter of the diagonal apart, and their distance from every taken line
        apart = [np.abs(ends[:count, :2] @ (middle + along * side * reach / 8) - ends[:count, 2]) for side in (-1, 1)]
        if count and bool((np.maximum(*apart) < 6).any()):
            continue
        ends[count, :3] = normal[0], normal[1], offset
        count += 1
        taken.append((float(angle), float(offset)))
        if len(taken) == _EACH:
            break
    return taken


def _measured(lab: Image, lines: Floats) -> Lines:
    height, width = lab.shape[:2]
    reach = float(np.hypot(width, height))
    normal = np.stack([np.cos(lines[:, 0]), np.sin(lines[:, 0])], axis=1)
    steps = np.arange(-reach, reach, STEP, dtype=np.float32)
    base = normal * lines[:, 1:]
    along = np.stack([-normal[:, 1], normal[:, 0]], axis=1)
    points = base[:, None] + steps[None, :, None] * along[:, None]
    inside = (points > ASIDE).all(axis=2) & (points < (width - 1 - ASIDE, height - 1 - ASIDE)).all(axis=2)
    plus, minus = (at(lab, points + side * normal[:, None]) for side in (ASIDE, -ASIDE))
    differs = plus - minus
    size = np.sqrt(np.square(differs).sum(axis=2))
    edge, clear = inside & (size >= LEAST), np.abs(differs[:, :, 0]) >= 0.4 * LEAST
    flags = (inside, edge & clear & (differs[:, :, 0] > 0), edge & clear & (differs[:, :, 0] < 0), edge & ~clear)
    contrast = np.where(edge, np.minimum(size, STRONG), 0).astype(np.int32)
    return Lines(normal.astype(np.float32), lines[:, 1], reach, *(_summed(each) for each in (*flags, contrast)))


def at(lab: Image, points: NDArray[Any]) -> Floats:
    """L*, a*, b* (their differences are CIE's) at points (..., 2), the nearest pixel's."""
    x = np.clip(np.rint(points[..., 0]), 0, lab.shape[1] - 1).astype(np.intp)
    y = np.clip(np.rint(points[..., 1]), 0, lab.shape[0] - 1).astype(np.intp)
    return measured_colour(lab[y, x])


def measured_colour(packed: NDArray[Any]) -> Floats:
    """L*, a*, b* in CIE's units, but for a constant, of OpenCV's bytes."""
    return np.asarray(packed * np.array((1 / 2.55, 1, 1), np.float32), np.float32)


def _summed(values: NDArray[Any]) -> Ints:
    return np.pad(np.cumsum(values, axis=1, dtype=np.int32), ((0, 0), (1, 0)))


def _runs(lines: Lines) -> Floats:
    """The longest stretch of each line that is an edge with the same side lighter, in samples; a gap costs what an edge gains."""
    best = np.zeros(lines.count, np.float32)
    for same in (lines.lighter, lines.darker):
        gained = 2 * (same + lines.other) - lines.seen
        best = np.maximum(best, (gained - np.minimum.accumulate(gained, axis=1)).max(axis=1))
    return best
