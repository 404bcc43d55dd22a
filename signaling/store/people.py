"""Persons, their logins and the set-up code, in SQL: what `auth.ports.People` asks for."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, delete, exc, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from signaling.domain.people import CodeFate, Person
from signaling.store import tables as t
from signaling.store.database import Database


class SqlPeople:
    """The `auth.ports.People` of a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def person(self, login: str) -> Person | None:
        """Active or not."""

        async def work(c: AsyncConnection) -> Person | None:
            row = (await c.execute(select(t.person).where(t.person.c.login == login))).first()
            return None if row is None else _person(row)

        return await self._db.read(work)

    async def persons(self, jurisdiction: str | None = None) -> list[Person]:
        """Everybody, or everybody of one jurisdiction, by login."""

        async def work(c: AsyncConnection) -> list[Person]:
            query = select(t.person).order_by(t.person.c.login)
            rows = await c.execute(query if jurisdiction is None else query.where(t.person.c.jurisdiction == jurisdiction))
            return [_person(row) for row in rows]

        return await self._db.read(work)

    async def password_hash(self, login: str) -> str | None:
        """None for an unknown login."""

        async def work(c: AsyncConnection) -> str | None:
            found: str | None = await c.scalar(select(t.person.c.password_hash).where(t.person.c.login == login))
            return found

        return await self._db.read(work)

    async def add_person(self, person: Person, password_hash: str, at: float) -> bool:
        """False, and nothing done, when the login is taken."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(insert(t.person).values(**_columns(person), password_hash=password_hash, created_at=at))

        try:
            await self._db.write(work)
        except exc.IntegrityError:
            return False
        return True

    async def set_password(self, login: str, password_hash: str) -> bool:
        """False for an unknown login."""

        async def work(c: AsyncConnection) -> bool:
            return (await c.execute(update(t.person).where(t.person.c.login == login).values(password_hash=password_hash))).rowcount == 1

        return await self._db.write(work)

    async def set_skills(self, login: str, skills: tuple[str, ...]) -> bool:
        """False for an unknown login."""

        async def work(c: AsyncConnection) -> bool:
            kept = msgspec.json.encode(skills).decode()
            return (await c.execute(update(t.person).where(t.person.c.login == login).values(skills=kept))).rowcount == 1

        return await self._db.write(work)

    async def set_active(self, login: str, active: bool, at: float) -> bool:
        """False for an unknown login."""

        async def work(c: AsyncConnection) -> bool:
            if not active:
                await _end_logins(c, login, at)
            return (await c.execute(update(t.person).where(t.person.c.login == login).values(active=active))).rowcount == 1

        return await self._db.write(work)

    # --- logins -----------------------------------------------------------------------------------

    async def begin_login(self, token_hash: str, login: str, at: float, expires: float) -> None:
        """A person has proved who they are. Their logins that have run out are forgotten on this occasion."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(delete(t.login).where(t.login.c.person == login, t.login.c.expires_at <= at))
            await c.execute(insert(t.login).values(token_hash=token_hash, person=login, created_at=at, expires_at=expires))

        await self._db.write(work)

    async def logged_in(self, token_hash: str, at: float) -> Person | None:
        """The active person behind a login that is neither expired nor revoked."""
        running = (t.login.c.token_hash == token_hash) & (t.login.c.expires_at > at) & t.login.c.revoked_at.is_(None)

        async def work(c: AsyncConnection) -> Person | None:
            whose = select(t.person).join(t.login, t.login.c.person == t.person.c.login)
            row = (await c.execute(whose.where(running, t.person.c.active.is_(True)))).first()
            return None if row is None else _person(row)

        return await self._db.read(work)

    async def end_login(self, token_hash: str, at: float) -> None:
        """Idempotent."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(update(t.login).where(t.login.c.token_hash == token_hash, t.login.c.revoked_at.is_(None)).values(revoked_at=at))

        await self._db.write(work)

    async def end_logins(self, login: str, at: float) -> None:
        """All of one person. Idempotent."""

        async def work(c: AsyncConnection) -> None:
            await _end_logins(c, login, at)

        await self._db.write(work)

    # --- the first administrator ------------------------------------------------------------------

    async def put_setup_code(self, code_hash: str, at: float, expires: float) -> bool:
        """False, and nothing done, when there is an active administrator."""

        async def work(c: AsyncConnection) -> bool:
            if await _has_administrator(c):
                return False
            await c.execute(delete(t.setup_code).where(t.setup_code.c.used_at.is_(None)))
            await c.execute(insert(t.setup_code).values(code_hash=code_hash, created_at=at, expires_at=expires))
            return True

        return await self._db.write(work)

    async def use_setup_code(self, code_hash: str, person: Person, password_hash: str, at: float) -> CodeFate | None:
        """Add the first administrator; None when the login is taken."""

        async def work(c: AsyncConnection) -> CodeFate:
            row = (await c.execute(select(t.setup_code).where(t.setup_code.c.code_hash == code_hash))).first()
            if row is None:
                return "unknown"
            if row.used_at is not None or await _has_administrator(c):
                return "used"
            if row.expires_at <= at:
                return "expired"
            fresh = (t.setup_code.c.code_hash == code_hash) & t.setup_code.c.used_at.is_(None)
            if (await c.execute(update(t.setup_code).where(fresh).values(used_at=at))).rowcount == 0:
                return "used"
            await c.execute(insert(t.person).values(**_columns(person), password_hash=password_hash, created_at=at))
            return "good"

        try:
            return await self._db.write(work)
        except exc.IntegrityError:
            return None


async def _has_administrator(c: AsyncConnection) -> bool:
    found = select(t.person.c.login).where(t.person.c.role == "administrator", t.person.c.active.is_(True)).limit(1)
    return await c.scalar(found) is not None


async def _end_logins(c: AsyncConnection, login: str, at: float) -> None:
    await c.execute(update(t.login).where(t.login.c.person == login, t.login.c.revoked_at.is_(None)).values(revoked_at=at))


def _columns(person: Person) -> dict[str, Any]:
    return {**msgspec.structs.asdict(person), "skills": msgspec.json.encode(person.skills).decode()}


def _person(row: Row[Any]) -> Person:
    return Person(row.login, row.name, row.role, row.jurisdiction, msgspec.json.decode(row.skills, type=tuple[str, ...]), row.active)
