"""How databases are opened, and which of their errors mean *away* rather than *wrong*."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import exc, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from config.secret import Secret
from signaling.store.engine import UnfitStore, open_engines, sqlite_code
from signaling.store.tables import metadata


async def test_every_commit_is_on_disk_and_keys_are_checked(tmp_path: Path) -> None:
    engines = open_engines(tmp_path / "window.db", 5)
    async with engines.writer.connect() as connection:
        found = {name: await connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}
    async with engines.reader.connect() as connection:
        assert await connection.scalar(text("PRAGMA query_only")) == 1
    await engines.writer.dispose()
    await engines.reader.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    engines = open_engines(str(tmp_path / "data" / "window.db"), 5)
    async with engines.writer.begin() as connection:
        await connection.execute(text("CREATE TABLE names (name TEXT)"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "data").iterdir()}
    await engines.writer.dispose()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert modes == {"window.db": 0o600, "window.db-wal": 0o600, "window.db-shm": 0o600}


async def test_an_address_of_sqlite_is_as_good_as_a_path(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path}/window.db", 5)
    assert engines.file == tmp_path / "window.db"
    assert engines.file.exists()


@pytest.mark.parametrize("url", ["postgresql+nosuchdriver://window@db/window", "mysql://window@db/window"])
def test_a_database_without_a_driver_is_refused_by_name(url: str) -> None:
    with pytest.raises(UnfitStore, match="no-driver") as refused:
        open_engines(url, 5, Secret("hidden"))
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "away"),
    [
        (sqlite3.SQLITE_BUSY, True), (sqlite3.SQLITE_BUSY_SNAPSHOT, True), (sqlite3.SQLITE_FULL, True), (sqlite3.SQLITE_IOERR_FSYNC, True),
        (sqlite3.SQLITE_CANTOPEN, True), (sqlite3.SQLITE_ERROR, False), (sqlite3.SQLITE_CONSTRAINT_UNIQUE, False), (sqlite3.SQLITE_MISUSE, False),
    ],
)
async def test_a_lock_and_a_full_disk_are_away_and_a_misspelt_query_is_not(tmp_path: Path, code: int, away: bool) -> None:
    engines = open_engines(tmp_path / "window.db", 5)
    error = sqlite3.OperationalError("as SQLite says")
    error.sqlite_errorcode = code
    assert engines.is_away(error) is away
    assert engines.is_away(exc.OperationalError("SELECT 1", {}, error)) is away
    assert sqlite_code(LookupError()) is None and not engines.is_away(LookupError())


def test_every_table_and_index_can_be_made_on_postgresql() -> None:
    dialect = postgresql.dialect()
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]
    made += [str(CreateIndex(index).compile(dialect=dialect)) for table in metadata.sorted_tables for index in table.indexes]
    assert any("UNIQUE INDEX ux_session_clerk ON session (clerk) WHERE clerk IS NOT NULL" in statement for statement in made)
