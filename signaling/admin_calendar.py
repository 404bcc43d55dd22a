"""`virtual-window admin calendar …`: the days that count, and why. Needs no server and no store."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from config.calendar import Calendar
from config.jurisdiction import DAYS, Jurisdictions, load_jurisdictions
from signaling.admin_days import moment
from signaling.admin_desk import Verbs, known_jurisdiction, with_json
from signaling.admin_print import answer, answer_facts, answer_json, answer_table, both, named
from signaling.domain.refusals import NotNow
from signaling.domain.working_days import due, is_working_day

DAY = dt.timedelta(days=1)


class Explained(NamedTuple):
    """A day of a term: whether it counts, the how manieth it is if so, and why."""

    day: dt.date
    counted: int | None
    why: str


def add_to(verbs: Verbs) -> None:
    """The verbs of `admin calendar`."""
    for name, command, text in (
        ("show", show, "show a year: who announced it, holidays, weekend days that are worked, how many days count"),
        ("due", show_due, "show when a term of working days ends, and for each day why it counts or does not"),
    ):
        verb = with_json(verbs.add_parser(name, help=text, description=text))
        verb.set_defaults(plain_command=command)
        verb.add_argument("--home", metavar="CODE", help="with this jurisdiction's own closed days and closing time")
    verbs.choices["show"].add_argument("year", type=int)
    verbs.choices["due"].add_argument("day", type=moment, metavar="DAY", help="of acceptance: 2026-11-28, or 2026-11-28T16:50 in Beijing")
    verbs.choices["due"].add_argument("working_days", type=_term, metavar="WORKING_DAYS")


def show(arguments: argparse.Namespace) -> None:
    jurisdictions = load_jurisdictions()
    calendar, closed = _calendar(jurisdictions, arguments.home)
    announced = calendar.year(arguments.year)
    if announced is None:
        raise NotNow(f"the holidays of {arguments.year} are not known", code="calendar-unknown")
    first, last = dt.date(arguments.year, 1, 1), dt.date(arguments.year, 12, 31)
    days = sum(calendar.is_working_day(first + n * DAY) for n in range((last - first).days + 1))
    mine = sorted(day for day in closed if day.year == arguments.year)
    if arguments.json:
        answer_json({
            "year": arguments.year, "home": arguments.home, "source": announced.source, "working_days": days,
            "holidays": [{"name": both(each.name), "first": each.first.isoformat(), "last": each.last.isoformat()} for each in announced.holidays],
            "worked": [day.isoformat() for day in announced.worked], "closed": [day.isoformat() for day in mine],
        })  # fmt: skip
        return
    answer_facts([
        ("year", str(arguments.year)),
        ("source", announced.source),
        *(("holiday", f"{each.first} to {each.last}, {named(each.name)}") for each in announced.holidays),
        *(("worked", f"{day}, a {_weekday(day)}") for day in announced.worked),
        *(("closed", f"{day}, at {arguments.home}") for day in mine),
        ("working days", str(days)),
    ])  # fmt: skip


def show_due(arguments: argparse.Namespace) -> None:
    jurisdictions = load_jurisdictions()
    calendar, closed = _calendar(jurisdictions, arguments.home)
    accepted: dt.datetime = arguments.day
    closes = dt.time.max if arguments.home is None else jurisdictions.closes(arguments.home, accepted.timestamp())
    last = due(calendar, accepted.timestamp(), arguments.working_days, closes)
    days = list(explained(calendar, closed, accepted.date(), last, arguments.working_days))
    if arguments.json:
        answer_json({
            "accepted": accepted.isoformat(timespec="minutes"), "working_days": arguments.working_days, "home": arguments.home, "due": last.isoformat(),
            "days": [{"day": each.day.isoformat(), "counts": each.counted is not None, "number": each.counted, "why": each.why} for each in days],
        })  # fmt: skip
        return
    answer_table(("day", "", "counts", "why"), [(each.day.isoformat(), _weekday(each.day), "" if each.counted is None else str(each.counted), each.why) for each in days])
    answer(f"due on {last}, a {_weekday(last)}")


def explained(calendar: Calendar, closed: frozenset[dt.date], accepted: dt.date, last: dt.date, working_days: int) -> Iterator[Explained]:
    """Each day from acceptance to the end of the term. A term of 0 days ends on the day of acceptance, or on the next one with somebody at work."""
    yield Explained(accepted, None, f"accepted; {_why(calendar, closed, accepted)}; the term begins with the next working day" if last > accepted
                    else f"accepted; {_why(calendar, closed, accepted)}; the term ends at once")  # fmt: skip
    counted = 0
    for day in (accepted + n * DAY for n in range(1, (last - accepted).days + 1)):
        counts = is_working_day(calendar, day)
        counted += counts
        why = _why(calendar, closed, day)
        if counts and not working_days:
            why += "; nobody was at work any more when it was accepted"
        yield Explained(day, counted if counts else None, why)


def _why(calendar: Calendar, closed: frozenset[dt.date], day: dt.date) -> str:
    if is_working_day(calendar, day):
        return "a weekend day worked in exchange for a holiday" if day.weekday() >= 5 else "a working day"
    if day in closed:
        return "closed there"
    holiday = calendar.holiday(day)
    return "a weekend" if holiday is None else f"public holiday, {named(holiday)}"


def _calendar(jurisdictions: Jurisdictions, home: str | None) -> tuple[Calendar, frozenset[dt.date]]:
    if home is None:
        return jurisdictions.calendar, frozenset()
    known_jurisdiction(jurisdictions, home)
    return jurisdictions.calendar_of(home), frozenset(jurisdictions[home].closed)


def _weekday(day: dt.date) -> str:
    return {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday"}[DAYS[day.weekday()]]


def _term(text: str) -> int:
    try:
        days = int(text)
    except ValueError:
        days = -1
    if not 0 <= days <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is no number of working days from 0 to 1000")
    return days
