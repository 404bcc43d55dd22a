"""A WAV file as a microphone: whatever its rate and channels, the loop is what it holds."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from media.capture import RATE, CaptureError
from media.capture.sound_file import SoundFile, read_wav, resampled, write_wav
from media.levels import loudness


def tone(rate: int, seconds: float, hertz: float = 440) -> np.ndarray:
    return np.asarray(8000 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate), np.int16)


def pitch(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound.astype(float)))
    return float(np.argmax(spectrum)) * RATE / len(sound)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = tone(RATE, 0.5)
    write_wav(tmp_path / "a.wav", written)
    assert np.array_equal(read_wav(tmp_path / "a.wav"), written)


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_any_rate_keeps_length_pitch_and_level(rate: int) -> None:
    out = resampled(tone(rate, 1.0), rate)
    assert len(out) == pytest.approx(RATE, abs=2)
    assert pitch(out) == pytest.approx(440, abs=2)
    assert loudness(out) == pytest.approx(loudness(tone(rate, 1.0)), abs=0.3)


def test_two_channels_are_mixed(tmp_path: Path) -> None:
    left, right = np.full(480, 1000, np.int16), np.full(480, 3000, np.int16)
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(np.stack([left, right], axis=1).tobytes())
    assert set(read_wav(tmp_path / "stereo.wav").tolist()) == {2000}


def test_it_goes_round(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.arange(1000, dtype=np.int16))
    source = SoundFile(tmp_path / "a.wav")
    first, second = source.read(700), source.read(700)
    assert np.concatenate([first, second]).tolist() == [*range(1000), *range(400)]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\x00\x00\x00\x00WAVEfmt ", b"\x00" * 100])
def test_what_is_no_sound_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.wav").write_bytes(content)
    with pytest.raises(CaptureError, match=r"bad-sound: .*bad\.wav"):
        read_wav(tmp_path / "bad.wav")
    with pytest.raises(CaptureError, match="bad-sound"):
        read_wav(tmp_path / "missing.wav")


def test_other_widths_are_refused_in_words(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "8bit.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 800)
    with pytest.raises(CaptureError, match="16-bit"):
        read_wav(tmp_path / "8bit.wav")
