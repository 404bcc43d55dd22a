"""The ink of a signature: smooth lines as wide as the pen was pressed, for the paper, and as a picture. The only door to `PIL`.

The pages draw the same lines while one writes (signaling/web/sign/ink.ts). The same strokes give the same ink and the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

from signaling.domain.signature import FULL_PRESSURE, Point, Stroke, Strokes

THIN, THICK = 4, 14
"""Thousandths of the pad's width: a line without pressure, and with all of it."""
LEVELS = 16
"""So many widths there are: a line of one width is one line, and what is between two widths is not seen."""
MOST_SPOTS = 16
"""In one bend, however large: six thousand points that leap over the whole pad are still drawn in a second."""
FINE = 4
"""The picture is drawn so many times larger and made smaller: that smooths its edges."""

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one width with round ends; in units of the pad. Of one spot: a dot."""

    width: float
    spots: tuple[Spot, ...]


def ink_lines(signature: Strokes) -> list[Line]:
    """All ink, in the order in which it was written. No spot lies outside of the points' own hull, hence none outside of the pad."""
    step = max(signature.width, signature.height) / 400
    return [line for stroke in signature.strokes for line in _lines(stroke, signature.width, step)]


def fitted(signature: Strokes, x: float, y: float, width: float, height: float) -> list[Line]:
    """The ink in a box: the pad as large as it fits, in the middle, with room for half of its widest line at the edges."""
    edge = min(width, height, width * THICK / 1000) / 2
    scale = min((width - 2 * edge) / signature.width, (height - 2 * edge) / signature.height)
    left, top = x + (width - signature.width * scale) / 2, y + (height - signature.height * scale) / 2
    return [Line(line.width * scale, tuple((left + a * scale, top + b * scale) for a, b in line.spots)) for line in ink_lines(signature)]


def ink_png(signature: Strokes, width: int = 1200) -> bytes:
    """A PNG of the whole pad, `width` pixels wide (high, where the pad is higher than wide): black ink on nothing. Some 0.1 s: on a thread."""
    scale = width / max(signature.width, signature.height)
    width, height = max(1, round(signature.width * scale)), max(1, round(signature.height * scale))
    large = Image.new("L", (width * FINE, height * FINE), 0)
    pen = ImageDraw.Draw(large)
    for line in fitted(signature, 0, 0, width * FINE, height * FINE):
        _draw(pen, line)
    ink = large.resize((width, height), Image.Resampling.BOX)
    picture = Image.new("LA", (width, height), (0, 0))
    picture.putalpha(ink)
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=False)
    return file.getvalue()


def _draw(pen: ImageDraw.ImageDraw, line: Line) -> None:
    """A disc on each spot and a band from each to the next: the library's own thick lines have notches where they bend."""
    half = max(line.width, FINE) / 2
    for x, y in line.spots:
        pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
    for (ax, ay), (bx, by) in pairwise(line.spots):
        if (long := math.hypot(bx - ax, by - ay)) > 0:
            dx, dy = (ay - by) / long * half, (bx - ax) / long * half
            pen.polygon([(ax + dx, ay + dy), (bx + dx, by + dy), (bx - dx, by - dy), (ax - dx, ay - dy)], fill=255)


def _lines(stroke: Stroke, width: int, step: float) -> Iterator[Line]:
    """Parts of one level one after the other, as one line each."""
    level, spots = _level(stroke[0]), [_spot(stroke[0])]
    for point, curve in _parts(stroke):
        if _level(point) != level:
            if len(spots) > 1:
                yield Line(_width(level, width), tuple(spots))
            level, spots = _level(point), [spots[-1]]
        spots += _along(curve, step)
    yield Line(_width(level, width), tuple(spots))


def _parts(stroke: Stroke) -> Iterator[tuple[Point, Sequence[Spot]]]:
    """From the middle between two points to the next middle, bent towards the point between them (quadratic Bézier).

    Each part with the point whose pressure it has; as two or three control points.
    """
    if len(stroke) == 1:
        return
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(stroke)]
    yield stroke[0], (_spot(stroke[0]), middles[0])
    for i, point in enumerate(stroke[1:-1]):
        yield point, (middles[i], _spot(point), middles[i + 1])
    yield stroke[-1], (middles[-1], _spot(stroke[-1]))


def _along(curve: Sequence[Spot], step: float) -> list[Spot]:
    """Spots on it, without its first, some `step` apart."""
    if len(curve) == 2:
        return [curve[1]]
    (ax, ay), (bx, by), (cx, cy) = curve
    count = min(MOST_SPOTS, max(1, math.ceil((math.hypot(bx - ax, by - ay) + math.hypot(cx - bx, cy - by)) / step)))
    spots = []
    for i in range(1, count + 1):
        t = i / count
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        spots.append((a * ax + b * bx + c * cx, a * ay + b * by + c * cy))
    return spots


def _spot(point: Point) -> Spot:
    return point[0], point[1]


def _level(point: Point) -> int:
    """0 to LEVELS."""
    return (point[2] * LEVELS + FULL_PRESSURE // 2) // FULL_PRESSURE


def _width(level: int, width: int) -> float:
    return width * (THIN + (THICK - THIN) * level / LEVELS) / 1000
