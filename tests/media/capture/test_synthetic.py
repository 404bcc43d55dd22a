"""The stand-ins: every picture says its number, every voice is speech-like, the page is a page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.capture import RATE
from media.capture.screen import form_picture
from media.capture.synthetic import SpeechLike, clock_picture, page_picture, read_number, stamp_number
from media.levels import clipping, is_silent, loudness


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**24 - 1), st.sampled_from([(160, 90), (320, 240), (640, 360), (1280, 720), (641, 361)]))
def test_every_picture_says_its_number(number: int, size: tuple[int, int]) -> None:
    assert read_number(clock_picture(number, *size, fps=15)) == number


@pytest.mark.parametrize("draw", [page_picture, lambda number, width, height: form_picture(number, width, height, 5)])
def test_pages_and_forms_do_so_too(draw) -> None:
    assert [read_number(draw(number, 640, 360)) for number in (0, 1, 77_777)] == [0, 1, 77_777]


@pytest.mark.parametrize(("quality", "scale"), [(20, 1.0), (50, 0.5), (80, 0.25), (80, 2.0)])
def test_the_number_survives_coding_and_scaling(quality: int, scale: float) -> None:
    image = clock_picture(123_456, 640, 360, 15)
    _, data = cv2.imencode(".jpg", cv2.resize(image, None, fx=scale, fy=scale), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert read_number(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)) == 123_456


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_where_there_is_no_number_none_is_read(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (90, 160, 3), np.uint8)
    for image in (np.zeros((90, 160, 3), np.uint8), np.full((90, 160, 3), 255, np.uint8)):
        assert read_number(image) is None
    damaged = noise.copy()
    stamp_number(damaged, seed % 2**24)
    cell = 160 * 5 // 34
    damaged[-9:, cell : cell + 5] = 255 - damaged[-9:, cell : cell + 5]
    assert read_number(damaged) != seed % 2**24


def test_numbers_go_round_after_sixteen_million() -> None:
    image = np.zeros((90, 160, 3), np.uint8)
    stamp_number(image, 2**24 + 5)
    assert read_number(image) == 5


def test_the_clock_moves_and_labels_and_hues_differ() -> None:
    first, later = clock_picture(0, 320, 240, 15), clock_picture(15, 320, 240, 15)
    assert np.abs(first.astype(int) - later).mean() > 1
    assert np.abs(clock_picture(0, 320, 240, 15, "KIOSK").astype(int) - first).max() > 100
    assert np.abs(clock_picture(0, 320, 240, 15, hue=200).astype(int) - first).mean() > 5


def test_the_page_is_light_on_a_dark_desk_and_turned() -> None:
    image = page_picture(0, 1280, 720)
    light = (image[:600] > 200).all(axis=2)
    assert 0.15 < light.mean() < 0.6
    edges = np.flatnonzero(light[300])[0], np.flatnonzero(light[500])[0]
    assert abs(edges[0] - edges[1]) > 3, "it lies turned, as pages do"


def test_the_form_is_filled_in_by_and_by() -> None:
    empty, half, full = (int((form_picture(number, 1280, 720, 5)[:640] < 60).sum()) for number in (0, 20, 40))
    assert empty < half < full


def test_speech_is_loud_enough_pauses_and_does_not_clip() -> None:
    speech = SpeechLike().read(4 * RATE)
    assert loudness(speech) == pytest.approx(-20, abs=1.5)
    assert clipping(speech) == 0
    blocks = speech.reshape(-1, 960)
    silent = sum(is_silent(block) for block in blocks)
    assert 10 < silent < len(blocks) * 0.7


def test_a_voice_is_the_same_each_time_and_another_differs() -> None:
    assert np.array_equal(SpeechLike(3).read(RATE), SpeechLike(3).read(RATE))
    assert not np.array_equal(SpeechLike(3).read(4 * RATE), SpeechLike(4).read(4 * RATE))


def test_reading_in_pieces_is_reading_at_once() -> None:
    whole, pieces = SpeechLike().read(5 * RATE), SpeechLike()
    assert np.array_equal(np.concatenate([pieces.read(count) for count in (1, 959, 4 * RATE, RATE - 960)]), whole)
