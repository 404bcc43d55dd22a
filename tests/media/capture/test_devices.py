"""Which cameras there are, and what a word on the command line becomes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from config.clock import SystemClock
from config.profiles import PROFILES
from media.capture import CaptureError, PictureSource
from media.capture.devices import (
    CameraDevice,
    cameras,
    choose_camera,
    choose_document,
    choose_microphone,
    choose_screen,
    save_png,
)
from media.capture.document import DocumentCamera
from media.capture.sound_file import SoundFile
from media.capture.synthetic import SpeechLike, clock_picture
from tests.contract.test_capture import film, photograph, speech_file
from tests.waiting import until

SMALL = PROFILES["small"]


def kernel(folder: Path, entries: dict[str, tuple[str, str]]) -> Path:
    for name, (called, index) in entries.items():
        (folder / name).mkdir()
        (folder / name / "name").write_text(called + "\n")
        (folder / name / "index").write_text(index + "\n")
    return folder


def test_cameras_are_listed_once_in_order_and_without_their_metadata(tmp_path: Path) -> None:
    folder = kernel(tmp_path, {
        "video10": ("Document Camera", "0"), "video2": ("HD Webcam: HD Webcam", "0"), "video3": ("HD Webcam: HD Webcam", "1"), "vbi0": ("?", "0"),
    })  # fmt: skip
    assert cameras(folder) == [CameraDevice(2, "HD Webcam: HD Webcam"), CameraDevice(10, "Document Camera")]
    assert cameras(tmp_path / "nothing") == []


async def shown(source: PictureSource) -> tuple[int, int]:
    await until(source.newest)
    source.close()
    return source.width, source.height


async def test_words_become_sources(tmp_path: Path) -> None:
    clock = SystemClock()
    assert await shown(choose_camera(None, SMALL.camera, clock, "KIOSK")) == (640, 360)
    assert await shown(choose_camera(str(film(tmp_path)), SMALL.camera, clock, "")) == (640, 360)
    assert await shown(choose_screen("synthetic", SMALL.screen, clock)) == (1280, 720)
    assert await shown(choose_screen(str(photograph(tmp_path)), SMALL.screen, clock)) == (1280, 720)
    for choice in ("synthetic", str(photograph(tmp_path))):
        document = choose_document(choice, SMALL.document, clock)
        assert isinstance(document, DocumentCamera)
        assert await shown(document) == (1280, 720)
    assert isinstance(choose_microphone(None, None), SpeechLike)
    assert isinstance(choose_microphone(str(speech_file(tmp_path)), None), SoundFile)


@pytest.mark.parametrize("choose", [
    lambda: choose_camera("97", SMALL.camera, SystemClock(), ""), lambda: choose_document("97", SMALL.document, SystemClock()),
])  # fmt: skip
def test_a_number_is_a_device(choose) -> None:
    with pytest.raises(CaptureError, match="no-camera"):
        choose()


def test_a_picture_is_saved_as_it_is(tmp_path: Path) -> None:
    image = clock_picture(5, 64, 48, 10)
    save_png(image, tmp_path / "a.png")
    assert np.array_equal(cv2.imread(str(tmp_path / "a.png")), image)
    with pytest.raises(CaptureError, match="not-saved"):
        save_png(image, tmp_path / "missing" / "a.png")
