"""How long an Opus packet sounds, from its first two bytes (RFC 6716, 3.1 and 3.2). Pure."""

from __future__ import annotations

# Microseconds of one frame for each of the 32 configurations: SILK, hybrid, CELT.
_FRAME_US = (10_000, 20_000, 40_000, 60_000) * 3 + (10_000, 20_000) * 2 + (2_500, 5_000, 10_000, 20_000) * 4
_LONGEST_US = 120_000


class BadOpus(ValueError):
    """No packet of Opus."""


def duration_us(packet: bytes) -> int:
    """Microseconds of sound in a packet: 2,500 to 120,000. Raises BadOpus."""
    if not packet:
        raise BadOpus("an empty packet")
    frame = _FRAME_US[packet[0] >> 3]
    match packet[0] & 3:
        case 0:
            frames = 1
        case 1 | 2:
            frames = 2
        case _ if len(packet) < 2:
            raise BadOpus("a packet without its number of frames")
        case _:
            frames = packet[1] & 0x3F
    if not 0 < frames * frame <= _LONGEST_US:
        raise BadOpus(f"{frames} frames of {frame} µs")
    return frames * frame
