"""A WAV file played over and over in place of a microphone, and one written in place of a loudspeaker."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from media.capture import RATE, CaptureError, Samples

LONGEST = 10 * 60
"""Seconds; the file is held in memory."""


def resampled(samples: Samples, rate: int) -> Samples:
    """From `rate` to 48 kHz by linear interpolation: good enough for a stand-in's speech."""
    if rate == RATE or len(samples) == 0:
        return samples
    count = max(1, round(len(samples) * RATE / rate))
    at = np.arange(count) * (rate / RATE)
    return np.asarray(np.round(np.interp(at, np.arange(len(samples)), samples)), np.int16)


def read_wav(file: Path) -> Samples:
    """16-bit PCM of any rate, its channels mixed to one, at 48 kHz. Raises CaptureError `bad-sound`."""
    try:
        with wave.open(str(file), "rb") as sound:
            rate, channels, width, count = sound.getframerate(), sound.getnchannels(), sound.getsampwidth(), sound.getnframes()
            if width != 2 or count == 0 or rate <= 0 or count > LONGEST * rate:
                raise CaptureError("bad-sound", f"{file}: 16-bit PCM of at most ten minutes is understood")
            raw = sound.readframes(count)
    except (OSError, EOFError, wave.Error) as error:
        raise CaptureError("bad-sound", f"{file}: {str(error) or 'not a WAV file'}") from error
    frames = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    return resampled(np.asarray(frames.mean(axis=1), np.int16), rate)


class SoundFile:
    """A WAV file as a microphone, over and over."""

    def __init__(self, file: Path) -> None:
        self._loop, self._at, self._open = read_wav(file), 0, True

    def read(self, count: int) -> Samples:
        """The next samples of the loop; silence after `close`."""
        if not self._open:
            return np.zeros(count, np.int16)
        picked = np.take(self._loop, range(self._at, self._at + count), mode="wrap")
        self._at = (self._at + count) % len(self._loop)
        return np.asarray(picked, np.int16)

    def close(self) -> None:
        """Fall silent."""
        self._open = False


def write_wav(file: Path, samples: Samples) -> None:
    """One channel, 16 bit, 48 kHz."""
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.astype("<i2").tobytes())
