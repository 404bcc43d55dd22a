"""What is said of a still from the document camera, and from which figures on: no picture, no library of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

Reason = Literal["no-page", "several-pages", "cut-off", "too-small", "skewed", "dark", "blurred", "glare"]
"""Why a still should be taken again, in the order in which a resident can act: first that the page lies right, then how it is lit."""
Place = Literal["top-left", "top", "top-right", "left", "middle", "right", "bottom-left", "bottom", "bottom-right"]
"""A ninth of the page as it lies in the picture."""
Verdict = Literal["good", "retake"]
Corner = tuple[float, float]
"""x to the right and y down, in pixels of the still."""

REASONS: tuple[Reason, ...] = get_args(Reason)
PLACES: tuple[Place, ...] = get_args(Place)


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """One still, judged. Without a page everything is said of the whole picture."""

    reasons: tuple[Reason, ...] = ()
    """Empty for a good still; else the first is what to tell the resident."""
    corners: tuple[Corner, Corner, Corner, Corner] | None = None
    """The page's, clockwise from its top left, within the picture; of a page that is cut off: the part that is seen."""
    skew: float = 0.0
    """Degrees by which the page was turned clockwise, −45 to 45; the corrected picture is not."""
    sharpness: float = 0.0
    """How much of its own contrast an edge of the printing rises over one pixel, 0 to 1. In focus 0.3 to 0.4; of a blank page
    its border's, doubled; 0 where that does not stand out."""
    glare: float = 0.0
    """Share of the page that a reflection washes out, 0 to 1."""
    glare_at: Place | None = None
    """Where most of it is."""
    brightness: float = 0.0
    """Of the paper, 0 to 255: the brightest channel's ninth decile."""
    fills: float = 0.0
    """Share of the picture that the page takes, 0 to 1."""

    @property
    def verdict(self) -> Verdict:
        return "retake" if self.reasons else "good"


@dataclass(frozen=True, slots=True)
class StillPolicy:
    """From where on a still is refused. The figures beside are of tests/media/pages.py."""

    smallest: int = 200_000
    """Pixels of a page: an identity card (ID-1) at 180 dpi, where its smallest line, 2 mm high, has 14 pixels."""
    least_sharp: float = 0.24
    """Below it an edge takes more than four pixels (in focus: 0.29 to 0.42, real photographs too; out of focus by a disc of four pixels'
    radius, or moved by fourteen: 0.2 at most)."""
    sharp_up_to: int = 2400
    """Pixels of a page's longer side up to which that holds: a larger page may be softer by the pixel (four of 2400: half a millimetre of A4)."""
    glaring: float = 0.004
    """Share of the page: a line of ten-point text over a tenth of an A4 page's width and more."""
    darkest: float = 88.0
    """Brightness: a well-lit page has 170 and more, a dark red cover 130; below a third of the range the noise is in the letters."""
    most_skewed: float = 22.0
    """Degrees. To 15 a page is laid down carelessly; beyond 25 it lies askew on purpose or is not the page that was found."""
    least_square: float = 0.6
    """Ratio of opposite sides: a camera that looks from so far aside blurs one of them."""


STILLS = StillPolicy()
