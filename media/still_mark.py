"""A still as a marked copy: words across it again and again, and lines in a box at its foot. Pure on arrays; the only door to Pillow.

    marked(picture, ["已核对原件", "海盐1号自助舱 2026-11-28 14:03", "仅供本次办件使用"])

The copy has as many pixels as the picture. What the picture shows is made smaller by what the box takes: nothing is cut and nothing
lies under the box. The words across it change every pixel by the same share, so letters below keep three quarters of their contrast.
Pillow only draws letters here; it opens no picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from media.capture import Image
from media.still_codec import reduced
from media.still_wire import FACES, WIDE_SPACE, BadStill, Face, printable

OPACITY = 64
"""Of 256: how much of the words across the picture covers what is below."""
INK = np.array((190, 90, 40), np.uint16)
"""Blue of the words, as blue green red: no colour of a seal, neither light nor dark, so that it shows on paper and on black."""
BESIDE = 224
"""Grey beside the smaller picture, which is the copy's and not the picture's."""
TURNED = 30
"""Degrees by which the words rise."""
LEAST_LETTER = 12
"""Pixels: smaller Chinese letters cannot be read."""
LETTER, WORDS = 40, 14
"""How many letters of the box, and of the words across, would fill the shorter side."""
GAP, ROWS = 2, 4
"""From one of the words across to the next, and from row to row, in letters."""
MOST_BOX = 0.25
"""Of the height that the box may take."""
LEADING = 1.4
"""From line to line, in letters."""

_NO_CHARACTER = "\U0010ffff"
_PARTS = re.compile(r"[!-~]+|.", re.DOTALL)  # a number or a Latin word stays whole where it can


def marked(picture: Image, lines: Sequence[str], faces: Sequence[Face] = FACES) -> Image:
    """The copy of a picture, (h, w, 3) blue green red. The first line is the one across it.

    Raises BadStill `bad-lines`, `no-font`, `no-glyph` and, where the lines would take too much of the picture, `picture-too-small`.
    """
    height, width = picture.shape[:2]
    letters = _Letters(faces, "".join(printable(lines)))
    box = _box(letters, lines, width, height)
    room = height - box.shape[0]
    across = max(1, width * room // height)
    left = (width - across) // 2
    copy = np.full_like(picture, BESIDE)
    copy[:room, left : left + across] = reduced(picture, across, room)
    copy[room:] = box[:, :, np.newaxis]
    _cover(copy[:room], _pattern(letters, lines[0], min(width, height)))
    return copy


class _Letters:
    """Draws text with the first face that has each character. Raises BadStill `no-font`, `no-glyph`."""

    def __init__(self, faces: Sequence[Face], text: str) -> None:
        there = [face for face in faces if Path(face.path).is_file()]
        if not there:
            raise BadStill("no-font", "no Chinese font is installed (fonts-noto-cjk)")
        self._face = {character: _face_of(character, there) for character in set(text)}

    def runs(self, text: str, size: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
        """The text in parts of one face each."""
        begin = 0
        for end in range(1, len(text) + 1):
            face = self._face[text[begin]]
            if end == len(text) or self._face[text[end]] != face:
                yield text[begin:end], _font(face, size)
                begin = end

    def length(self, text: str, size: int) -> float:
        """Pixels from the first letter's origin to behind the last."""
        return sum(font.getlength(run) for run, font in self.runs(text, size))

    def drawn(self, text: str, size: int, width: int) -> Pillow.Image:
        """One line, white on black, LEADING letters high and `width` wide, with half a letter free at its left."""
        height = round(size * LEADING)
        paper = Pillow.new("L", (width, height))
        pen, at = ImageDraw.Draw(paper), float(size // 2)
        for run, font in self.runs(text, size):
            pen.text((at, height - size * 0.4), run, fill=255, font=font, anchor="ls")
            at += font.getlength(run)
        return paper

    def wrapped(self, line: str, size: int, width: int) -> list[str]:
        """The line in rows no wider than `width`."""
        rows, long = [""], 0.0
        for part in _PARTS.findall(line):
            for piece in [part] if self.length(part, size) <= width else part:
                more = self.length(piece, size)
                if rows[-1] and long + more > width:
                    rows.append("")
                    long = 0.0
                if rows[-1] or piece.strip():  # no row begins with the space at which the line was broken
                    rows[-1] += piece
                    long += more
        return rows


@lru_cache(maxsize=8)  # each maps a file of 20 MB
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(face.path, size, index=face.number, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise BadStill("no-font", f"{face.path} cannot be read: {error}") from error


def _face_of(character: str, faces: Sequence[Face]) -> Face:
    """The first that draws it, and not the box that stands for a letter it lacks."""
    if character in (" ", WIDE_SPACE):
        return faces[0]
    for face in faces:
        font = _font(face, LEAST_LETTER * 2)
        if _shape(font, character) not in (_shape(font, _NO_CHARACTER), _shape(font, " ")):
            return face
    raise BadStill("no-glyph", f"U+{ord(character):04X}")


def _shape(font: ImageFont.FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character, mode="L")
    return mask.size, bytes(mask)


def _box(letters: _Letters, lines: Sequence[str], width: int, height: int) -> Image:
    """The lines black on white under a black rule, (any, width), in letters as large as there is room for."""
    size = max(LEAST_LETTER, min(width, height) // LETTER)
    while True:
        margin, rule = size // 2, max(1, size // 8)
        across = max(1, width - 2 * margin)
        rows = [row for line in lines for row in letters.wrapped(line, size, across)]
        step = round(size * LEADING)
        high = rule + margin + step * len(rows) + margin // 2
        if high <= height * MOST_BOX and across >= size:
            break
        if size == LEAST_LETTER:
            raise BadStill("picture-too-small", f"{width} × {height} pixels have no room for {len(rows)} lines")
        size = max(LEAST_LETTER, size * 9 // 10)
    box = np.full((high, width), 255, np.uint8)
    box[:rule] = 0
    for i, row in enumerate(rows):
        top = rule + margin + i * step
        box[top : top + step] -= np.asarray(letters.drawn(row, size, width), np.uint8)
    return box


def _pattern(letters: _Letters, words: str, side: int) -> Image:
    """One tile of the rising words as shares of 256, (h, w)."""
    size = max(LEAST_LETTER, side // WORDS)
    long = letters.length(words, size)
    if long > 0.9 * side:
        size = max(LEAST_LETTER, int(size * 0.9 * side / long))
    flat = letters.drawn(words, size, int(letters.length(words, size)) + size)
    risen = np.asarray(flat.rotate(TURNED, Pillow.Resampling.BICUBIC, expand=True), np.uint16)
    share = ((risen * OPACITY + 127) // 255).astype(np.uint8)
    # A tile as wide as the words with their gap, and a whole part of what they rise by: so they go on in one line from tile to tile.
    period, slope = flat.width + GAP * size, np.radians(TURNED)
    wide, rise = round(period * np.cos(slope)), period * np.sin(slope)
    high = round(rise / max(1, round(rise * np.cos(slope) / (ROWS * size))))
    across, down = -(-share.shape[1] // wide), -(-share.shape[0] // high)
    whole = np.pad(share, ((0, down * high - share.shape[0]), (0, across * wide - share.shape[1])))
    return np.asarray(whole.reshape(down, high, across, wide).max(axis=(0, 2)), np.uint8)


def _cover(picture: Image, tile: Image) -> None:
    """Lay tiles over all of the picture, in place; one tile at a time, since whole pictures of 16 bits would take much memory."""
    high, wide = tile.shape
    for top in range(0, picture.shape[0], high):
        for left in range(0, picture.shape[1], wide):
            part = picture[top : top + high, left : left + wide]
            below = tile[: part.shape[0], : part.shape[1]]
            where = below > 0
            share = below[where][:, np.newaxis].astype(np.uint16)
            part[where] = (part[where] * (256 - share) + INK * share + 128) >> 8
