"""The document camera: a scaled preview for the talk, the untouched picture for the case."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from config.clock import HandClock, SystemClock
from media.capture import CaptureError
from media.capture.camera import fitted
from media.capture.document import DocumentCamera, open_document_camera, page_under_camera
from media.capture.paced import PATIENCE, PacedPictures
from media.capture.synthetic import page_picture
from tests.waiting import until


async def test_a_still_has_the_cameras_own_pixels_and_the_preview_is_made_of_it(tmp_path: Path) -> None:
    page = page_picture(9, 1600, 1200)
    cv2.imwrite(str(tmp_path / "page.png"), page)
    camera = page_under_camera(640, 360, 20, SystemClock(), tmp_path / "page.png")
    await until(camera.newest)
    still, preview = camera.still(), camera.newest()
    camera.close()
    assert np.array_equal(still.image, page)
    assert preview is not None
    assert np.array_equal(preview.image, fitted(page, 640, 360))


async def test_the_preview_is_scaled_once_for_each_picture() -> None:
    camera = page_under_camera(320, 180, 2, SystemClock())
    await until(camera.newest)
    camera.close()
    assert camera.newest() is camera.newest()


async def test_no_still_is_taken_of_a_camera_that_gives_none() -> None:
    clock = HandClock()
    images = iter([np.zeros((20, 30, 3), np.uint8)])
    camera = DocumentCamera(PacedPictures(lambda number: next(images, None), 30, 20, 100, clock, "test-document"), 15, 10)
    await until(camera.newest)
    assert camera.still().number == 0
    clock.advance(PATIENCE + 1)
    assert camera.problem == "camera-lost"
    with pytest.raises(CaptureError, match="no-picture"):
        camera.still()
    camera.close()


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    for file in ("bad.png", "missing.png"):
        with pytest.raises(CaptureError, match=f"bad-photograph: .*{file}"):
            page_under_camera(320, 180, 5, SystemClock(), tmp_path / file)
    with pytest.raises(CaptureError, match="no-camera"):
        open_document_camera(97, 320, 180, 5, SystemClock())
