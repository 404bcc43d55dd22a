"""The granted window as a picture source: what a Python end publishes in place of a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError

from config.clock import Clock
from media.capture import Image
from media.capture.camera import fitted
from media.capture.paced import PacedPictures

PATIENCE = 5.0
"""Seconds for one picture: a page that does not answer is waited for, a loop that has ended is not."""


def even(image: Image) -> Image:
    """Without the last row or column where their number is odd: VP8's colours are of two by two pixels."""
    return image[: image.shape[0] & ~1, : image.shape[1] & ~1]


async def operated_window(
    frame: Callable[[], Awaitable[Image | None]], clock: Clock, fps: float = 10.0, largest: tuple[int, int] = (1920, 1080)
) -> PacedPictures | None:
    """Pictures of `Operation.frame`, in the size that the window has now, or as large as fits into `largest`; None without a grant.

    A window that changes its size is fitted in, with bars: what is pointed at then is a share of the window, not of the picture.
    When the grant ends the last picture turns black, and the source has the problem `window-lost` two seconds later.
    """
    first = await frame()
    if first is None:
        return None
    first, loop = even(first), asyncio.get_running_loop()
    scale = min(1.0, largest[0] / first.shape[1], largest[1] / first.shape[0])
    width, height = (max(2, round(side * scale) & ~1) for side in (first.shape[1], first.shape[0]))
    ended = False

    async def asked() -> Image | None:
        return await frame()

    def take(_number: int) -> Image | None:
        nonlocal ended
        if ended:
            return None
        try:
            image = asyncio.run_coroutine_threadsafe(asked(), loop).result(PATIENCE)
        except (RuntimeError, TimeoutError, CancelledError):
            return None
        if image is None:
            ended = True
            return fitted(first, width, height) * 0
        return fitted(even(image), width, height)

    return PacedPictures(take, width, height, fps, clock, "operated-window", lost="window-lost")
