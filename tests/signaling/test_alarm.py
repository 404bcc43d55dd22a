"""Timers on the loop: they ring once, in their order, and setting the machine's clock moves none that runs."""

from __future__ import annotations

import asyncio

from config.clock import HandClock, SystemClock
from signaling.alarm import LoopAlarm
from tests.waiting import LONG, until


async def test_what_is_due_or_overdue_rings_at_once_and_in_its_order() -> None:
    clock, rung = SystemClock(), list[str]()
    alarm = LoopAlarm(clock)
    now = clock.now()
    alarm.at(now + 0.06, lambda: rung.append("third"))
    alarm.at(now + 0.03, lambda: rung.append("second"))
    alarm.at(now - 3600, lambda: rung.append("first"))
    assert rung == [], "nothing rings while it is being set"
    await until(lambda: len(rung) == 3)
    assert rung == ["first", "second", "third"]


async def test_a_timer_rings_once_and_may_set_the_next() -> None:
    clock, rung = SystemClock(), list[int]()
    alarm = LoopAlarm(clock)

    def ring() -> None:
        rung.append(len(rung))
        if len(rung) < 3:
            alarm.at(clock.now(), ring)

    alarm.at(clock.now(), ring)
    done = asyncio.Event()
    await until(lambda: len(rung) == 3)
    alarm.at(clock.now() + 0.02, done.set)
    await asyncio.wait_for(done.wait(), LONG)
    assert rung == [0, 1, 2]


async def test_setting_the_machines_clock_moves_no_timer_that_runs() -> None:
    clock, rung = HandClock(), list[str]()
    alarm = LoopAlarm(clock)
    alarm.at(clock.now() + 3600, lambda: rung.append("in an hour"))
    alarm.at(clock.now() + 0.02, lambda: rung.append("soon"))
    clock.advance(7200)
    alarm.at(clock.now() - 1, lambda: rung.append("now"))
    clock.advance(-7200)
    await until(lambda: "soon" in rung)
    assert rung == ["now", "soon"]
    alarm.close()


async def test_one_that_fails_stops_no_other() -> None:
    clock, rung, failed = SystemClock(), list[str](), list[str]()
    alarm = LoopAlarm(clock)
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failed.append(str(context["exception"])))

    def fails() -> None:
        raise ValueError("a mistake of ours")

    alarm.at(clock.now() - 1, fails)
    alarm.at(clock.now(), lambda: rung.append("the next"))
    await until(lambda: rung)
    assert failed == ["a mistake of ours"]


async def test_after_closing_nothing_rings() -> None:
    clock, rung = SystemClock(), list[str]()
    alarm, other = LoopAlarm(clock), LoopAlarm(clock)
    alarm.at(clock.now() + 0.01, lambda: rung.append("closed"))
    alarm.at(clock.now() - 1, lambda: rung.append("closed"))
    other.at(clock.now() + 0.05, lambda: rung.append("other"))
    alarm.close()
    await until(lambda: rung)
    assert rung == ["other"]
    other.close()
