"""A signature on the kiosk's glass: what the glass gave, whether that is a signature, and the record that is sealed and proved. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import msgspec

from signaling.domain.refusals import Refusal

SCHEMA = "virtual-window-signature/1"
MOST_STROKES = 60
MOST_POINTS = 6_000
LARGEST_PAD = 10_000
FULL_PRESSURE = 1_000
LONGEST_MS = 600_000
"""Ten minutes: whoever wrote for longer did not write one signature."""
LEAST_PATH = 10
"""The ink's path is at least the pad's width divided by this. The pages judge by the same numbers: signaling/web/sign/ink.ts."""
LEAST_BOX = 20
"""The longer side of the box around the ink is at least the pad's width divided by this: a dot that is gone over is no signature."""

Device = Literal["pen", "finger", "mouse"]
Point = tuple[int, int, int, int]
"""x and y in units of the pad from its upper left corner, pressure (0 to 1000), milliseconds since the signature's first point."""
Stroke = tuple[Point, ...]


class Strokes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the glass gave. `width`, `height`: units of the pad, 1 to 10,000."""

    width: int
    height: int
    device: Device
    """What it was written with; the pad takes one only."""
    strokes: tuple[Stroke, ...]


class SignedForm(msgspec.Struct, frozen=True):
    """Which form is signed. `values` and `pdf`: SHA-256 in hex of the frozen values and of the paper without any signature."""

    code: str
    version: str
    values: str
    pdf: str


class ShownPage(msgspec.Struct, frozen=True):
    """What the resident saw: the page's id, the SHA-256 in hex of its picture's file, and its size in pixels."""

    page: str
    picture: str
    width: int
    height: int


class SignedPlace(msgspec.Struct, frozen=True):
    """Where on the paper: which of its places, page from 0, and ten-thousandths of the page's width and height from its upper left corner."""

    index: int
    page: int
    x: int
    y: int
    width: int
    height: int


def check(signature: Strokes) -> None:
    """Raises Refusal `signature-too-long` (more strokes or points than a signature has), `signature-broken` (a pad, a point or a
    pressure that cannot be, or time that runs backwards) or `signature-empty` (nothing, a dot, or a mark too small to be meant)."""
    if len(signature.strokes) > MOST_STROKES:
        raise Refusal("signature-too-long", f"{len(signature.strokes)} strokes")
    if (points := sum(map(len, signature.strokes))) > MOST_POINTS:
        raise Refusal("signature-too-long", f"{points} points")
    for wrong in _broken(signature):
        raise Refusal("signature-broken", wrong)
    if not _is_enough(signature):
        raise Refusal("signature-empty")


def _broken(signature: Strokes) -> Iterator[str]:
    width, height = signature.width, signature.height
    if not (1 <= width <= LARGEST_PAD and 1 <= height <= LARGEST_PAD):
        yield f"a pad of {width} by {height}"
    before = 0
    for n, stroke in enumerate(signature.strokes):
        if not stroke:
            yield f"stroke {n} has no point"
        for x, y, pressure, at in stroke:
            if not (0 <= x <= width and 0 <= y <= height):
                yield f"stroke {n} leaves the pad"
            if not 0 <= pressure <= FULL_PRESSURE:
                yield f"stroke {n} has a pressure of {pressure}"
            if not before <= at <= LONGEST_MS:
                yield f"stroke {n} is at {at} ms, after {before} ms"
            before = at
    if signature.strokes and signature.strokes[0][0][3] != 0:
        yield "time does not begin with the first point"


def _is_enough(signature: Strokes) -> bool:
    points = [point for stroke in signature.strokes for point in stroke]
    if not points:
        return False
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    path = sum(math.hypot(b[0] - a[0], b[1] - a[1]) for stroke in signature.strokes for a, b in pairwise(stroke))
    box = max(max(xs) - min(xs), max(ys) - min(ys))
    return path * LEAST_PATH >= signature.width and box * LEAST_BOX >= signature.width


def signature_record(
    session: str, case: str, form: SignedForm, shown: ShownPage, place: SignedPlace, signer: int, ask: str, at: int, signature: Strokes
) -> dict[str, object]:
    """What is sealed and proved, in the canonical form's own kinds (`recordings/canonical.py` writes its bytes).

    `signer`: place in `Form.signed_by`, from 0. `ask`: the question that was answered. `at`: milliseconds since 1970-01-01 UTC.
    Every stroke and moment is kept, and not only the picture of them: an examiner of handwriting reads speed, order and pressure.
    """
    return {
        "schema": SCHEMA,
        "session": session,
        "case": case,
        "form": msgspec.to_builtins(form),
        "shown": msgspec.to_builtins(shown),
        "place": msgspec.to_builtins(place),
        "signer": signer,
        "ask": ask,
        "at": at,
        "device": signature.device,
        "pad": [signature.width, signature.height],
        "strokes": [[list(point) for point in stroke] for stroke in signature.strokes],
    }
