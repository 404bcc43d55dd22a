"""A resident in Haiyan and a clerk in Jinshan, both without browsers, over a real server and a real media node."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.serving import serving
from tests.simulated import QUARTERS, clerk, film, resident


def middle_of_quarters(file: Path) -> list[np.ndarray]:
    """Mean colour (blue, green, red) around the middle of each quarter of a picture."""
    picture = cv2.imread(str(file))
    assert picture is not None, file
    height, width = picture.shape[:2]
    return [
        picture[y - 10 : y + 10, x - 10 : x + 10].reshape(-1, 3).mean(axis=0)
        for y in (height // 4, 3 * height // 4)
        for x in (width // 4, 3 * width // 4)
    ]


async def test_pictures_filmed_at_one_end_are_the_pictures_seen_at_the_other(tmp_path: Path) -> None:
    movie = film(tmp_path / "quarters.avi")
    seen_by_clerk, seen_by_resident = tmp_path / "clerk.png", tmp_path / "resident.png"
    async with (
        serving(tmp_path / "data") as served,
        clerk(served, "--camera", str(movie), "--seconds", "6", "--frame-out", str(seen_by_clerk)) as li,
        resident(served, "--camera", str(movie), "--frame-out", str(seen_by_resident)) as wang,
    ):
        at_kiosk, at_counter = await wang.result(), await li.result()

    assert at_kiosk["session"] == at_counter["session"]
    assert at_kiosk["case"] == at_counter["case"]
    assert at_kiosk["outcome"] == at_counter["outcome"] == "accepted"
    for end in (at_kiosk, at_counter):
        assert end["epochs"] == 1
        assert end["first_frame_ms"] > 0
        for source in ("camera", "microphone"):
            assert end["sent"][source]["packets"] > 0
            assert end["received"][source]["frames"] > 0
            assert end["received"][source]["lost"] == 0, "the node lost packets"
    for file in (seen_by_clerk, seen_by_resident):
        for seen, filmed in zip(middle_of_quarters(file), QUARTERS, strict=True):
            assert np.abs(seen - filmed).max() < 30, f"{file.name}: {seen} was filmed as {filmed}"


async def test_the_stop_key_ends_the_visit_and_the_clerk_still_decides(tmp_path: Path) -> None:
    async with (
        serving(tmp_path / "data") as served,
        clerk(served, "--outcome", "returned") as li,
        resident(served, "--seconds", "2") as wang,
    ):
        at_kiosk, at_counter = await wang.result(), await li.result()
    assert at_kiosk["reason"] == "ended-by-resident"
    assert at_kiosk["outcome"] is None
    assert at_counter["outcome"] == "returned"
