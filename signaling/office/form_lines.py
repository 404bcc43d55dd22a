"""Breaks a text into lines as Chinese and English are set: between any two characters of Chinese, between words of English. Pure.

No line begins with a closing mark or ends with an opening one (禁则, GB/T 15834 and UAX #14 in small).
"""

from __future__ import annotations

import re
from collections.abc import Callable

_NEVER_FIRST = frozenset("，。、；：？！）》」』】〉”’…—·,.;:?!)]}%")
_NEVER_LAST = frozenset("（《「『【〈“‘([{")
# A word of letters and digits stays whole; everything else may part from its neighbour.
_PIECE = re.compile(r"\s+|[A-Za-z0-9À-ɏ'’@/+_.:-]+|.", re.DOTALL)


def broken(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of `text`, none wider than `width` (in what `measure` measures). A word longer than a line is cut."""
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, width, measure)]


def _paragraph(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width, measure):
        if line and measure(line + piece.rstrip()) > width:
            kept = _kept(line, piece)
            lines.append(line[: len(line) - len(kept)].rstrip())
            line = kept
            if not piece.strip():
                continue
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    found: list[str] = []
    for piece in _PIECE.findall(text):
        if len(piece) > 1 and measure(piece) > width:
            found.extend(piece)
        else:
            found.append(piece)
    return found


def _kept(line: str, piece: str) -> str:
    """What moves from the end of a line to the next, so that neither begins nor ends wrongly; never the whole line."""
    start = len(line)
    while start > 1 and (piece[:1] in _NEVER_FIRST or line[start - 1] in _NEVER_LAST) and len(line) - start < 4:
        start -= 1
        piece = line[start:]
    return line[start:] if start > 1 else ""
