"""Background tasks are held, their errors are heard, and they end together."""

from __future__ import annotations

import asyncio
import gc

from config.tasks import Tasks
from tests.waiting import LONG


async def test_an_error_is_heard_with_the_task_s_name_and_the_others_go_on() -> None:
    heard: asyncio.Queue[tuple[str, BaseException]] = asyncio.Queue()
    tasks = Tasks(lambda name, error: heard.put_nowait((name, error)))
    goes_on = asyncio.Event()

    async def fail() -> None:
        raise ValueError("no")

    tasks.start(goes_on.wait(), "waits")
    tasks.start(fail(), "fails")
    name, error = await asyncio.wait_for(heard.get(), LONG)
    assert name == "fails" and isinstance(error, ValueError)
    assert len(tasks) == 1
    goes_on.set()
    await tasks.close()
    assert len(tasks) == 0 and heard.empty()


async def test_a_task_nobody_holds_is_not_collected() -> None:
    errors: list[str] = []
    tasks = Tasks(lambda name, error: errors.append(name))
    done, go = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await go.wait()
        done.set()

    tasks.start(work(), "work")
    await asyncio.sleep(0)
    gc.collect()
    go.set()
    await asyncio.wait_for(done.wait(), LONG)
    await tasks.close()
    assert not errors


async def test_closing_cancels_what_runs_and_reports_no_error() -> None:
    errors: list[str] = []
    tasks = Tasks(lambda name, error: errors.append(name))
    running = tasks.start(asyncio.Event().wait(), "for ever")
    await tasks.close()
    assert running.cancelled() and not errors
