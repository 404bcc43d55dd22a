"""Where the pages lie in a picture: the best four-sided figures made of its straight edges. Pure.

A page is what four edges enclose that differ in the same way from what is around them: lighter all around, or darker all around.
Where one or two of the sides are the picture's own, the page runs out of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from media.capture import Image
from media.imaging_lines import ASIDE, LEAST, STEP, STRONG, Floats, Lines, at, find_lines, measured_colour

SMALLEST = 0.015
"""Share of the picture: an identity card under a camera that sees two A3 sheets."""
BORNE_OUT = 0.66
"""Of a figure whose sides are edges all along: 1. A thumb over the border, or a border that the light nearly hides, costs a quarter."""
SIDE = 0.5
"""Share of each side that must be an edge."""
ELSEWHERE = 0.12
"""Share of the smaller of two pages that the other may cover."""
ALIKE = 25.0
"""Difference of colour (ΔE*ab) up to which two things may both be pages."""
BESIDE = 0.3
"""A second page counts from this share of the first on: an identity card that lies on its form is the clerk's business."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page: its lines' four crossings, clockwise from the top left, (4, 2) pixels, perhaps outside the picture."""

    corners: Floats
    score: float
    cut: bool
    lighter: bool
    paper: Floats
    """L*, a*, b* of most of it."""

    @property
    def area(self) -> float:
        return float(cv2.contourArea(self.corners))


@dataclass(frozen=True, slots=True)
class _Figures:
    """`n` four-sided figures: index of each side's line (n, 4), corners before each side (n, 4, 2), score, polarity."""

    sides: NDArray[np.intp]
    corners: Floats
    score: Floats
    lighter: NDArray[np.bool_]
    contrast: Floats
    """0 to 1."""


def find_pages(lab: Image) -> list[Found]:
    """Pages in a picture in L*a*b* whose longer side is about 1000 pixels; the most likely first, then others that lie elsewhere."""
    height, width = lab.shape[:2]
    lines = find_lines(lab)
    figures = _scored(lines, *_figures(lines, width, height))
    left = _ranked(figures, lines, width, height)
    found: list[Found] = []
    while len(left) and len(found) < 3:
        index, left = left[0], left[1:]
        corners = _refined(lab, figures.corners[index], figures.sides[index] >= lines.real)
        outside = float(max(-corners.min(), (corners - (width - 1, height - 1)).max()))
        cut = bool((figures.sides[index] >= lines.real).any()) or outside > 0.01 * max(width, height)
        page = Found(_ordered(corners), float(figures.score[index]), cut, bool(figures.lighter[index]), _paper(lab, corners))
        if not found or _is_another(page, found):
            found.append(page)
            middles = figures.corners[left].mean(axis=1)
            left = left[[cv2.pointPolygonTest(page.corners, (float(x), float(y)), False) < 0 for x, y in middles]]
    return found


def _is_another(page: Found, found: list[Found]) -> bool:
    """Whether a figure is one more page, and not a piece of table between pages: that is no lighter than what is around, or unlike paper."""
    first = found[0]
    alike = page.lighter == first.lighter and float(np.linalg.norm(page.paper - first.paper)) < ALIKE
    return alike and page.area >= BESIDE * first.area and all(_shared(page, other) < ELSEWHERE for other in found)


def _paper(lab: Image, corners: Floats) -> Floats:
    """The usual colour within."""
    grid = np.stack(np.meshgrid(np.linspace(0.05, 0.95, 16), np.linspace(0.05, 0.95, 16)), axis=-1).reshape(-1, 1, 2)
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    inside = cv2.perspectiveTransform(grid.astype(np.float32), cv2.getPerspectiveTransform(square, corners.astype(np.float32)))
    return np.asarray(np.median(at(lab, inside[:, 0]), axis=0), np.float32)


def _figures(lines: Lines, width: int, height: int) -> tuple[NDArray[np.intp], Floats]:
    """All pairs of pairs of lines that could be the four sides of a page: (n, 4) lines, (n, 4, 2) corners."""
    pairs = []
    for first, second in combinations(range(lines.count), 2):
        parallel = abs(float(lines.normal[first] @ lines.normal[second]))
        if parallel > 0.9:  # 25 degrees
            pairs.append((first, second))
    if len(pairs) < 2:
        return np.zeros((0, 4), np.intp), np.zeros((0, 4, 2), np.float32)
    pair = np.array(pairs, np.intp)
    one, other = np.triu_indices(len(pair), 1)
    crossing = np.abs(np.einsum("nd,nd->n", lines.normal[pair[one, 0]], lines.normal[pair[other, 0]])) < 0.4  # 66 to 114 degrees
    sides = np.stack([pair[one, 0], pair[other, 0], pair[one, 1], pair[other, 1]], axis=1)[crossing]
    opens = (sides >= lines.real).sum(axis=1)
    sides = sides[opens <= 2]
    open_sides = sides >= lines.real
    sides = sides[~((open_sides[:, 0] & open_sides[:, 2]) | (open_sides[:, 1] & open_sides[:, 3]))]
    corners = np.stack([_crossing(lines, sides[:, each - 1], sides[:, each]) for each in range(4)], axis=1)
    room = 0.4 * max(width, height)
    fits = ((corners > -room) & (corners < (width + room, height + room))).all(axis=(1, 2))
    sides, corners = sides[fits], corners[fits]
    lengths = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    turns = _cross(np.roll(corners, -1, axis=1) - corners, np.roll(corners, -2, axis=1) - np.roll(corners, -1, axis=1))
    convex = (turns > 0).all(axis=1) | (turns < 0).all(axis=1)
    large = np.abs(turns).sum(axis=1) / 4 > SMALLEST * width * height
    square = (lengths.min(axis=1) > 0.08 * min(width, height)) & (lengths.min(axis=1) > 0.12 * lengths.max(axis=1))
    keep = convex & large & square
    return sides[keep], corners[keep].astype(np.float32)


def _cross(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def _crossing(lines: Lines, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[Any]:
    a, b = lines.normal[one].astype(np.float64), lines.normal[other].astype(np.float64)
    det = _cross(a, b)
    det = np.where(np.abs(det) < 1e-6, np.inf, det)
    x = (lines.offset[one] * b[:, 1] - lines.offset[other] * a[:, 1]) / det
    y = (a[:, 0] * lines.offset[other] - b[:, 0] * lines.offset[one]) / det
    return np.stack([x, y], axis=1)


def _scored(lines: Lines, sides: NDArray[np.intp], corners: Floats) -> _Figures:
    """How well the picture bears out each figure: the share of its sides that are edges of one polarity and end at the corners."""
    if len(sides) == 0:
        return _Figures(sides, corners, np.zeros(0, np.float32), np.zeros(0, np.bool_), np.zeros(0, np.float32))
    along = np.stack([-lines.normal[sides][:, :, 1], lines.normal[sides][:, :, 0]], axis=2)
    ends = np.stack([np.einsum("nsd,nsd->ns", corners, along), np.einsum("nsd,nsd->ns", np.roll(corners, -1, axis=1), along)])
    begin, end = ends.min(axis=0), ends.max(axis=0)
    middle = corners.mean(axis=1)
    inside = np.einsum("nsd,nd->ns", lines.normal[sides], middle) > lines.offset[sides]  # the normal points into the figure
    open_side = sides >= lines.real
    beyond = np.maximum(0.12 * (end - begin), 14.0)

    def share(counted: NDArray[Any], start: NDArray[Any], stop: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Of the samples from start to stop that are in the picture, how many `counted` has, and how many there are."""
        low, high = (np.clip((each + lines.reach) / STEP, 0, lines.seen.shape[1] - 1).astype(np.intp) for each in (start, stop))
        high = np.maximum(low, high)
        seen = lines.seen[sides, high] - lines.seen[sides, low]
        return (counted[sides, high] - counted[sides, low]) / np.maximum(seen, 1), seen

    best, polarity = np.full(len(sides), -1.0), np.zeros(len(sides), np.bool_)
    edge_inset = 0.03 * (end - begin)  # corners may be rounded, and crossings a little off
    for lighter in (True, False):
        with_normal, against = lines.lighter + lines.other, lines.darker + lines.other
        if not lighter:
            with_normal, against = against, with_normal

        def right(
            start: NDArray[Any], stop: NDArray[Any], one: NDArray[Any] = with_normal, other: NDArray[Any] = against
        ) -> NDArray[Any]:
            return np.where(inside, share(one, start, stop)[0], share(other, start, stop)[0])

        held = np.where(open_side, np.nan, right(begin + edge_inset, end - edge_inset))
        over = np.where(open_side, 0.0, (right(begin - beyond, begin - 0.2 * beyond) + right(end + 0.2 * beyond, end + beyond)) / 2)
        least = np.nanmin(held, axis=1)
        score = 0.6 * np.nanmean(held, axis=1) + 0.4 * least - 0.25 * over.mean(axis=1)
        score[least < SIDE] = -1
        better = score > best
        best[better], polarity[better] = score[better], lighter
    visible = share(lines.seen, begin, end)[1] * STEP / np.maximum(end - begin, 1)
    best[(visible < 0.4).any(axis=1) & ~open_side.any(axis=1)] = -1
    contrast = np.nanmean(np.where(open_side, np.nan, share(lines.contrast, begin, end)[0]), axis=1) / STRONG
    return _Figures(sides, corners, best.astype(np.float32), polarity, contrast.astype(np.float32))


def _ranked(figures: _Figures, lines: Lines, width: int, height: int) -> NDArray[np.intp]:
    """The likely figures, best first: large before small, so that a page comes before what is printed on it; light before dark, so that
    it comes before the mat it lies on; whole before cut off."""
    opens = (figures.sides >= lines.real).sum(axis=1)
    clipped = np.clip(figures.corners, (0, 0), (width - 1, height - 1))
    area = np.abs(_cross(clipped[:, 2] - clipped[:, 0], clipped[:, 3] - clipped[:, 1])) / 2 / (width * height)
    rank = figures.score + 0.3 * np.sqrt(area) + 0.2 * figures.lighter - 0.15 * (opens > 0) + 0.15 * figures.contrast
    order = np.asarray(np.argsort(-rank, kind="stable"), np.intp)
    return np.asarray(order[figures.score[order] >= BORNE_OUT + 0.05 * (opens[order] > 0)], np.intp)


def _refined(lab: Image, corners: Floats, open_side: NDArray[np.bool_]) -> Floats:
    """Corners from the sides' own steepest points: each side is looked at across in many places, and a line is laid through them."""
    lines = []
    for side in range(4):
        start, end = corners[side].astype(np.float64), corners[(side + 1) % 4].astype(np.float64)
        lines.append(np.array([*start, *(end - start)]) if open_side[side] else _line_through(lab, start, end))
    moved = corners.copy()
    for side in range(4):
        (ax, ay, adx, ady), (bx, by, bdx, bdy) = lines[side - 1], lines[side]
        det = adx * bdy - ady * bdx
        if abs(det) > 1e-9:
            along = ((bx - ax) * bdy - (by - ay) * bdx) / det
            point = np.array((ax + along * adx, ay + along * ady))
            if np.linalg.norm(point - corners[side]) < 3 * ASIDE:
                moved[side] = point
    return moved


def _line_through(lab: Image, start: NDArray[Any], end: NDArray[Any]) -> NDArray[Any]:
    height, width = lab.shape[:2]
    length = float(np.linalg.norm(end - start))
    along = (end - start) / max(length, 1e-6)
    normal = np.array((-along[1], along[0]))
    places = start + along * np.linspace(0.04, 0.96, 64)[:, None] * length
    inside = ((places > ASIDE) & (places < (width - 1 - ASIDE, height - 1 - ASIDE))).all(axis=1)
    across = np.arange(-7, 7.5, 0.5)
    points = (places[inside, None] + across[None, :, None] * normal).astype(np.float32)
    if len(points) < 8:
        return np.array([*start, *along])
    seen = cv2.remap(lab, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = measured_colour(seen)
    whole = np.median(seen[:, -4:].mean(axis=1) - seen[:, :4].mean(axis=1), axis=0)
    profile = seen @ (whole / max(float(np.linalg.norm(whole)), 1e-6))
    slope = profile[:, 2:] - profile[:, :-2]
    slope = (slope + np.roll(slope, 1, axis=1) + np.roll(slope, -1, axis=1))[:, 1:-1]
    best = np.argmax(slope, axis=1)
    strong = slope[np.arange(len(slope)), best] >= 0.3 * LEAST
    at = across[2 + best]
    strong &= np.abs(at - np.median(at[strong] if strong.any() else at)) < 4
    if strong.sum() < 8:
        return np.array([*start, *along])
    edge = (places[inside] + at[:, None] * normal)[strong].astype(np.float32)
    dx, dy, x, y = cv2.fitLine(edge, cv2.DIST_HUBER, 0, 0.01, 0.01).reshape(4)
    return np.array([x, y, dx, dy], np.float64)


def _ordered(corners: Floats) -> Floats:
    """Clockwise, beginning with the corner from which the top side runs to the right."""
    if cv2.contourArea(corners, oriented=True) < 0:
        corners = corners[::-1]
    sides = np.roll(corners, -1, axis=0) - corners
    top = int(np.argmax(sides[:, 0] / np.maximum(np.linalg.norm(sides, axis=1), 1e-6)))
    return np.ascontiguousarray(np.roll(corners, -top, axis=0))


def _shared(one: Found, other: Found) -> float:
    """Part of the smaller one's area that both cover."""
    return float(cv2.intersectConvexConvex(one.corners, other.corners)[0]) / max(1.0, min(one.area, other.area))
