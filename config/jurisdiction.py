"""The jurisdictions: who they are, when they are open, which kiosks and counters they have. Typed, checked when loaded, pure afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.calendar import BEIJING, Calendar, beijing, load_calendar
from config.problem import BadConfiguration, Problem
from config.strict import TomlText
from config.text import HERE, Code, Text, read_folder

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Clock = Annotated[str, Meta(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", description="hh:mm in Beijing; 24:00 is the end of the day")]

LOOK_AHEAD_DAYS = 60
"""How far `next_opening` looks; the longest closing in practice is the Spring Festival's nine days."""


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A span of opening hours on some days of the week."""

    days: Annotated[list[Day], Meta(min_length=1)]
    open: Clock
    close: Clock

    def __post_init__(self) -> None:
        if self.close <= self.open:
            raise ValueError("close must be after open")


class Kiosk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kiosk that stands in this jurisdiction."""

    id: Code
    name: Text
    place: Text


class Counter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place where a clerk of this jurisdiction works."""

    id: Code
    name: Text


Days = Annotated[int, Meta(ge=1, le=36_500)]


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """How many days a session's recording is kept after its close, by what became of the case."""

    accepted: Days = 3650
    accepted_with_gaps: Days = 3650
    returned: Days = 1095
    referred: Days = 1095
    none: Days = 365
    """Nothing was decided."""


class Jurisdiction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One authority with its own clerks, files and rules."""

    code: Code
    administrative_code: Annotated[str, Meta(pattern=r"^[0-9]{6}$", description="GB/T 2260")]
    name: Text
    short: Text
    letter: Annotated[str, Meta(pattern=r"^[A-Z]$", description="first letter of its ticket numbers")]
    accent: Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$", description="its colour on the pages")]
    staffed_window: Text
    """Where to go instead, said to whoever cannot or does not want to be served here."""
    hours: Annotated[list[Hours], Meta(min_length=1)]
    kiosks: list[Kiosk]
    counters: list[Counter]
    retention: Retention = Retention()
    closed: list[dt.date] = []
    """Dates on which it is closed besides the public holidays: no hours, and no working days of its terms."""
    works_exchanged_days: bool = True
    """Whether it opens on weekend days that are worked in exchange for a holiday (as on a Friday)."""


class Schedule:
    """When one jurisdiction is open. All times are seconds since 1970-01-01 UTC."""

    def __init__(self, jurisdiction: Jurisdiction, calendar: Calendar, always_open: bool = False) -> None:
        self._jurisdiction = jurisdiction
        self._calendar = calendar
        self._always = always_open

    def is_open(self, at: float) -> bool:
        """Whether it serves at `at`."""
        return self._always or any(start <= at < end for start, end in self._spans(beijing(at).date()))

    def next_opening(self, at: float) -> float | None:
        """When it opens next after `at`: `at` itself while it is open, None when not within 60 days."""
        if self.is_open(at):
            return at
        today = beijing(at).date()
        for n in range(LOOK_AHEAD_DAYS + 1):
            for start, _ in self._spans(today + dt.timedelta(days=n)):
                if start > at:
                    return start
        return None

    def closes(self, at: float) -> dt.time:
        """When work stops on the day of `at`; midnight at its beginning where it does not open, so that nothing counts as in time."""
        if self._always:
            return dt.time.max
        spans = self._spans(beijing(at).date())
        end = beijing(spans[-1][1]) if spans else None
        if end is None:
            return dt.time()
        return end.time() if end.date() == beijing(at).date() else dt.time.max

    def _spans(self, day: dt.date) -> list[tuple[float, float]]:
        if day in self._jurisdiction.closed:
            return []
        name = DAYS[day.weekday()]
        if not self._calendar.is_expected_working_day(day):
            if self._calendar.holiday(day) is not None:
                return []
        elif day.weekday() >= 5 and self._jurisdiction.works_exchanged_days:
            name = "fri"
        midnight = dt.datetime.combine(day, dt.time(), BEIJING).timestamp()
        found = [(midnight + _seconds(span.open), midnight + _seconds(span.close)) for span in self._jurisdiction.hours if name in span.days]
        return sorted(found)


class Jurisdictions(Mapping[str, Jurisdiction]):
    """All of them by code, with the calendar they share."""

    def __init__(self, found: list[Jurisdiction], calendar: Calendar, always_open: bool = False) -> None:
        self._found = {each.code: each for each in found}
        self._schedules = {each.code: Schedule(each, calendar, always_open) for each in found}
        self._calendars = {each.code: calendar.with_closed(each.closed) for each in found}
        self.calendar = calendar

    def __getitem__(self, code: str) -> Jurisdiction:
        return self._found[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def closes(self, code: str, at: float) -> dt.time:
        """When work stops there on the day of `at`."""
        return self._schedules[code].closes(at)

    def calendar_of(self, code: str) -> Calendar:
        """By which the jurisdiction counts working days: the shared calendar and its own closed days."""
        return self._calendars[code]

    def is_open(self, code: str, at: float) -> bool:
        """Whether the jurisdiction serves at `at` (seconds since 1970-01-01 UTC)."""
        return self._schedules[code].is_open(at)

    def next_opening(self, code: str, at: float) -> float | None:
        """See `Schedule.next_opening`."""
        return self._schedules[code].next_opening(at)

    def kiosk(self, kiosk: str) -> tuple[Jurisdiction, Kiosk] | None:
        """The kiosk of that id and the jurisdiction where it stands."""
        return next(((each, k) for each in self._found.values() for k in each.kiosks if k.id == kiosk), None)

    def counter(self, counter: str) -> tuple[Jurisdiction, Counter] | None:
        """The counter of that id and its jurisdiction."""
        return next(((each, c) for each in self._found.values() for c in each.counters if c.id == counter), None)


def load_jurisdictions(
    folder: Path = HERE / "jurisdictions", calendar: Calendar | None = None, always_open: bool = False
) -> Jurisdictions:
    """All jurisdictions out of `folder/*.toml`. Raises BadConfiguration `bad-jurisdictions` with every mistake."""
    found, problems = read_folder(folder, Jurisdiction)
    problems += _clashes(found)
    problems += _closed_twice(found)
    if problems:
        raise BadConfiguration("bad-jurisdictions", problems)
    return Jurisdictions([each for _, each in found], calendar or load_calendar(), always_open)


def _clashes(found: list[tuple[TomlText, Jurisdiction]]) -> Iterator[Problem]:
    """A code, a letter, a kiosk or a counter belongs to one jurisdiction only."""
    seen: dict[tuple[str, str], str] = {}
    for text, each in found:
        if Path(text.file).stem != each.code:
            yield text.problem(("code",), f"is {each.code} in a file of another name")
        names: list[tuple[tuple[str | int, ...], str, str]] = [
            (("administrative_code",), "administrative code", each.administrative_code),
            (("letter",), "letter", each.letter),
            *((("kiosks", i, "id"), "kiosk", kiosk.id) for i, kiosk in enumerate(each.kiosks)),
            *((("counters", i, "id"), "counter", counter.id) for i, counter in enumerate(each.counters)),
        ]
        for path, what, name in names:
            if (what, name) in seen:
                yield text.problem(path, f"{what} {name} is already one of {seen[what, name]}'s")
            seen[what, name] = each.code


def _closed_twice(found: list[tuple[TomlText, Jurisdiction]]) -> Iterator[Problem]:
    for text, each in found:
        for i, day in enumerate(each.closed):
            if day in each.closed[:i]:
                yield text.problem(("closed", i), f"{day} is named twice")


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60
