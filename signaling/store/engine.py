"""What differs between databases, and nothing else: how they are opened, how a transaction begins, when they count as away.

SQLite keeps one write connection on a thread of its own, in WAL with every commit on disk (`synchronous=FULL`); readers have
connections that cannot write. A transaction that will write takes its lock at the beginning (`BEGIN IMMEDIATE`): a lock taken
later can fail in the middle without waiting (https://sqlite.org/lang_transaction.html).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from config.secret import Secret

WITHIN = "virtual_window_within"
"""Execution option of a connection: how many seconds its transaction may wait for a lock."""

_SQLITE_AWAY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT}
# Connection exception, serialization failure and deadlock, insufficient resources, operator intervention, lock not available.
_POSTGRESQL_AWAY = ("08", "40001", "40P01", "53", "57", "55P03")


class UnfitStore(Exception):
    """The database cannot serve this program. `code` is `schema-newer`, `not-a-store` or `no-driver`; the text says what to do."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Engines:
    """Two ways into one database."""

    writer: AsyncEngine
    reader: AsyncEngine
    is_away: Callable[[BaseException], bool]
    """Whether an error means that the database cannot be reached or is locked, rather than that something is wrong."""
    file: Path | None = None
    """SQLite's file."""
    schema_lock: str = "SELECT 1"
    """Statement that keeps other programs from migrating until the transaction ends. SQLite has one writer anyway."""


def open_engines(where: str | Path, within: float, password: Secret | None = None) -> Engines:
    """Engines for a file or a SQLAlchemy address; nothing is connected yet. `within` seconds is the longest wait for a lock.

    Raises UnfitStore `no-driver` for a database whose driver is not installed.
    """
    if isinstance(where, Path) or "://" not in where:
        return _sqlite(Path(where), within)
    url = make_url(where)
    if url.get_backend_name() == "sqlite":
        return _sqlite(Path(url.database or ""), within)
    if url.get_backend_name() != "postgresql":
        raise UnfitStore("no-driver", f"{url.get_backend_name()} is not supported: SQLite or PostgreSQL")
    return _postgresql(url.set(password=password.reveal()) if password else url, within)


def _sqlite(file: Path, within: float) -> Engines:
    _make_private(file)
    url = URL.create("sqlite+aiosqlite", database=str(file))

    def engine(size: int, pragmas: tuple[str, ...], begin: str) -> AsyncEngine:
        made = create_async_engine(url, pool_size=size, max_overflow=0, pool_timeout=within, connect_args={"timeout": within})

        def connected(connection: Any, record: object) -> None:
            # The driver's own transaction control begins too late and is switched off; `begun` below begins.
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in (*pragmas, "foreign_keys = ON", "trusted_schema = OFF"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        def begun(connection: Connection) -> None:
            patience = connection.get_execution_options().get(WITHIN, within)
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {max(1, int(patience * 1000))}")
            connection.exec_driver_sql(begin)

        event.listen(made.sync_engine, "connect", connected)
        event.listen(made.sync_engine, "begin", begun)
        return made

    return Engines(
        writer=engine(1, ("journal_mode = WAL", "synchronous = FULL"), "BEGIN IMMEDIATE"),
        reader=engine(2, ("query_only = ON",), "BEGIN"),
        is_away=_sqlite_away,
        file=file,
    )


def _make_private(file: Path) -> None:
    """The file holds names of residents: it is its owner's alone from the first byte. SQLite gives `-wal` and `-shm` the same mode."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _sqlite_away(error: BaseException) -> bool:
    if isinstance(error, exc.TimeoutError):  # the write connection was busy all the time
        return True
    return sqlite_code(error) in _SQLITE_AWAY


def sqlite_code(error: BaseException) -> int | None:
    """The primary result code (https://sqlite.org/rescode.html), None when the error is not SQLite's."""
    # While a connection is being prepared the driver's own error arrives, later SQLAlchemy's around it.
    code: int | None = getattr(getattr(error, "orig", None) or error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _postgresql(url: URL, within: float) -> Engines:
    def engine(size: int, read_only: bool) -> AsyncEngine:
        try:
            made = create_async_engine(url, pool_size=size, max_overflow=0, pool_timeout=within, pool_pre_ping=True, connect_args={"timeout": within})
        except (ModuleNotFoundError, exc.NoSuchModuleError) as error:
            raise UnfitStore("no-driver", f"{url.drivername} needs a driver that is not installed: {error}") from None

        def begun(connection: Connection) -> None:
            patience = max(1, int(connection.get_execution_options().get(WITHIN, within) * 1000))
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{patience}ms'")
            if read_only:
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")

        event.listen(made.sync_engine, "begin", begun)
        return made

    lock = "SELECT pg_advisory_xact_lock(hashtext('virtual-window schema'))"
    return Engines(engine(4, read_only=False), engine(4, read_only=True), _postgresql_away, schema_lock=lock)


def _postgresql_away(error: BaseException) -> bool:
    if isinstance(error, exc.TimeoutError | OSError):
        return True
    if isinstance(error, exc.DBAPIError):
        code = str(getattr(error.orig, "sqlstate", "") or "")
        return error.connection_invalidated or isinstance(error, exc.InterfaceError) or code.startswith(_POSTGRESQL_AWAY)
    return False
