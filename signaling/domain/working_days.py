"""Until when a promise in working days holds, and how many of them are left. Pure: the calendar and every time are arguments.

The rule is that of terms in administrative practice (民法典 art. 201 and 203, 行政许可法 art. 82):

    - the day on which a case is accepted does not count; counting begins with the next working day
    - rest days do not count wherever they stand; a weekend day worked in exchange for a holiday does
    - the term ends on its last working day when work stops there

Dates are Beijing dates. The calendar is the home jurisdiction's (`Jurisdictions.calendar_of`). A year that it does not know is refused
with `calendar-unknown`: a date on a receipt is kept, so it is never a guess.
"""

from __future__ import annotations

import datetime as dt

from config.calendar import Calendar, UnknownYear, beijing
from signaling.domain.refusals import NotNow

_DAY = dt.timedelta(days=1)


def is_working_day(calendar: Calendar, day: dt.date) -> bool:
    """Whether `day` counts. Raises `NotNow` (`calendar-unknown`)."""
    try:
        return calendar.is_working_day(day)
    except UnknownYear as unknown:
        raise NotNow(f"the holidays of {unknown.year} are not known", code="calendar-unknown") from unknown


def due(calendar: Calendar, accepted_at: float, working_days: int, closes: dt.time) -> dt.date:
    """The last day of a term of `working_days` from 0, for what was accepted at `accepted_at` (seconds since 1970-01-01 UTC).

    0 is the same day while work goes on, otherwise the next working day: what comes at `closes` (in Beijing) or on a rest day
    finds nobody any more. Raises `NotNow` (`calendar-unknown`) when the day of acceptance or a day of the term is in an unknown year.
    """
    if working_days < 0:
        raise ValueError(f"no term of {working_days} working days")
    accepted = beijing(accepted_at)
    day = accepted.date()
    at_work = is_working_day(calendar, day) and accepted.time() < closes
    left = working_days if at_work else max(working_days, 1)
    while left:
        day += _DAY
        left -= is_working_day(calendar, day)
    return day


def until(calendar: Calendar, today: dt.date, due: dt.date) -> int:
    """Working days after `today` up to and with `due`; 0 on the day itself, negative when overdue.

    The first overdue day is -1, and so are rest days before it: a term that ended on Friday is over on Saturday. Raises `NotNow`
    (`calendar-unknown`).
    """
    if today <= due:
        return _between(calendar, today, due)
    return -max(1, _between(calendar, due, today))


def _between(calendar: Calendar, after: dt.date, last: dt.date) -> int:
    """How many working days come after `after`, up to and with `last`. Both days must be known, as those between them."""
    is_working_day(calendar, after)
    return sum(is_working_day(calendar, after + n * _DAY) for n in range(1, (last - after).days + 1))
