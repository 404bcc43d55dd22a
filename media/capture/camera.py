"""A camera, or a film in its place: a thread with one slot, the newest picture wins."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from config.clock import Clock
from media.capture import CaptureError, Image
from media.capture.paced import PacedPictures

LONGEST_FPS = 120.0


def fitted(image: Image, width: int, height: int) -> Image:
    """`image` as large as it fits into width × height, with black bars: nothing is cut off or stretched."""
    own_height, own_width = image.shape[:2]
    if (own_width, own_height) == (width, height):
        return image
    scale = min(width / own_width, height / own_height)
    inner = max(1, round(own_width * scale)), max(1, round(own_height * scale))
    scaled = cv2.resize(image, inner, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    whole = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    whole[top : top + inner[1], left : left + inner[0]] = scaled
    return whole


def open_camera(device: int, width: int, height: int, fps: float, clock: Clock) -> PacedPictures:
    """The camera with OpenCV's number `device`. Raises CaptureError `no-camera`.

    A camera that is unplugged later has the problem `camera-lost`, and is tried again each second.
    """
    capture = cv2.VideoCapture(device)
    if not capture.isOpened():
        capture.release()
        raise CaptureError("no-camera", f"camera {device} cannot be opened; is it plugged in, and used by nobody else?")
    for setting, value in ((cv2.CAP_PROP_FRAME_WIDTH, width), (cv2.CAP_PROP_FRAME_HEIGHT, height), (cv2.CAP_PROP_FPS, fps)):
        capture.set(setting, value)
    missed = 0

    def take(_number: int) -> Image | None:
        nonlocal missed
        came, image = capture.read()
        if came and image is not None:
            missed = 0
            return fitted(np.asarray(image, np.uint8), width, height)
        missed += 1
        if missed % max(1, round(fps)) == 0:
            capture.open(device)
        return None

    return PacedPictures(take, width, height, fps, clock, f"camera-{device}", capture.release)


def open_film(file: Path, width: int, height: int, fps: float, clock: Clock) -> PacedPictures:
    """A film played over and over at its own pace, at most `fps`, in place of a camera. Raises CaptureError `bad-film`."""
    film = cv2.VideoCapture(str(file))
    came, first = film.read() if film.isOpened() else (False, None)
    if not came or first is None:
        film.release()
        raise CaptureError("bad-film", f"{file}: no picture can be read from it")
    own = film.get(cv2.CAP_PROP_FPS)
    own = own if 0 < own <= LONGEST_FPS else fps
    skip = max(1, round(own / fps))  # a film with more pictures than wanted keeps its speed and loses pictures

    def take(number: int) -> Image | None:
        if number == 0:
            return fitted(np.asarray(first, np.uint8), width, height)
        for _ in range(skip):
            came, image = film.read()
            if not came:
                film.open(str(file))  # the start, for whatever the container knows of seeking
                came, image = film.read()
        return fitted(np.asarray(image, np.uint8), width, height) if came and image is not None else None

    return PacedPictures(take, width, height, own / skip, clock, f"film-{file.name}", film.release)
