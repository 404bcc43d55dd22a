"""What a JPEG or PNG file claims to be, read from its structure before anything is decoded; and the file without all that is no picture. Pure.

Every segment and chunk is walked to the end, so that a truncated file, a second picture or anything behind the end is seen here. What
goes to the decoder afterwards holds tables and pixels alone: no metadata, profile, comment or thumbnail is ever parsed by it.
JPEG: ITU-T T.81 Annex B; Exif: CIPA DC-008; PNG: W3C PNG Specification, Third Edition.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import Literal

from media.still_wire import PIXELS, SIDE, BadStill

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"

SCANS = 64
"""Passes of a progressive JPEG; encoders make ten. Each costs the decoder a walk over all pixels."""
CHUNKS = 20_000
"""Of a PNG: 15 MB in chunks of a kilobyte."""

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # what ends a scan: not a stuffed byte, not a restart
_BASELINE, _PROGRESSIVE = (0xC0, 0xC1), 0xC2
_OTHER_FRAMES = {0xC3, *range(0xC5, 0xC8), *range(0xC8, 0xD0), 0xDC, 0xDE, 0xDF}  # lossless, arithmetic, hierarchical, late height
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}  # by colour type, PNG table 11.1


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A file that may be decoded."""

    kind: Literal["jpeg", "png"]
    width: int
    height: int
    orientation: int
    """1 to 8 as in Exif: what must be done to the pixels to see the picture upright."""
    content: bytes
    """The file without metadata."""


def examine(data: bytes) -> PictureFile:
    """Raises BadStill: `not-a-picture`, `picture-too-big` by its own claim, `picture-damaged`."""
    if data.startswith(JPEG):
        return _jpeg(data)
    if data.startswith(PNG):
        return _png(data)
    raise BadStill("not-a-picture", "neither JPEG nor PNG by its first bytes")


def _bounded(width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise BadStill("picture-damaged", f"claims {width} × {height} pixels")
    if width > SIDE or height > SIDE or width * height > PIXELS:
        raise BadStill("picture-too-big", f"claims {width} × {height} pixels")


# --- JPEG -----------------------------------------------------------------------------------------


def _jpeg(data: bytes) -> PictureFile:
    kept: list[bytes] = [data[:2]]
    size: tuple[int, int] | None = None
    orientation, scans, at = 1, 0, 2
    while True:
        marker, begin, end = _segment(data, at)
        content = data[begin:end]
        at = end
        if marker == 0xD9:
            break
        if marker in (*_BASELINE, _PROGRESSIVE):
            if size is not None:
                raise BadStill("picture-damaged", "more than one frame")
            size = _frame(content)
        elif marker in _OTHER_FRAMES:
            raise BadStill("not-a-picture", f"a JPEG of a kind that no camera makes (marker {marker:02X})")
        elif marker == 0xDA:
            scans += 1
            found = _MARKER.search(data, end)
            if size is None or scans > SCANS or found is None:
                raise BadStill(
                    "picture-damaged", "no end of its pixels" if size and found is None else "scans out of order or too many"
                )
            at = found.start()
        elif marker == 0xE1 and content.startswith(b"Exif\0\0"):
            orientation = _orientation(content[6:])
        if marker == 0xE0 and content.startswith(b"JFIF\0"):
            kept.append(_JFIF)
        elif marker == 0xEE and content.startswith(b"Adobe") and len(content) == 12:  # how the three channels are meant
            kept.append(data[begin - 4 : end])
        elif not 0xE0 <= marker <= 0xEF and marker != 0xFE:
            kept.append(b"\xff" + bytes([marker]) + data[begin - 2 : at])
    if size is None or scans == 0:
        raise BadStill("picture-damaged", "holds no pixels")
    if at != len(data):
        raise BadStill("picture-damaged", f"{len(data) - at} bytes behind its end")
    kept.append(b"\xff\xd9")
    return PictureFile("jpeg", *size, orientation, b"".join(kept))


def _segment(data: bytes, at: int) -> tuple[int, int, int]:
    """The marker at a place, and where what belongs to it begins and ends."""
    if data[at : at + 1] != b"\xff":
        raise BadStill("picture-damaged", f"no marker at byte {at}")
    while data[at : at + 1] == b"\xff":  # fill bytes
        at += 1
    marker = int.from_bytes(data[at : at + 1], "big")
    if marker == 0xD9:
        return marker, at + 1, at + 1
    length = int.from_bytes(data[at + 1 : at + 3], "big")
    if marker < 0xC0 or 0xD0 <= marker <= 0xD8 or length < 2 or at + 1 + length > len(data):
        raise BadStill("picture-damaged", f"ends within a segment, or none can begin so, at byte {at}")
    return marker, at + 3, at + 1 + length


def _frame(content: bytes) -> tuple[int, int]:
    """Width and height of a frame header (T.81 B.2.2)."""
    if len(content) < 6:
        raise BadStill("picture-damaged", "a frame header that is too short")
    precision, height, width, channels = struct.unpack(">BHHB", content[:6])
    _bounded(width, height)
    if precision != 8 or channels not in (1, 3) or len(content) != 6 + 3 * channels:
        raise BadStill("not-a-picture", f"{channels} channels of {precision} bits: no camera's picture")
    return width, height


# --- PNG ------------------------------------------------------------------------------------------


def _png(data: bytes) -> PictureFile:
    kept = [PNG]
    size: tuple[int, int] | None = None
    orientation, pixels, last, at = 1, False, b"", len(PNG)
    for _ in range(CHUNKS):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        content, end = data[at + 8 : at + 8 + length], at + 12 + length
        if len(name) < 4 or end > len(data):
            raise BadStill("picture-damaged", "ends within a chunk")
        if zlib.crc32(content, zlib.crc32(name)) != int.from_bytes(data[end - 4 : end], "big"):
            raise BadStill("picture-damaged", f"a chunk with a wrong sum at byte {at}")
        if (size is None) != (name == b"IHDR"):
            raise BadStill("picture-damaged", "its header is missing, or there are two")
        if name == b"IHDR":
            size = _header(content)
        elif name == b"acTL":
            raise BadStill("not-a-picture", "an animation")
        elif name == b"eXIf":
            orientation = _orientation(content)
        elif name == b"IDAT":
            if pixels and last != b"IDAT":
                raise BadStill("picture-damaged", "its pixels are not in one piece")
            pixels = True
        elif not name[0] & 0x20 and name not in (b"PLTE", b"IEND"):
            raise BadStill("picture-damaged", "a critical chunk that nobody knows")
        if name in (b"IHDR", b"PLTE", b"IDAT", b"IEND"):
            kept.append(data[at:end])
        last, at = name, end
        if name == b"IEND":
            break
    if size is None or not pixels or last != b"IEND":
        raise BadStill("picture-damaged", "holds no pixels, or too many chunks")
    if at != len(data):
        raise BadStill("picture-damaged", f"{len(data) - at} bytes behind its end")
    return PictureFile("png", *size, orientation, b"".join(kept))


def _header(content: bytes) -> tuple[int, int]:
    """Width and height out of IHDR."""
    if len(content) != 13:
        raise BadStill("picture-damaged", "a header of the wrong length")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", content)
    _bounded(width, height)
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlace > 1:
        raise BadStill("picture-damaged", "a header that PNG does not know")
    return width, height


# --- Exif -----------------------------------------------------------------------------------------


def _orientation(tiff: bytes) -> int:
    """The first directory's tag 0x0112 (TIFF 6.0); 1 where there is none or it cannot be read: then the picture is taken as it is."""
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    directory = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[directory : directory + 2], order)
    for entry in range(directory + 2, min(directory + 2 + 12 * count, len(tiff) - 11), 12):
        if int.from_bytes(tiff[entry : entry + 2], order) == 0x0112:
            value = int.from_bytes(tiff[entry + 8 : entry + 10], order)
            return value if 1 <= value <= 8 else 1
    return 1
