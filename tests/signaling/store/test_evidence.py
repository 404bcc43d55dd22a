"""Evidence in SQL, beyond the contract: after any death of the program, with two programs on one file, and quick after years."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from config.clock import HandClock
from recordings.ledger import verify
from signaling.domain.effects import Enter
from signaling.domain.events import HoldBegan, HoldEnded
from signaling.office.ports import BY_ITSELF, Conflict, StoreAway
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.contract.evidence import ASKED, LIFE, byte, head, rec, segment, signed, talked, wish
from tests.contract.visits import RESIDENT, T0, moved, opened, rung_by

KEEPER = """
import asyncio, sys
from pathlib import Path
from config.clock import SystemClock
from signaling.store.sqlite import open_store
from tests.contract.evidence import LIFE, byte
from tests.contract.visits import opened

async def main():
    store = await open_store(Path(sys.argv[1]), SystemClock())
    await opened(store, "session-1")
    for n in range(1, 100_000, 3):
        await store.evidence.keep(LIFE, [byte(n), byte(n + 1), byte(n + 2)], 1.0)
        print(n + 2, flush=True)

asyncio.run(main())
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


async def test_everything_is_there_after_a_restart(file: Path) -> None:
    async with await open_store(file, HandClock()) as store:
        await talked(store)
        await store.evidence.keep(LIFE, [byte(1), segment(2, state="suspect")], T0)
        home = await signed(store)
        await store.evidence.open_view("session-1", "zhou", "complaint", T0, Enter("viewed"))
        await store.evidence.ask(wish(), ASKED)
        incidents, waits = await store.evidence.incidents("jinshan"), await store.evidence.unattended()
        assert incidents and waits
    async with await open_store(file, HandClock()) as store:
        assert await store.evidence.heads_of("session-1") == [home]
        assert await store.evidence.incidents("jinshan") == incidents
        assert await store.evidence.unattended() == waits
        assert await store.evidence.view_since("session-1", "zhou") == T0
        assert await store.evidence.request("r-1") == wish()
        await store.evidence.keep(LIFE, [byte(1), segment(2), byte(3)], T0)
        assert await rec(store) == [100, 300], "how far a journal has been entered is known too"


@pytest.mark.parametrize("calls", [1, 5, 25])
async def test_of_a_killed_program_every_line_is_entered_once_when_it_is_told_again(file: Path, calls: int) -> None:
    root = Path(__file__).parents[3]
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", KEEPER, str(file), stdout=asyncio.subprocess.PIPE, cwd=root)
    assert program.stdout is not None
    for _ in range(calls):
        told = int(await program.stdout.readline())
    program.kill()
    await program.stdout.read()
    await program.wait()
    async with await open_store(file, HandClock()) as store:
        there = await rec(store)
        assert len(there) >= told and len(there) % 3 == 0, "a transaction is there whole, or not at all"
        await store.evidence.keep(LIFE, [byte(n) for n in range(1, len(there) + 10)], T0)
        assert await rec(store) == [n * 100 for n in range(1, len(there) + 10)]


async def test_two_programs_that_hear_the_same_lines_enter_them_once_between_the_others_steps(file: Path) -> None:
    async with await open_store(file, HandClock(), busy_seconds=30) as one, await open_store(file, HandClock(), busy_seconds=30) as two:
        stored = await moved(one, await opened(one, "session-1"), *rung_by("li"), cause=BY_ITSELF)

        async def hears(store: SqlStore) -> None:
            for upto in range(3, 31, 3):
                await store.evidence.keep(LIFE, [byte(n) for n in range(1, upto)], T0)

        async def steps() -> None:
            nonlocal stored
            for n in range(10):
                stored = await moved(two, stored, (HoldBegan(), HoldEnded())[n % 2], cause=BY_ITSELF)

        await asyncio.gather(hears(one), hears(two), steps())
        assert await rec(one) == [n * 100 for n in range(1, 30)]
        assert stored.version == 12


async def test_a_locked_database_is_away_and_the_same_call_goes_through_later(file: Path) -> None:
    async with await open_store(file, HandClock(), busy_seconds=3.0) as store:
        await opened(store, "session-1")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreAway):
            await store.evidence.keep(LIFE, [byte(1)], T0)
        with pytest.raises(StoreAway):
            await store.evidence.note("session-1", [Enter("viewed")], T0, "server")
        other.execute("COMMIT")
        other.close()
    async with await open_store(file, HandClock(), busy_seconds=30) as store:
        await store.evidence.keep(LIFE, [byte(1)], T0)
        assert await rec(store) == [100]


async def test_what_the_database_refuses_is_a_conflict_that_changes_nothing(file: Path) -> None:
    async with await open_store(file, HandClock()) as store:
        await talked(store)
        await store.evidence.ask(wish(), ASKED)
        before = await store.ledger_of("session-1")
        with pytest.raises(Conflict):
            await store.evidence.ask(wish(by="sun"), ASKED)
        assert await store.ledger_of("session-1") == before


async def test_no_name_of_a_resident_stands_in_what_is_kept_of_a_recording(file: Path) -> None:
    async with await open_store(file, HandClock()) as store:
        await talked(store)
        await store.evidence.keep(LIFE, [byte(1), segment(2, state="suspect")], T0)
        await signed(store)
        await store.evidence.open_view("session-1", "zhou", "complaint", T0, Enter("viewed"))
        await store.evidence.ask(wish(), ASKED)
        verify("session-1", await store.ledger_of("session-1"))
    with sqlite3.connect(file) as rows:
        for table in ("journal", "head", "incident", "view", "approval", "keeping", "ledger"):
            assert RESIDENT not in str(rows.execute(f"SELECT * FROM {table}").fetchall()), table
    rows.close()


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda e: e.keep(LIFE, [byte(1)], T0), "sqlite_autoindex_journal_1"),
        (lambda e: e.note("session-1", [Enter("recording-late")], T0, "server"), "sqlite_autoindex_incident_1"),
        (lambda e: e.heads_of("session-1"), "sqlite_autoindex_head_1"),
        (lambda e: e.session_of_code("AAAAA-AAAAA"), "ix_head_code"),
        (lambda e: e.end_incident("session-1.recording-late", "jinshan", "zhou", T0), "sqlite_autoindex_incident_1"),
        (lambda e: e.view_since("session-1", "zhou"), "sqlite_autoindex_view_1"),
        (lambda e: e.request("r-1"), "sqlite_autoindex_approval_1"),
        (lambda e: e.requests_of("session-1"), "ix_approval_session"),
        (lambda e: e.incidents("jinshan"), "ix_incident_home"),
    ],
)
async def test_no_question_reads_the_whole_table(file: Path, ask: Callable[[Any], Any], index: str) -> None:
    plans: list[str] = []
    async with await open_store(file, HandClock()) as store:
        await talked(store)
        await head(store)
        asked: list[tuple[str, Any]] = []

        def listen(connection: object, cursor: object, statement: str, parameters: Any, context: object, many: bool) -> None:
            if statement.startswith(("SELECT", "UPDATE")):
                asked.append((statement, parameters))

        engines = store._database._engines
        for engine in (engines.reader, engines.writer):
            event.listen(engine.sync_engine, "before_cursor_execute", listen)
        await ask(store.evidence)
        with sqlite3.connect(file) as explaining:
            for statement, parameters in asked:
                plans += [row[3] for row in explaining.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        explaining.close()
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan], plans
    assert index in " ".join(plans), plans
