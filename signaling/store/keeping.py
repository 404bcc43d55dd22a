"""How long recordings stay, in SQL: legal holds and erasure. A hold wins, because whoever erases looks for it in the same transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from signaling.domain.effects import Enter
from signaling.office.evidence_ports import Keeping
from signaling.office.ports import Conflict, Stored
from signaling.store import tables as t
from signaling.store.database import Database
from signaling.store.entries import enter, held
from signaling.store.visits import stored


class SqlKeeping:
    """A part of the `office.evidence_ports.Evidence` of a database."""

    _db: Database

    async def keeping(self, session: str) -> Keeping | None:
        """None when nothing was ever decided about it."""

        async def work(c: AsyncConnection) -> Keeping | None:
            return await _found(c, session)

        return await self._db.read(work)

    async def set_hold(self, session: str, by: str, entry: Enter, at: float, actor: str) -> None:
        """Raises `Conflict` when the recording has been erased, or nobody knows the session."""

        async def work(c: AsyncConnection) -> None:
            home = await held(c, session)
            found = await _found(c, session)
            if found is not None and found.erased_at is not None:
                raise Conflict(f"the recording of {session} is erased")
            await _put(c, session, found, held_by=by, held_at=at, marked_at=None)
            await enter(c, session, home, [entry], at, actor)

        await self._db.write(work)

    async def release_hold(self, session: str, entry: Enter, at: float, actor: str) -> None:
        """Without a hold nothing changes."""

        async def work(c: AsyncConnection) -> None:
            home = await held(c, session)
            found = await _found(c, session)
            if found is not None and found.held_by is not None:
                await _put(c, session, found, held_by=None, held_at=None)
                await enter(c, session, home, [entry], at, actor)

        await self._db.write(work)

    async def closed_before(self, at: float, after: str = "", limit: int = 500) -> list[tuple[Stored, Keeping | None]]:
        """By id, those behind `after`: those without a decision and those whose files are still there."""

        async def work(c: AsyncConnection) -> list[tuple[Stored, Keeping | None]]:
            both = select(t.session, t.keeping).outerjoin(t.keeping, t.keeping.c.session == t.session.c.id)
            due = both.where(t.session.c.closed_at < at, t.session.c.id > after, t.keeping.c.gone_at.is_(None)).order_by(t.session.c.id)
            return [(stored(row), None if row.session is None else _keeping(row)) for row in await c.execute(due.limit(limit))]

        return await self._db.read(work)

    async def mark(self, session: str, entry: Enter, at: float) -> bool:
        """Whether it was done: not while it is held, and not twice."""
        return await self._decide(session, entry, at, lambda found: found is None or (found.held_by is None and found.marked_at is None), marked_at=at)

    async def erase(self, session: str, entry: Enter, at: float) -> bool:
        """Whether it was done: only what is marked, and not while it is held."""

        def may(found: Keeping | None) -> bool:
            return found is not None and found.held_by is None and found.marked_at is not None and found.erased_at is None

        return await self._decide(session, entry, at, may, erased_at=at)

    async def gone(self, session: str, at: float) -> None:
        """No file of it is left."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(update(t.keeping).where(t.keeping.c.session == session).values(gone_at=at))

        await self._db.write(work)

    async def _decide(self, session: str, entry: Enter, at: float, may: Any, **values: float) -> bool:
        async def work(c: AsyncConnection) -> bool:
            home = await held(c, session)
            found = await _found(c, session)
            if not may(found):
                return False
            await _put(c, session, found, **values)
            await enter(c, session, home, [entry], at, "server")
            return True

        return await self._db.write(work)


async def _found(c: AsyncConnection, session: str) -> Keeping | None:
    row = (await c.execute(select(t.keeping).where(t.keeping.c.session == session))).first()
    return None if row is None else _keeping(row)


async def _put(c: AsyncConnection, session: str, found: Keeping | None, **values: Any) -> None:
    if found is None:
        await c.execute(insert(t.keeping).values(session=session, **values))
    else:
        await c.execute(update(t.keeping).where(t.keeping.c.session == session).values(**values))


def _keeping(row: Row[Any]) -> Keeping:
    return Keeping(row.session, row.held_by, row.held_at, row.marked_at, row.erased_at, row.gone_at)
