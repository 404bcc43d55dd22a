"""The working calendar of the People's Republic of China: weekends, public holidays and the weekend days worked in exchange. Pure.

Dates are Beijing dates. Each year's exchange of days is announced in the autumn before (国务院办公厅关于部分节假日安排的通知) and stands in
`holidays/<year>.toml`. A year that is not there is not known: nobody is promised anything on a guess (`UnknownYear`). Only a door may
open on what is to be expected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from config.problem import BadConfiguration, Problem
from config.strict import TomlText
from config.text import HERE, Line, Text, read_folder

# One zone, no summer time since 1991: no time zone database is needed for it, and slim systems ship none.
BEIJING = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")


class UnknownYear(LookupError):
    """The holidays of `year` are not announced, or nobody has added them yet."""

    code = "calendar-unknown"

    def __init__(self, year: int) -> None:
        super().__init__(f"{self.code}: {year}")
        self.year = year


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days off in a row, both ends included."""

    name: Text
    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("last is before first")

    def days(self) -> Iterator[dt.date]:
        """Each of them."""
        return (self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1))


class HolidayYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One year's announcement. `worked`: weekend days that are working days. `source`: title, document number and date."""

    year: Annotated[int, Meta(ge=2000, le=2200)]
    source: Line
    holidays: list[Holiday]
    worked: list[dt.date]


class Calendar:
    """Which dates are working days. `closed` are rest days besides the public ones, of one jurisdiction."""

    def __init__(self, years: Iterable[HolidayYear], closed: Iterable[dt.date] = ()) -> None:
        self._announced = tuple(years)
        self._years = frozenset(year.year for year in self._announced)
        self._off = {day: holiday.name for year in self._announced for holiday in year.holidays for day in holiday.days()}
        self._worked = frozenset(day for year in self._announced for day in year.worked)
        self._closed = frozenset(closed)

    def with_closed(self, days: Iterable[dt.date]) -> Calendar:
        """The same calendar with these rest days too."""
        return Calendar(self._announced, self._closed.union(days))

    def covers(self, day: dt.date) -> bool:
        """Whether the announcement for the year of `day` is known.

        The next year's may still reach back into the last days of December: 2018-12-29 was worked for the New Year of 2019.
        """
        return day.year in self._years

    def year(self, year: int) -> HolidayYear | None:
        """What was announced for the year; None when it is not known."""
        return next((each for each in self._announced if each.year == year), None)

    def holiday(self, day: dt.date) -> Text | None:
        """Name of the public holiday on `day`."""
        return self._off.get(day)

    def is_working_day(self, day: dt.date) -> bool:
        """Monday to Friday without holidays and closed days, and the weekend days worked in exchange. Raises `UnknownYear`."""
        if not self.covers(day):
            raise UnknownYear(day.year)
        return self.is_expected_working_day(day)

    def is_expected_working_day(self, day: dt.date) -> bool:
        """The same; in a year that is not known, Monday to Friday. Good enough to open a door by, not to promise by."""
        if day in self._closed:
            return False
        return day in self._worked or (day.weekday() < 5 and day not in self._off)


def load_calendar(folder: Path = HERE / "holidays") -> Calendar:
    """The calendar out of `folder/*.toml`. Raises BadConfiguration `bad-jurisdictions` with every mistake."""
    found, problems = read_folder(folder, HolidayYear)
    problems += _misplaced(found)
    problems += _given_twice(found)
    if problems:
        raise BadConfiguration("bad-jurisdictions", problems)
    return Calendar(year for _, year in found)


def _misplaced(found: list[tuple[TomlText, HolidayYear]]) -> Iterator[Problem]:
    """A file is named by its year and speaks of it, and of the December before: a New Year's days may begin there."""
    for text, year in found:
        if Path(text.file).stem != str(year.year):
            yield text.problem(("year",), f"is {year.year} in a file of another name")
        first, last = dt.date(year.year - 1, 12, 1), dt.date(year.year, 12, 31)
        allowed = f"{first} to {last}"
        for i, holiday in enumerate(year.holidays):
            if not first <= holiday.first <= last or holiday.last.year != year.year:
                yield text.problem(("holidays", i), f"is not in {year.year}", allowed)
        for i, day in enumerate(year.worked):
            if day.weekday() < 5:
                yield text.problem(("worked", i), f"{day} is no weekend day")
            if not first <= day <= last:
                yield text.problem(("worked", i), f"{day} is not in {year.year}", allowed)


def _given_twice(found: list[tuple[TomlText, HolidayYear]]) -> Iterator[Problem]:
    """A day is one thing once, in all files together: a holiday, or worked in exchange."""
    seen: dict[dt.date, str] = {}
    for text, year in found:
        for i, holiday in enumerate(year.holidays):
            here = f"{holiday.name.en} of {year.year}"
            # One mistake a holiday, however many days it shares.
            twice = next((day for day in holiday.days() if day in seen), None)
            if twice is not None:
                yield text.problem(("holidays", i), f"{twice} is already a day of {seen[twice]}")
            seen.update((day, here) for day in holiday.days() if day not in seen)
    worked: set[dt.date] = set()
    for text, year in found:
        for i, day in enumerate(year.worked):
            if day in seen:
                yield text.problem(("worked", i), f"{day} is also a day of {seen[day]}")
            if day in worked:
                yield text.problem(("worked", i), f"{day} is named twice")
            worked.add(day)


def beijing(at: float) -> dt.datetime:
    """Wall-clock time in Beijing of `at`, seconds since 1970-01-01 UTC."""
    return dt.datetime.fromtimestamp(at, BEIJING)
