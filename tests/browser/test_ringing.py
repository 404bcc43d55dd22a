"""Who is rung, who answers, who misses it: two counters and one resident."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Page

from tests.browser.window import Window, keep, mark, sees, shows, touch, until, window

PRESENCE = "word => document.querySelector('[data-test=presence]')?.dataset.presence === word"


async def ringing_first(w: Window, desks: list[Page]) -> tuple[Page, Page]:
    """The desk that rings and the other one."""
    rung = await until_one(desks)
    return desks[rung], desks[1 - rung]


async def until_one(desks: list[Page]) -> int:
    """Index of the desk whose bell rings."""
    while True:
        for index, desk in enumerate(desks):
            if await mark(desk, "ring").count():
                return index


async def test_a_declined_ring_goes_to_the_next_counter(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        desks = [await w.desk(0), await w.desk(1)]
        kiosk = await w.kiosk()
        await w.take_ticket(kiosk)
        first, second = await ringing_first(w, desks)
        await touch(first, "decline")
        await shows(second, "ring")
        await until(first, PRESENCE, "available")
        await touch(second, "answer")
        await sees(second, "resident")
        await sees(kiosk, "clerk")


async def test_two_clerks_reach_for_one_ticket_and_one_gets_it(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        desks = [await w.desk(0), await w.desk(1)]
        kiosk = await w.kiosk()
        await w.take_ticket(kiosk)
        first, second = await ringing_first(w, desks)
        await touch(first, "decline")
        await touch(second, "decline")
        picks = [desk.locator('[data-test^="pick-"]') for desk in desks]
        for pick in picks:
            await pick.wait_for()
        await asyncio.gather(*(pick.dispatch_event("click") for pick in picks))
        await sees(kiosk, "clerk")
        served = [desk for desk in desks if await mark(desk, "stage-talk").count()]
        assert len(served) == 1
        loser = next(desk for desk in desks if desk not in served)
        await until(loser, PRESENCE, "available")
        await until(loser, "() => document.querySelector('[data-test^=pick-]') === null")
        await sees(served[0], "resident")


async def test_a_clerk_who_misses_the_ring_is_away_until_they_say_that_they_are_back(tmp_path: Path) -> None:
    async with window(tmp_path / "data", VIRTUAL_WINDOW_SESSION_RING_SECONDS="10") as w:
        desk, kiosk = await w.desk(), await w.kiosk()
        await w.take_ticket(kiosk)
        await until(desk, "() => document.querySelector('[data-test=presence]')?.dataset.because === 'missed'")
        await keep(desk, "counter-missed")
        await shows(kiosk, "screen-waiting")
        await touch(desk, "im-back")
        await shows(desk, "ring")
        await touch(desk, "answer")
        await sees(desk, "resident")
