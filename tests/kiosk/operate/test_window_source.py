"""The granted window as pictures for a talk."""

from __future__ import annotations

import numpy as np

from config.clock import SystemClock
from kiosk.operate.desk import Operation
from kiosk.operate.window_source import even, operated_window
from media.capture import Image, PictureSource
from tests.kiosk.operate.desktop import OtherProgram
from tests.waiting import until

GREEN = (0x40, 0xA0, 0x20)


async def test_the_window_is_seen_until_the_end(operation: Operation, form: OtherProgram) -> None:
    assert await operated_window(operation.frame, SystemClock()) is None
    await operation.grant(form.id, "view", 600)
    source: PictureSource | None = await operated_window(operation.frame, SystemClock(), fps=15)
    assert source is not None
    assert (source.width, source.height, source.fps, source.problem) == (600, 400, 15, None)
    await until(lambda: source.newest() is not None)
    first = source.newest()
    assert first is not None
    assert (first.image == GREEN).all()
    form.window.configure(width=300)
    form.x.sync()
    await until(lambda: (source.newest() or first).image[200, 50].tolist() == [0, 0, 0])
    operation.revoke("hold")
    await until(lambda: not (source.newest() or first).image.any())
    await until(lambda: source.problem == "window-lost")
    source.close()


async def test_a_large_window_becomes_as_large_as_is_sent() -> None:
    async def frame() -> Image:
        return np.full((801, 1281, 3), 7, np.uint8)

    source = await operated_window(frame, SystemClock(), largest=(640, 640))
    assert source is not None
    assert (source.width, source.height) == (640, 400)
    await until(lambda: source.newest() is not None)
    source.close()
    assert even(np.zeros((3, 5, 3), np.uint8)).shape == (2, 4, 3)
