"""Media profiles: papers and screens before speed, a face before everything small."""

from __future__ import annotations

from typing import get_args

import pytest

from config.profiles import PROFILES, ProfileName


def test_every_profile_has_its_numbers() -> None:
    assert set(PROFILES) == set(get_args(ProfileName))


@pytest.mark.parametrize("name", get_args(ProfileName))
def test_text_is_sharper_than_faces_and_faces_move_more_than_text(name: ProfileName) -> None:
    profile = PROFILES[name]
    for sharp in (profile.screen, profile.document):
        assert sharp.width * sharp.height > profile.camera.width * profile.camera.height
        assert sharp.fps <= profile.camera.fps
        assert sharp.max_bitrate > profile.camera.max_bitrate


def test_the_small_profile_is_small() -> None:
    small, standard = PROFILES["small"], PROFILES["standard"]
    total = [sum(each.max_bitrate for each in (p.microphone, p.camera, p.screen, p.document)) for p in (small, standard)]
    assert total[0] * 2 < total[1]
