"""Decoding what a stranger sent, and encoding what is kept: only in the process of media/still_reader.py."""

from __future__ import annotations

import contextlib
import os

import cv2
import numpy as np

from media.capture import Image
from media.picture_file import PictureFile
from media.still_wire import BadStill

QUALITY = 93
"""Of the JPEG files that are kept: above 95 they grow and show no more, below 90 letters fray."""


class Warnings:
    """What decoders say on standard error, which is all that they tell of data they made up: a JPEG with a hole decodes without an error."""

    def __init__(self) -> None:
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(write, False)  # a decoder that says too much is not heard to the end, and does not wait
        os.dup2(write, 2)
        os.close(write)

    def take(self) -> str:
        """What has been said since the last time, empty for nothing."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self._read, 4096).decode(errors="replace").strip()
        return ""


def decode(file: PictureFile, warnings: Warnings) -> Image:
    """The picture upright, (h, w, 3) blue green red. Raises BadStill `picture-damaged`."""
    warnings.take()
    try:
        shown = cv2.imdecode(np.frombuffer(file.content, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        raise BadStill("picture-damaged", f"cannot be decoded: {error.err}") from error
    said = warnings.take()
    if shown is None or said or shown.shape != (file.height, file.width, 3):
        raise BadStill("picture-damaged", f"cannot be decoded: {said or 'nothing came out'}"[:200])
    return upright(np.asarray(shown, np.uint8), file.orientation)


def upright(picture: Image, orientation: int) -> Image:
    """Turned and mirrored as Exif's orientation asks (CIPA DC-008, tag 274): 1 as it is, 2 to 4 in place, 5 to 8 on its side."""
    if orientation in (5, 6, 7, 8):
        picture = picture.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    return np.ascontiguousarray(picture)


def reduced(picture: Image, width: int, height: int) -> Image:
    """The whole picture with fewer pixels: each is the mean of those that it stands for, so that letters do not break."""
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def encode(picture: Image) -> bytes:
    """A JPEG file that holds nothing but the picture."""
    done, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    if not done:
        raise BadStill("picture-damaged", "cannot be encoded")
    return data.tobytes()


def specimen() -> Image:
    """A page with lines on a dark table, of 8 Mpixel: whoever has read it has called once all that a still needs, and has the memory for it."""
    picture = np.full((3264, 2448, 3), 60, np.uint8)
    picture[400:-400, 300:-300] = 230
    for line in range(540, 2720, 80):
        picture[line : line + 16, 400:-400] = 30
    return picture
