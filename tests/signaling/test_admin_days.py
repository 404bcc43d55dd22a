"""Days as they are typed: of Beijing, and nothing that is none."""

from __future__ import annotations

import argparse
import datetime as dt

import pytest

from config.calendar import beijing
from config.clock import HandClock
from signaling.admin_days import chosen_day, day, moment, noon


def test_a_day_and_a_time_on_one() -> None:
    assert day("2026-11-28") == dt.date(2026, 11, 28) == beijing(noon(dt.date(2026, 11, 28))).date()
    assert moment("2026-11-28T16:50").timestamp() - moment("2026-11-28").timestamp() == 16 * 3600 + 50 * 60
    assert beijing(moment("2026-11-28").timestamp()).date() == dt.date(2026, 11, 28)


@pytest.mark.parametrize("text", ["", "today", "28.11.2026", "2026-02-30"])
def test_what_is_no_day_is_refused_with_one_that_is(text: str) -> None:
    for read in (day, moment):
        with pytest.raises(argparse.ArgumentTypeError, match="2026-11-28"):
            read(text)


def test_today_is_that_of_beijing() -> None:
    evening = HandClock(dt.datetime(2026, 11, 27, 16, 30, tzinfo=dt.UTC).timestamp())
    assert chosen_day(argparse.Namespace(at=None), evening) == dt.date(2026, 11, 28)
    assert chosen_day(argparse.Namespace(at=dt.date(2024, 1, 1)), evening) == dt.date(2024, 1, 1)
