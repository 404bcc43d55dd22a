"""`admin powers`: what one authority lets another do, by which agreement; those that are over are marked, those that end soon are found."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from config.powers import Power
from signaling import admin
from signaling.admin_powers import expires_within, state_of

BEGIN = dt.date(2026, 1, 1)


def typed(capsys: pytest.CaptureFixture[str], line: str, code: int = 0) -> str:
    capsys.readouterr()
    assert admin.main(["powers", *line.split()]) == code
    said = capsys.readouterr()
    return said.out if code == 0 else said.err


def for_programs(capsys: pytest.CaptureFixture[str], line: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(typed(capsys, f"{line} --json"))["powers"]
    return found


def power(valid_to: dt.date | None) -> Power:
    return Power(grantor="jinshan", grantee="haiyan", act="take-up", services="all", agreement="a", valid_from=BEGIN, valid_to=valid_to)


def test_by_grantor_and_grantee(capsys: pytest.CaptureFixture[str]) -> None:
    found = for_programs(capsys, "list --grantor haiyan --grantee jinshan --at 2026-11-28")
    assert {(each["grantor"], each["grantee"]) for each in found} == {("haiyan", "jinshan")}
    assert set(found[0]) == {"agreement", "grantor", "grantee", "act", "services", "site", "hands", "valid_from", "valid_to", "state", "sample"}
    assert {each["state"] for each in found} == {"in-force"}
    by = {each["act"]: each["hands"] for each in found}
    assert (by["verify-original"], by["deliver-outcome"], by["accept-papers"]) == (["kiosk"], ["kiosk", "clerk"], ["kiosk", "clerk", "helper"])
    assert {each["state"] for each in for_programs(capsys, "list --at 2020-01-01")} == {"not-yet"}
    assert "unknown-jurisdiction: nowhere" in typed(capsys, "list --grantor nowhere", code=1)


def test_one_agreement(capsys: pytest.CaptureFixture[str]) -> None:
    heads, *rows = typed(capsys, "show 2023-09-22 --at 2026-11-28").splitlines()
    assert heads.split()[:4] == ["agreement", "grantor", "grantee", "act"]
    assert rows and all(row.startswith("2023-09-22") and row.endswith("in force") for row in rows)
    assert all("kiosk, clerk, helper" in row for row in rows)
    assert "unknown-agreement: none" in typed(capsys, "show none", code=1)


def test_one_that_is_over_is_marked_and_one_that_ends_soon_is_found() -> None:
    ends = power(dt.date(2026, 6, 30))
    assert [state_of(ends, day) for day in (dt.date(2025, 12, 31), BEGIN, dt.date(2026, 6, 30), dt.date(2026, 7, 1))] == ["not-yet", "in-force", "in-force", "expired"]
    assert expires_within(ends, dt.date(2026, 6, 1), 29) and not expires_within(ends, dt.date(2026, 6, 1), 28)
    assert not expires_within(ends, dt.date(2026, 7, 1), 1000), "it is over already"
    assert not expires_within(power(None), BEGIN, 100_000), "an open one ends never"


@given(some.integers(-100, 800), some.integers(0, 700), some.integers(0, 400))
def test_what_ends_within_some_days_is_over_some_day_after(today: int, length: int, days: int) -> None:
    ends, day = power(BEGIN + dt.timedelta(days=length)), BEGIN + dt.timedelta(days=today)
    later = day + dt.timedelta(days=days + 1)
    assert expires_within(ends, day, days) == (state_of(ends, day) == "in-force" and state_of(ends, later) == "expired")


def test_none_ends_soon_in_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert for_programs(capsys, "list --expiring 30") == []
    assert len(typed(capsys, "list --expiring 30").splitlines()) == 1
