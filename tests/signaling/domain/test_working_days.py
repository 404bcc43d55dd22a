"""Terms in working days: counted by hand around the holidays of three years, then held to their rules on any day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import BEIJING, load_calendar
from signaling.domain.refusals import NotNow
from signaling.domain.working_days import due, is_working_day, until

CALENDAR = load_calendar()
FIVE = dt.time(17)
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2026, 12, 31)
"""The days that the calendar knows."""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> float:
    """Seconds of a Beijing wall-clock time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp()


@pytest.mark.parametrize(
    ("accepted", "working_days", "ends"),
    [
        # Spring Festival 2024: off 10 to 17 February, worked Sunday 4 and Sunday 18
        ("2024-02-02 10:00", 1, "2024-02-04"),  # Friday; the Sunday is worked
        ("2024-02-03 10:00", 0, "2024-02-04"),  # Saturday; at once is the worked Sunday
        ("2024-02-03 10:00", 1, "2024-02-04"),  # Saturday; counting begins with the worked Sunday
        ("2024-02-04 10:00", 0, "2024-02-04"),  # the worked Sunday itself
        ("2024-02-04 10:00", 5, "2024-02-09"),  # 5 6 7 8 9: New Year's Eve was a working day in 2024
        ("2024-02-08 10:00", 3, "2024-02-19"),  # 9, over eight days, 18 (Sunday), 19
        ("2024-02-09 10:00", 1, "2024-02-18"),  # the Eve; next is the worked Sunday
        ("2024-02-09 17:30", 0, "2024-02-18"),  # the Eve after closing: at once is nine days later
        ("2024-02-12 10:00", 0, "2024-02-18"),  # in the holiday
        ("2024-02-12 10:00", 2, "2024-02-19"),  # in the holiday: 18, 19
        ("2024-02-17 10:00", 5, "2024-02-22"),  # its last day: 18 19 20 21 22
        ("2024-02-18 10:00", 5, "2024-02-23"),  # the worked Sunday does not count for itself: 19 20 21 22 23
        ("2024-02-07 10:00", 10, "2024-02-27"),  # 8 9 | 18 19 20 21 22 23 | 26 27
        # Qingming and Labour Day 2024: off 4 to 6 April, worked Sunday 7; off 1 to 5 May, worked Sunday 28 April and Saturday 11 May
        ("2024-04-03 10:00", 1, "2024-04-07"),  # Wednesday; next is the worked Sunday
        ("2024-04-30 10:00", 5, "2024-05-10"),  # 6 7 8 9 10
        ("2024-04-30 10:00", 6, "2024-05-11"),  # and the worked Saturday
        # Mid-Autumn 2024: off 15 to 17 September, worked Saturday 14
        ("2024-09-13 10:00", 1, "2024-09-14"),  # Friday; the Saturday is worked
        ("2024-09-13 10:00", 3, "2024-09-19"),  # 14 | 18 19
        # National Day 2024: off 1 to 7 October, worked Sunday 29 September and Saturday 12 October
        ("2024-09-27 10:00", 1, "2024-09-29"),  # Friday; the Sunday is worked
        ("2024-09-28 10:00", 0, "2024-09-29"),  # Saturday, a rest day
        ("2024-09-30 10:00", 1, "2024-10-08"),  # over seven days
        ("2024-09-30 10:00", 5, "2024-10-12"),  # 8 9 10 11 and the worked Saturday
        ("2024-09-30 10:00", 6, "2024-10-14"),  # the Sunday after it is a rest day
        ("2024-10-07 10:00", 0, "2024-10-08"),  # the last day of the holiday
        ("2024-10-11 18:00", 0, "2024-10-12"),  # Friday after closing; the Saturday is worked
        ("2024-10-13 10:00", 1, "2024-10-14"),  # Sunday, a rest day
        # New Year 2025: off 1 January only
        ("2024-12-31 10:00", 1, "2025-01-02"),  # Tuesday to Thursday
        ("2024-12-27 10:00", 3, "2025-01-02"),  # 30 31 | 2
        # Spring Festival 2025: off 28 January to 4 February, worked Sunday 26 January and Saturday 8 February
        ("2025-01-24 10:00", 1, "2025-01-26"),  # Friday; the Sunday is worked
        ("2025-01-24 10:00", 3, "2025-02-05"),  # 26 27, over eight days, 5
        ("2025-01-27 10:00", 4, "2025-02-08"),  # 5 6 7 and the worked Saturday
        ("2025-01-27 16:59", 0, "2025-01-27"),  # the last minute before the holiday
        ("2025-01-27 17:00", 0, "2025-02-05"),  # work has stopped
        ("2025-02-01 10:00", 1, "2025-02-05"),  # a Saturday in the holiday
        ("2025-02-08 10:00", 1, "2025-02-10"),  # the worked Saturday; the Sunday is none
        ("2025-02-09 10:00", 0, "2025-02-10"),  # Sunday
        ("2025-01-20 10:00", 20, "2025-02-21"),  # 21 22 23 24 26 27 | 5 6 7 8 | 10 to 14 | 17 to 21
        # National Day and Mid-Autumn 2025: off 1 to 8 October, worked Sunday 28 September and Saturday 11 October
        ("2025-09-26 10:00", 1, "2025-09-28"),  # Friday; the Sunday is worked
        ("2025-09-28 10:00", 3, "2025-10-09"),  # 29 30 | 9
        ("2025-09-30 10:00", 1, "2025-10-09"),  # over eight days
        ("2025-09-30 10:00", 3, "2025-10-11"),  # 9 10 and the worked Saturday
        ("2025-09-30 10:00", 4, "2025-10-13"),  # the Sunday after it is a rest day
        ("2025-10-04 10:00", 0, "2025-10-09"),  # in the holiday
        ("2025-10-12 10:00", 2, "2025-10-14"),  # Sunday: 13 14
        # New Year 2026: off 1 to 3 January, worked Sunday 4
        ("2025-12-31 10:00", 1, "2026-01-04"),  # Wednesday to the worked Sunday
        ("2025-12-31 18:00", 0, "2026-01-04"),  # after closing
        ("2025-12-30 10:00", 3, "2026-01-05"),  # 31 | 4 5
        # Spring Festival 2026: off 15 to 23 February, worked Saturday 14 and Saturday 28
        ("2026-02-13 10:00", 1, "2026-02-14"),  # Friday; the Saturday is worked
        ("2026-02-13 10:00", 2, "2026-02-24"),  # 14, over nine days, 24
        ("2026-02-14 10:00", 0, "2026-02-14"),  # the worked Saturday itself
        ("2026-02-14 10:00", 5, "2026-02-28"),  # 24 25 26 27 and the worked Saturday
        ("2026-02-14 10:00", 6, "2026-03-02"),  # the Sunday after it is a rest day
        ("2026-02-15 10:00", 0, "2026-02-24"),  # the first day of the holiday
        ("2026-02-23 10:00", 1, "2026-02-24"),  # its last
        ("2026-02-28 16:00", 1, "2026-03-02"),  # the worked Saturday, to Monday
        ("2026-03-01 10:00", 0, "2026-03-02"),  # Sunday
        # Mid-Autumn and National Day 2026: off 25 to 27 September and 1 to 7 October, worked Sunday 20 September and Saturday 10 October
        ("2026-09-18 10:00", 1, "2026-09-20"),  # Friday; the Sunday is worked
        ("2026-09-19 10:00", 0, "2026-09-20"),  # Saturday, a rest day
        ("2026-09-24 10:00", 3, "2026-09-30"),  # 28 29 30, between the two
        ("2026-09-24 10:00", 4, "2026-10-08"),  # over both
        ("2026-09-30 10:00", 3, "2026-10-10"),  # 8 9 and the worked Saturday
        ("2026-09-30 10:00", 4, "2026-10-12"),  # the Sunday after it is a rest day
        ("2026-10-09 17:30", 0, "2026-10-10"),  # Friday after closing; the Saturday is worked
        ("2026-10-10 10:00", 1, "2026-10-12"),  # the worked Saturday, to Monday
    ],
)
def test_counted_by_hand(accepted: str, working_days: int, ends: str) -> None:
    assert due(CALENDAR, at(accepted), working_days, FIVE) == day(ends)


def test_the_day_is_that_of_beijing() -> None:
    """23:30 in Beijing on Monday is still Monday, and half past midnight is Tuesday, whatever day it is in UTC."""
    assert due(CALENDAR, at("2026-11-23 23:30"), 1, FIVE) == day("2026-11-24")
    assert due(CALENDAR, at("2026-11-24 00:30"), 1, FIVE) == day("2026-11-25")


@pytest.mark.parametrize(
    ("today", "ends", "left"),
    [
        ("2026-09-24", "2026-10-08", 4),  # 28 29 30 | 8
        ("2026-09-26", "2026-10-08", 4),  # the same in the holiday between
        ("2026-10-03", "2026-10-10", 3),  # 8 9 and the worked Saturday
        ("2026-10-10", "2026-10-10", 0),  # today is the last day
        ("2026-10-11", "2026-10-10", -1),  # Sunday: it is over
        ("2026-10-12", "2026-10-10", -1),  # the first working day too late
        ("2026-10-13", "2026-10-10", -2),
        ("2026-02-23", "2026-02-14", -1),  # a whole holiday too late, and no working day
        ("2026-02-25", "2026-02-14", -2),  # 24 25
        ("2025-12-30", "2026-01-05", 3),  # 31 | 4 5
        ("2026-01-05", "2025-12-31", -2),  # 4 5
    ],
)
def test_what_is_left(today: str, ends: str, left: int) -> None:
    assert until(CALENDAR, day(today), day(ends)) == left


def test_a_year_that_is_not_announced_is_refused_and_named() -> None:
    for asked in (
        lambda: is_working_day(CALENDAR, day("2027-01-04")),
        lambda: due(CALENDAR, at("2026-12-31 10:00"), 1, FIVE),
        lambda: due(CALENDAR, at("2027-01-04 10:00"), 0, FIVE),
        lambda: until(CALENDAR, day("2026-12-31"), day("2027-01-04")),
        lambda: until(CALENDAR, day("2027-01-04"), day("2026-12-31")),
        lambda: until(CALENDAR, day("2027-01-04"), day("2027-01-04")),
    ):
        with pytest.raises(NotNow, match="2027") as refused:
            asked()
        assert refused.value.code == "calendar-unknown"
    with pytest.raises(NotNow, match="2023"):
        due(CALENDAR, at("2023-12-31 10:00"), 1, FIVE)
    assert due(CALENDAR, at("2026-12-30 10:00"), 1, FIVE) == day("2026-12-31"), "the last day that is known"


def test_there_is_no_term_of_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="no term of -1"):
        due(CALENDAR, at("2026-11-23 10:00"), -1, FIVE)


def test_a_day_on_which_one_jurisdiction_is_closed_does_not_count_there() -> None:
    local = CALENDAR.with_closed([day("2026-11-24")])
    assert due(local, at("2026-11-23 10:00"), 1, FIVE) == day("2026-11-25")
    assert due(local, at("2026-11-24 10:00"), 0, FIVE) == day("2026-11-25")
    assert until(local, day("2026-11-23"), day("2026-11-25")) == 1
    assert due(CALENDAR, at("2026-11-23 10:00"), 1, FIVE) == day("2026-11-24"), "elsewhere it does"


moments = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2026, 9, 30)).map(lambda moment: moment.replace(tzinfo=BEIJING).timestamp())
"""So early that a term of `terms` ends in a year that is known."""
terms = st.integers(0, 40)
known = st.dates(FIRST, LAST)


def counted(first: dt.date, last: dt.date) -> int:
    """Working days from `first` to `last`, both included, one by one."""
    return sum(CALENDAR.is_working_day(dt.date.fromordinal(n)) for n in range(first.toordinal(), last.toordinal() + 1))


@given(moments, terms)
def test_the_last_day_is_a_working_day_and_the_counted_one(moment: float, working_days: int) -> None:
    ends = due(CALENDAR, moment, working_days, FIVE)
    assert is_working_day(CALENDAR, ends)
    accepted = dt.datetime.fromtimestamp(moment, BEIJING)
    if ends == accepted.date():
        assert working_days == 0 and accepted.time() < FIVE
    else:
        assert counted(accepted.date() + dt.timedelta(days=1), ends) == max(working_days, 1)


@given(moments, moments, terms, terms)
def test_later_or_longer_never_ends_sooner(one: float, other: float, short: int, long: int) -> None:
    (one, other), (short, long) = sorted((one, other)), sorted((short, long))
    assert due(CALENDAR, one, short, FIVE) <= due(CALENDAR, other, short, FIVE)
    assert due(CALENDAR, one, short, FIVE) <= due(CALENDAR, one, long, FIVE)


@given(moments, terms)
def test_what_is_left_on_the_day_of_acceptance_is_the_whole_term(moment: float, working_days: int) -> None:
    ends = due(CALENDAR, moment, working_days, FIVE)
    today = dt.datetime.fromtimestamp(moment, BEIJING).date()
    assert until(CALENDAR, today, ends) == (0 if ends == today else max(working_days, 1))


@given(known, known)
def test_what_is_left_agrees_with_counting(today: dt.date, ends: dt.date) -> None:
    left = until(CALENDAR, today, ends)
    if today <= ends:
        assert left == counted(today, ends) - CALENDAR.is_working_day(today)
    else:
        assert left == -max(1, counted(ends, today) - CALENDAR.is_working_day(ends))


@given(known.filter(lambda each: each < LAST), known)
def test_what_is_left_goes_down_with_the_days_and_only_by_working_days(today: dt.date, ends: dt.date) -> None:
    tomorrow = today + dt.timedelta(days=1)
    lost = until(CALENDAR, today, ends) - until(CALENDAR, tomorrow, ends)
    assert lost in (0, 1)
    if today < ends:
        assert lost == CALENDAR.is_working_day(tomorrow)
    if today == ends:
        assert lost == 1, "the day after the last is too late, also a rest day"


@given(st.integers(1, 31), st.sampled_from([2024, 2025]), st.integers(1, 60))
def test_a_term_goes_over_the_end_of_a_year(of_december: int, year: int, working_days: int) -> None:
    accepted = dt.datetime(year, 12, of_december, 10, tzinfo=BEIJING)
    ends = due(CALENDAR, accepted.timestamp(), working_days, FIVE)
    left_this_year = counted(accepted.date(), day(f"{year}-12-31")) - CALENDAR.is_working_day(accepted.date())
    assert (ends.year > year) == (working_days > left_this_year)
    if ends.year > year:
        assert counted(day(f"{year + 1}-01-01"), ends) == working_days - left_this_year


@given(st.dates(day("2026-10-01"), LAST), st.integers(0, 90))
def test_a_term_ends_in_a_known_year_or_is_refused(accepted: dt.date, working_days: int) -> None:
    moment = dt.datetime.combine(accepted, dt.time(10), BEIJING).timestamp()
    left = counted(accepted, LAST) - CALENDAR.is_working_day(accepted)
    at_once = working_days == 0 and CALENDAR.is_working_day(accepted)
    if at_once or max(working_days, 1) <= left:
        assert due(CALENDAR, moment, working_days, FIVE) <= LAST
    else:
        with pytest.raises(NotNow, match="calendar-unknown: the holidays of 2027"):
            due(CALENDAR, moment, working_days, FIVE)
