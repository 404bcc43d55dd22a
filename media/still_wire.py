"""What the reader of stills and its parent say to each other, and the bounds of a still that both hold to."""

from __future__ import annotations

import struct
from typing import Literal

import msgspec

from media.judgement import Judgement

LARGEST = 15_000_000
"""Bytes of a still as it comes: 40 Mpixel as JPEG of high quality, 8 Mpixel as PNG."""
PIXELS = 40_000_000
"""What a still may have: 120 MB decoded."""
SIDE = 20_000
"""Pixels of a side: as many pixels in one row are no page."""
LARGEST_ANSWER = 48 << 20
"""Bytes of a picture as it goes back, or of what is said of it."""

Code = Literal["not-a-picture", "picture-too-big", "picture-damaged", "no-reader"]
"""Stable: nothing that may be sent; over a bound; cannot be decoded as it claims; the machine can start no reader."""

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


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader says of a still; without `code` two JPEG files follow, the still and the corrected page."""

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


def framed(data: bytes) -> bytes:
    """A frame: its length in four bytes, the most significant first, and what it holds."""
    return _LENGTH.pack(len(data)) + data


def length(head: bytes) -> int:
    """How many bytes follow a frame's head (HEAD bytes)."""
    return int(_LENGTH.unpack(head)[0])
