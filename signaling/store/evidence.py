"""Evidence in SQL: what `office.evidence_ports.Evidence` asks for. Ledgers grow here only while their session's row is held."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Row, exc, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from recordings.ledger import Entry
from signaling.domain.approvals import Approval, Purpose
from signaling.domain.effects import Enter
from signaling.domain.incidents import Incident
from signaling.office.evidence_ports import Fact, KeptHead, Role, Standing, unseen
from signaling.office.ports import Conflict, Stored
from signaling.store import tables as t
from signaling.store.database import Database, Work
from signaling.store.entries import enter, held, ledger, lock
from signaling.store.keeping import SqlKeeping
from signaling.store.visits import stored

OVER = ("WrappingUp", "Closed")
T = TypeVar("T")


class SqlEvidence(SqlKeeping):
    """The `office.evidence_ports.Evidence` of a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- ledgers ----------------------------------------------------------------------------------

    async def keep(self, life: str, facts: Sequence[Fact], at: float) -> frozenset[str]:
        """Enter the lines of a journal that are not entered yet."""

        async def work(c: AsyncConnection) -> frozenset[str]:
            reached: int | None = await c.scalar(select(t.journal.c.n).where(t.journal.c.life == life).with_for_update())
            fresh = unseen(facts, reached or 0)
            if not fresh:
                return frozenset()
            if reached is None:
                await c.execute(insert(t.journal).values(life=life, n=fresh[-1].n))
            else:
                await c.execute(update(t.journal).where(t.journal.c.life == life).values(n=fresh[-1].n))
            strangers = set()
            # In one order, so that two servers never hold what the other waits for.
            for session in sorted({fact.session for fact in fresh if fact.session is not None}):
                home = await lock(c, session)
                if home is None:
                    strangers.add(session)
                    continue
                entries = [Enter(fact.what, fact.body or {}) for fact in fresh if fact.session == session]
                await enter(c, session, home, entries, at, f"writer:{life}")
            return frozenset(strangers)

        return await self._write(work)

    async def note(self, session: str, entries: Sequence[Enter], at: float, actor: str) -> None:
        """Raises `Conflict` for a session that nobody knows."""

        async def work(c: AsyncConnection) -> None:
            await enter(c, session, await held(c, session), entries, at, actor)

        await self._write(work)

    async def session(self, session: str) -> Stored | None:
        """One session, live or closed."""

        async def work(c: AsyncConnection) -> Stored | None:
            row = (await c.execute(select(t.session).where(t.session.c.id == session))).first()
            return None if row is None else stored(row)

        return await self._db.read(work)

    async def ledger_of(self, session: str) -> list[Entry]:
        """The session's ledger as it is stored; `recordings.ledger.verify` says whether it holds."""

        async def work(c: AsyncConnection) -> list[Entry]:
            return await ledger(c, session)

        return await self._db.read(work)

    async def entries_of(self, session: str, named: Collection[str]) -> list[Entry]:
        """Those of its ledger that are called so, in order."""

        async def work(c: AsyncConnection) -> list[Entry]:
            return await ledger(c, session, named)

        return await self._db.read(work)

    # --- heads ------------------------------------------------------------------------------------

    async def add_head(self, head: KeptHead, entry: Enter, at: float) -> None:
        """One that is there already changes nothing. Raises `Conflict` for a session that nobody knows."""

        async def work(c: AsyncConnection) -> None:
            home = await held(c, head.session)
            here = (t.head.c.session == head.session) & (t.head.c.seq == head.seq) & (t.head.c.role == head.role)
            if await c.scalar(select(t.head.c.seq).where(here)) is not None:
                return
            await c.execute(insert(t.head).values(
                session=head.session, seq=head.seq, role=head.role, by=head.by, code=head.code, record=head.record.decode(), at=at
            ))  # fmt: skip
            column = t.session.c.home_seq if head.role == "home" else t.session.c.host_seq
            further = (t.session.c.id == head.session) & (column < head.seq)
            await c.execute(update(t.session).where(further).values({column.name: head.seq}))
            await enter(c, head.session, home, [entry], at, "server")

        await self._write(work)

    async def heads_of(self, session: str) -> list[KeptHead]:
        """By number, the home's before the host's."""

        async def work(c: AsyncConnection) -> list[KeptHead]:
            rows = await c.execute(select(t.head).where(t.head.c.session == session).order_by(t.head.c.seq, t.head.c.role))
            return sorted((_head(row) for row in rows), key=lambda head: (head.seq, head.role != "home"))

        return await self._db.read(work)

    async def unattended(self) -> list[Standing]:
        """Sessions that are over and not signed as far as they could be, the oldest first."""
        s = t.session.c
        unsigned = or_(s.home_seq < s.evidence_seq, (s.host != s.home) & (s.host_seq < s.home_seq))

        async def work(c: AsyncConnection) -> list[Standing]:
            rows = await c.execute(select(t.session).where(s.state_name.in_(OVER), unsigned).order_by(s.opened_at, s.id))
            return [Standing(row.id, row.evidence_seq, row.home_seq, row.host_seq) for row in rows]

        return await self._db.read(work)

    async def session_of_code(self, code: str) -> str | None:
        """The session whose receipt bears this short code."""

        async def work(c: AsyncConnection) -> str | None:
            found: str | None = await c.scalar(select(t.head.c.session).where(t.head.c.code == code).limit(1))
            return found

        return await self._db.read(work)

    # --- incidents --------------------------------------------------------------------------------

    async def incidents(self, home: str, limit: int = 200) -> list[Incident]:
        """Of a home: those to do first, then the newest."""

        async def work(c: AsyncConnection) -> list[Incident]:
            mine = select(t.incident).where(t.incident.c.home == home)
            rows = await c.execute(mine.order_by(t.incident.c.done_at.is_not(None), t.incident.c.at.desc(), t.incident.c.id).limit(limit))
            return [Incident(r.id, r.session, r.home, r.kind, r.at, r.done_at, r.done_by) for r in rows]

        return await self._db.read(work)

    async def end_incident(self, incident: str, home: str, by: str, at: float) -> bool:
        """Whether it was there; one that is done stays as it was."""

        async def work(c: AsyncConnection) -> bool:
            here = (t.incident.c.id == incident) & (t.incident.c.home == home)
            await c.execute(update(t.incident).where(here, t.incident.c.done_at.is_(None)).values(done_at=at, done_by=by))
            return await c.scalar(select(t.incident.c.id).where(here)) is not None

        return await self._write(work)

    # --- views and approvals ----------------------------------------------------------------------

    async def open_view(self, session: str, person: str, purpose: Purpose, at: float, entry: Enter) -> None:
        """Remember with which purpose a person looks at a session, and enter it."""

        async def work(c: AsyncConnection) -> None:
            home = await held(c, session)
            here = (t.view.c.session == session) & (t.view.c.person == person)
            if (await c.execute(update(t.view).where(here).values(purpose=purpose, at=at))).rowcount == 0:
                await c.execute(insert(t.view).values(session=session, person=person, purpose=purpose, at=at))
            await enter(c, session, home, [entry], at, f"supervisor:{person}")

        await self._write(work)

    async def view_since(self, session: str, person: str) -> float | None:
        """When this person's view was opened last."""

        async def work(c: AsyncConnection) -> float | None:
            found: float | None = await c.scalar(select(t.view.c.at).where(t.view.c.session == session, t.view.c.person == person))
            return found

        return await self._db.read(work)

    async def ask(self, request: Approval, entry: Enter) -> None:
        """File a request for what needs two people."""

        async def work(c: AsyncConnection) -> None:
            home = await held(c, request.session)
            await c.execute(insert(t.approval).values(msgspec.structs.asdict(request)))
            await enter(c, request.session, home, [entry], request.asked_at, f"person:{request.asked_by}")

        await self._write(work)

    async def request(self, request: str) -> Approval | None:
        """One request."""

        async def work(c: AsyncConnection) -> Approval | None:
            row = (await c.execute(select(t.approval).where(t.approval.c.id == request))).first()
            return None if row is None else _approval(row)

        return await self._db.read(work)

    async def requests_of(self, session: str) -> list[Approval]:
        """The newest first."""

        async def work(c: AsyncConnection) -> list[Approval]:
            mine = select(t.approval).where(t.approval.c.session == session)
            return [_approval(row) for row in await c.execute(mine.order_by(t.approval.c.asked_at.desc(), t.approval.c.id))]

        return await self._db.read(work)

    async def change_request(self, before: Approval, after: Approval, entry: Enter, at: float, actor: str) -> None:
        """Raises `Conflict` when somebody has changed it meanwhile."""

        async def work(c: AsyncConnection) -> None:
            home = await held(c, before.session)
            row = (await c.execute(select(t.approval).where(t.approval.c.id == before.id))).first()
            if row is None or _approval(row) != before:
                raise Conflict(f"the request {before.id} is not as it was")
            await c.execute(update(t.approval).where(t.approval.c.id == before.id).values(msgspec.structs.asdict(after)))
            await enter(c, before.session, home, [entry], at, actor)

        await self._write(work)

    async def _write(self, work: Work[T]) -> T:
        try:
            return await self._db.write(work)
        except exc.IntegrityError as error:
            raise Conflict(str(error.orig)) from None


def _head(row: Row[Any]) -> KeptHead:
    role: Role = "home" if row.role == "home" else "host"
    return KeptHead(row.session, row.seq, role, row.by, row.record.encode(), row.code)


def _approval(r: Row[Any]) -> Approval:
    return Approval(r.id, r.deed, r.session, r.home, r.purpose, r.asked_by, r.asked_at, r.approved_by, r.approved_at, r.used_at)
