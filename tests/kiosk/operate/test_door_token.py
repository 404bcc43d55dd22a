"""The page's token: made once, readable by one user."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config.problem import BadConfiguration
from kiosk.operate.door_token import door_token


def test_a_missing_one_is_made_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "token"
    made = door_token(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(made.reveal()) == 43
    assert door_token(file) == made
    assert door_token(tmp_path / "another") != made


def test_one_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("opensesame\n")
    file.chmod(0o644)
    with pytest.raises(BadConfiguration, match="bad-secret"):
        door_token(file)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="cannot be made"):
        door_token(tmp_path / "nowhere" / "token")
