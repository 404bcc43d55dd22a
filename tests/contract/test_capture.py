"""One suite for every picture and sound source: stand-in, file, and what devices are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from config.clock import SystemClock
from media.capture import PictureSource, SoundSource
from media.capture.camera import open_film
from media.capture.document import page_under_camera
from media.capture.screen import screen_from_file, synthetic_screen
from media.capture.sound_file import SoundFile, write_wav
from media.capture.synthetic import SpeechLike, clock_picture, page_picture, synthetic_camera
from tests.waiting import until

WIDTH, HEIGHT, FPS = 320, 240, 20


def film(folder: Path, frames: int = 6, fps: float = FPS) -> Path:
    file = folder / "film.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), fps, (WIDTH, HEIGHT))
    for number in range(frames):
        writer.write(clock_picture(number, WIDTH, HEIGHT, fps))
    writer.release()
    return file


def photograph(folder: Path) -> Path:
    file = folder / "page.png"
    cv2.imwrite(str(file), page_picture(5, 800, 600))
    return file


PICTURES: dict[str, Callable[[Path], PictureSource]] = {
    "synthetic camera": lambda folder: synthetic_camera(WIDTH, HEIGHT, FPS, SystemClock()),
    "film": lambda folder: open_film(film(folder), WIDTH, HEIGHT, FPS, SystemClock()),
    "drawn page": lambda folder: page_under_camera(WIDTH, HEIGHT, FPS, SystemClock()),
    "photographed page": lambda folder: page_under_camera(WIDTH, HEIGHT, FPS, SystemClock(), photograph(folder)),
    "drawn screen": lambda folder: synthetic_screen(WIDTH, HEIGHT, FPS, SystemClock()),
    "screen from a file": lambda folder: screen_from_file(photograph(folder), WIDTH, HEIGHT, FPS, SystemClock()),
}


def speech_file(folder: Path) -> Path:
    write_wav(folder / "speech.wav", SpeechLike().read(48_000))
    return folder / "speech.wav"


SOUNDS: dict[str, Callable[[Path], SoundSource]] = {
    "speech-like": lambda folder: SpeechLike(),
    "file": lambda folder: SoundFile(speech_file(folder)),
}


@pytest.fixture(params=PICTURES)
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PictureSource]:
    source = PICTURES[request.param](tmp_path)
    yield source
    source.close()


@pytest.fixture(params=SOUNDS)
def sound(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SoundSource]:
    source = SOUNDS[request.param](tmp_path)
    yield source
    source.close()


async def test_pictures_have_the_promised_form(pictures: PictureSource) -> None:
    await until(pictures.newest)
    picture = pictures.newest()
    assert picture is not None
    assert picture.image.shape == (HEIGHT, WIDTH, 3) == (pictures.height, pictures.width, 3)
    assert picture.image.dtype == np.uint8
    assert picture.image.std() > 5, "there is something to see"
    assert pictures.problem is None


async def test_a_new_picture_takes_the_place_of_the_old_and_never_changes_it(pictures: PictureSource) -> None:
    await until(pictures.newest)
    first = pictures.newest()
    assert first is not None
    kept = first.image.copy()
    await until(lambda: (now := pictures.newest()) is not None and now.number >= first.number + 3)
    later = pictures.newest()
    assert later is not None
    assert later.at > first.at
    assert np.array_equal(first.image, kept)


async def test_pictures_close_twice_and_keep_the_last(pictures: PictureSource) -> None:
    await until(pictures.newest)
    pictures.close()
    last = pictures.newest()
    pictures.close()
    assert last is not None
    assert pictures.newest() is last


def test_sound_comes_in_any_amount_and_never_waits(sound: SoundSource) -> None:
    read = [sound.read(count) for count in (0, 1, 960, 48_000)]
    assert [len(samples) for samples in read] == [0, 1, 960, 48_000]
    assert {samples.dtype for samples in read} == {np.dtype(np.int16)}
    assert read[-1].any()


def test_a_closed_sound_source_is_silent(sound: SoundSource) -> None:
    sound.close()
    sound.close()
    assert not sound.read(960).any()
