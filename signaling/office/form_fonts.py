"""The fonts of this machine: where they are, and which of them can draw a character. The only door to `fontTools`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from signaling.domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file; a collection holds several."""

    path: Path
    number: int = 0


FACES = (
    Face(Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"), 2),
    Face(Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2),
    Face(Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")),
    Face(Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")),
)
"""Where a Debian keeps them, the best first. 2 is the simplified Chinese face of Noto's collections. The first that is there sets the
paper; the others lend it the characters that it lacks."""
BOLD = Face(Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"), 2)


class MissingGlyph(Refusal):
    """No font of this machine can draw a character: `no-glyph`, with its name. An empty box is never printed."""

    def __init__(self, character: str) -> None:
        super().__init__("no-glyph", f"U+{ord(character):04X} {character}")
        self.character = character


class Fonts:
    """Which face draws which character."""

    def __init__(self, faces: tuple[Face, ...], bold: Face | None) -> None:
        self.faces = [face for face in faces if face.path.exists()]
        if not self.faces:
            raise Refusal("no-font", "no Chinese font is installed (fonts-noto-cjk)")
        self.bold = bold if bold is not None and bold.path.exists() else self.faces[0]

    def face_of(self, character: str) -> int:
        """Number of the first face that has it. Raises MissingGlyph."""
        for number, face in enumerate(self.faces):
            if ord(character) in _characters(face):
                return number
        raise MissingGlyph(character)


@lru_cache(maxsize=8)
def _characters(face: Face) -> frozenset[int]:
    """What a face can draw; reading it takes a quarter of a second."""
    with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
        return frozenset(font.getBestCmap())
