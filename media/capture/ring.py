"""A bounded ring of samples between a sound card's thread and ours. Pure but for its lock."""

from __future__ import annotations

import threading

import numpy as np

from media.capture import Samples


class Ring:
    """Holds at most `capacity` samples; too much pushes out the oldest, too little is filled with silence.

    Reading starts when `prefill` samples have come, at the start and again after it ran empty, so that a hiccup makes one gap
    and not many.
    """

    def __init__(self, capacity: int, prefill: int = 0) -> None:
        self._samples = np.zeros(capacity, np.int16)
        self._start, self._count, self._prefill = 0, 0, prefill
        self._filling = prefill > 0
        self._lock = threading.Lock()
        self.dropped = 0
        """Samples that were pushed out unread."""
        self.missing = 0
        """Samples of silence that were read in place of sound, once there had been sound."""

    def __len__(self) -> int:
        return self._count

    def write(self, samples: Samples) -> None:
        """Add samples."""
        with self._lock:
            capacity = len(self._samples)
            if len(samples) > capacity:
                self.dropped += len(samples) - capacity
                samples = samples[-capacity:]
            over = max(0, self._count + len(samples) - capacity)
            self.dropped += over
            self._start, self._count = (self._start + over) % capacity, self._count - over
            end = (self._start + self._count) % capacity
            first = min(len(samples), capacity - end)
            self._samples[end : end + first] = samples[:first]
            self._samples[: len(samples) - first] = samples[first:]
            self._count += len(samples)
            if self._count >= self._prefill:
                self._filling = False

    def read(self, count: int) -> Samples:
        """Take `count` samples, or fewer followed by silence."""
        out = np.zeros(count, np.int16)
        with self._lock:
            taken = 0 if self._filling else min(count, self._count)
            first = min(taken, len(self._samples) - self._start)
            out[:first] = self._samples[self._start : self._start + first]
            out[first:taken] = self._samples[: taken - first]
            self._start, self._count = (self._start + taken) % len(self._samples), self._count - taken
            if not self._filling and taken < count:
                self.missing += count - taken
                self._filling = self._prefill > 0
        return out
