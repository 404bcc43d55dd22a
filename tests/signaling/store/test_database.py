"""A transaction keeps its promise: done, or nothing changed; and the event loop never waits for it."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, exc, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import await_only

from signaling.office.ports import StoreAway
from signaling.store.database import Database
from signaling.store.engine import Engines, open_engines
from signaling.store.tables import handled, metadata

LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
print("released", flush=True)
"""


@pytest.fixture
async def engines(tmp_path: Path) -> AsyncIterator[Engines]:
    made = open_engines(tmp_path / "window.db", 30)
    async with made.writer.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield made
    await made.writer.dispose()
    await made.reader.dispose()


class Complaints(list[str]):
    """What was reported about transactions that nobody waited for."""

    def __call__(self, name: str, error: BaseException) -> None:
        self.append(f"{name}: {error}")


@pytest.fixture
async def complaints() -> Complaints:
    return Complaints()


def database(engines: Engines, budget: float, complaints: Complaints) -> Database:
    return Database(engines, budget, complaints)


def noted(request: str) -> dict[str, object]:
    return {"actor": "clerk:li", "request": request, "session": "", "at": 1.0}


async def note(c: AsyncConnection, request: str) -> None:
    await c.execute(insert(handled).values(noted(request)))


async def notes(db: Database) -> list[str]:
    async def work(c: AsyncConnection) -> list[str]:
        return list(await c.scalars(select(handled.c.request).order_by(handled.c.request)))

    return await db.read(work)


async def test_work_is_kept_or_undone_as_a_whole(engines: Engines, complaints: Complaints) -> None:
    db = database(engines, 30, complaints)
    await db.write(lambda c: note(c, "one"))

    async def half(c: AsyncConnection) -> None:
        await note(c, "two")
        raise LookupError("in the middle")

    with pytest.raises(LookupError):
        await db.write(half)
    with pytest.raises(exc.IntegrityError):
        await db.write(lambda c: note(c, "one"))
    assert await notes(db) == ["one"]
    assert complaints == []


async def test_readers_cannot_write(engines: Engines, complaints: Complaints) -> None:
    db = database(engines, 30, complaints)
    await notes(db)  # so that the file is in WAL before a reader is asked to write
    with pytest.raises(exc.OperationalError, match="readonly"):
        async with engines.reader.begin() as connection:
            await note(connection, "one")
    assert await notes(db) == []


async def test_while_another_program_holds_the_lock_others_read_and_the_loop_runs(engines: Engines, complaints: Complaints) -> None:
    db = database(engines, 60, complaints)
    locker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOCKER, str(engines.file), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert locker.stdin is not None and locker.stdout is not None
    assert await locker.stdout.readline() == b"locked\n"

    async with asyncio.TaskGroup() as group:
        writing = group.create_task(db.write(lambda c: note(c, "one")))
        for _ in range(20):
            assert await notes(db) == []
        assert not writing.done()
        # Only a loop that still runs comes here and lets the lock go.
        locker.stdin.write(b"go\n")
        await locker.stdin.drain()
        assert await locker.stdout.readline() == b"released\n"
    await locker.wait()
    assert await notes(db) == ["one"]


async def test_a_lock_held_beyond_the_budget_is_a_store_away_and_nothing_changed(engines: Engines, complaints: Complaints) -> None:
    db = database(engines, 0.3, complaints)
    assert engines.file is not None
    other = sqlite3.connect(engines.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(*(db.write(lambda c, n=n: note(c, f"n{n}")) for n in range(5)), return_exceptions=True)  # type: ignore[misc] # mypy cannot infer a lambda with a default
    assert [type(result) for result in results] == [StoreAway] * 5
    other.execute("COMMIT")
    other.close()

    patient = database(engines, 30, complaints)
    await patient.write(lambda c: note(c, "later"))
    assert await notes(patient) == ["later"]
    assert complaints == [], "a lock is nobody's mistake"


async def test_what_was_given_up_undoes_itself_when_it_moves_again(engines: Engines, complaints: Complaints) -> None:
    db = database(engines, 0.2, complaints)
    stuck = asyncio.Event()

    async def slow(c: AsyncConnection) -> None:
        await note(c, "slow")
        await stuck.wait()

    with pytest.raises(StoreAway):
        await db.write(slow)
    stuck.set()
    patient = database(engines, 30, complaints)
    await patient.write(lambda c: note(c, "next"))
    assert await notes(patient) == ["next"]


async def test_whose_caller_is_cancelled_undoes_itself_too(engines: Engines, complaints: Complaints) -> None:
    db = database(engines, 30, complaints)
    begun, stuck = asyncio.Event(), asyncio.Event()

    async def slow(c: AsyncConnection) -> None:
        await note(c, "slow")
        begun.set()
        await stuck.wait()

    async with asyncio.TaskGroup() as group:
        caller = group.create_task(db.write(slow))
        await begun.wait()
        caller.cancel()
    assert caller.cancelled()
    stuck.set()
    await db.write(lambda c: note(c, "next"))
    assert await notes(db) == ["next"]


async def test_a_commit_under_way_is_waited_for(engines: Engines, complaints: Complaints) -> None:
    """On a stalled disk nobody could say whether it happened: so nothing is said before it is known."""
    db = database(engines, 2.0, complaints)
    begun, stalled = asyncio.Event(), asyncio.Event()

    def stall(connection: object) -> None:
        begun.set()
        await_only(stalled.wait())

    event.listen(engines.writer.sync_engine, "commit", stall)
    async with asyncio.TaskGroup() as group:
        caller = group.create_task(db.write(lambda c: note(c, "one")))
        await begun.wait()
        done, _ = await asyncio.wait({caller}, timeout=3.0)  # longer than the budget
        assert not done
        with pytest.raises(StoreAway):  # whoever comes meanwhile is not kept waiting
            await database(engines, 0.2, complaints).write(lambda c: note(c, "two"))
        stalled.set()
    assert caller.result() is None
    assert await notes(database(engines, 30, complaints)) == ["one"]


async def test_a_mistake_in_work_that_nobody_waits_for_is_reported(engines: Engines, complaints: Complaints) -> None:
    db = database(engines, 2.0, complaints)  # enough to begin in
    stuck = asyncio.Event()

    async def wrong(c: AsyncConnection) -> None:
        await stuck.wait()
        raise LookupError("a mistake")

    with pytest.raises(StoreAway):
        await db.write(wrong)
    stuck.set()
    await db.close()
    assert complaints == ["store transaction: a mistake"]


async def test_closing_lets_the_last_transaction_end(engines: Engines, complaints: Complaints) -> None:
    db = database(engines, 30, complaints)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def last(c: AsyncConnection) -> None:
        begun.set()
        await go_on.wait()
        await note(c, "last")

    async with asyncio.TaskGroup() as group:
        group.create_task(db.write(last))
        await begun.wait()
        closing = group.create_task(db.close())
        await asyncio.sleep(0)
        with pytest.raises(StoreAway, match="closed"):
            await db.write(lambda c: note(c, "too late"))
        go_on.set()
        await closing
    assert engines.file is not None
    with sqlite3.connect(engines.file) as after:
        assert after.execute("SELECT request FROM handled").fetchall() == [("last",)]
    after.close()
