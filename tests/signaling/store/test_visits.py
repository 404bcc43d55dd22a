"""Sessions in SQL, beyond the contract: questions that stay quick when a year of visits lies in the file, and where names may be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from config.clock import HandClock
from signaling.domain.events import ClerkEnded, WrapUpCompleted
from signaling.office.ports import BY_ITSELF, Cause
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.contract.visits import RESIDENT, moved, opened, rung_by


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda store: store.live_sessions(), "ix_session_live"),
        (lambda store: store.sessions_of("jinshan", 50), "ix_session_home"),
        (lambda store: store.ledger_of("session-1"), "sqlite_autoindex_ledger_1"),
        (lambda store: store.done_before(Cause("clerk:li", "request-1")), "sqlite_autoindex_handled_1"),
        (lambda store: store.people.logged_in("token", 1.0), "sqlite_autoindex_login_1"),
        (lambda store: opened(store, "session-9"), "sqlite_autoindex_serial_1"),
    ],
)
async def test_no_question_reads_the_whole_table(tmp_path: Path, ask: Callable[[SqlStore], Any], index: str) -> None:
    file = tmp_path / FILE_NAME
    plans: list[str] = []
    async with await open_store(file, HandClock()) as store:
        asked: list[tuple[str, Any]] = []

        def listen(connection: object, cursor: object, statement: str, parameters: Any, context: object, many: bool) -> None:
            if statement.startswith(("SELECT", "UPDATE")):
                asked.append((statement, parameters))

        engines = store._database._engines
        for engine in (engines.reader, engines.writer):
            event.listen(engine.sync_engine, "before_cursor_execute", listen)
        await ask(store)
        with sqlite3.connect(file) as explaining:
            for statement, parameters in asked:
                plans += [row[3] for row in explaining.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        explaining.close()
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan], plans
    assert not [plan for plan in plans if "TEMP B-TREE" in plan and "RIGHT PART" not in plan], plans  # ties are sorted
    assert index in " ".join(plans)


async def test_a_name_stands_in_one_column_only(tmp_path: Path) -> None:
    """What must be erased one day has to be found."""
    file = tmp_path / FILE_NAME
    async with await open_store(file, HandClock()) as store:
        talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=Cause("clerk:li", "request-1"))
        wrapping = await moved(store, talking, ClerkEnded("accepted"), cause=BY_ITSELF)
        await moved(store, wrapping, WrapUpCompleted("accepted"), cause=BY_ITSELF)
    found = set()
    with sqlite3.connect(file) as looking:
        for (table,) in looking.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor = looking.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                found |= {(table, column[0]) for column, value in zip(cursor.description, row, strict=True) if RESIDENT in str(value)}
    looking.close()
    assert found == {("session", "state")}
