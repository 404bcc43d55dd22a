"""Brings the database to the shape this program knows, when the program starts: all in one transaction, with a copy kept before.

A database that a newer program has changed is left alone and refused (`schema-newer`). Two programs that start at once take turns.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, exc, text

from config.clock import Clock
from recordings.ledger import utc
from signaling.office.ports import StoreAway
from signaling.store.engine import WITHIN, Engines, UnfitStore, sqlite_code

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 30.0
"""Seconds to wait for another program that is migrating."""


async def migrate(engines: Engines, clock: Clock, scripts: Path = MIGRATIONS) -> str:
    """Bring the database to the newest revision of `scripts` and return its name.

    Raises UnfitStore (`schema-newer`, `not-a-store`) and StoreAway; the database is then as it was.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    known = ScriptDirectory.from_config(config)
    newest = known.get_current_head()
    assert newest is not None, "there is at least one step"
    try:
        async with engines.reader.connect() as connection:
            if await connection.run_sync(_revision) == newest:
                return newest
        async with engines.writer.connect() as connection:
            connection = await connection.execution_options(**{WITHIN: PATIENCE})
            async with connection.begin():
                await connection.execute(text(engines.schema_lock))
                found = await connection.run_sync(_revision)
                if found is not None and found not in {step.revision for step in known.walk_revisions()}:
                    raise UnfitStore("schema-newer", f"the database is at {found}, this program knows up to {newest}: use the newer program")
                if found != newest:
                    if found is not None and engines.file is not None:
                        # Nobody can write meanwhile: this transaction holds the lock.
                        await asyncio.to_thread(_copy, engines.file, _copy_name(engines.file, found, clock.now()))
                    await connection.run_sync(_upgrade, config)
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        if engines.is_away(error):
            raise StoreAway(str(error)) from None
        if sqlite_code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise UnfitStore("not-a-store", f"{engines.file} is no database, or a damaged one") from None
        raise
    return newest


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _copy_name(file: Path, revision: str, now: float) -> Path:
    moment = utc(now).translate(str.maketrans("", "", "-:."))
    return file.with_name(f"{file.name}.before-{revision}-{moment}")


def _copy(file: Path, target: Path) -> None:
    """A whole copy under `target`, on disk before it has its name."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    source, copy = sqlite3.connect(file), sqlite3.connect(part)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.rename(target)
