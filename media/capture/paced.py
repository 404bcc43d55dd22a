"""A thread that takes pictures at a pace and keeps the newest: what all picture sources have in common."""

from __future__ import annotations

import threading
from collections.abc import Callable

from config.clock import Clock
from media.capture import Image, Picture

PATIENCE = 2.0
"""Seconds without a picture after which the source has a problem."""
LATE = 3
"""Periods by which the pace may be behind before it starts anew instead of hurrying."""


class PacedPictures:
    """Calls `take(number)` about `fps` times a second in a thread and keeps the newest picture.

    `take` returns an image, or None when there was none this time; `finish` is called in the same thread at the end.
    """

    def __init__(
        self,
        take: Callable[[int], Image | None],
        width: int,
        height: int,
        fps: float,
        clock: Clock,
        name: str,
        finish: Callable[[], None] = lambda: None,
        lost: str = "camera-lost",
    ) -> None:
        self.width, self.height, self.fps = width, height, fps
        self._take, self._finish, self._clock, self._lost = take, finish, clock, lost
        self._newest: Picture | None = None
        self._taken_at = clock.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str | None:
        """`lost`, while no picture has come for two seconds."""
        return self._lost if self._clock.monotonic() - self._taken_at > PATIENCE else None

    def newest(self) -> Picture | None:
        """The newest picture, None before the first."""
        return self._newest

    def close(self) -> None:
        """End the thread and give the device back."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        number, due = 0, self._clock.monotonic()
        try:
            while not self._stop.is_set():
                image = self._take(number)
                now = self._clock.monotonic()
                if image is not None:
                    self._newest, self._taken_at = Picture(image, number, now), now
                    number += 1
                due += 1 / self.fps
                if now - due > LATE / self.fps:
                    due = now
                self._stop.wait(max(0.0, due - now))
        finally:
            self._finish()
