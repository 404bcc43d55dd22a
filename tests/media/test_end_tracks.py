"""Tracks: paced by the clock, still until they are in use, skipping ahead when they were held up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from config.clock import HandClock, SystemClock
from media.capture import Image, Picture, Samples
from media.end_tracks import BLOCK, LATE, PictureTrack, Reception, SoundTrack, mono


class Still:
    """A picture source with one picture."""

    width, height, fps, problem = 32, 16, 10.0, None

    def __init__(self, image: Image | None) -> None:
        self.image = image

    def newest(self) -> Picture | None:
        return None if self.image is None else Picture(self.image, 0, 0.0)

    def close(self) -> None: ...


class Counting:
    """A microphone that counts."""

    def __init__(self) -> None:
        self.next = 0

    def read(self, count: int) -> Samples:
        first, self.next = self.next, self.next + count
        return np.arange(first, first + count, dtype=np.int16)

    def close(self) -> None: ...


async def given(track: MediaStreamTrack, clock: HandClock, count: int, step: Callable[[int], float]) -> list[int]:
    """Timestamps of `count` frames, the clock moved by `step(n)` before frame n."""
    stamps = []
    for number in range(count):
        clock.advance(step(number))
        frame = await track.recv()
        assert frame.pts is not None
        stamps.append(frame.pts)
    return stamps


async def test_pictures_are_stamped_at_their_pace() -> None:
    clock = HandClock()
    track = PictureTrack(Still(np.zeros((16, 32, 3), np.uint8)), clock)
    assert await given(track, clock, 4, lambda number: 0.1) == [0, 9000, 18000, 27000]
    assert track.frames == 3, "the fourth is still being encoded"


async def test_a_track_waits_for_its_moment() -> None:
    clock = SystemClock()
    track = SoundTrack(Counting(), clock)
    began = clock.monotonic()  # before the first, from which the others are counted
    for _ in range(3):
        await track.recv()
    assert clock.monotonic() - began >= 0.035, "two blocks of 20 ms are not given at once"


async def test_a_track_that_was_held_up_skips_ahead_instead_of_hurrying() -> None:
    clock = HandClock()
    track = PictureTrack(Still(np.zeros((16, 32, 3), np.uint8)), clock)
    stamps = await given(track, clock, 4, lambda number: 5.0 if number == 2 else 0.1)
    assert stamps[:2] == [0, 9000]
    assert stamps[2] >= (5.0 - LATE) * 90_000
    assert stamps[3] - stamps[2] == pytest.approx(9000, abs=1)


async def test_the_picture_is_the_sources_and_black_before_the_first() -> None:
    clock = HandClock()
    source = Still(None)
    track = PictureTrack(source, clock)
    assert not (await track.recv()).to_ndarray(format="bgr24").any()
    source.image = np.random.default_rng(1).integers(0, 256, (16, 32, 3), np.uint8)
    clock.advance(0.1)
    assert np.array_equal((await track.recv()).to_ndarray(format="bgr24"), source.image)


async def test_a_microphone_is_read_only_by_the_connection_in_use() -> None:
    clock = HandClock()
    microphone = Counting()
    track = SoundTrack(microphone, clock)
    assert not (await track.recv()).to_ndarray().any()
    assert microphone.next == 0
    track.running = True
    clock.advance(0.02)
    frame = await track.recv()
    assert (frame.pts, frame.sample_rate, frame.samples) == (960, 48_000, BLOCK)
    assert frame.to_ndarray().tolist() == [list(range(BLOCK))]


async def test_a_stopped_track_ends_also_for_whoever_waits() -> None:
    track = SoundTrack(Counting(), SystemClock())
    await track.recv()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(ended(track))
        track.stop()
    assert waiting.result()
    assert await ended(track)


async def ended(track: MediaStreamTrack) -> bool:
    with pytest.raises(MediaStreamError):
        await track.recv()
    return True


# --- what arrives ---------------------------------------------------------------------------------


class Arriving(MediaStreamTrack):
    """A remote track with these frames."""

    def __init__(self, frames: list[AudioFrame | VideoFrame]) -> None:
        super().__init__()
        self.left = frames

    async def recv(self) -> AudioFrame | VideoFrame:
        if not self.left:
            raise MediaStreamError
        return self.left.pop(0)


async def test_pictures_are_counted_the_newest_kept_and_the_first_reported_once() -> None:
    clock, first = HandClock(), list[int]()
    began = clock.monotonic()
    reception = Reception(began, clock, None, first.append)
    assert reception.picture() is None
    clock.advance(0.25)
    images = [np.full((16, 32, 3), shade, np.uint8) for shade in (10, 200)]
    await reception.consume(Arriving([VideoFrame.from_ndarray(image, format="bgr24") for image in images]))
    clock.advance(5)
    await reception.consume(Arriving([VideoFrame.from_ndarray(images[0], format="bgr24")]))
    assert (reception.frames, reception.first_ms, first) == (3, 250, [250])
    assert np.array_equal(reception.picture(), images[0])


async def test_sound_is_played() -> None:
    written: list[np.ndarray] = []

    class Sink:
        def write(self, samples: np.ndarray) -> None:
            written.append(samples)

        def close(self) -> None: ...

    block = np.arange(960, dtype=np.int16).reshape(1, -1)
    reception = Reception(0, HandClock(), Sink(), lambda _ms: None)
    await reception.consume(Arriving([AudioFrame.from_ndarray(block, format="s16", layout="mono")]))
    assert [each.tolist() for each in written] == [list(range(960))]
    assert reception.sound is not None


@pytest.mark.parametrize(("format", "data"), [
    ("s16", np.array([[100, 300, -200, 200]], np.int16)), ("s16p", np.array([[100, -200], [300, 200]], np.int16)),
])  # fmt: skip
def test_channels_are_mixed_however_they_are_packed(format: str, data: np.ndarray) -> None:
    assert mono(AudioFrame.from_ndarray(data, format=format, layout="stereo")).tolist() == [200, 0]
