"""Files that strangers send for stills: good ones, and every bad one that was thought of, by the code that refuses it."""

from __future__ import annotations

import hashlib
import struct
import zlib

import cv2

from media.picture_file import PNG
from tests.media.pages import scene

GOOD = scene("good", 1, 1280, 960, table="wood", paper="letter").picture
JPEG_FILE = cv2.imencode(".jpg", GOOD, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
PNG_FILE = cv2.imencode(".png", GOOD)[1].tobytes()
SECRET = b"<script>alert(document.domain)</script>"


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, *chunks: bytes, colour: int = 0, depth: int = 8) -> bytes:
    return (
        PNG
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
        + b"".join(chunks)
        + chunk(b"IEND", b"")
    )


def grey_png(width: int, height: int) -> bytes:
    """A whole picture, all black: a small file whatever its size."""
    return png(width, height, chunk(b"IDAT", zlib.compress(bytes((width + 1) * height), 9)))


def segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def with_segments(*segments: bytes) -> bytes:
    """The good JPEG file with more after its first two bytes."""
    return JPEG_FILE[:2] + b"".join(segments) + JPEG_FILE[2:]


def exif(orientation: int, order: str = "big") -> bytes:
    sign = ">" if order == "big" else "<"
    head = b"MM\0*\0\0\0\x08" if order == "big" else b"II*\0\x08\0\0\0"
    return head + struct.pack(sign + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)


NOT_PICTURES = {
    "nothing": b"",
    "gif": b"GIF89a" + JPEG_FILE,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "pdf": b"%PDF-1.7\n" + JPEG_FILE,
    "tiff": b"II*\0" + bytes(64),
    "webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "animation": png(8, 8, chunk(b"acTL", bytes(8)), chunk(b"IDAT", zlib.compress(bytes(72)))),
    "lossless jpeg": JPEG_FILE.replace(b"\xff\xc0", b"\xff\xc3", 1),
    "four channels": b"\xff\xd8" + segment(0xC0, struct.pack(">BHHB", 8, 8, 8, 4) + bytes(12)) + b"\xff\xd9",
}
TOO_BIG = {
    "claims much": png(60_000, 60_000, chunk(b"IDAT", b"")),
    "41 million": grey_png(6_400, 6_410),
    "one long row": png(20_001, 1, chunk(b"IDAT", zlib.compress(bytes(20_002)))),
    "jpeg claims much": b"\xff\xd8" + segment(0xC0, struct.pack(">BHHB", 8, 65_535, 65_535, 3) + bytes(9)) + b"\xff\xd9",
}
DAMAGED = {
    "zip behind": JPEG_FILE + b"PK\x03\x04" + bytes(40),
    "second picture": JPEG_FILE + JPEG_FILE,
    "script behind png": PNG_FILE + SECRET,
    "no pixels": png(8, 8),
    "no size": png(0, 8, chunk(b"IDAT", b"")),
    "wrong sum": PNG_FILE[:60] + bytes([PNG_FILE[60] ^ 1]) + PNG_FILE[61:],
    "two headers": PNG_FILE[:33] + PNG_FILE[8:],
    "two frames": JPEG_FILE.replace(b"\xff\xda", JPEG_FILE[JPEG_FILE.index(b"\xff\xc0") :][:19] + b"\xff\xda", 1),
    "bare": b"\xff\xd8\xff\xd9",
}
HOLLOW = {
    "no tables": b"\xff\xd8"
    + segment(0xC0, struct.pack(">BHHB", 8, 64, 64, 1) + b"\1\x11\0")
    + segment(0xDA, b"\1\1\0\0\x3f\0")
    + bytes(9)
    + b"\xff\xd9",
    "a hole in the scan": JPEG_FILE[: len(JPEG_FILE) // 2] + JPEG_FILE[-2:],
    "pixels are noise": png(800, 800, chunk(b"IDAT", hashlib.shake_256(b"x").digest(4_000))),
    "pixels end early": png(800, 800, chunk(b"IDAT", zlib.compress(bytes(801 * 300)))),
}

SHOWN = {
    **{name: ("not-a-picture", data) for name, data in NOT_PICTURES.items()},
    **{name: ("picture-too-big", data) for name, data in TOO_BIG.items()},
    **{name: ("picture-damaged", data) for name, data in DAMAGED.items()},
}
