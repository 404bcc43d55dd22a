"""`admin services`: which version is in force on a day, until when, by which rules; without a server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from config.eligibility import Condition
from signaling import admin
from signaling.admin_services import words

MARRIAGE = "haiyan-marriage-registration"


def typed(capsys: pytest.CaptureFixture[str], line: str, code: int = 0) -> str:
    capsys.readouterr()
    assert admin.main(["services", *line.split()]) == code
    said = capsys.readouterr()
    return said.out if code == 0 else said.err


def for_programs(capsys: pytest.CaptureFixture[str], line: str) -> Any:
    return json.loads(typed(capsys, f"{line} --json"))


def test_one_line_each_and_only_what_the_home_decides(capsys: pytest.CaptureFixture[str]) -> None:
    heads, *rows = typed(capsys, "list --home haiyan").splitlines()
    assert heads.split() == ["service", "home", "version", "until", "offered", "at", "days", "form", "name"]
    assert len(rows) == 31 and all(row.split()[1] == "haiyan" for row in rows)
    every = for_programs(capsys, "list")["services"]
    assert len(every) == 69 and set(every[0]) == {"service", "home", "version", "until", "name", "offered_at", "working_days", "form", "sample"}
    assert "unknown-jurisdiction: nowhere" in typed(capsys, "list --home nowhere", code=1)


def test_the_version_is_that_of_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    before, after = (for_programs(capsys, f"show {MARRIAGE} --at {day}")["service"] for day in ("2025-05-09", "2025-05-10"))
    assert (before["version"], before["until"]) == ("2023-06-01", "2025-05-09")
    assert (after["version"], after["until"], after["form"], after["form_version"]) == ("2025-05-10", None, "marriage-declaration", "2025-05-10")
    found = for_programs(capsys, f"show {MARRIAGE} --at 1999-01-01")
    assert found["service"] is None and [each["in_force"] for each in found["versions"]] == [False, False]
    assert "not in force on 1999-01-01" in typed(capsys, f"show {MARRIAGE} --at 1999-01-01")


def test_materials_and_rules_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    told = typed(capsys, f"show {MARRIAGE} --at 2026-11-28")
    for said in ("2025-05-10 until open, in force", "Identity cards of both (required)", "rule ", "otherwise → go-on:", "Marriage Registration Ordinance"):
        assert said in told
    assert "unknown-service: haiyan-flying" in typed(capsys, "show haiyan-flying", code=1)


def test_a_condition_as_one_says_it() -> None:
    one, other = Condition(question="age", value="yes"), Condition(question="town", choice=["a", "b"])
    assert words(Condition(any_of=[Condition(all_of=[one, other]), Condition(negated=one)])) == "((age is yes and town is a or b) or not age is yes)"
