"""Which cameras there are, and how a choice on the command line becomes a source: a number is a device, a path a file, nothing a stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from config.clock import Clock
from config.profiles import Picture as Size
from media.capture import CaptureError, Image, PictureSource, SoundSource
from media.capture.camera import open_camera, open_film
from media.capture.document import open_document_camera, page_under_camera
from media.capture.headset import Headset
from media.capture.screen import screen_from_file, synthetic_screen
from media.capture.sound_file import SoundFile
from media.capture.synthetic import SpeechLike, synthetic_camera

V4L = Path("/sys/class/video4linux")


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """One camera as the system names it; `index` is OpenCV's number."""

    index: int
    name: str


def cameras(folder: Path = V4L) -> list[CameraDevice]:
    """The cameras that the kernel knows, without opening any: opening would light them."""
    found = []
    for entry in folder.glob("video*"):
        number, name = entry.name.removeprefix("video"), entry / "name"
        if number.isdigit() and name.is_file() and _is_first(entry):
            found.append(CameraDevice(int(number), name.read_text(errors="replace").strip()[:80]))
    return sorted(found, key=lambda camera: camera.index)


def _is_first(entry: Path) -> bool:
    """A camera has several nodes; the one with index 0 gives pictures, the others metadata."""
    index = entry / "index"
    return not index.is_file() or index.read_text().strip() == "0"


def choose_camera(choice: str | None, size: Size, clock: Clock, label: str, hue: int = 100) -> PictureSource:
    """Raises CaptureError. `label` (Latin) and `hue` mark the stand-in."""
    if choice is None:
        return synthetic_camera(size.width, size.height, size.fps, clock, label, hue)
    if choice.isdigit():
        return open_camera(int(choice), size.width, size.height, size.fps, clock)
    return open_film(Path(choice), size.width, size.height, size.fps, clock)


def choose_microphone(choice: str | None, headset: Headset | None, seed: int = 7) -> SoundSource:
    """A file, else the headset, else the stand-in's voice `seed`. Raises CaptureError."""
    if choice is not None:
        return SoundFile(Path(choice))
    return headset or SpeechLike(seed)


def choose_document(choice: str, size: Size, clock: Clock) -> PictureSource:
    """`synthetic`, a device's number or a photograph. Raises CaptureError."""
    if choice.isdigit():
        return open_document_camera(int(choice), size.width, size.height, size.fps, clock)
    return page_under_camera(size.width, size.height, size.fps, clock, None if choice == "synthetic" else Path(choice))


def choose_screen(choice: str, size: Size, clock: Clock) -> PictureSource:
    """`synthetic` or a picture. Raises CaptureError."""
    if choice == "synthetic":
        return synthetic_screen(size.width, size.height, size.fps, clock)
    return screen_from_file(Path(choice), size.width, size.height, size.fps, clock)


def save_png(image: Image, file: Path) -> None:
    """Write a picture losslessly. Raises CaptureError `not-saved`."""
    done, data = cv2.imencode(".png", np.ascontiguousarray(image))
    if not done:
        raise CaptureError("not-saved", f"{file}: the picture cannot be encoded")
    try:
        file.write_bytes(data.tobytes())
    except OSError as error:
        raise CaptureError("not-saved", f"{file}: {error.strerror}") from error
