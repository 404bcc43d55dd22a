"""All data together: right as a whole, or wrong in every part at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.library import check_library, load_library
from config.problem import BadConfiguration
from config.text import HERE

PARTS = ("jurisdictions", "forms", "services", "consents", "powers")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in PARTS:
        shutil.copytree(HERE / name, tmp_path / name)
    shutil.copy(HERE / "life_events.toml", tmp_path)
    return tmp_path


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_came_with_the_product_is_right(folder: Path) -> None:
    library, wrong = check_library(folder)
    assert library is not None and wrong == []
    assert list(library.jurisdictions) == list(load_library().jurisdictions)


def test_every_part_is_read_even_where_another_is_wrong(folder: Path) -> None:
    spoil(folder, "forms/general-application.toml", 'kind = "phone"', 'kind = "telephone"')
    spoil(folder, "services/jinshan.toml", "minutes = 30", "minutes = 0")
    library, wrong = check_library(folder)
    assert library is None
    assert [bad.code for bad in wrong] == ["bad-forms", "bad-catalogue"]
    with pytest.raises(BadConfiguration, match="bad-forms"):
        load_library(folder)


def test_the_catalogue_is_read_without_jurisdictions_and_the_powers_wait(folder: Path) -> None:
    spoil(folder, "jurisdictions/haiyan.toml", 'code = "haiyan"', 'code = "haiyn"')
    spoil(folder, "services/pinghu.toml", "minutes = 25", "minutes = 0")
    spoil(folder, "powers/pinghu.toml", 'act = "accept-papers"', 'act = "decide"')
    assert [bad.code for bad in check_library(folder)[1]] == ["bad-jurisdictions", "bad-catalogue"]


def test_a_power_that_is_wrong_is_told_when_the_rest_is_right(folder: Path) -> None:
    spoil(folder, "powers/pinghu.toml", 'act = "accept-papers"', 'act = "decide"')
    library, wrong = check_library(folder)
    assert library is None and [bad.code for bad in wrong] == ["bad-powers"]
