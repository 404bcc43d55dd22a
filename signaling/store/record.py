"""A jurisdiction's record of administrative acts and of refusals, in SQL: entered in the transaction of the act, chained, never changed."""

from __future__ import annotations

from sqlalchemy import exc, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from recordings.canonical import write
from recordings.ledger import Entry, Head, start
from signaling.domain.administration import Deed
from signaling.store import tables as t
from signaling.store.chain import chain_of, told
from signaling.store.database import Database
from signaling.store.entries import readable


class SqlRecord:
    """The `auth.ports.Record` of a database, and the office's."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def note(self, deed: Deed, at: float) -> None:
        """Something that changed nothing: a refusal."""

        async def work(c: AsyncConnection) -> None:
            await put_on_record(c, deed, at)

        await self._db.write(work)

    async def deeds(self, jurisdiction: str) -> list[Entry]:
        """As they are stored, by number."""

        async def work(c: AsyncConnection) -> list[Entry]:
            rows = await c.execute(select(t.deed).where(t.deed.c.jurisdiction == jurisdiction).order_by(t.deed.c.seq))
            return [Entry(r.seq, r.at, r.actor, r.what, readable(r.body), r.prev, r.digest) for r in rows]

        return await self._db.read(work)

    async def reach(self, jurisdiction: str) -> Head:
        """How far the record reaches, as it was noted beside it; 0 before the first entry."""

        async def work(c: AsyncConnection) -> Head:
            row = (await c.execute(select(t.record).where(t.record.c.jurisdiction == jurisdiction))).first()
            return start(chain_of(jurisdiction)) if row is None else Head(row.seq, row.digest)

        return await self._db.read(work)


async def put_on_record(c: AsyncConnection, deed: Deed, at: float) -> None:
    """Append; the jurisdiction's record is this transaction's until it ends. `at`: seconds since 1970-01-01 UTC."""
    head = await hold_record(c, deed.jurisdiction)
    entry = told(deed, head, at)
    await c.execute(insert(t.deed).values(
        jurisdiction=deed.jurisdiction, seq=entry.seq, at=entry.at, actor=entry.actor, what=entry.what, body=write(entry.body).decode(),
        prev=entry.prev, digest=entry.digest,
    ))  # fmt: skip
    await c.execute(update(t.record).where(t.record.c.jurisdiction == deed.jurisdiction).values(seq=entry.seq, digest=entry.digest))


async def hold_record(c: AsyncConnection, jurisdiction: str) -> Head:
    """Take the record until the transaction ends: acts of one jurisdiction happen one after the other, whoever counts administrators."""
    mine = t.record.c.jurisdiction == jurisdiction
    take = update(t.record).where(mine).values(seq=t.record.c.seq).returning(t.record.c.seq, t.record.c.digest)
    row = (await c.execute(take)).first()
    if row is None:
        begin = start(chain_of(jurisdiction))
        try:
            async with c.begin_nested():
                await c.execute(insert(t.record).values(jurisdiction=jurisdiction, seq=begin.seq, digest=begin.digest))
        except exc.IntegrityError:  # somebody else began it at this moment, and is done
            pass
        row = (await c.execute(take)).one()
    return Head(row.seq, row.digest)
