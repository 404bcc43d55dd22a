"""What the reader of stills and its parent say to each other, and the bounds of a still that both hold to."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from media.judgement import Judgement

LARGEST = 15_000_000
"""Bytes of a still as it comes: 40 Mpixel as JPEG of high quality, 8 Mpixel as PNG."""
PIXELS = 40_000_000
"""What a still may have: 120 MB decoded."""
SIDE = 20_000
"""Pixels of a side: as many pixels in one row are no page."""
LARGEST_ANSWER = 48 << 20
"""Bytes of a picture as it goes back, or of what is said of it."""

LARGEST_ORDER = 16_384
"""Bytes of what is to be done with a still: MOST_LINES of MOST_LETTERS in UTF-8, and the fonts' names."""
MOST_LINES, MOST_LETTERS = 8, 100
"""Lines of the box at the foot of a marked still, and characters of each."""
WIDE_SPACE = "\u3000"
"""Between Chinese words."""

Code = Literal["not-a-picture", "picture-too-big", "picture-damaged", "no-reader", "picture-too-small", "no-font", "no-glyph", "bad-lines"]
"""Stable: nothing that may be sent; over a bound; cannot be decoded as it claims; the machine can start no reader. Of a mark alone: no
room for its lines; no Chinese font on this machine; no font that can draw a character; lines that cannot be printed."""

ENVIRONMENT = {
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(PIXELS),
    "OPENCV_IO_MAX_IMAGE_WIDTH": str(SIDE),
    "OPENCV_IO_MAX_IMAGE_HEIGHT": str(SIDE),
    "OPENBLAS_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
}
"""All that a reader is told by its environment; OpenCV reads its limits when it is imported."""

_LENGTH = struct.Struct(">I")
HEAD = _LENGTH.size


class Face(msgspec.Struct, frozen=True):
    """One face of a font file; a collection holds several."""

    path: str
    number: Annotated[int, Meta(ge=0, le=64)] = 0


FACES = (
    Face("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    Face("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    Face("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Face("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
)
"""Where a Debian keeps its Chinese fonts, the best for a mark first. 2 is the simplified Chinese face of Noto's collections."""


class Read(msgspec.Struct, frozen=True, tag="read"):
    """Judge the still that follows and set its page straight: two files come back."""

    files: ClassVar[int] = 2


class Mark(msgspec.Struct, frozen=True, tag="mark"):
    """Mark the still that follows as a copy: one file comes back."""

    lines: tuple[str, ...]
    faces: tuple[Face, ...] = FACES
    files: ClassVar[int] = 1


Order = Read | Mark


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader says of a still; without `code` JPEG files follow: the still and the corrected page, or the marked copy."""

    code: Code | None = None
    text: str = ""
    width: int = 0
    height: int = 0
    judgement: Judgement = Judgement()


class BadStill(Exception):
    """A still that is not taken. `code` is stable, `text` says why, for the log."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code: Code = code
        self.text = text


def printable(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines as they are. Raises BadStill `bad-lines`: none or too many, one that is blank, too long or holds what is no character."""
    if not 0 < len(lines) <= MOST_LINES:
        raise BadStill("bad-lines", f"{len(lines)} lines, not 1 to {MOST_LINES}")
    for line in lines:
        if not line.strip() or len(line) > MOST_LETTERS or not line.replace(WIDE_SPACE, " ").isprintable():
            raise BadStill("bad-lines", f"a line of {len(line)} characters, blank, too long or not printable")
    return tuple(lines)


def framed(data: bytes) -> bytes:
    """A frame: its length in four bytes, the most significant first, and what it holds."""
    return _LENGTH.pack(len(data)) + data


def length(head: bytes) -> int:
    """How many bytes follow a frame's head (HEAD bytes)."""
    return int(_LENGTH.unpack(head)[0])
