"""Pages under a document camera, from a seed: drawn with real Chinese and Latin letters, laid on a table, lit, blurred, compressed.

Nothing here is shared with what is tested but the order of colours. Letters come from OpenCV's built-in Unicode font, so that no
font of the machine is needed. A scene knows where its page is, which is what the tests hold the finder to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import cv2
import numpy as np

Kind = Literal["good", "skewed", "blurred", "glaring", "dark", "empty", "two", "cut-off"]
Paper = Literal["letter", "form", "photograph", "card", "booklet"]
Table = Literal["black", "grey", "wood", "cloth", "light"]

SIZES: dict[Paper, tuple[int, int]] = {
    "letter": (1240, 1754),  # A4 at 150 dpi (ISO 216)
    "form": (1240, 1754),
    "photograph": (1240, 1754),
    "card": (1012, 638),  # ID-1 at 300 dpi (ISO/IEC 7810)
    "booklet": (1240, 874),  # an opened register, A6 twice
}
TABLES: tuple[Table, ...] = ("black", "grey", "wood", "cloth", "light")
PLACES = ("top-left", "top", "top-right", "left", "middle", "right", "bottom-left", "bottom", "bottom-right")
SPARE = 192
"""Pixels by which textures are larger than a picture."""
TEXTURES = 4
"""Of each table."""
WORDS = "兹证明上述人员系本辖区居民申请办理跨省通办事项材料齐全符合法定形式予以受理海盐县金山区平湖市窗口出具"
LATIN = (
    "The bearer declares that the above is true.",
    "No. 330424 1985 0101",
    "Jinshan District, Shanghai",
    "Issued 2026-05-12, valid for 90 days",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture and what is known about it."""

    picture: np.ndarray
    corners: np.ndarray
    """(4, 2) pixels, from the page's top left, clockwise; of the first page."""
    lines: np.ndarray
    """(n, 2, 2) pixels: where each printed line begins and ends."""
    place: str
    """Where the glare is, seen on the page."""
    table: Table
    paper: Paper


# --- paper ----------------------------------------------------------------------------------------


@cache
def drawn(paper: Paper, seed: int, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """A page's picture and its printed lines (n, 2, 2), in the page's pixels."""
    chance = np.random.default_rng(seed)
    width, height = (round(side * scale) for side in SIZES[paper])
    shade = {"card": (244, 238, 226), "booklet": (226, 240, 246)}.get(paper, (250, 250, 249))
    page = np.full((height, width, 3), shade, np.uint8)
    font, unit = cv2.FontFace("uni"), width / 40
    lines: list[tuple[tuple[float, float], tuple[float, float]]] = []

    def write(text: str, x: float, y: float, size: float, weight: int = 400) -> None:
        end, _ = cv2.putText(page, text, (round(x), round(y)), (38, 34, 34), font, round(size), weight)
        lines.append(((round(x), round(y)), (end[0], round(y))))

    def some(count: int) -> str:
        return "".join(chance.choice(list(WORDS), count))

    if paper == "card":
        cv2.rectangle(page, (round(27 * unit), round(4 * unit)), (round(37 * unit), round(17 * unit)), (150, 120, 90), -1)
        cv2.ellipse(page, (round(32 * unit), round(14 * unit)), (round(4 * unit), round(6 * unit)), 0, 180, 360, (60, 60, 70), -1)
        cv2.circle(page, (round(32 * unit), round(8 * unit)), round(2.4 * unit), (160, 190, 220), -1)
        for row in range(5):
            write(some(3) + "  " + some(int(chance.integers(4, 9))), 2.5 * unit, (4 + 3.2 * row) * unit, 1.5 * unit)
        write("330424198501010012", 9 * unit, 22 * unit, 1.9 * unit, 600)
        return page, np.array(lines, np.float32)
    top = 5 * unit
    if paper != "booklet":
        write(some(9), 12 * unit, top, 2 * unit, 700)
        top += 2.5 * unit
    if paper == "photograph":
        shown = cv2.resize(
            chance.integers(40, 200, (12, 9, 3)).astype(np.uint8),
            (round(14 * unit), round(18 * unit)),
            interpolation=cv2.INTER_CUBIC,
        )
        x, y = round((3 + 20 * chance.random()) * unit), round(top)
        page[y : y + shown.shape[0], x : x + shown.shape[1]] = shown
        top += 20 * unit
    if paper == "form":
        below = min(round(top + 24 * unit), height - round(4 * unit))
        for y in np.linspace(top, below, 9).astype(int):
            cv2.line(page, (round(3 * unit), y), (round(37 * unit), y), (60, 60, 60), max(1, round(unit / 14)))
        for x in (3, 11, 24, 37):
            cv2.line(page, (round(x * unit), round(top)), (round(x * unit), below), (60, 60, 60), max(1, round(unit / 14)))
        for y in np.linspace(top, below, 9)[1:]:
            write(some(4), 4 * unit, y - unit, 1.1 * unit)
            write(some(int(chance.integers(4, 9))), 12 * unit, y - unit, 1.1 * unit)
        top = below + 3 * unit
    while top < height - 4 * unit:
        text = str(chance.choice(LATIN)) if chance.random() < 0.3 else some(int(chance.integers(16, 27)))
        write(text, 3.5 * unit, top, 1.2 * unit)
        top += 2.2 * unit
    cv2.circle(
        page, (round(30 * unit), round(height - 7 * unit)), round(4 * unit), (60, 60, 200), max(2, round(unit / 4)), cv2.LINE_AA
    )
    return page, np.array(lines, np.float32)


# --- table ----------------------------------------------------------------------------------------


@cache
def _noise(height: int, width: int) -> np.ndarray:
    """Sensor noise of deviation 1, larger than a picture: scenes cut their own piece out of it."""
    return np.random.default_rng(5).normal(0, 1, (height + SPARE, width + SPARE, 3)).astype(np.float32)


@cache
def _texture(table: Table, height: int, width: int, seed: int) -> np.ndarray:
    """A piece of table, larger than a picture; one of a few."""
    chance = np.random.default_rng([seed, sum(table.encode())])
    height, width = height + SPARE, width + SPARE
    base = {
        "black": (34, 34, 36),
        "grey": (118, 120, 122),
        "wood": (86, 128, 168),
        "cloth": (92, 70, 60),
        "light": (222, 226, 228),
    }[table]
    shade = np.array(base, np.float32) * chance.uniform(0.9, 1.06)
    grain = chance.normal(0, 1, (height, width)).astype(np.float32)
    if table == "wood":
        # planks of unlike tone, each with a grain that runs along it
        rough = chance.normal(0, 1, (height // 3, 12)).astype(np.float32)
        grain = 9 * cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC) + 2 * grain
        at = int(chance.integers(0, height // 3))
        while at < height:
            grain[at:] += chance.uniform(-16, 16)
            grain[at : at + max(2, height // 300)] -= 40
            at += int(chance.integers(height // 5, height // 2))
    elif table == "cloth":
        weave = np.sin(np.arange(width) * 0.9)[None, :] + np.sin(np.arange(height) * 0.8)[:, None]
        grain = 5 * weave.astype(np.float32) + 3 * grain
    else:
        spots = cv2.resize(chance.normal(0, 1, (9, 12)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        grain = 3 * spots + 1.5 * grain
    return np.clip(shade + grain[:, :, None], 0, 255).astype(np.uint8)


def _cut(larger: np.ndarray, height: int, width: int, chance: np.random.Generator) -> np.ndarray:
    y, x = (int(n) for n in chance.integers(0, SPARE, 2))
    return larger[y : y + height, x : x + width]


# --- laying it down and taking the picture --------------------------------------------------------


def _laid(
    size: tuple[int, int], centre: np.ndarray, length: float, degrees: float, chance: np.random.Generator, tilt: float = 0.03
) -> np.ndarray:
    """Where a page's corners come to lie: its longer side is `length` pixels, seen a little from aside. (4, 2)."""
    half = np.array(size, np.float64) / max(size) * length / 2
    box = half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    turn = np.deg2rad(degrees)
    box = box @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    away = chance.uniform(-tilt, tilt, 2) / length * 2
    return np.asarray(centre + box / (1 + box @ away)[:, None], np.float32)


def _put(image: np.ndarray, page: np.ndarray, corners: np.ndarray, chance: np.random.Generator, rounded: bool) -> np.ndarray:
    """Lay the page with its shadow into the picture; the homography from page to picture."""
    right, below = page.shape[1], page.shape[0]
    way = cv2.getPerspectiveTransform(np.array([(0, 0), (right, 0), (right, below), (0, below)], np.float32), corners)
    mask = np.full(page.shape[:2], 0 if rounded else 255, np.uint8)
    if rounded:
        radius = below // 17
        cv2.rectangle(mask, (radius, 0), (right - radius, below), 255, -1)
        cv2.rectangle(mask, (0, radius), (right, below - radius), 255, -1)
        for x in (radius, right - radius):
            for y in (radius, below - radius):
                cv2.circle(mask, (x, y), radius, 255, -1)
    # only where it lies, with room for its shadow
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 40, 0)
    piece = image[top : int(corners[:, 1].max()) + 40, left : int(corners[:, 0].max()) + 40]
    size = (piece.shape[1], piece.shape[0])
    here = np.array([(1, 0, -left), (0, 1, -top), (0, 0, 1)]) @ way
    covered = cv2.warpPerspective(mask, here, size, flags=cv2.INTER_LINEAR)
    small = cv2.resize(covered, (max(1, size[0] // 8), max(1, size[1] // 8)), interpolation=cv2.INTER_AREA)
    small = np.roll(small, tuple(int(n) for n in chance.integers(-1, 3, 2)), (0, 1))
    shadow = 255 - chance.uniform(0.05, 0.35) * cv2.resize(cv2.GaussianBlur(small, (0, 0), 1.2), size)
    cv2.multiply(piece, cv2.cvtColor(shadow.astype(np.uint8), cv2.COLOR_GRAY2BGR), dst=piece, scale=1 / 255)
    seen = cv2.warpPerspective(page, here, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = covered.astype(np.float32) / 255
    piece[:] = cv2.blendLinear(seen, piece, share, 1 - share)
    return way


def _inside(corners: np.ndarray, width: int, height: int, margin: float) -> bool:
    room = margin * min(width, height)
    return bool((corners >= room).all() and (corners <= (width - room, height - room)).all())


def _spot(image: np.ndarray, corners: np.ndarray, place: str, chance: np.random.Generator) -> None:
    """A lamp's reflection: saturated in its core, with a soft edge."""
    height, width = image.shape[:2]
    row, column = divmod(PLACES.index(place), 3)
    at = np.array([[[(column + 0.5) / 3, (row + 0.5) / 3]]], np.float32)
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    x, y = cv2.perspectiveTransform(at, cv2.getPerspectiveTransform(square, corners))[0, 0] / 8
    radius = float(np.linalg.norm(corners[2] - corners[0])) * chance.uniform(0.05, 0.09) / 8
    bright = np.zeros((height // 8, width // 8), np.float32)
    cv2.ellipse(
        bright,
        (round(x), round(y)),
        (round(radius * chance.uniform(0.9, 1.4)), round(radius)),
        chance.uniform(0, 180),
        0,
        360,
        400.0,
        -1,
    )
    bright = cv2.resize(cv2.GaussianBlur(bright, (0, 0), radius / 4), (width, height))
    cv2.add(image, cv2.merge([bright] * 3), dst=image, dtype=cv2.CV_8U)


def _smear(image: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Out of focus (a disc) or moved (a line), both of a size that spoils ten-point text."""
    unit = image.shape[0] / 1224
    if chance.random() < 0.5:
        radius = max(4, round(chance.uniform(4.5, 8) * unit))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.float32)
    else:
        length = round(chance.uniform(13, 24) * unit)
        kernel = np.zeros((length, length), np.float32)
        turn = chance.uniform(0, np.pi)
        step = (length / 2 * np.cos(turn), length / 2 * np.sin(turn))
        middle = length / 2
        cv2.line(
            kernel, (round(middle - step[0]), round(middle - step[1])), (round(middle + step[0]), round(middle + step[1])), 1.0, 1
        )
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def scene(
    kind: Kind, seed: int, width: int = 1632, height: int = 1224, table: Table | None = None, paper: Paper | None = None
) -> Scene:
    """One picture. The same seed gives the same picture; `table` and `paper` are drawn by lot where they are not told."""
    chance = np.random.default_rng([seed, sum(kind.encode())])
    table = table or TABLES[int(chance.integers(len(TABLES)))]
    paper = paper or ("letter", "form", "photograph", "card", "booklet", "letter")[int(chance.integers(6))]
    scale = max(1.0, height / 1224)
    image = _cut(_texture(table, height, width, int(chance.integers(TEXTURES))), height, width, chance).copy()
    corners, lines, place = np.zeros((4, 2), np.float32), np.zeros((0, 2, 2), np.float32), PLACES[int(chance.integers(9))]
    for number in range({"empty": 0, "two": 2}.get(kind, 1)):
        page, printed = drawn(paper, int(chance.integers(6)), scale)
        size = (page.shape[1], page.shape[0])
        laid = _chosen(kind, number, size, width, height, chance)
        way = _put(image, page, laid, chance, rounded=paper == "card")
        if number == 0:
            corners, lines = laid, cv2.perspectiveTransform(printed.reshape(-1, 1, 2), way).reshape(-1, 2, 2)
    light = (
        np.outer(chance.uniform(0.8, 1.0, 2), [1, 1]) if chance.random() < 0.5 else np.outer([1, 1], chance.uniform(0.8, 1.0, 2))
    )
    gain = chance.uniform(0.13, 0.26) if kind == "dark" else chance.uniform(0.8, 0.96)
    lit = np.asarray(light[:, :, None] * gain * chance.uniform(0.94, 1.0, 3), np.float32)
    image = cv2.multiply(image, cv2.resize(lit, (width, height)), dtype=cv2.CV_8U)
    if kind == "glaring":
        _spot(image, corners, place, chance)
    image = _smear(image, chance) if kind == "blurred" else cv2.GaussianBlur(image, (0, 0), 0.6)
    image = cv2.addWeighted(
        image, 1, _cut(_noise(height, width), height, width, chance), chance.uniform(1, 3.5), 0, dtype=cv2.CV_8U
    )
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(82, 96))])
    return Scene(cv2.imdecode(data, cv2.IMREAD_COLOR), corners, lines, place, table, paper)


def _chosen(kind: Kind, number: int, size: tuple[int, int], width: int, height: int, chance: np.random.Generator) -> np.ndarray:
    """A place for the page that makes the picture what its kind says: tried until it fits."""
    for attempt in range(400):
        shrink = 0.995**attempt
        if kind == "cut-off":
            laid = _laid(
                size, chance.uniform((0, 0), (width, height)), chance.uniform(0.6, 0.9) * height, chance.uniform(-15, 15), chance
            )
            seen = cv2.intersectConvexConvex(laid, np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32))[0]
            if 0.45 < seen / cv2.contourArea(laid) < 0.93:
                return laid
            continue
        if kind == "two":
            centre = np.array((width * (0.26 + 0.48 * number), height / 2)) + chance.uniform(-20, 20, 2)
            laid = _laid(size, centre, chance.uniform(0.45, 0.75) * height * shrink, chance.uniform(-9, 9), chance)
            half = laid[:, 0] - width / 2
            if _inside(laid, width, height, 0.02) and ((half < -8).all() if number == 0 else (half > 8).all()):
                return laid
            continue
        degrees = chance.choice([-1, 1]) * chance.uniform(28, 44) if kind == "skewed" else chance.uniform(-15, 15)
        centre = np.array((width / 2, height / 2)) + chance.uniform(-0.12, 0.12, 2) * (width, height)
        laid = _laid(size, centre, chance.uniform(0.62, 1.15) * height * shrink, degrees, chance)
        if _inside(laid, width, height, 0.02):
            return laid
    raise AssertionError(f"no place for a {kind} page")
