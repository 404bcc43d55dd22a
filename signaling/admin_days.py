"""Days on the command line of `virtual-window admin …`: always days in Beijing, written 2026-11-28."""

from __future__ import annotations

import argparse
import datetime as dt

from config.calendar import BEIJING, beijing
from config.clock import Clock


def with_day(verb: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The verb speaks of a day."""
    verb.add_argument("--at", type=day, metavar="DAY", help="as it is on that day in Beijing (default today)")
    return verb


def day(text: str) -> dt.date:
    """A day. Raises ArgumentTypeError."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day: 2026-11-28, for instance") from None


def moment(text: str) -> dt.datetime:
    """A day, or a time on one: `2026-11-28`, `2026-11-28T15:30`, in Beijing. A day alone is its beginning. Raises ArgumentTypeError."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no time: 2026-11-28 or 2026-11-28T15:30, for instance") from None


def chosen_day(arguments: argparse.Namespace, clock: Clock) -> dt.date:
    """The day that `--at` names, or today."""
    chosen: dt.date | None = arguments.at
    return chosen or beijing(clock.now()).date()


def noon(chosen: dt.date) -> float:
    """A moment of that day, in seconds since 1970-01-01 UTC."""
    return dt.datetime.combine(chosen, dt.time(12), BEIJING).timestamp()
