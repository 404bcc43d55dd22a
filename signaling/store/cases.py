"""Cases in SQL: a row for each, kept in the transaction of the step that changed it."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from signaling.domain.case_file import CaseFile
from signaling.domain.case_records import CaseRecord, changed, dropped
from signaling.domain.states import AnyState
from signaling.store import tables as t

_file = msgspec.json.Decoder(CaseFile)


async def keep_cases(c: AsyncConnection, before: AnyState | None, after: AnyState, at: float) -> None:
    """Write the cases that a step has changed, and take away those that were opened by mistake."""
    for record in changed(before, after):
        values = {**msgspec.structs.asdict(record), "file": msgspec.json.encode(record.file).decode(), "changed_at": at}
        if (await c.execute(update(t.case_record).where(t.case_record.c.number == record.number).values(values))).rowcount == 0:
            await c.execute(insert(t.case_record).values(opened_at=at, **values))
        link = {"case_number": record.number, "session": record.session}
        known = and_(*(t.case_session.c[name] == value for name, value in link.items()))
        if (await c.execute(select(t.case_session.c.session).where(known))).first() is None:
            await c.execute(insert(t.case_session).values(link))
    for number in dropped(before, after) if before is not None else ():
        await c.execute(delete(t.case_session).where(t.case_session.c.case_number == number))
        await c.execute(delete(t.case_record).where(t.case_record.c.number == number))


async def find_case(c: AsyncConnection, number: str) -> CaseRecord | None:
    """One case."""
    row = (await c.execute(select(t.case_record).where(t.case_record.c.number == number))).first()
    return None if row is None else _record(row)


async def cases_of_session(c: AsyncConnection, session: str) -> list[CaseRecord]:
    """The cases that a visit has worked at, in the order of their numbers, as they stand today."""
    of = select(t.case_record).join(t.case_session, t.case_session.c.case_number == t.case_record.c.number)
    rows = await c.execute(of.where(t.case_session.c.session == session).order_by(t.case_record.c.number))
    return [_record(row) for row in rows]


async def sessions_of_case(c: AsyncConnection, number: str) -> list[str]:
    """The visits that have worked at a case, the oldest first."""
    of = select(t.case_session.c.session).join(t.session, t.session.c.id == t.case_session.c.session)
    return [row.session for row in await c.execute(of.where(t.case_session.c.case_number == number).order_by(t.session.c.opened_at))]


def _record(row: Row[Any]) -> CaseRecord:
    values = {name: getattr(row, name) for name in CaseRecord.__struct_fields__ if name != "file"}
    return CaseRecord(**values, file=_file.decode(row.file))
