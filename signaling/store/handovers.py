"""The outbox in SQL: a decided case is put in with the step that decides it, and whatever becomes of it stands in the ledger with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from signaling.domain.effects import Enter
from signaling.domain.handover import HandOver, HandOverState, handovers_of, stands_as
from signaling.domain.states import AnyState
from signaling.office.ports import Conflict
from signaling.store import tables as t
from signaling.store.database import Database
from signaling.store.entries import enter, held

_o = t.handover.c


async def owe(c: AsyncConnection, before: AnyState, after: AnyState) -> None:
    """Put in what the step from one state to the other owes to the home; in the transaction of that step."""
    known = {handover.key for handover in handovers_of(before)}
    owed = [handover for handover in handovers_of(after) if handover.key not in known]
    if owed:
        await c.execute(insert(t.handover), [_values(handover) for handover in owed])


class SqlHandOvers:
    """The `office.handover_ports.Outbox` of a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def next_of(self, home: str) -> HandOver | None:
        """Of those that are queued for this home the one whose turn comes first."""
        first = select(t.handover).where(_o.state == "queued", _o.home == home).order_by(_o.next_at, _o.queued_at, _o.case_number, _o.n).limit(1)

        async def work(c: AsyncConnection) -> HandOver | None:
            row = (await c.execute(first)).first()
            return None if row is None else _handover(row)

        return await self._db.read(work)

    async def overdue(self, home: str, before: float, limit: int = 100) -> list[HandOver]:
        """Those that are queued since before that moment and of which nobody has been told."""
        mine = select(t.handover).where(_o.state == "queued", _o.home == home, _o.queued_at <= before, _o.stuck_at.is_(None))
        return await self._all(mine.order_by(_o.queued_at, _o.case_number, _o.n).limit(limit))

    async def change(self, before: HandOver, after: HandOver, entries: Sequence[Enter], at: float, actor: str) -> None:
        """Raises `Conflict` when it is not as it was."""
        here = (_o.home == before.home) & (_o.case_number == before.case) & (_o.n == before.n)

        async def work(c: AsyncConnection) -> None:
            home = await held(c, before.session)  # the session's row is held: of two that change it the second sees what the first did
            row = (await c.execute(select(t.handover).where(here))).first()
            if row is None or _handover(row) != before:
                raise Conflict(f"the hand-over of {before.case} is not as it was")
            await c.execute(update(t.handover).where(here).values(_values(after)))
            if (stands := stands_as(after)) is not None:
                as_decided = (t.case_record.c.number == after.case) & (t.case_record.c.handed == after.n) & (t.case_record.c.state == after.outcome)
                await c.execute(update(t.case_record).where(as_decided).values(state=stands, changed_at=at))
            await enter(c, before.session, home, entries, at, actor)

        await self._db.write(work)

    async def handovers(self, home: str | None = None, state: HandOverState | None = None, limit: int = 1000) -> list[HandOver]:
        """The newest first."""
        wanted = select(t.handover)
        if home is not None:
            wanted = wanted.where(_o.home == home)
        if state is not None:
            wanted = wanted.where(_o.state == state)
        return await self._all(wanted.order_by(_o.queued_at.desc(), _o.case_number, _o.n).limit(limit))

    async def handovers_of_case(self, case: str) -> list[HandOver]:
        """By home and number."""
        return await self._all(select(t.handover).where(_o.case_number == case).order_by(_o.home, _o.n))

    async def waiting(self) -> int:
        """How many are queued or refused, of all homes."""

        async def work(c: AsyncConnection) -> int:
            found = await c.scalar(select(func.count()).select_from(t.handover).where(or_(_o.state == "queued", _o.state == "refused")))
            return int(found or 0)

        return await self._db.read(work)

    async def owes(self, session: str) -> bool:
        """Whether anything that is made of this visit's papers is queued or refused."""

        async def work(c: AsyncConnection) -> bool:
            there = select(_o.n).where(_o.session == session, or_(_o.state == "queued", _o.state == "refused")).limit(1)
            return await c.scalar(there) is not None

        return await self._db.read(work)

    async def _all(self, wanted: Any) -> list[HandOver]:
        async def work(c: AsyncConnection) -> list[HandOver]:
            return handovers_in(await c.execute(wanted))

        return await self._db.read(work)


def handovers_in(rows: Iterable[Row[Any]]) -> list[HandOver]:
    """Rows of the table as what they tell."""
    return [_handover(row) for row in rows]


def _values(handover: HandOver) -> dict[str, Any]:
    values = msgspec.structs.asdict(handover)
    return {"case_number": values.pop("case"), **values}


def _handover(row: Row[Any]) -> HandOver:
    fields = dict(row._mapping)
    return HandOver(case=fields.pop("case_number"), **fields)
