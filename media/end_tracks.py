"""Tracks of a Python end: pictures and sound from capture into aiortc, and what arrives counted, shown and played."""

from __future__ import annotations

import asyncio
import fractions
from collections.abc import Callable

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from config.clock import Clock
from media.capture import RATE, Image, PictureSource, Samples, SoundSink, SoundSource

BLOCK = RATE // 50
"""Samples in 20 ms, one Opus packet (RFC 7587)."""
VIDEO_CLOCK = 90_000
LATE = 0.5
"""Seconds by which a track may be behind its own clock before it skips ahead instead of hurrying."""


class _Paced(MediaStreamTrack):
    """A track that gives a frame every `step` units of a clock with `rate` units a second.

    `running` turns true when its connection is the one in use: until then it gives stillness, so that two connections that
    overlap during a rebuild do not share one microphone's samples between them.
    """

    def __init__(self, clock: Clock, rate: int, step: float) -> None:
        super().__init__()
        self._clock, self._rate, self._step = clock, rate, step
        self._began = self._skipped = 0.0
        self._given = 0
        self.running = False
        self.frames = 0
        """Frames that were encoded and sent."""

    async def _due(self) -> int:
        """Wait for the next frame's moment and return its timestamp."""
        if self.readyState != "live":
            raise MediaStreamError
        now = self._clock.monotonic()
        if self._given == 0:
            self._began = now
        self.frames = self._given  # who asks for the next one has done with those before
        at = self._given * self._step / self._rate + self._skipped
        late = now - self._began - at
        if late > LATE:
            self._skipped, at = self._skipped + late, at + late
        elif late < 0:
            await asyncio.sleep(-late)
            if self.readyState != "live":
                raise MediaStreamError
        self._given += 1
        return round(at * self._rate)


class PictureTrack(_Paced):
    """The newest picture of a source, `fps` times a second; black before the first."""

    kind = "video"

    def __init__(self, source: PictureSource, clock: Clock) -> None:
        super().__init__(clock, VIDEO_CLOCK, VIDEO_CLOCK / source.fps)
        self._source = source

    async def recv(self) -> VideoFrame:
        timestamp = await self._due()
        picture = self._source.newest()
        image = picture.image if picture is not None else np.zeros((self._source.height, self._source.width, 3), np.uint8)
        frame = VideoFrame.from_ndarray(image, format="bgr24")
        frame.pts, frame.time_base = timestamp, fractions.Fraction(1, VIDEO_CLOCK)
        return frame


class SoundTrack(_Paced):
    """Blocks of 20 ms of a sound source."""

    kind = "audio"

    def __init__(self, source: SoundSource, clock: Clock) -> None:
        super().__init__(clock, RATE, BLOCK)
        self._source = source

    async def recv(self) -> AudioFrame:
        timestamp = await self._due()
        samples = self._source.read(BLOCK) if self.running else np.zeros(BLOCK, np.int16)
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.pts, frame.sample_rate, frame.time_base = timestamp, RATE, fractions.Fraction(1, RATE)
        return frame


class Reception:
    """What arrives from one participant's source over all its connections: counted, and the newest picture or sound kept."""

    def __init__(self, began: float, clock: Clock, sink: SoundSink | None, on_first: Callable[[int], None]) -> None:
        self._began, self._clock, self._sink, self._on_first = began, clock, sink, on_first
        self.frames = 0
        self.first_ms: int | None = None
        """Milliseconds from the beginning of the talk to the first decoded frame."""
        self._newest: VideoFrame | None = None
        self.sound: Samples | None = None
        """The newest 20 ms."""

    def picture(self) -> Image | None:
        """The newest decoded picture."""
        return None if self._newest is None else np.asarray(self._newest.to_ndarray(format="bgr24"), np.uint8)

    async def consume(self, track: MediaStreamTrack) -> None:
        """Take frames until the track ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.frames += 1
            if self.first_ms is None:
                self.first_ms = max(0, round((self._clock.monotonic() - self._began) * 1000))
                self._on_first(self.first_ms)
            if isinstance(frame, VideoFrame):
                self._newest = frame
            elif isinstance(frame, AudioFrame):
                self.sound = mono(frame)
                if self._sink is not None:
                    self._sink.write(self.sound)


def mono(frame: AudioFrame) -> Samples:
    """The frame's samples with its channels mixed to one; Opus decodes to 16-bit stereo at 48 kHz."""
    channels = len(frame.layout.channels)
    samples = frame.to_ndarray()
    interleaved = samples.reshape(-1, channels) if frame.format.is_packed else samples.T
    return np.asarray(interleaved.astype(np.int32).mean(axis=1), np.int16)
