"""Loudness, silence, clipping and echo, against signals whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from media.capture.synthetic import SpeechLike
from media.levels import QUIETEST, SPEECH, clipping, echo, is_silent, loudness, peak

RATE = 48_000
TIME = np.arange(RATE) / RATE
ANY_SOUND = arrays.arrays(np.int16, st.integers(0, 400), elements=st.integers(-32768, 32767))


def sine(dbfs_of_peak: float, hertz: float = 440) -> np.ndarray:
    return np.asarray(np.round(32767 * 10 ** (dbfs_of_peak / 20) * np.sin(2 * np.pi * hertz * TIME)), np.int16)


@pytest.mark.parametrize("level", [0.0, -6.0, -20.0, -40.0, -60.0])
def test_a_sine_is_three_decibels_below_its_peak(level: float) -> None:
    assert loudness(sine(level)) == pytest.approx(level - 3.01, abs=0.1)
    assert peak(sine(level)) == pytest.approx(level, abs=0.3)


def test_nothing_is_quietest() -> None:
    for nothing in (np.zeros(0, np.int16), np.zeros(960, np.int16)):
        assert loudness(nothing) == peak(nothing) == QUIETEST
        assert is_silent(nothing)
        assert clipping(nothing) == 0


def test_a_constant_offset_is_silent_and_speech_is_not() -> None:
    assert is_silent(np.full(960, 900, np.int16))
    speech = SpeechLike().read(4 * RATE)
    assert not is_silent(speech)
    assert loudness(speech) > SPEECH


@given(ANY_SOUND)
def test_any_sound_has_levels_in_range(sound: np.ndarray) -> None:
    assert QUIETEST <= loudness(sound) <= peak(sound) + 1e-9 <= 1e-6
    assert 0 <= clipping(sound) <= 1


@given(ANY_SOUND, st.integers(1, 5))
def test_clipping_counts_runs_at_full_scale_and_nothing_else(sound: np.ndarray, run: int) -> None:
    counted, length = 0, 0
    for sample in [*sound.tolist(), 0]:
        if sample >= 32767 or sample <= -32767:
            length += 1
        else:
            counted, length = counted + (length if length >= run else 0), 0
    assert clipping(sound, run) == pytest.approx(counted / max(1, len(sound)))


def test_an_overdriven_sine_clips_and_a_full_one_does_not() -> None:
    assert clipping(sine(0.0)) < 0.001
    overdriven = np.asarray(np.clip(2.0 * sine(0.0).astype(float), -32768, 32767), np.int16)
    assert clipping(overdriven) > 0.5


@pytest.mark.parametrize(("delay", "gain"), [(0.0, -6.0), (0.02, 0.0), (0.137, -12.0), (0.49, -26.0)])
def test_an_echo_is_found_where_it_is(delay: float, gain: float) -> None:
    played = SpeechLike().read(2 * RATE)
    heard = np.zeros(3 * RATE, np.float64)
    heard[round(delay * RATE) : round(delay * RATE) + len(played)] += played * 10 ** (gain / 20)
    heard += np.random.default_rng(1).normal(0, 30, len(heard))
    found = echo(played, np.asarray(heard, np.int16), RATE)
    assert found is not None
    assert found.delay == pytest.approx(delay, abs=0.001)
    assert found.gain == pytest.approx(gain, abs=1.0)
    assert found.likeness > 0.8


def test_another_voice_is_no_echo() -> None:
    found = echo(SpeechLike(seed=7).read(2 * RATE), np.random.default_rng(3).normal(0, 3000, 3 * RATE).astype(np.int16), RATE)
    assert found is not None
    assert found.likeness < 0.1


def test_without_sound_or_without_time_there_is_nothing_to_say() -> None:
    speech, silence = SpeechLike().read(RATE), np.zeros(2 * RATE, np.int16)
    assert echo(speech, silence, RATE) is None
    assert echo(silence, speech, RATE) is None
    assert echo(speech, speech[: RATE // 4], RATE) is None
    assert echo(np.zeros(0, np.int16), speech, RATE) is None
