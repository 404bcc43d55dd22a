"""Films in place of a camera, fitting, and devices that are not there."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import SystemClock
from media.capture import CaptureError
from media.capture.camera import fitted, open_camera, open_film
from media.capture.synthetic import read_number
from tests.contract.test_capture import film
from tests.waiting import until

SIDES = st.integers(1, 200)


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, SIDES, SIDES)
def test_fitting_keeps_proportions_and_fills_one_side(width: int, height: int, to_width: int, to_height: int) -> None:
    out = fitted(np.full((height, width, 3), 255, np.uint8), to_width, to_height)
    assert out.shape == (to_height, to_width, 3)
    lit = (out > 127).all(axis=2)
    columns, rows = int(lit.any(axis=0).sum()), int(lit.any(axis=1).sum())
    assert columns == to_width or rows == to_height
    scale = min(to_width / width, to_height / height)
    assert columns == pytest.approx(max(1, width * scale), abs=1)
    assert rows == pytest.approx(max(1, height * scale), abs=1)


def test_a_picture_that_fits_is_not_copied() -> None:
    image = np.zeros((4, 6, 3), np.uint8)
    assert fitted(image, 6, 4) is image


async def test_a_film_is_played_over_and_over_in_order(tmp_path: Path) -> None:
    source = open_film(film(tmp_path, frames=4, fps=100), 320, 240, 100, SystemClock())
    seen: dict[int, int | None] = {}

    def watched() -> bool:
        picture = source.newest()
        if picture is not None:
            seen[picture.number] = read_number(picture.image)
        return len(seen) >= 12

    await until(watched)
    source.close()
    assert all(shown == number % 4 for number, shown in seen.items())


async def test_a_fast_film_keeps_its_speed_and_loses_pictures(tmp_path: Path) -> None:
    source = open_film(film(tmp_path, frames=6, fps=60), 320, 240, 20, SystemClock())
    assert source.fps == 20
    await until(lambda: (picture := source.newest()) is not None and picture.number >= 1)
    picture = source.newest()
    source.close()
    assert picture is not None
    assert read_number(picture.image) in (0, 2, 3, 5), "every third picture"


@pytest.mark.parametrize("content", [b"", b"RIFF....AVI LIST", b"\x00" * 5000])
def test_what_is_no_film_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.avi").write_bytes(content)
    for file in ("bad.avi", "missing.avi"):
        with pytest.raises(CaptureError, match=rf"bad-film: .*{file}"):
            open_film(tmp_path / file, 320, 240, 15, SystemClock())


def test_a_camera_that_is_not_there_is_named() -> None:
    with pytest.raises(CaptureError, match="no-camera: camera 97"):
        open_camera(97, 320, 240, 15, SystemClock())


class Unplugged:
    """What OpenCV shows of a camera that is pulled out and put back."""

    def __init__(self) -> None:
        self.plugged, self.reopened, self.released = True, 0, False

    def isOpened(self) -> bool:
        return True

    def set(self, _setting: int, _value: float) -> bool:
        return True

    def read(self) -> tuple[bool, np.ndarray | None]:
        return (True, np.full((120, 160, 3), 99, np.uint8)) if self.plugged else (False, None)

    def open(self, _device: int) -> bool:
        self.reopened += 1
        self.plugged = True
        return True

    def release(self) -> None:
        self.released = True


async def test_a_camera_that_was_pulled_out_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Unplugged()
    monkeypatch.setattr(cv2, "VideoCapture", lambda number: device)
    source = open_camera(0, 320, 240, 50, SystemClock())
    await until(source.newest)
    device.plugged = False
    await until(lambda: device.reopened == 1)
    number = source.newest().number  # type: ignore[union-attr] # awaited above
    await until(lambda: source.newest().number > number)  # type: ignore[union-attr] # as above
    source.close()
    assert device.released
