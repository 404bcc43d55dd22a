"""Words as pixels, Chinese too: the X server has no letters for them, OpenCV 5 brings its own."""

from __future__ import annotations

import cv2
import numpy as np

from media.capture import Image

Colour = tuple[int, int, int]
"""Blue, green, red."""


def lettered(text: str, height: int, ink: Colour, paper: Colour) -> Image:
    """`text` in one line with space around: (height, as wide as needed, 3)."""
    face, size = cv2.FontFace("uni"), height * 45 // 100
    left, top, width, high = cv2.getTextSize((0, 0), text, (0, 0), face, size)
    image = np.full((height, width + height, 3), paper, np.uint8)
    cv2.putText(image, text, (height // 2 - left, (height - high) // 2 - top), ink, face, size)
    return image
