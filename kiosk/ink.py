"""The simulated resident's signature: wavy strokes drawn from a name, the same each time. Pure."""

from __future__ import annotations

import hashlib
import math

from signaling.wire.forms import InkPoint, SignatureBody

PAD = (3200, 1000)
"""Units of the pad, as on the pages: signaling/web/sign/ink.ts."""
MOST_LETTERS = 6
POINTS = 32
"""Of one stroke."""
STEP_MS, LIFTED_MS = 12, 140
"""Between two points, and while the pen is off the glass."""


def signed(name: str, shown: str) -> SignatureBody:
    """Two strokes for each of the first letters of `name`, on the page whose picture has the SHA-256 `shown` (hex)."""
    letters = [letter for letter in name if not letter.isspace()][:MOST_LETTERS] or ["×"]
    width, at, strokes = PAD[0] / (len(letters) + 1), 0, list[list[InkPoint]]()
    for place, letter in enumerate(letters):
        hand = hashlib.sha256(f"{place} {letter}".encode()).digest()
        for half in (0, 1):
            strokes.append(_stroke(hand[8 * half : 8 * half + 8], (place + 0.5) * width, width, 0.3 + 0.35 * half, at))
            at = strokes[-1][-1][3] + LIFTED_MS
    return SignatureBody(shown, "finger", *PAD, strokes)


def _stroke(hand: bytes, left: float, width: float, height: float, begins: int) -> list[InkPoint]:
    """A wave from left to right through one letter's room, `height` (0 to 1) from the pad's upper edge, pressed in its middle."""
    waves, swing, slope, phase = 1 + hand[0] % 3, 0.08 + hand[1] / 2500, (hand[2] - 128) / 1200, hand[3] / 40
    points = list[InkPoint]()
    for n in range(POINTS):
        along = n / (POINTS - 1)
        y = height + slope * along + swing * math.sin(2 * math.pi * waves * along + phase)
        x = left + 0.85 * width * along + 0.06 * width * math.sin(4 * math.pi * along + phase)
        pressure = 300 + round(450 * math.sin(math.pi * along))
        points.append((_within(x, PAD[0]), _within(y * PAD[1], PAD[1]), pressure, begins + n * STEP_MS))
    return points


def _within(value: float, most: int) -> int:
    return min(most, max(0, round(value)))
