"""Sessions with their ledgers and shifts, in SQL: what `office.ports.Store` asks for, and what is read of it later."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Row, delete, exc, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from config.clock import Clock
from recordings.ledger import Entry
from signaling.domain.case_records import CaseRecord
from signaling.domain.effects import Enter
from signaling.domain.presence import Shift
from signaling.domain.records import VisitRecord, record_of
from signaling.domain.states import AnyState, Closed, holder_of, ticket_of
from signaling.office.ports import AlreadyDone, Cause, Conflict, Opening, Stored
from signaling.store import tables as t
from signaling.store.cases import cases_of_session, find_case, keep_cases, sessions_of_case
from signaling.store.database import Database, Work
from signaling.store.entries import enter, ledger
from signaling.store.handovers import owe

T = TypeVar("T")

_state = msgspec.json.Decoder(AnyState)


class SqlVisits:
    """The `office.ports.Store` of a database. Times of transactions are the caller's; `clock` only dates the memory of commands."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    # --- sessions ---------------------------------------------------------------------------------

    async def live_sessions(self) -> list[Stored]:
        """Every session that is not `Closed`, the oldest first."""

        async def work(c: AsyncConnection) -> list[Stored]:
            rows = await c.execute(select(t.session).where(t.session.c.closed_at.is_(None)).order_by(t.session.c.opened_at, t.session.c.id))
            return [stored(row) for row in rows]

        return await self._db.read(work)

    async def open_session(self, session: str, home: str, day: str, make: Callable[[int], Opening], at: float, cause: Cause) -> Stored:
        """Raises `AlreadyDone`, `StoreAway`; `Conflict` when there is a session of this id."""

        async def work(c: AsyncConnection) -> Stored:
            await self._once(c, cause, session)
            serial = await _next_serial(c, home, day)
            opening = make(serial)
            await c.execute(insert(t.session).values(id=session, version=1, day=day, serial=serial, note="", **_facts(session, opening.state)))
            await keep_cases(c, None, opening.state, at)
            await enter(c, session, home, opening.entries, at, cause.actor)
            return Stored(session, 1, opening.state)

        async def first_of_the_day(c: AsyncConnection) -> None:
            if await c.scalar(select(t.serial.c.last).where(t.serial.c.home == home, t.serial.c.day == day)) is None:
                await c.execute(insert(t.serial).values(home=home, day=day, last=0))

        try:
            return await self._write(cause, work)
        except _NoSerialYet:
            # In a transaction of its own, so that two servers that both open the day have nothing else to undo.
            with contextlib.suppress(exc.IntegrityError):
                await self._db.write(first_of_the_day)
        return await self._write(cause, work)

    async def advance(self, before: Stored, after: AnyState, entries: Sequence[Enter], at: float, cause: Cause) -> Stored:
        """Raises `AlreadyDone`, `Conflict`, `StoreAway`."""

        async def work(c: AsyncConnection) -> Stored:
            await self._once(c, cause, before.session)
            unchanged = (t.session.c.id == before.session) & (t.session.c.version == before.version)
            values = {**_facts(before.session, after), "version": before.version + 1}
            # The row is taken first: whoever else wants this session now waits here, and the ledger has one writer.
            row = (await c.execute(update(t.session).where(unchanged).values(values).returning(t.session.c.note, t.session.c.home))).first()
            if row is None:
                raise Conflict(f"{before.session} is no longer at version {before.version}")
            await keep_cases(c, before.state, after, at)
            await enter(c, before.session, row.home, entries, at, cause.actor)
            await owe(c, before.state, after)  # in this transaction: a case that is decided is one that will be handed over
            return Stored(before.session, before.version + 1, after, row.note)

        return await self._write(cause, work)

    async def save_note(self, session: str, note: str, cause: Cause) -> None:
        """A command carried out before changes nothing. Raises `Conflict` when there is no such session."""

        async def work(c: AsyncConnection) -> None:
            await self._once(c, cause, session)
            if (await c.execute(update(t.session).where(t.session.c.id == session).values(note=note))).rowcount == 0:
                raise Conflict(f"there is no session {session}")

        await self._write_once(cause, work)

    async def done_before(self, cause: Cause) -> str | None:
        """The session of a command carried out before, `""` when it concerned none; else None."""
        if cause.request is None:
            return None

        async def work(c: AsyncConnection) -> str | None:
            return await _handled(c, cause)

        return await self._db.read(work)

    # --- shifts -----------------------------------------------------------------------------------

    async def shifts(self) -> list[Shift]:
        """Every clerk's running shift."""

        async def work(c: AsyncConnection) -> list[Shift]:
            rows = await c.execute(select(t.shift).order_by(t.shift.c.clerk))
            return [Shift(row.clerk, row.counter, row.available, row.because, row.since) for row in rows]

        return await self._db.read(work)

    async def save_shift(self, shift: Shift, cause: Cause) -> None:
        """A command carried out before changes nothing. Raises `Conflict` when the counter is another clerk's."""
        values = msgspec.structs.asdict(shift)

        async def work(c: AsyncConnection) -> None:
            await self._once(c, cause, "")
            if (await c.execute(update(t.shift).where(t.shift.c.clerk == shift.clerk).values(values))).rowcount == 0:
                await c.execute(insert(t.shift).values(values))

        await self._write_once(cause, work)

    async def end_shift(self, clerk: str, cause: Cause) -> None:
        """Idempotent."""

        async def work(c: AsyncConnection) -> None:
            await self._once(c, cause, "")
            await c.execute(delete(t.shift).where(t.shift.c.clerk == clerk))

        await self._write_once(cause, work)

    # --- read later -------------------------------------------------------------------------------

    async def session(self, session: str) -> Stored | None:
        """One session, live or closed."""

        async def work(c: AsyncConnection) -> Stored | None:
            row = (await c.execute(select(t.session).where(t.session.c.id == session))).first()
            return None if row is None else stored(row)

        return await self._db.read(work)

    async def sessions_of(self, jurisdiction: str, limit: int = 100) -> list[VisitRecord]:
        """The newest visits whose home is `jurisdiction`, without names."""

        async def work(c: AsyncConnection) -> list[VisitRecord]:
            mine = select(t.session).where(t.session.c.home == jurisdiction)
            rows = await c.execute(mine.order_by(t.session.c.opened_at.desc(), t.session.c.id).limit(limit))
            return [record_of(stored(row).state) for row in rows]

        return await self._db.read(work)

    async def case(self, number: str) -> CaseRecord | None:
        """One case, as it stands."""

        async def work(c: AsyncConnection) -> CaseRecord | None:
            return await find_case(c, number)

        return await self._db.read(work)

    async def cases_of(self, session: str) -> list[CaseRecord]:
        """The cases that a visit has worked at, as they stand today."""

        async def work(c: AsyncConnection) -> list[CaseRecord]:
            return await cases_of_session(c, session)

        return await self._db.read(work)

    async def visits_of(self, case: str) -> list[str]:
        """The visits that have worked at a case, the oldest first."""

        async def work(c: AsyncConnection) -> list[str]:
            return await sessions_of_case(c, case)

        return await self._db.read(work)

    async def ledger_of(self, session: str) -> list[Entry]:
        """The session's ledger as it is stored; `recordings.ledger.verify` says whether it holds."""

        async def work(c: AsyncConnection) -> list[Entry]:
            return await ledger(c, session)

        return await self._db.read(work)

    # --- shared -----------------------------------------------------------------------------------

    async def _once(self, c: AsyncConnection, cause: Cause, session: str) -> None:
        """Remember the command, in the transaction that carries it out; raises AlreadyDone when it is known."""
        if cause.request is None:
            return
        if (known := await _handled(c, cause)) is not None:
            raise AlreadyDone(known)
        await c.execute(insert(t.handled).values(actor=cause.actor, request=cause.request, session=session, at=self._clock.now()))

    async def _write(self, cause: Cause, work: Work[T]) -> T:
        try:
            return await self._db.write(work)
        except exc.IntegrityError as error:
            # Two that did the same at the same moment: the rule in the database let one of them through.
            if (known := await self.done_before(cause)) is not None:
                raise AlreadyDone(known) from None
            raise Conflict(str(error.orig)) from None

    async def _write_once(self, cause: Cause, work: Work[None]) -> None:
        try:
            await self._write(cause, work)
        except AlreadyDone:
            return


class _NoSerialYet(Exception):
    """It is the first ticket of this home and day."""


async def _next_serial(c: AsyncConnection, home: str, day: str) -> int:
    """Whoever else wants a serial of this home and day waits until this transaction ends: no gap, no collision."""
    row = (t.serial.c.home == home) & (t.serial.c.day == day)
    found: int | None = await c.scalar(update(t.serial).where(row).values(last=t.serial.c.last + 1).returning(t.serial.c.last))
    if found is None:
        raise _NoSerialYet
    return found


def _facts(session: str, state: AnyState) -> dict[str, Any]:
    """The columns that follow from the state."""
    ticket = ticket_of(state)
    assert ticket.session == session, f"a state of {ticket.session} under the name of {session}"
    return {
        "state_name": type(state).__name__,
        "state": msgspec.json.encode(state).decode(),
        "home": ticket.home,
        "host": ticket.host,
        "kiosk": ticket.kiosk,
        "service": ticket.service,
        "clerk": holder_of(state),
        "number": ticket.number,
        "case_number": ticket.case,
        "opened_at": ticket.taken_at,
        "closed_at": state.at if isinstance(state, Closed) else None,
    }


def stored(row: Row[Any]) -> Stored:
    return Stored(row.id, row.version, _state.decode(row.state), row.note)


async def _handled(c: AsyncConnection, cause: Cause) -> str | None:
    known = select(t.handled.c.session).where(t.handled.c.actor == cause.actor, t.handled.c.request == cause.request)
    found: str | None = await c.scalar(known)
    return found
