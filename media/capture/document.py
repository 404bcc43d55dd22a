"""The document camera: a preview for the talk, and stills at the camera's full resolution for the case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from config.clock import Clock
from media.capture import CaptureError, Image, Picture
from media.capture.camera import fitted, open_camera
from media.capture.paced import PacedPictures
from media.capture.synthetic import page_picture

FULL = (4096, 3072)
"""Asked of the device: OpenCV settles for the nearest it has."""


class DocumentCamera:
    """Takes pictures at full resolution; `newest()` is the preview, scaled, `still()` the untouched newest picture.

    Evidence stills never come from video: they are the camera's own pixels, before any scaling or coding.
    """

    def __init__(self, full: PacedPictures, width: int, height: int) -> None:
        self._full, self.width, self.height = full, width, height
        self._preview: Picture | None = None

    @property
    def fps(self) -> float:
        return self._full.fps

    @property
    def problem(self) -> str | None:
        return self._full.problem

    def newest(self) -> Picture | None:
        picture = self._full.newest()
        if picture is not None and (self._preview is None or picture.number != self._preview.number):
            self._preview = Picture(fitted(picture.image, self.width, self.height), picture.number, picture.at)
        return self._preview

    def still(self) -> Picture:
        """The newest picture at full resolution. Raises CaptureError `no-picture` before the first or while there is a problem."""
        picture = self._full.newest()
        if picture is None or self.problem is not None:
            raise CaptureError("no-picture", "the document camera gives no picture")
        return picture

    def close(self) -> None:
        self._full.close()


def open_document_camera(device: int, width: int, height: int, fps: float, clock: Clock) -> DocumentCamera:
    """The document camera with OpenCV's number `device`; width × height is the preview's. Raises CaptureError `no-camera`."""
    return DocumentCamera(open_camera(device, *FULL, fps, clock), width, height)


def page_under_camera(width: int, height: int, fps: float, clock: Clock, photograph: Path | None = None) -> DocumentCamera:
    """A page in place of a document camera: a photograph from a file, or a drawn one at twice the preview's size.

    Raises CaptureError `bad-photograph`.
    """
    draw: Callable[[int], Image]
    if photograph is None:
        size = (2 * width, 2 * height)
        page = page_picture(0, *size)

        def draw(number: int) -> Image:
            return page if number == 0 else page_picture(number, *size)
    else:
        shown = cv2.imread(str(photograph), cv2.IMREAD_COLOR)
        if shown is None:
            raise CaptureError("bad-photograph", f"{photograph}: not a picture that can be read")
        still = np.asarray(shown, np.uint8)
        size = (still.shape[1], still.shape[0])

        def draw(number: int) -> Image:
            return still

    return DocumentCamera(PacedPictures(draw, *size, fps, clock, "page-under-camera"), width, height)
