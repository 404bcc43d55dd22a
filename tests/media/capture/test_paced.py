"""The thread behind every picture source: it keeps the pace, names a loss, and ends."""

from __future__ import annotations

import threading

import numpy as np

from config.clock import HandClock, SystemClock
from media.capture import Image
from media.capture.paced import PATIENCE, PacedPictures
from tests.waiting import until

IMAGE = np.zeros((2, 2, 3), np.uint8)


async def test_numbers_count_pictures_not_attempts() -> None:
    asked: list[int] = []

    def every_other_time(number: int) -> Image | None:
        asked.append(number)
        return IMAGE if len(asked) % 2 else None

    source = PacedPictures(every_other_time, 2, 2, 500, SystemClock(), "test-pictures")
    await until(lambda: len(asked) >= 6)
    source.close()
    assert asked[:6] == [0, 1, 1, 2, 2, 3]


async def test_a_source_that_gives_nothing_has_a_problem_until_it_gives_again() -> None:
    clock, giving, asked = HandClock(), threading.Event(), list[int]()

    def take(number: int) -> Image | None:
        asked.append(number)
        return IMAGE if giving.is_set() else None

    source = PacedPictures(take, 2, 2, 500, clock, "test-pictures")
    assert source.problem is None
    clock.advance(PATIENCE + 0.1)
    assert source.problem == "camera-lost"
    giving.set()
    await until(lambda: source.problem is None)
    source.close()


async def test_the_device_is_given_back_in_its_own_thread() -> None:
    ended: list[str] = []
    source = PacedPictures(
        lambda number: IMAGE, 2, 2, 500, SystemClock(), "test-pictures", finish=lambda: ended.append(threading.current_thread().name)
    )
    await until(source.newest)
    source.close()
    assert ended == ["test-pictures"]
    assert "test-pictures" not in [thread.name for thread in threading.enumerate()]


async def test_a_slow_source_does_not_hurry_afterwards() -> None:
    clock = HandClock()

    def take(number: int) -> Image | None:
        clock.advance(1.0)  # far slower than the pace
        return IMAGE

    source = PacedPictures(take, 2, 2, 10, clock, "test-pictures")
    await until(lambda: (newest := source.newest()) is not None and newest.number >= 5)
    source.close()
    newest = source.newest()
    assert newest is not None
    assert newest.number <= clock.monotonic(), "one picture a second is all it gives"
