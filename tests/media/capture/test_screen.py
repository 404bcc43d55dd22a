"""A shared screen in place of a real one: small text that stays sharp, or any picture, still."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from config.clock import SystemClock
from media.capture import CaptureError
from media.capture.screen import form_picture, screen_from_file, synthetic_screen
from media.capture.synthetic import read_number
from tests.waiting import until


async def test_the_form_is_drawn_at_the_number_it_shows() -> None:
    screen = synthetic_screen(640, 360, 20, SystemClock())
    await until(lambda: (newest := screen.newest()) is not None and newest.number >= 2)
    newest = screen.newest()
    screen.close()
    assert newest is not None
    assert read_number(newest.image) == newest.number
    assert np.array_equal(newest.image, form_picture(newest.number, 640, 360, 20))


async def test_a_picture_is_shown_whole_and_still(tmp_path: Path) -> None:
    shown = np.random.default_rng(1).integers(0, 256, (360, 640, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "slide.png"), shown)
    screen = screen_from_file(tmp_path / "slide.png", 640, 360, 20, SystemClock())
    await until(lambda: (newest := screen.newest()) is not None and newest.number >= 2)
    newest = screen.newest()
    screen.close()
    assert newest is not None
    assert np.array_equal(newest.image, shown)


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_text("nothing")
    for file in ("bad.png", "missing.png"):
        with pytest.raises(CaptureError, match=f"bad-screen: .*{file}"):
            screen_from_file(tmp_path / file, 640, 360, 5, SystemClock())
