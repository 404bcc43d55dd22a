"""A shared screen for simulated clerks: a drawn form with small text that is being filled in, or a picture from a file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from config.clock import Clock
from media.capture import CaptureError, Image
from media.capture.camera import fitted
from media.capture.paced import PacedPictures
from media.capture.synthetic import stamp_number

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FIELDS = ("Name", "Born", "Address", "Permit", "Employer", "Since", "Telephone", "Remarks")


def form_picture(number: int, width: int, height: int, fps: float) -> Image:
    """A form of labelled fields; about every second another one is filled in."""
    image = np.full((height, width, 3), 250, np.uint8)
    row = height // 14
    cv2.rectangle(image, (0, 0), (width, row), (150, 90, 30), -1)
    cv2.putText(image, "Application form", (row // 3, row * 2 // 3), _FONT, row / 50, (255, 255, 255), 1, cv2.LINE_AA)
    filled = int(number / fps) % (len(_FIELDS) + 1)
    for place, label in enumerate(_FIELDS):
        top = row * (2 + place)
        cv2.putText(image, label, (row // 2, top + row // 2), _FONT, row / 90, (60, 60, 60), 1, cv2.LINE_AA)
        cv2.rectangle(image, (width // 4, top), (width * 3 // 4, top + row * 3 // 4), (120, 120, 120), 1)
        if place < filled:
            text = f"filled in as said, {place + 1} of {len(_FIELDS)}"
            cv2.putText(image, text, (width // 4 + row // 4, top + row // 2), _FONT, row / 90, (20, 20, 20), 1, cv2.LINE_AA)
    stamp_number(image, number)
    return image


def synthetic_screen(width: int, height: int, fps: float, clock: Clock) -> PacedPictures:
    """The form as a shared screen."""
    return PacedPictures(lambda number: form_picture(number, width, height, fps), width, height, fps, clock, "synthetic-screen")


def screen_from_file(file: Path, width: int, height: int, fps: float, clock: Clock) -> PacedPictures:
    """A picture as a shared screen that does not move. Raises CaptureError `bad-screen`."""
    shown = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if shown is None:
        raise CaptureError("bad-screen", f"{file}: not a picture that can be read")
    image = fitted(np.asarray(shown, np.uint8), width, height)
    return PacedPictures(lambda number: image, width, height, fps, clock, "screen-from-file")
