"""Stand-ins for camera, microphone and document camera: a moving clock whose number a machine can read, speech-like sound, a page.

They serve tests, demonstrations and training. Every picture is a function of its number, every sample of its index.
"""

from __future__ import annotations

import cv2
import numpy as np

from config.clock import Clock
from media.capture import RATE, Image, Samples
from media.capture.paced import PacedPictures

NUMBER_BITS = 24
_CELLS = 2 + NUMBER_BITS + 8  # white, black, the number, its CRC-8
_STRIP = 10  # the strip takes a tenth of the height
_FONT = cv2.FONT_HERSHEY_SIMPLEX


# --- the number strip -----------------------------------------------------------------------------


def _crc8(number: int) -> int:
    """CRC-8 with polynomial 0x07 (as in ITU-T I.432.1, without the coset) over the three bytes of the number."""
    crc = 0
    for byte in number.to_bytes(3, "big"):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def stamp_number(image: Image, number: int) -> None:
    """Draw the strip for `number` (modulo 2**24) along the lower edge, in place. It survives lossy video and scaling."""
    height, width = image.shape[:2]
    number %= 1 << NUMBER_BITS
    word = (0b10 << NUMBER_BITS | number) << 8 | _crc8(number)
    top = height - max(4, height // _STRIP)
    for cell in range(_CELLS):
        left, right = width * cell // _CELLS, width * (cell + 1) // _CELLS
        image[top:, left:right] = 255 if word >> (_CELLS - 1 - cell) & 1 else 0


def read_number(image: Image) -> int | None:
    """The number in the strip, None where there is none to be read."""
    height, width = image.shape[:2]
    strip = max(4, height // _STRIP)
    rows = image[height - strip + strip // 4 : height - strip // 4].mean(axis=(0, 2))
    word = 0
    for cell in range(_CELLS):
        left, right = width * cell // _CELLS, width * (cell + 1) // _CELLS
        quarter = (right - left) // 4
        word = word << 1 | int(rows[left + quarter : right - quarter].mean() > 127)
    start, number, crc = word >> (NUMBER_BITS + 8), word >> 8 & (1 << NUMBER_BITS) - 1, word & 0xFF
    return number if start == 0b10 and crc == _crc8(number) else None


# --- pictures -------------------------------------------------------------------------------------


def clock_picture(number: int, width: int, height: int, fps: float, label: str = "", hue: int = 100) -> Image:
    """A head-and-shoulders shape before a wall, a ball on its way, the time since the start, and the number strip."""
    wall = np.linspace(70, 150, width, dtype=np.uint8)
    image = np.empty((height, width, 3), np.uint8)
    image[:] = np.stack([wall, wall // 2 + hue // 2, np.full_like(wall, 110)], axis=-1)
    middle = width // 2 + round(width / 60 * np.sin(number / fps * 2))
    cv2.ellipse(image, (middle, height), (width // 5, height // 2), 0, 0, 360, (90, 60, 40), -1)
    cv2.circle(image, (middle, height * 2 // 5), height // 6, (150, 180, 215), -1)
    mouth = height // 60 + round(height / 50 * abs(np.sin(number / fps * 9)))
    cv2.ellipse(image, (middle, height * 19 // 40), (height // 16, mouth), 0, 0, 360, (60, 60, 140), -1)
    ball = round((width - height // 8) * (number / fps / 4 % 1)) + height // 16
    cv2.circle(image, (ball, height // 8), height // 20, (40, 200, 250), -1)
    seconds = number / fps
    said = f"{label} {int(seconds) // 60:02}:{int(seconds) % 60:02}.{int(seconds * 10) % 10}".strip()
    cv2.putText(image, said, (width // 40, height * 33 // 40), _FONT, height / 400, (255, 255, 255), max(1, height // 240), cv2.LINE_AA)
    stamp_number(image, number)
    return image


def page_picture(number: int, width: int, height: int, turned: float = 3.0) -> Image:
    """A typed page on a dark desk, turned by some degrees, as a document camera sees it; the number strip below."""
    page_height = round(height * 0.8)
    page = np.full((page_height, round(page_height / 1.414), 3), 245, np.uint8)  # A4 is 1 : √2 (ISO 216)
    line = max(8, page_height // 24)
    cv2.putText(page, "CERTIFICATE", (line, 2 * line), _FONT, line / 22, (30, 30, 30), max(1, line // 12), cv2.LINE_AA)
    for row in range(4, page_height // line - 2):
        text = f"{row:02} The bearer declares that the above is true."
        cv2.putText(page, text, (line, row * line), _FONT, line / 60, (40, 40, 40), 1, cv2.LINE_AA)
    cv2.circle(page, (page.shape[1] - 3 * line, page_height - 3 * line), 2 * line, (40, 40, 200), max(2, line // 8))
    image = np.full((height, width, 3), (45, 55, 60), np.uint8)
    left, top = (width - page.shape[1]) // 2, (height - page_height) // 3
    place = cv2.getRotationMatrix2D((page.shape[1] / 2, page_height / 2), turned, 1.0)
    place[:, 2] += (left, top)
    cv2.warpAffine(page, place, (width, height), dst=image, borderMode=cv2.BORDER_TRANSPARENT)
    stamp_number(image, number)
    return image


def synthetic_camera(width: int, height: int, fps: float, clock: Clock, label: str = "", hue: int = 100) -> PacedPictures:
    """The moving clock as a camera. `label` is Latin text, `hue` 0..255 tells several apart."""
    return PacedPictures(lambda number: clock_picture(number, width, height, fps, label, hue), width, height, fps, clock, "synthetic-camera")


# --- sound ----------------------------------------------------------------------------------------


def _speech(seconds: float = 4.0, seed: int = 7) -> Samples:
    """A loop of something like speech: a gliding voice with formants, in syllables and words, at about −20 dBFS."""
    chance = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = 130 + 25 * np.sin(2 * np.pi * time * 0.5) + 12 * np.sin(2 * np.pi * time * 1.75)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    voice = np.zeros_like(time)
    for harmonic in range(1, 25):
        tone = harmonic * 130
        weight = sum(np.exp(-(((tone - formant) / width) ** 2)) for formant, width in ((600, 250), (1200, 300), (2500, 400)))
        voice += (weight + 0.08 / harmonic) * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * time * 4) + 0.4, 0, 1)
    words = np.repeat(chance.choice([0.0, 1.0, 1.0, 1.0], round(seconds * 2)), RATE // 2)[: len(time)]
    shaped = voice * syllables * np.convolve(words, np.ones(480) / 480, mode="same")
    shaped *= 0.1 / np.sqrt(np.mean(shaped**2))
    return np.asarray(np.clip(shaped, -0.99, 0.99) * 32767, np.int16)


class SpeechLike:
    """The speech-like loop as a microphone; `seed` tells several voices apart."""

    def __init__(self, seed: int = 7) -> None:
        self._loop, self._at, self._open = _speech(seed=seed), 0, True

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
