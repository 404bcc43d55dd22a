"""The working calendar: weekends, announced holidays and the weekend days worked in exchange."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from config.calendar import Calendar, UnknownYear, beijing, load_calendar
from config.problem import BadConfiguration
from config.text import HERE

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
        ("2024-02-09", True),  # New Year's Eve: rest was only encouraged
        ("2025-01-28", False),  # New Year's Eve, a holiday since 2025
        ("2024-06-10", False),  # a single day
        ("2025-10-08", False),  # National Day and Mid-Autumn together: eight days
    ],
)
def test_working_days(date: str, works: bool) -> None:
    assert CALENDAR.is_working_day(day(date)) is works


def test_a_holiday_has_a_name_and_a_year_is_known_or_not() -> None:
    name = CALENDAR.holiday(day("2026-09-25"))
    assert name is not None and (name.zh, name.en) == ("中秋节", "Mid-Autumn Festival")
    assert CALENDAR.holiday(day("2026-09-24")) is None
    assert CALENDAR.covers(day("2026-12-31")) and not CALENDAR.covers(day("2031-01-01"))


def test_a_year_that_is_not_announced_is_no_guess() -> None:
    for text in ("2027-10-01", "2027-10-02", "2023-12-31"):
        with pytest.raises(UnknownYear) as unknown:
            CALENDAR.is_working_day(day(text))
        assert (unknown.value.code, unknown.value.year) == ("calendar-unknown", day(text).year)
        assert str(unknown.value) == f"calendar-unknown: {day(text).year}"


def test_a_door_may_open_by_the_week_where_nothing_is_announced() -> None:
    assert CALENDAR.is_expected_working_day(day("2027-10-01"))  # a Friday
    assert not CALENDAR.is_expected_working_day(day("2027-10-02"))
    assert not CALENDAR.is_expected_working_day(day("2026-10-01")), "what is announced holds"


@pytest.mark.parametrize(("year", "statutory"), [(2024, 11), (2025, 13), (2026, 13)])
def test_an_exchange_gives_no_day_and_takes_none(year: int, statutory: int) -> None:
    """What is left of a year's weekdays after its statutory holidays (11, since 2025 13 days) is worked, only on other days."""
    days = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(366 if year == 2024 else 365)]
    weekdays = sum(each.weekday() < 5 for each in days)
    assert sum(CALENDAR.is_working_day(each) for each in days) == weekdays - statutory


def test_every_year_names_its_source() -> None:
    for file in sorted((HERE / "holidays").glob("*.toml")):
        source = tomllib.loads(file.read_text(encoding="utf-8"))["source"]
        assert source.startswith(f"国务院办公厅关于{file.stem}年部分节假日安排的通知，国办发明电〔{int(file.stem) - 1}〕")


def test_closed_days_are_rest_days_of_one_calendar_only() -> None:
    local = CALENDAR.with_closed([day("2026-11-24"), day("2026-10-10"), day("2027-01-04")])
    assert not local.is_working_day(day("2026-11-24")) and CALENDAR.is_working_day(day("2026-11-24"))
    assert not local.is_working_day(day("2026-10-10")), "also a day worked in exchange"
    assert not local.is_expected_working_day(day("2027-01-04"))
    assert local.is_working_day(day("2026-11-25")) and local.holiday(day("2026-10-01")) is not None
    assert not local.with_closed([day("2026-11-25")]).is_working_day(day("2026-11-24")), "they add up"
    with pytest.raises(UnknownYear):
        local.is_working_day(day("2027-01-04"))


def test_every_day_worked_in_exchange_is_a_weekend_day_outside_the_holidays() -> None:
    known = [day("2024-01-01") + dt.timedelta(days=n) for n in range(366 + 365 + 365)]
    exchanged = [each for each in known if each.weekday() >= 5 and CALENDAR.is_working_day(each)]
    assert [sum(each.year == year for each in exchanged) for year in (2024, 2025, 2026)] == [8, 5, 6]
    assert all(CALENDAR.holiday(each) is None for each in exchanged)


def test_beijing_is_eight_hours_ahead_without_a_zone_database() -> None:
    assert beijing(0).isoformat() == "1970-01-01T08:00:00+08:00"


def write(folder: Path, year: int, *lines: str) -> Path:
    """A file of that year; `lines` come after the first two, so the first of them is line 3."""
    (folder / f"{year}.toml").write_text("\n".join([f"year = {year}", 'source = "x"', *lines, ""]), encoding="utf-8")
    return folder


def holiday(first: str, last: str) -> str:
    return f'[[holidays]]\nname = {{ zh-CN = "元旦", en = "New Year" }}\nfirst = {first}\nlast = {last}'


def mistakes(folder: Path) -> list[str]:
    """`line: reason` of each."""
    with pytest.raises(BadConfiguration) as caught:
        load_calendar(folder)
    assert caught.value.code == "bad-jurisdictions"
    assert all(Path(problem.file).parent == folder for problem in caught.value.problems)
    return [f"{problem.line}: {problem.reason}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["worked = [2026-10-10,", "2026-10-12]", "holidays = []"], ["4: 2026-10-12 is no weekend day"]),
        (["worked = [2026-10-10,", "2026-10-10]", "holidays = []"], ["4: 2026-10-10 is named twice"]),
        (["worked = [2027-10-10]", "holidays = []"], ["3: 2027-10-10 is not in 2026"]),
        (["worked = [2025-11-30]", "holidays = []"], ["3: 2025-11-30 is not in 2026"]),
        (["worked = [2026-10-03]", holiday("2026-10-01", "2026-10-07")], ["3: 2026-10-03 is also a day of New Year of 2026"]),
        (["worked = []", holiday("2026-10-07", "2026-10-01")], ["4: last is before first"]),
        (["worked = []", holiday("2025-10-01", "2025-10-07")], ["4: is not in 2026"]),
        (["worked = []", holiday("2026-12-31", "2027-01-02")], ["4: is not in 2026"]),
        (["worked = []", holiday("2025-10-01", "2026-10-07")], ["4: is not in 2026"]),
        (
            ["worked = []", holiday("2026-10-01", "2026-10-07"), holiday("2026-10-07", "2026-10-08")],
            ["8: 2026-10-07 is already a day of New Year of 2026"],
        ),
        (
            ["worked = []", holiday("2026-10-01", "2026-10-01"), holiday("2026-10-01", "2026-10-01")],
            ["8: 2026-10-01 is already a day of New Year of 2026"],
        ),
        (["worked = []", "holidays = []", "extra = 1"], ["5: is not known"]),
        (['worked = ["soon"]', "holidays = []"], ["3: Invalid RFC3339 encoded date, not 'soon'"]),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, lines: list[str], said: list[str]) -> None:
    assert mistakes(write(tmp_path, 2026, *lines)) == said


def test_every_mistake_at_once_and_a_file_of_another_name(tmp_path: Path) -> None:
    write(tmp_path, 2026, "worked = [", "  2026-10-12,", "]", holiday("2024-01-01", "2024-01-03"))
    (tmp_path / "2026.toml").rename(tmp_path / "2028.toml")
    assert mistakes(tmp_path) == ["1: is 2026 in a file of another name", "4: 2026-10-12 is no weekend day", "6: is not in 2026"]


def test_two_years_do_not_speak_of_the_same_day(tmp_path: Path) -> None:
    write(tmp_path, 2028, "worked = [2028-12-30]", holiday("2028-12-31", "2028-12-31"))
    write(tmp_path, 2029, "worked = [2028-12-30]", holiday("2028-12-31", "2029-01-01"))
    assert mistakes(tmp_path) == ["3: 2028-12-30 is named twice", "4: 2028-12-31 is already a day of New Year of 2028"]


def test_a_new_year_may_begin_in_december(tmp_path: Path) -> None:
    """As announced for 2019: off from Sunday 30 December, worked on Saturday 29."""
    calendar = load_calendar(write(tmp_path, 2019, "worked = [2018-12-29]", holiday("2018-12-30", "2019-01-01")))
    assert not calendar.is_working_day(day("2019-01-01")) and not calendar.covers(day("2018-12-31"))
    assert calendar.is_expected_working_day(day("2018-12-29")) and not calendar.is_expected_working_day(day("2018-12-31"))


def test_an_empty_calendar_knows_weekends_and_no_year() -> None:
    assert Calendar([]).is_expected_working_day(day("2026-10-01"))
    with pytest.raises(UnknownYear):
        Calendar([]).is_working_day(day("2026-10-01"))
