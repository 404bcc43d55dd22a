"""How loud, silent, clipped or echoing sound is: pure functions on arrays of 16-bit samples, one channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.int16]

FULL_SCALE = 32768.0
QUIETEST = -120.0
"""dBFS given for digital silence."""
SILENT = -60.0
"""dBFS below which a block counts as silent: a muted or unplugged microphone lies under −70, a quiet room above −58."""
SPEECH = -45.0
"""dBFS above which a block may hold speech at a headset."""


def loudness(samples: Sound) -> float:
    """Root mean square in dB relative to full scale (a full-scale sine is −3.01 dBFS); QUIETEST for nothing or zeros."""
    if len(samples) == 0:
        return QUIETEST
    power = float(np.mean(np.square(samples.astype(np.float64) / FULL_SCALE)))
    return max(QUIETEST, 10 * float(np.log10(power))) if power > 0 else QUIETEST


def peak(samples: Sound) -> float:
    """The largest sample in dBFS."""
    largest = float(np.abs(samples.astype(np.int32)).max(initial=0)) / FULL_SCALE
    return max(QUIETEST, 20 * float(np.log10(largest))) if largest > 0 else QUIETEST


def is_silent(samples: Sound, below: float = SILENT) -> bool:
    """Whether nothing is heard. A constant offset, as a broken input gives, is not sound."""
    if len(samples) == 0:
        return True
    centred = samples.astype(np.float64) - float(np.mean(samples))
    return loudness(np.asarray(np.round(centred), np.int16)) < below


def clipping(samples: Sound, run: int = 3) -> float:
    """Share of samples, 0..1, that stand in runs of at least `run` at full scale: single peaks are no clipping."""
    if len(samples) == 0:
        return 0.0
    full = (samples >= 32767) | (samples <= -32767)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= run].sum()) / len(samples)


@dataclass(frozen=True, slots=True)
class Echo:
    """How much of what was played comes back."""

    delay: float
    """Seconds between playing and hearing."""
    gain: float
    """dB of the echo relative to what was played; 0 is as loud."""
    likeness: float
    """0..1: how much of what is heard is the echo; below about 0.3 there is none to speak of."""


def echo(played: Sound, heard: Sound, rate: int, longest: float = 0.5) -> Echo | None:
    """Find `played` in `heard`, both starting at the same moment, up to `longest` seconds late.

    None when one of them is silent in that time or `heard` is shorter than `longest`. By normalised cross-correlation through the FFT.
    """
    lags = round(longest * rate)
    size = min(len(played), len(heard) - lags)
    if size <= 0 or is_silent(played[:size]) or is_silent(heard[: size + lags]):
        return None
    source = _centred(played[:size])
    target = _centred(heard[: size + lags])
    length = 1 << int(np.ceil(np.log2(len(target) + size)))
    product = np.fft.rfft(target, length) * np.conj(np.fft.rfft(source, length))
    correlation = np.fft.irfft(product, length)[: lags + 1]
    energy = np.concatenate(([0.0], np.cumsum(np.square(target))))
    heard_energy = energy[size : size + lags + 1] - energy[: lags + 1]
    source_energy = float(np.sum(np.square(source)))
    likeness = np.abs(correlation) / np.sqrt(np.maximum(source_energy * heard_energy, 1e-9))
    best = int(np.argmax(likeness))
    factor = abs(float(correlation[best])) / source_energy
    return Echo(delay=best / rate, gain=20 * float(np.log10(max(factor, 1e-6))), likeness=float(min(1.0, likeness[best])))


def _centred(samples: Sound) -> NDArray[Any]:
    return np.asarray(samples, np.float64) - float(np.mean(samples))
