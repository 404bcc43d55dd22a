"""The working calendar: weekends, announced holidays and the weekend days worked in exchange."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import Calendar, beijing, load_calendar
from config.problem import BadConfiguration

CALENDAR = load_calendar()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("date", "works"),
    [
        ("2026-11-23", True),  # a Monday
        ("2026-11-28", False),  # a Saturday
        ("2026-10-01", False),  # National Day
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday worked in exchange
        ("2026-02-14", True),
        ("2026-02-23", False),  # the last day of the Spring Festival
        ("2027-10-01", True),  # not announced yet: a Friday like any other
    ],
)
def test_working_days(date: str, works: bool) -> None:
    assert CALENDAR.is_working_day(day(date)) is works


def test_a_holiday_has_a_name_and_a_year_is_known_or_not() -> None:
    name = CALENDAR.holiday(day("2026-09-25"))
    assert name is not None and (name.zh, name.en) == ("中秋节", "Mid-Autumn Festival")
    assert CALENDAR.holiday(day("2026-09-24")) is None
    assert CALENDAR.covers(day("2026-12-31")) and not CALENDAR.covers(day("2031-01-01"))


def test_a_promise_in_working_days_skips_the_holiday() -> None:
    assert CALENDAR.add_working_days(day("2026-09-30"), 3) == day("2026-10-10")
    assert CALENDAR.add_working_days(day("2026-11-23"), 0) == day("2026-11-23")


@given(st.dates(day("2025-12-01"), day("2027-12-31")), st.integers(1, 90))
def test_the_due_day_is_the_counted_working_day(start: dt.date, count: int) -> None:
    due = CALENDAR.add_working_days(start, count)
    between = [start + dt.timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert sum(CALENDAR.is_working_day(each) for each in between) == count
    assert CALENDAR.is_working_day(due)


def test_every_day_worked_in_exchange_is_a_weekend_day_outside_the_holidays() -> None:
    worked = [day("2026-01-01") + dt.timedelta(days=n) for n in range(365)]
    exchanged = [each for each in worked if each.weekday() >= 5 and CALENDAR.is_working_day(each)]
    assert len(exchanged) == 6
    assert all(CALENDAR.holiday(each) is None for each in exchanged)


def test_beijing_is_eight_hours_ahead_without_a_zone_database() -> None:
    assert beijing(0).isoformat() == "1970-01-01T08:00:00+08:00"


def test_a_wrong_year_names_its_lines(tmp_path: Path) -> None:
    (tmp_path / "2026.toml").write_text(
        'year = 2027\nsource = "x"\nworked = [\n  2026-11-23,\n]\n[[holidays]]\nname = { zh-CN = "元旦", en = "New Year" }\n'
        "first = 2025-01-01\nlast = 2025-01-03\n",
        encoding="utf-8",
    )
    with pytest.raises(BadConfiguration) as caught:
        load_calendar(tmp_path)
    assert caught.value.code == "bad-jurisdictions"
    assert [problem.line for problem in caught.value.problems] == [1, 4, 6]


def test_an_empty_calendar_knows_weekends() -> None:
    assert Calendar([]).is_working_day(day("2026-10-01"))
