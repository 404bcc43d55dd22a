"""The first bytes of a VP8 frame: whether it can be decoded alone, whether it is shown, and how large the picture is (RFC 6386, 9.1). Pure."""

from __future__ import annotations

from dataclasses import dataclass

_START = b"\x9d\x01\x2a"


class BadVp8(ValueError):
    """No frame of VP8."""


@dataclass(frozen=True, slots=True)
class Vp8Head:
    """`width` × `height` in pixels are 0 in a frame that is no keyframe: it has the size of the frames before it."""

    keyframe: bool
    shown: bool
    width: int
    height: int


def head(frame: bytes) -> Vp8Head:
    """What a whole frame says about itself. Raises BadVp8."""
    if len(frame) < 3:
        raise BadVp8(f"a frame of {len(frame)} bytes")
    tag = int.from_bytes(frame[:3], "little")
    keyframe, version, shown, first_part = not tag & 1, tag >> 1 & 7, bool(tag >> 4 & 1), tag >> 5
    if version > 3:
        raise BadVp8(f"version {version} is none of VP8")
    if not keyframe:
        _first_part_fits(first_part, len(frame) - 3)
        return Vp8Head(False, shown, 0, 0)
    if len(frame) < 10 or frame[3:6] != _START:
        raise BadVp8("a keyframe without its start code")
    _first_part_fits(first_part, len(frame) - 10)
    # The upper two bits of each ask the player to scale up; the pixels are what was sent.
    width, height = (int.from_bytes(frame[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    if not width or not height:
        raise BadVp8(f"a picture of {width} × {height} pixels")
    return Vp8Head(True, shown, width, height)


def _first_part_fits(first_part: int, rest: int) -> None:
    if first_part > rest:
        raise BadVp8(f"the first partition has {first_part} bytes, the frame has {rest}")
