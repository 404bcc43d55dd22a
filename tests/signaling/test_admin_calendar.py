"""`admin calendar`: a year as it was announced, and a term of working days explained day by day."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from config.calendar import BEIJING, load_calendar
from signaling import admin
from signaling.admin_calendar import explained
from signaling.domain.working_days import due

CALENDAR = load_calendar()


def typed(capsys: pytest.CaptureFixture[str], line: str, code: int = 0) -> str:
    capsys.readouterr()
    assert admin.main(["calendar", *line.split()]) == code
    said = capsys.readouterr()
    return said.out if code == 0 else said.err


def for_programs(capsys: pytest.CaptureFixture[str], line: str) -> Any:
    return json.loads(typed(capsys, f"{line} --json"))


def test_a_year_as_it_was_announced(capsys: pytest.CaptureFixture[str]) -> None:
    found = for_programs(capsys, "show 2026")
    assert set(found) == {"year", "home", "source", "working_days", "holidays", "worked", "closed"}
    assert "国办发明电〔2025〕7号" in found["source"] and found["working_days"] == 248
    assert "2026-10-01 to 2026-10-07, 国庆节 National Day" in typed(capsys, "show 2026 --home haiyan")
    assert "calendar-unknown: the holidays of 2099 are not known" in typed(capsys, "show 2099", code=1)
    assert "unknown-jurisdiction" in typed(capsys, "show 2026 --home nowhere", code=1)


def test_a_term_over_the_national_day_and_why_each_day_counts_or_not(capsys: pytest.CaptureFixture[str]) -> None:
    told = typed(capsys, "due 2026-09-30 3").splitlines()
    assert told[-1] == "due on 2026-10-10, a Saturday"
    why = {line.split()[0]: line for line in told[1:-1]}
    assert "accepted; a working day; the term begins with the next working day" in why["2026-09-30"]
    assert "public holiday, 国庆节 National Day" in why["2026-10-03"]
    assert why["2026-10-09"].split()[2] == "2" and "a weekend day worked in exchange for a holiday" in why["2026-10-10"]


def test_after_the_office_has_closed_a_term_of_no_days_is_the_next_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert for_programs(capsys, "due 2026-11-27T16:59 0 --home haiyan")["due"] == "2026-11-27"
    late = for_programs(capsys, "due 2026-11-27T17:00 0 --home haiyan")
    assert (late["due"], [each["why"] for each in late["days"]][-1]) == ("2026-11-30", "a working day; nobody was at work any more when it was accepted")
    assert "calendar-unknown" in typed(capsys, "due 2026-12-30 5", code=1)


@given(some.dates(dt.date(2024, 1, 1), dt.date(2026, 9, 1)), some.integers(0, 40))
def test_exactly_as_many_days_count_as_were_promised(accepted: dt.date, working_days: int) -> None:
    last = due(CALENDAR, dt.datetime.combine(accepted, dt.time(), BEIJING).timestamp(), working_days, dt.time.max)
    days = list(explained(CALENDAR, frozenset(), accepted, last, working_days))
    assert [each.day for each in days] == [accepted + dt.timedelta(days=n) for n in range((last - accepted).days + 1)]
    counted = [each.counted for each in days if each.counted is not None]
    assert counted == list(range(1, len(counted) + 1)) and all(each.why for each in days)
    assert len(counted) == (working_days or len(days) > 1)
    assert days[-1].counted is not None or last == accepted
