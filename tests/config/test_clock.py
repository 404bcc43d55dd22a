"""Clocks: the machine's, and one moved by hand."""

from __future__ import annotations

import datetime as dt

from config.clock import Clock, HandClock, SystemClock


def test_the_machine_s_clock_never_goes_back_where_it_must_not() -> None:
    clock: Clock = SystemClock()
    first = clock.monotonic()
    assert clock.monotonic() >= first
    assert dt.datetime.fromtimestamp(clock.now(), dt.UTC).year >= 2026


def test_a_clock_moved_by_hand_stands_still_otherwise() -> None:
    clock = HandClock(100.0)
    assert (clock.now(), clock.monotonic()) == (100.0, 0.0)
    clock.advance(2.5)
    assert (clock.now(), clock.monotonic()) == (102.5, 2.5)
