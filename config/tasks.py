"""The one place where background tasks are started: each is held until it ends, and its error reaches the log.

`asyncio.create_task` keeps only a weak reference, so a task nobody holds may vanish in flight, and its exception with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

OnError = Callable[[str, BaseException], None]


class Tasks:
    """A bag of background tasks that end together.

    `on_error(name, error)` is called for each task that fails; the others go on.
    """

    def __init__(self, on_error: OnError) -> None:
        self._on_error = on_error
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run `work` in the background under `name`."""
        task = asyncio.create_task(work, name=name)  # noqa: TID251 - this is the one place
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(task.get_name(), error)

    def __len__(self) -> int:
        return len(self._running)

    async def close(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
