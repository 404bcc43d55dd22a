"""The page of settings says what the classes say."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from config import mirror
from config.load import variable
from config.settings import Settings


def test_the_page_is_not_stale() -> None:
    assert mirror.main(["--check"]) == 0


def test_every_key_stands_there_with_default_variable_and_meaning() -> None:
    page = mirror.markdown()
    for section in msgspec.structs.fields(Settings):
        for field in msgspec.structs.fields(section.type):
            row = next(line for line in page.splitlines() if f"`{variable(section.name, field.name)}`" in line)
            assert row.startswith(f"| `{field.name}` |") and len(row.split("|")) >= 7


def test_a_stale_page_is_told_and_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(mirror, "ROOT", tmp_path)
    assert mirror.main(["--check"]) == 1
    assert "docs/settings.md: stale" in capsys.readouterr().err
    assert mirror.main([]) == 0
    assert mirror.main(["--check"]) == 0
    (tmp_path / mirror.PAGE).write_text("old", encoding="utf-8")
    assert mirror.main(["--check"]) == 1
