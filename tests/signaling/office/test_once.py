"""What somebody does again and again is one entry, in a ledger or on a record, and what could not be entered is not passed over."""

from __future__ import annotations

import asyncio

import pytest

from config.clock import HandClock
from signaling.domain.administration import Deed
from signaling.domain.effects import Enter
from signaling.office.once import QUIET_SECONDS, Lately, Once, OnceOnRecord
from signaling.office.ports import StoreAway
from tests.signaling.office.world import Town

READ = Enter("timeline-read", {"by": "sun"})
TRIED = Deed("haiyan", "supervisor:sun", "access-refused", {"act": "hold", "code": "not-allowed", "kind": "supervisor"})


async def test_a_hundred_times_is_once_and_later_once_more() -> None:
    async with Town() as town:
        _kiosk, clerk, session = await town.talk()
        once = Once(town.store.evidence, town.clock)
        assert [await once.enter(clerk, session, "timeline", READ) for _ in range(100)] == [True] + [False] * 99
        assert await once.enter(town.kiosk(1), session, "timeline", READ), "somebody else"
        assert await once.enter(clerk, session, "something else", READ)
        town.clock.advance(QUIET_SECONDS + 1)
        assert await once.enter(clerk, session, "timeline", READ)
        assert (await town.ledger(session)).count("timeline-read") == 4


async def test_the_same_holds_for_a_record() -> None:
    async with Town() as town:
        once = OnceOnRecord(town.store.record, town.clock)
        assert [await once.enter(TRIED, "hold") for _ in range(100)] == [True] + [False] * 99
        assert await once.enter(TRIED, "something else")
        assert await once.enter(Deed("haiyan", "supervisor:chen", TRIED.what, TRIED.body), "hold"), "somebody else"
        assert await once.enter(Deed("pinghu", TRIED.actor, TRIED.what, TRIED.body), "hold"), "somebody of that name elsewhere"
        town.clock.advance(QUIET_SECONDS)
        assert await once.enter(TRIED, "hold")
        assert [len(await town.store.record.deeds(home)) for home in ("haiyan", "pinghu")] == [4, 1]


async def test_what_could_not_be_entered_is_entered_the_next_time() -> None:
    async with Town() as town:
        _kiosk, clerk, session = await town.talk()
        ledgers, records = Once(town.store.evidence, town.clock), OnceOnRecord(town.store.record, town.clock)
        town.store.away = True
        with pytest.raises(StoreAway):
            await ledgers.enter(clerk, session, "timeline", READ)
        with pytest.raises(StoreAway):
            await records.enter(TRIED, "hold")
        town.store.away = False
        assert await ledgers.enter(clerk, session, "timeline", READ) and await records.enter(TRIED, "hold")
        assert (await town.ledger(session)).count("timeline-read") == len(await town.store.record.deeds("haiyan")) == 1


async def test_of_those_at_the_same_moment_one_enters_it_and_nobody_goes_on_before_it_stands_there() -> None:
    lately, tried = Lately(HandClock()), list[float]()

    async def enter(at: float) -> None:
        tried.append(at)
        await asyncio.sleep(0)
        if len(tried) == 1:
            raise StoreAway("away")

    first, *others = await asyncio.gather(*(lately.once(("hold",), enter) for _ in range(5)), return_exceptions=True)
    assert isinstance(first, StoreAway) and others == [True, False, False, False] and len(tried) == 2


async def test_what_is_long_ago_is_forgotten_and_a_clock_that_is_set_back_makes_nobody_wait() -> None:
    clock, entered = SteppedClock(), list[float]()
    lately = Lately(clock)

    async def enter(at: float) -> None:
        entered.append(at)

    for number in range(1000):
        assert await lately.once((str(number),), enter)
        clock.advance(1.0)
    assert len(lately._entered) == QUIET_SECONDS, "what is kept in memory is what still matters"
    clock.step(-3600.0)
    clock.advance(QUIET_SECONDS)
    assert await lately.once(("999",), enter) and len(lately._entered) == 1
    assert entered[-1] == clock.now() < entered[0], "entered with the time that the clock tells now"


class SteppedClock(HandClock):
    """Somebody sets it."""

    def step(self, seconds: float) -> None:
        self._now += seconds
