"""Opens the store: a SQLite file by default, a PostgreSQL database where that is outgrown."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from config.clock import Clock
from config.secret import Secret
from config.tasks import OnError
from signaling.office.ports import StoreAway
from signaling.store.database import Database
from signaling.store.engine import open_engines
from signaling.store.evidence import SqlEvidence
from signaling.store.handovers import SqlHandOvers
from signaling.store.kiosks import SqlKiosks
from signaling.store.migrate import migrate
from signaling.store.people import SqlPeople
from signaling.store.record import SqlRecord
from signaling.store.search import SqlSearch
from signaling.store.visits import SqlVisits

FILE_NAME = "window.db"
"""The database in the data folder when the settings name no other."""


class SqlStore(SqlVisits, SqlSearch):
    """The whole store: itself the `office.ports.Store`, `evidence` and `handovers` its other parts; `people`, `kiosks` and `record` are auth's ports. Close it."""

    def __init__(self, database: Database, clock: Clock, schema: str) -> None:
        super().__init__(database, clock)
        self.evidence = SqlEvidence(database)
        self.handovers = SqlHandOvers(database)
        self.people = SqlPeople(database)
        self.kiosks = SqlKiosks(database)
        self.record = SqlRecord(database)
        self.schema = schema
        """Revision of the tables, for `/version`."""
        self._database = database

    async def reachable(self) -> bool:
        """Whether a question is answered within the budget."""

        async def work(c: AsyncConnection) -> bool:
            return await c.scalar(select(1)) == 1

        try:
            return await self._database.read(work)
        except StoreAway:
            return False

    async def close(self) -> None:
        """Let running transactions end and close the connections. Idempotent."""
        await self._database.close()

    async def __aenter__(self) -> SqlStore:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


async def open_store(
    where: str | Path, clock: Clock, *, busy_seconds: float = 20.0, password: Secret | None = None, on_error: OnError | None = None
) -> SqlStore:
    """Open (or make) the database and bring its tables up to date.

    `where` is a SQLite file or a SQLAlchemy address; `busy_seconds` is the longest a transaction may take before `StoreAway`;
    whoever keeps people waiting says less.
    Raises `UnfitStore` (`schema-newer`, `not-a-store`, `no-driver`) and `StoreAway`.
    """
    engines = open_engines(where, busy_seconds, password)
    database = Database(engines, busy_seconds, on_error or _ignore)
    try:
        schema = await migrate(engines, clock)
    except BaseException:
        await database.close()
        raise
    return SqlStore(database, clock, schema)


def _ignore(name: str, error: BaseException) -> None:
    """For short programs: a transaction that was given up has nobody to tell."""
