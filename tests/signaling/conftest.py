"""A folder with its three administrators, for the stories about what they type."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.signaling.admin_shell import Shell, hash_quickly, with_administrators


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Of Jinshan: `wu` runs machines, `zheng` lets people in, `sun` reads what both did."""
    hash_quickly(monkeypatch)
    with_administrators(tmp_path / "data")
    return Shell(tmp_path / "data", capsys)
