"""`virtual-window admin catalogue check` as it is typed: counts where everything is right, else every mistake with its line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from config.text import HERE
from signaling import admin

PARTS = ("jurisdictions", "forms", "services", "consents", "powers")


def typed(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """The standard output; nothing is said beside it."""
    capsys.readouterr()
    assert admin.main(["catalogue", "check", *words]) == code
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in PARTS:
        shutil.copytree(HERE / name, tmp_path / name)
    shutil.copy(HERE / "life_events.toml", tmp_path)
    return tmp_path


def test_what_each_home_offers_at_each_host(capsys: pytest.CaptureFixture[str]) -> None:
    assert [row.split("\t") for row in typed(capsys).splitlines()] == [
        ["haiyan", "at jinshan", "31 services", "28 of them sample data"],
        ["jinshan", "at haiyan", "28 services", "25 of them sample data"],
        ["pinghu", "at haiyan", "10 services", "7 of them sample data"],
    ]
    said: dict[str, Any] = json.loads(typed(capsys, "--json"))
    assert said["right"] is True and said["mistakes"] == []
    assert said["services"][1] == {"home": "jinshan", "host": "haiyan", "services": 28, "sample": 25}


def test_every_mistake_with_file_line_and_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    services, forms = folder / "services" / "jinshan.toml", folder / "forms" / "general-application.toml"
    services.write_text(services.read_text(encoding="utf-8").replace("minutes = 30", "minutes = 0", 1), encoding="utf-8")
    forms.write_text(forms.read_text(encoding="utf-8").replace('kind = "phone"', 'kind = "telephone"', 1), encoding="utf-8")
    first, second = typed(capsys, "--folder", str(folder), code=1).splitlines()
    number = services.read_text(encoding="utf-8").splitlines().index("minutes = 0") + 1
    assert first.startswith(f"{forms}:") and "kind: Invalid enum value 'telephone'" in first
    assert second == f"{services}:{number}: services[0].minutes: Expected `int` >= 1, not 0 (a whole number from 1 to 180)"
    said = json.loads(typed(capsys, "--folder", str(folder), "--json", code=1))
    assert said["right"] is False and said["services"] == []
    assert [(each["code"], each["line"]) for each in said["mistakes"]][1] == ("bad-catalogue", number)
    assert said["mistakes"][1]["key"] == "services[0].minutes"


def test_a_folder_that_holds_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"{tmp_path / 'services'}: holds no *.toml file" in typed(capsys, "--folder", str(tmp_path), code=1)
