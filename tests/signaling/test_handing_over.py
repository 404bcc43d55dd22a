"""Handing over put together: a decided case is told of at once, once, and what waits is counted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import structlog

from config.clock import SystemClock
from config.load import load
from config.tasks import Tasks
from signaling.custodians import Custodians
from signaling.handing_over import HandingOver
from signaling.office.archive import Archive
from signaling.store.sqlite import FILE_NAME, open_store
from tests.contract.evidence import closed as decided
from tests.signaling.office.handed_over import Books
from tests.stories.visit import closed, wrapping_up
from tests.waiting import until, until_found


async def test_a_decided_case_is_tried_at_once_and_counted_while_it_waits(tmp_path: Path) -> None:
    """Its home's folder is a file: nobody can put anything there."""
    (tmp_path / "drop").write_text("")
    settings = load(None, {"handover.homes": ["jinshan=drop/jinshan"]}, {}).handover
    clock, tasks, log = SystemClock(), Tasks(lambda name, error: None), structlog.get_logger()
    async with await open_store(tmp_path / FILE_NAME, clock) as store:
        custodians: Any = Custodians(tmp_path, {})
        over = HandingOver(settings, tmp_path, store, Archive(store.evidence, custodians, []), custodians, Books(), ["jinshan", "haiyan"], clock, log)
        over.start(tasks)
        stored = await decided(store)
        over.stepped(None, stored.state)
        assert over.waiting == 1

        async def tried() -> bool:
            [row] = await store.handovers.handovers()
            return row.attempts > 0

        await until_found(tried)
        over.stepped(stored.state, msgspec.structs.replace(stored.state, rated=True))
        assert over.waiting == 1, "a rating is no second case"
        await tasks.close()
        await over.close()


async def test_what_is_not_decided_is_nothing_to_hand_over(tmp_path: Path) -> None:
    clock = SystemClock()
    async with await open_store(tmp_path / FILE_NAME, clock) as store:
        custodians: Any = Custodians(tmp_path, {})
        over = HandingOver(
            load(None, {}, {}).handover, tmp_path, store, Archive(store.evidence, custodians, []), custodians, Books(), ["jinshan"], clock,
            structlog.get_logger(),
        )  # fmt: skip
        over.stepped(None, wrapping_up("J001", "jinshan-3"))
        over.stepped(wrapping_up("J001", "jinshan-3"), closed("J001", "jinshan-3", outcome=None))
        assert over.waiting == 0
        await over.close()


async def test_what_waited_before_the_start_is_counted_too(tmp_path: Path) -> None:
    clock, tasks = SystemClock(), Tasks(lambda name, error: None)
    async with await open_store(tmp_path / FILE_NAME, clock) as store:
        await decided(store)
        custodians: Any = Custodians(tmp_path, {})
        over = HandingOver(
            load(None, {}, {}).handover, tmp_path, store, Archive(store.evidence, custodians, []), custodians, Books(), ["jinshan"], clock,
            structlog.get_logger(),
        )  # fmt: skip
        over.start(tasks)
        await until(lambda: over.waiting == 1)
        await asyncio.sleep(0)
        [row] = await store.handovers.handovers()
        assert row.attempts == 0, "without an address it waits, and nobody is alarmed"
        await tasks.close()
        await over.close()
