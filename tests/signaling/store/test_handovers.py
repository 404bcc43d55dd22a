"""The outbox in a real SQLite file: one transaction with the step, through a kill in its middle, and for what was decided before there was one."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path

from config.clock import HandClock
from signaling.store.sqlite import FILE_NAME, open_store
from tests.contract.evidence import closed
from tests.programs import ROOT
from tests.signaling.store.shapes import as_the_fifth_program_wrote_it

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from sqlalchemy import event
from config.clock import HandClock
from signaling.store.sqlite import open_store
from tests.contract.evidence import closed

async def main():
    store = await open_store(Path(sys.argv[1]), HandClock())
    def die(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(store._database._engines.writer.sync_engine, "after_cursor_execute", die)
    await closed(store)

asyncio.run(main())
"""


async def test_killed_between_the_step_and_its_commit_neither_is_there(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(file), "INSERT INTO handover", cwd=ROOT)
    assert await program.wait() == -9
    async with await open_store(file, HandClock()) as store:
        [live] = await store.live_sessions()
        assert type(live.state).__name__ == "WrappingUp"
        assert await store.handovers.handovers() == []
        await store.ledger_of("session-1")


async def test_the_columns_are_as_they_are_read(tmp_path: Path) -> None:
    async with await open_store(tmp_path / FILE_NAME, HandClock()) as store:
        await closed(store)
        [row] = await store.handovers.handovers()
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        found = file.execute("SELECT home, case_number, n, session, outcome, state, attempts, metadata, receipt FROM handover").fetchall()
    file.close()
    assert found == [("jinshan", row.case, 1, "session-1", "accepted", "queued", 0, None, None)]


async def test_cases_of_before_are_queued_too(tmp_path: Path) -> None:
    """A database from before there was an outbox: what was decided then has never been handed over."""
    file = tmp_path / FILE_NAME
    async with await open_store(file, HandClock()) as store:
        await closed(store)
        [before] = await store.handovers.handovers()
        stored = await store.session(before.session)
    assert stored is not None
    state = stored.state
    with sqlite3.connect(file) as old:
        for table in ("case_session", "case_record", "handover"):
            old.execute(f"DROP TABLE {table}")
        old.execute("UPDATE session SET state = ?", [as_the_fifth_program_wrote_it(state)])
        old.execute("UPDATE alembic_version SET version_num = '0004'")
    old.close()
    async with await open_store(file, HandClock()) as store:
        assert await store.handovers.handovers() == [before]
