"""A window's picture as a JPEG file for the page: letters stay sharp, since the page's encoder comes after it."""

from __future__ import annotations

import cv2

from media.capture import Image

QUALITY = 88


def jpeg(image: Image) -> bytes:
    """The file of (height, width, 3), blue green red, with colours as fine as the brightness: red letters fray otherwise."""
    settings = (cv2.IMWRITE_JPEG_QUALITY, QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
    done, data = cv2.imencode(".jpg", image, settings)
    if not done:
        raise ValueError(f"no picture: {image.shape}")
    return data.tobytes()
