"""The working calendar of the People's Republic of China: weekends, public holidays and the weekend days worked in exchange. Pure.

Dates are Beijing dates. Each year's exchange of days is announced in the autumn before (国务院办公厅关于部分节假日安排的通知) and stands in
`holidays/<year>.toml`; a year that is not there yet has its weekends only, and `covers` says so.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from config.problem import BadConfiguration
from config.text import HERE, Line, Text, read_folder

# One zone, no summer time since 1991: no time zone database is needed for it, and slim systems ship none.
BEIJING = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days off in a row, both ends included."""

    name: Text
    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("last is before first")


class HolidayYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One year's announcement. `worked`: weekend days that are working days."""

    year: Annotated[int, Meta(ge=2000, le=2200)]
    source: Line
    holidays: list[Holiday]
    worked: list[dt.date]


class Calendar:
    """Which dates are working days."""

    def __init__(self, years: list[HolidayYear]) -> None:
        self._years = frozenset(year.year for year in years)
        self._off = {
            holiday.first + dt.timedelta(days=n): holiday.name
            for year in years
            for holiday in year.holidays
            for n in range((holiday.last - holiday.first).days + 1)
        }
        self._worked = frozenset(day for year in years for day in year.worked)

    def covers(self, day: dt.date) -> bool:
        """Whether the announcement for the year of `day` is known."""
        return day.year in self._years

    def holiday(self, day: dt.date) -> Text | None:
        """Name of the public holiday on `day`."""
        return self._off.get(day)

    def is_working_day(self, day: dt.date) -> bool:
        """Monday to Friday without public holidays, and the weekend days worked in exchange."""
        if day in self._worked:
            return True
        return day.weekday() < 5 and day not in self._off

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """The `count`-th working day after `day`; the day itself does not count (民法典 art. 201)."""
        while count > 0:
            day += dt.timedelta(days=1)
            count -= self.is_working_day(day)
        return day


def load_calendar(folder: Path = HERE / "holidays") -> Calendar:
    """The calendar out of `folder/*.toml`. Raises BadConfiguration `bad-jurisdictions`."""
    found, problems = read_folder(folder, HolidayYear)
    for text, year in found:
        if Path(text.file).stem != str(year.year):
            problems.append(text.problem(("year",), f"is {year.year} in a file of another name"))
        for i, holiday in enumerate(year.holidays):
            if year.year not in (holiday.first.year, holiday.last.year):
                problems.append(text.problem(("holidays", i), f"is not in {year.year}"))
        for i, day in enumerate(year.worked):
            if day.weekday() < 5:
                problems.append(text.problem(("worked", i), f"{day} is no weekend day"))
    if problems:
        raise BadConfiguration("bad-jurisdictions", problems)
    return Calendar([year for _, year in found])


def beijing(at: float) -> dt.datetime:
    """Wall-clock time in Beijing of `at`, seconds since 1970-01-01 UTC."""
    return dt.datetime.fromtimestamp(at, BEIJING)
