"""One transaction: begun, carried out, committed or undone within its budget, and never half awaited.

The caller waits at most `budget` seconds and is then told `StoreAway`, which promises that nothing was changed. Therefore a
transaction runs as a task of its own: one that is given up, or whose caller is cancelled, undoes itself as soon as it moves again.
Only when its commit is under way is it waited for, however long, because nobody could say whether it happened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from config.tasks import OnError, Tasks
from signaling.office.ports import StoreAway
from signaling.store.engine import WITHIN, Engines

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]


class _Job:
    """What a transaction and its caller know of each other."""

    def __init__(self) -> None:
        self.given_up = False
        self.committing = False


@dataclass(frozen=True, slots=True)
class _Failed:
    """How a transaction ended that did not succeed."""

    error: Exception


class _GivenUp(Exception):
    """Nobody waits for this transaction any more."""


class Database:
    """Runs work in transactions. `budget` is in seconds; what fails when nobody waits for it any more goes to `on_error`."""

    def __init__(self, engines: Engines, budget: float, on_error: OnError) -> None:
        self._engines = engines
        self._budget = budget
        self._on_error = on_error
        self._tasks = Tasks(on_error)
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def write(self, work: Work[T]) -> T:
        """Carry `work` out in one transaction. Raises StoreAway, `sqlalchemy.exc.IntegrityError`, and whatever `work` raises."""
        return await self._run(self._engines.writer, work)

    async def read(self, work: Work[T]) -> T:
        """Like `write`, on connections that cannot write and do not wait for those who do."""
        return await self._run(self._engines.reader, work)

    async def close(self) -> None:
        """Let what runs come to its end (a commit on a stalled disk: for a while), then close every connection. Idempotent."""
        self._closed = True
        if self._running:
            await asyncio.wait(self._running, timeout=2 * self._budget)
        await self._engines.writer.dispose()
        await self._engines.reader.dispose()

    async def _run(self, engine: AsyncEngine, work: Work[T]) -> T:
        if self._closed:
            raise StoreAway("the store is closed")
        job = _Job()
        task = self._tasks.start(self._outcome(job, engine, work), "store transaction")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            await asyncio.wait({task}, timeout=self._budget)
            if not task.done() and not job.committing:
                raise StoreAway(f"no answer within {self._budget:g} s")
            outcome: T | _Failed = await asyncio.shield(task)
        finally:
            job.given_up = True
        if isinstance(outcome, _Failed):
            raise outcome.error
        return outcome

    async def _outcome(self, job: _Job, engine: AsyncEngine, work: Work[T]) -> T | _Failed:
        try:
            return await self._transaction(job, engine, work)
        except _GivenUp as error:
            return _Failed(error)
        except Exception as error:
            if self._engines.is_away(error):
                return _Failed(StoreAway(str(error)))
            if job.given_up:
                self._on_error("store transaction", error)
            return _Failed(error)

    async def _transaction(self, job: _Job, engine: AsyncEngine, work: Work[T]) -> T:
        deadline = asyncio.get_running_loop().time() + self._budget
        async with engine.connect() as connection:
            if job.given_up:  # while waiting for the connection
                raise _GivenUp
            left = deadline - asyncio.get_running_loop().time()
            connection = await connection.execution_options(**{WITHIN: left})
            async with connection.begin() as transaction:
                result = await work(connection)
                if job.given_up:
                    raise _GivenUp
                job.committing = True
                await transaction.commit()
        return result
