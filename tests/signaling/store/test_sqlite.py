"""The store on a real file: what was told is there after any death of the program."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from config.clock import HandClock
from recordings.ledger import Broken, verify
from signaling.domain.effects import Enter
from signaling.domain.events import HoldBegan
from signaling.office.ports import BY_ITSELF, Cause, StoreAway
from signaling.store.sqlite import FILE_NAME, open_store
from tests.contract.visits import T0, moved, opened, rung_by

WRITER = """
import asyncio, sys
from pathlib import Path
from config.clock import SystemClock
from signaling.domain.effects import Enter
from signaling.office.ports import Cause
from signaling.store.sqlite import open_store
from tests.contract.visits import opened

async def main():
    store = await open_store(Path(sys.argv[1]), SystemClock())
    stored = await opened(store, "session-1")
    while True:
        stored = await store.advance(stored, stored.state, (Enter("ticked", {"version": stored.version}),), 1.0, Cause("server", f"request-{stored.version}"))
        print(stored.version, flush=True)

asyncio.run(main())
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


async def test_everything_is_there_after_a_restart(file: Path) -> None:
    async with await open_store(file, HandClock()) as store:
        talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=Cause("clerk:li", "request-1"))
        await store.save_note("session-1", "a note", BY_ITSELF)
    async with await open_store(file, HandClock()) as store:
        (found,) = await store.live_sessions()
        assert (found.state, found.version, found.note) == (talking.state, 2, "a note")
        assert await store.done_before(Cause("clerk:li", "request-1")) == "session-1"
        held = await moved(store, found, HoldBegan(), cause=BY_ITSELF)
        assert held.version == 3
        assert verify("session-1", await store.ledger_of("session-1")).seq == 8


@pytest.mark.parametrize("steps", [1, 10, 40])
async def test_what_a_killed_program_has_told_is_kept(file: Path, steps: int) -> None:
    root = Path(__file__).parents[3]
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, str(file), stdout=asyncio.subprocess.PIPE, cwd=root)
    assert program.stdout is not None
    for _ in range(steps):
        told = int(await program.stdout.readline())
    program.kill()
    rest = await program.stdout.read()
    told = max([told, *map(int, rest[: rest.rfind(b"\n") + 1].split())])
    await program.wait()

    async with await open_store(file, HandClock()) as store:
        (found,) = await store.live_sessions()
        # One more step may have been stored and not told: a crash loses a message, never a fact.
        assert told <= found.version <= told + 1
        entries = await store.ledger_of("session-1")
        assert verify("session-1", entries).seq == 3 + found.version - 1
        assert await store.done_before(Cause("server", f"request-{found.version - 1}")) == "session-1"
        assert await store.done_before(Cause("server", f"request-{found.version}")) is None


async def test_a_database_locked_by_somebody_else_is_away_and_comes_back(file: Path) -> None:
    async with await open_store(file, HandClock(), busy_seconds=3.0) as store:
        before = await opened(store, "session-1")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreAway):
            await moved(store, before, *rung_by("li"), cause=Cause("clerk:li", "request-1"))
        assert await store.live_sessions() == [before], "it can still be read"
        other.execute("COMMIT")
        other.close()
    async with await open_store(file, HandClock(), busy_seconds=30) as store:
        # The same call goes through later, as StoreAway promises.
        assert (await moved(store, before, *rung_by("li"), cause=Cause("clerk:li", "request-1"))).version == 2


@pytest.mark.parametrize(
    ("tampering", "place"),
    [
        ("UPDATE ledger SET body = '{\"clerk\":\"wang\",\"counter\":\"jinshan-3\"}' WHERE seq = 4", 4),
        ("UPDATE ledger SET body = 'nonsense' WHERE seq = 3", 3),
        ("UPDATE ledger SET at = '2026-11-23T02:00:00.001Z' WHERE seq = 1", 1),
        ("UPDATE ledger SET actor = 'clerk:wang' WHERE seq = 4", 4),
        ("DELETE FROM ledger WHERE seq = 2", 2),
        ("UPDATE ledger SET seq = 9 WHERE seq = 4", 4),
        ("UPDATE ledger SET prev = '' WHERE seq = 2", 2),
    ],
)
async def test_a_ledger_changed_behind_the_programs_back_is_seen(file: Path, tampering: str, place: int) -> None:
    async with await open_store(file, HandClock()) as store:
        await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=BY_ITSELF)
        with sqlite3.connect(file) as administrator:
            assert administrator.execute(tampering).rowcount == 1
        administrator.close()
        with pytest.raises(Broken) as broken:
            verify("session-1", await store.ledger_of("session-1"))
        assert broken.value.place == place


async def test_two_programs_share_one_file(file: Path) -> None:
    """The server and an administrator's command, for instance."""
    async with await open_store(file, HandClock(), busy_seconds=30) as server, await open_store(file, HandClock(), busy_seconds=30) as command:
        async def take(n: int) -> str:
            return (await opened(server if n % 2 else command, f"session-{n:02}")).session

        await asyncio.gather(*map(take, range(12)))
        serials = sorted(record.number for record in await server.sessions_of("jinshan"))
        assert serials == [f"J{n:03}" for n in range(1, 13)]


async def test_a_full_disk_loses_the_step_and_nothing_else(file: Path) -> None:
    async with await open_store(file, HandClock()) as store:
        stored = await opened(store, "session-1")

        async def limit(c: AsyncConnection, pages: int) -> int:
            return int(await c.scalar(text(f"PRAGMA max_page_count = {pages}")) or 0)

        full_at = await store._database.write(lambda c: limit(c, 1))  # SQLite answers with what it needs now
        assert full_at > 1
        with pytest.raises(StoreAway, match="full"):
            for n in range(1000):
                stored = await store.advance(stored, stored.state, (Enter("noted", {"text": "x" * 500}),), T0, Cause("server", f"request-{n}"))
        assert await store.session("session-1") == stored
        assert verify("session-1", await store.ledger_of("session-1")).seq == 2 + stored.version
        assert await store.done_before(Cause("server", f"request-{n}")) is None

        await store._database.write(lambda c: limit(c, 1_000_000))
        stored = await store.advance(stored, stored.state, (Enter("noted"),), T0, Cause("server", f"request-{n}"))
        assert await store.session("session-1") == stored


async def test_a_store_that_answers_is_reachable(file: Path) -> None:
    store = await open_store(file, HandClock())
    assert await store.reachable()
    await store.close()
    assert not await store.reachable()


async def test_a_closed_store_says_so(file: Path) -> None:
    store = await open_store(file, HandClock())
    await store.close()
    await store.close()
    with pytest.raises(StoreAway):
        await opened(store, "session-1", at=T0)
