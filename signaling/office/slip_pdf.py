"""A slip on paper: large letters, one thing a line, for a reader of seventy-five; the square drawn as rectangles, so that it stays sharp.

The only door to `segno` (QR codes, ISO/IEC 18004).
"""

from __future__ import annotations

from contextlib import closing

import segno

from config.calendar import beijing
from config.text import Text
from signaling.office.form_fonts import BOLD, FACES, Face, Fonts
from signaling.office.pdf_sheet import LEFT, TOP, WIDTH, Sheet
from signaling.office.slip import Proof, Row, Section, Slip

LABEL = 44.0
SQUARE = 40.0
"""Millimetres on a side, its quiet zone counted in."""
QUIET = 4
"""Empty modules around a square; readers need them."""


def render(slip: Slip, faces: tuple[Face, ...] = FACES, bold: Face | None = BOLD) -> bytes:
    """A fraction of a second to some: away from the event loop. The same slip and fonts give the same bytes.

    Raises MissingGlyph, and Refusal `no-font` when none of `faces` is there.
    """
    with closing(_Slip(slip, Fonts(faces, bold))) as paper:
        paper.head()
        for label, value in slip.facts:
            paper.fact(label, value)
        for section in slip.sections:
            paper.section(section)
        if slip.proof is not None:
            paper.proof(slip.proof)
        for words in slip.closing:
            paper.closing_words(words)
        return bytes(paper.output())


def dark_runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """The square of `text` at level M: modules on a side without the quiet zone, and its dark runs as (column, row, length)."""
    rows = [list(row) for row in segno.make_qr(text, error="m", boost_error=False).matrix]
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append((x, y, length))
            x += max(length, 1)
    return len(rows), runs


class _Slip(Sheet):
    def __init__(self, slip: Slip, fonts: Fonts) -> None:
        super().__init__(slip.title.zh, slip.at, slip.language, fonts)
        self._slip = slip

    def head(self) -> None:
        self.add_page()
        title = self._slip.title
        self._use("bold", 22)
        self.drawable(title.zh)
        self.text((210 - float(self.get_string_width(title.zh))) / 2, TOP + 8, title.zh)
        y = TOP + 15
        for other in self.both(title)[1:]:
            self.put((210 - self.measure(other, 12)) / 2, y, other, 12, 60)
            y += 6
        self.set_y(y + 1)

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.foot(self._slip.foot, f"{beijing(self._slip.at):%Y年%m月%d日 %H:%M}（北京时间）")

    def fact(self, label: Text, value: Text) -> None:
        """A label and what it is, in a table."""
        labels = [(line, 11.0 if i == 0 else 8.5) for i, part in enumerate(self.both(label)) for line in self.lines(part, LABEL - 6, 11.0 if i == 0 else 8.5)]
        values = [(line, 12.5 if i == 0 else 9.5) for i, part in enumerate(dict.fromkeys(self.both(value))) for line in self.lines(part, WIDTH - LABEL - 8, 12.5 if i == 0 else 9.5)]
        height = max(_height(labels), _height(values)) + 4
        y = self.room(height)
        self.rect(LEFT, y, LABEL, height)
        self.rect(LEFT + LABEL, y, WIDTH - LABEL, height)
        self._down(LEFT + 3, y + (height - _height(labels)) / 2, labels)
        self._down(LEFT + LABEL + 4, y + (height - _height(values)) / 2, values)
        self.set_y(y + height)

    def section(self, section: Section) -> None:
        """A list under its heading."""
        y = self.room(26) + 4
        self.set_fill_color(236)
        self.rect(LEFT, y, WIDTH, 9, style="F")
        self.drawable(section.title.zh)
        self._use("bold", 13)
        self.text(LEFT + 3, y + 6.4, section.title.zh)
        after = LEFT + 7 + float(self.get_string_width(section.title.zh))
        for other in self.both(section.title)[1:]:
            self.put(after, y + 6.4, other, 10, 60)
        self.set_y(y + 11)
        for number, row in enumerate(section.rows, 1):
            self._row(number if len(section.rows) > 1 else None, row)

    def _row(self, number: int | None, row: Row) -> None:
        indent = 9.0 if number is not None else 3.0
        parts: list[tuple[str, float]] = []
        for text, sizes in ((row.text, (13.0, 10.0)), (row.more, (11.5, 9.5))):
            for i, part in enumerate(self.both(text) if text is not None else ()):
                parts += [(line, sizes[min(i, 1)]) for line in self.lines(part, WIDTH - indent - 2, sizes[min(i, 1)])]
        if row.note:
            parts += [(line, 11.5) for line in self.lines(f"（{row.note}）", WIDTH - indent - 2, 11.5)]
        y = self.room(_height(parts) + 3)
        if number is not None:
            self.put(LEFT + 2, y + _step(13.0) * 0.78, f"{number}.", 13)
        self._down(LEFT + indent, y, parts)
        self.set_y(y + _height(parts) + 2.5)

    def proof(self, proof: Proof) -> None:
        """The code in large letters, and the square."""
        y = self.room(SQUARE + 8) + 4
        self.rect(LEFT, y, WIDTH, SQUARE)
        modules, runs = dark_runs(proof.square)
        one = SQUARE / (modules + 2 * QUIET)
        self.set_fill_color(0)
        for x, row, length in runs:
            self.rect(LEFT + (x + QUIET) * one, y + (row + QUIET) * one, length * one, one, style="F")
        left = LEFT + SQUARE + 4
        self._use("bold", 26)
        self.text(left, y + 14, proof.code)
        words = [(line, 11.0 if i == 0 else 9.0) for i, part in enumerate(self.both(proof.words)) for line in self.lines(part, WIDTH - SQUARE - 8, 11.0 if i == 0 else 9.0)]
        self._down(left, y + 19, words)
        self.set_y(y + SQUARE + 2)

    def closing_words(self, words: Text) -> None:
        """What one should know, below everything."""
        parts = [(line, 11.0 if i == 0 else 9.0) for i, part in enumerate(self.both(words)) for line in self.lines(part, WIDTH, 11.0 if i == 0 else 9.0)]
        y = self.room(_height(parts) + 2)
        self._down(LEFT, y + 1, parts)
        self.set_y(y + _height(parts) + 1)

    def _down(self, x: float, y: float, parts: list[tuple[str, float]]) -> None:
        for line, size in parts:
            y += _step(size)
            self.put(x, y - _step(size) * 0.24, line, size, 0 if size > 10.5 else 60)


def _step(size: float) -> float:
    """Millimetres from line to line of letters of so many points."""
    return size * 0.3528 * 1.42


def _height(parts: list[tuple[str, float]]) -> float:
    return sum(_step(size) for _, size in parts)
