"""Pictures and sound from cameras, headsets, files and stand-ins, all behind two small ports.

A picture source has one slot: the newest picture wins, whoever is slow misses the older ones. A sound source never blocks:
what has not come yet is silence. Nothing here knows of WebRTC; `media/end_tracks.py` makes tracks of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""(height, width, 3), blue green red, 0..255: OpenCV's order."""
Samples = NDArray[np.int16]
"""(n,), one channel at RATE."""

RATE = 48_000
"""Samples a second, everywhere: Opus' own rate (RFC 7587)."""


class CaptureError(Exception):
    """A device or file that cannot be used. `code` is stable, `text` says what to do about it."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture; `number` counts from 0 per source, `at` is monotonic seconds when it was taken."""

    image: Image
    number: int
    at: float


class PictureSource(Protocol):
    """Something that shows pictures of `width` × `height`, about `fps` a second, from construction until `close`."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def fps(self) -> float: ...

    @property
    def problem(self) -> str | None:
        """A stable code while no new pictures come, for instance `camera-lost`; the last one stays in the slot."""
        ...

    def newest(self) -> Picture | None:
        """The newest picture, None before the first. Never blocks."""
        ...

    def close(self) -> None:
        """Give the device back; may be called twice."""
        ...


class SoundSource(Protocol):
    """Something that sounds, from construction until `close`."""

    def read(self, count: int) -> Samples:
        """The next `count` samples. Never blocks: what has not come yet is silence."""
        ...

    def close(self) -> None:
        """Give the device back; may be called twice."""
        ...


class SoundSink(Protocol):
    """Something that plays what it is given."""

    def write(self, samples: Samples) -> None:
        """Play after what is still waiting. Never blocks: what is too much pushes out the oldest."""
        ...

    def close(self) -> None:
        """Give the device back; may be called twice."""
        ...
