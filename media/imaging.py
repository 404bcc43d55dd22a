"""A still from the document camera: find the page, judge whether it can be read, set it straight. Pure on arrays.

The page is sought in a reduced picture; only the sharpness is measured, and the page set straight, at full resolution.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from media.capture import Image
from media.imaging_lines import Floats, colours
from media.imaging_page import Found, find_pages
from media.imaging_quality import brightness, glare, sharpness
from media.judgement import STILLS, Corner, Judgement, Reason, StillPolicy

REDUCED = 1200
"""Pixels of the longer side of the picture in which the page is sought, at most; 600 at least, since it is halved: four times as fast as by 3."""
LEAST_SIDE = 48
"""Pixels: in a smaller picture no page is sought."""
COVERED = 16
"""Brightness of the brightest hundredth below which nothing can be seen: the lens is covered; a black table has 25 and more."""


class Judged(NamedTuple):
    """What is said of a still, and the page, upright and cropped; the still itself where no whole page was found."""

    judgement: Judgement
    corrected: Image


class Sought(NamedTuple):
    """What was found in a picture. `whole` are the corners (4, 2) of a page that is seen whole, clockwise from its top left, in the
    picture's pixels: what there is to be set straight."""

    picture: Image
    reduced: Image
    pages: list[Found]
    seen: Floats
    corners: Floats
    whole: Floats | None


_NOWHERE = np.empty((0, 2), np.float32)


def judge(picture: Image, policy: StillPolicy = STILLS) -> Judged:
    """Find and judge the page in a picture, (h, w, 3) blue green red, and set it straight. Never raises for such an array."""
    sought = seek(picture)
    corrected = picture if sought.whole is None else straightened(picture, sought.whole)
    return Judged(judgement_of(sought, policy), corrected)


def seek(picture: Image) -> Sought:
    """Where the page lies: all that setting it straight and judging it need, of which neither needs the other."""
    height, width = picture.shape[:2]
    if min(height, width) < LEAST_SIDE:
        return Sought(picture, picture, [], _NOWHERE, _NOWHERE, None)
    reduced, times = _reduced(picture)
    pages = find_pages(colours(reduced))
    if not pages:
        return Sought(picture, reduced, [], _NOWHERE, _NOWHERE, None)
    seen = np.clip(pages[0].corners, (0, 0), (reduced.shape[1] - 1, reduced.shape[0] - 1)).astype(np.float32)
    corners = np.clip((seen + 0.5) * times - 0.5, (0, 0), (width - 1, height - 1)).astype(np.float32)
    return Sought(picture, reduced, pages, seen, corners, None if pages[0].cut else corners)


def judgement_of(sought: Sought, policy: StillPolicy = STILLS) -> Judgement:
    """What is said of it."""
    picture, reduced, pages, seen, corners, _ = sought
    height, width = picture.shape[:2]
    if min(height, width) < LEAST_SIDE:
        return Judgement(reasons=("no-page", "too-small"))
    if not pages:
        bright = float(np.percentile(reduced[::3, ::3].max(axis=2), 99))
        return Judgement(reasons=("no-page", "dark") if bright < COVERED else ("no-page",), brightness=bright)
    washed, where = glare(reduced, seen)
    paper = brightness(_bounds(reduced, seen))
    sharp = sharpness(picture, corners, paper)
    return Judgement(
        reasons=_reasons(pages, corners, sharp, washed, paper, policy),
        corners=_named(corners),
        skew=round(skew(corners), 2),
        sharpness=round(sharp, 3),
        glare=round(washed, 4),
        glare_at=where,
        brightness=round(paper, 1),
        fills=round(float(cv2.contourArea(corners)) / (width * height), 4),
    )


def _reduced(picture: Image) -> tuple[Image, int]:
    """A small picture, and how many pixels of the large one a side of its pixels covers."""
    small, times = picture, 1
    while max(small.shape[:2]) > REDUCED:
        height, width = (side // 2 for side in small.shape[:2])
        small = np.asarray(cv2.resize(small[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        times *= 2
    return small, times


def _reasons(
    pages: list[Found], corners: Floats, sharp: float, washed: float, paper: float, policy: StillPolicy
) -> tuple[Reason, ...]:
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    enough = policy.least_sharp * min(1.0, policy.sharp_up_to / max(float(sides.max()), 1.0))
    askew = abs(skew(corners)) > policy.most_skewed or not _square(sides, policy.least_square)
    said: dict[Reason, bool] = {
        "several-pages": len(pages) > 1,
        "cut-off": pages[0].cut,
        "too-small": not pages[0].cut and float(cv2.contourArea(corners)) < policy.smallest,
        "skewed": not pages[0].cut and askew,
        "dark": paper < policy.darkest,
        "blurred": 0 < sharp < enough,
        "glare": washed >= policy.glaring,
    }
    return tuple(reason for reason, holds in said.items() if holds)


def _square(sides: Floats, least: float) -> bool:
    """Whether opposite sides are about as long."""
    return all(min(one, other) >= least * max(one, other) for one, other in ((sides[0], sides[2]), (sides[1], sides[3])))


def skew(corners: Floats) -> float:
    """Degrees by which a page (4, 2), clockwise from its top left, is turned clockwise: the mean of its four sides, −45 to 45."""
    sides = np.roll(corners, -1, axis=0) - corners
    turned = np.degrees(np.arctan2(sides[:, 1], sides[:, 0])) - (0, 90, 180, 270)
    return float(np.mean((turned + 45) % 90 - 45)) if np.ptp((turned + 45) % 90) < 45 else float((turned[0] + 45) % 90 - 45)


def straightened(picture: Image, corners: Floats) -> Image:
    """What lies within the corners as an upright rectangle, at the resolution of its longer sides."""
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    wide, high = max(1, round(float(max(sides[0], sides[2])))), max(1, round(float(max(sides[1], sides[3]))))
    upright = np.array([(0, 0), (wide - 1, 0), (wide - 1, high - 1), (0, high - 1)], np.float32)
    way = cv2.getPerspectiveTransform(corners.astype(np.float32), upright)
    return np.asarray(
        cv2.warpPerspective(picture, way, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _bounds(picture: Image, corners: Floats) -> Image:
    """The upright middle half of a page: enough to see how it is lit, and no table."""
    middle = corners.mean(axis=0)
    left, top = np.floor((corners.min(axis=0) + middle) / 2).astype(int)
    right, below = np.ceil((corners.max(axis=0) + middle) / 2).astype(int)
    return picture[top : below + 1, left : right + 1]


def _named(corners: Floats) -> tuple[Corner, Corner, Corner, Corner]:
    first, second, third, fourth = ((round(float(x), 1), round(float(y), 1)) for x, y in corners)
    return first, second, third, fourth
