"""Persons, their logins and the set-up code, in SQL: what `auth.ports.People` asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Row, delete, exc, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from signaling.domain.administration import Deed, guards
from signaling.domain.people import CodeFate, Person
from signaling.store import tables as t
from signaling.store.database import Database
from signaling.store.record import hold_record, put_on_record


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

    async def add_person(self, person: Person, password_hash: str, at: float, deed: Deed | None = None) -> bool:
        """False, and nothing done, when the login is taken."""

        async def work(c: AsyncConnection) -> None:
            await _enter(c, deed, at)
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

    async def change_person(self, login: str, change: Callable[[Person, int], Person], deed: Deed, at: float) -> Person | None:
        """The person as they are now; None, and nothing done, for an unknown login. What `change` raises undoes everything."""

        async def work(c: AsyncConnection) -> Person | None:
            await hold_record(c, deed.jurisdiction)  # whoever else changes people there comes before or after
            row = (await c.execute(select(t.person).where(t.person.c.login == login))).first()
            if row is None:
                return None
            before = _person(row)
            after = change(before, await _others(c, before))
            if after != before:
                await c.execute(update(t.person).where(t.person.c.login == login).values(**_columns(after)))
                if not after.active or after.role != before.role:
                    await _end_logins(c, login, at)
                await put_on_record(c, deed, at)
            return after

        return await self._db.write(work)

    async def reset_password(self, login: str, password_hash: str, at: float, deed: Deed) -> bool:
        """False, and nothing done, for an unknown login."""

        async def work(c: AsyncConnection) -> bool:
            if (await c.execute(update(t.person).where(t.person.c.login == login).values(password_hash=password_hash))).rowcount != 1:
                return False
            await _end_logins(c, login, at)
            await put_on_record(c, deed, at)
            return True

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

    async def end_logins(self, login: str, at: float, deed: Deed | None = None) -> None:
        """All of one person. Idempotent."""

        async def work(c: AsyncConnection) -> None:
            await _end_logins(c, login, at)
            await _enter(c, deed, at)

        await self._db.write(work)

    async def was_ended(self, token_hash: str) -> bool:
        """Whether somebody ended this login; one that has run out was not ended."""

        async def work(c: AsyncConnection) -> bool:
            return await c.scalar(select(t.login.c.revoked_at).where(t.login.c.token_hash == token_hash)) is not None

        return await self._db.read(work)

    # --- the first security administrator -----------------------------------------------------------

    async def put_setup_code(self, code_hash: str, at: float, expires: float, jurisdiction: str | None = None, *, deed: Deed | None = None) -> bool:
        """False, and nothing done, when there is an active security administrator and no deed breaks the glass."""

        async def work(c: AsyncConnection) -> bool:
            if deed is None and await _is_guarded(c, jurisdiction):
                return False
            await _enter(c, deed, at)
            same = t.setup_code.c.jurisdiction.is_(None) if jurisdiction is None else t.setup_code.c.jurisdiction == jurisdiction
            await c.execute(delete(t.setup_code).where(same, t.setup_code.c.used_at.is_(None)))
            values = {"code_hash": code_hash, "created_at": at, "expires_at": expires, "jurisdiction": jurisdiction, "break_glass": deed is not None}
            await c.execute(insert(t.setup_code).values(values))
            return True

        return await self._db.write(work)

    async def use_setup_code(self, code_hash: str, person: Person, password_hash: str, at: float, deed: Deed) -> CodeFate | None:
        """Add the first security administrator; None when the login is taken."""

        async def work(c: AsyncConnection) -> CodeFate:
            await hold_record(c, person.jurisdiction)
            row = (await c.execute(select(t.setup_code).where(t.setup_code.c.code_hash == code_hash))).first()
            if row is None or row.jurisdiction not in (None, person.jurisdiction):
                return "unknown"
            if row.used_at is not None or (not row.break_glass and await _is_guarded(c, row.jurisdiction)):
                return "used"
            if row.expires_at <= at:
                return "expired"
            fresh = (t.setup_code.c.code_hash == code_hash) & t.setup_code.c.used_at.is_(None)
            if (await c.execute(update(t.setup_code).where(fresh).values(used_at=at))).rowcount == 0:
                return "used"
            await c.execute(insert(t.person).values(**_columns(person), password_hash=password_hash, created_at=at))
            await put_on_record(c, deed, at)
            return "good"

        try:
            return await self._db.write(work)
        except exc.IntegrityError:
            return None


async def _guards(c: AsyncConnection, jurisdiction: str | None) -> list[str]:
    """Who lets others in there, or anywhere."""
    found = select(t.person).where(t.person.c.active.is_(True), t.person.c.role == "security-administrator")
    rows = await c.execute(found if jurisdiction is None else found.where(t.person.c.jurisdiction == jurisdiction))
    return [row.login for row in rows if guards(_person(row))]


async def _is_guarded(c: AsyncConnection, jurisdiction: str | None) -> bool:
    return bool(await _guards(c, jurisdiction))


async def _others(c: AsyncConnection, person: Person) -> int:
    return sum(login != person.login for login in await _guards(c, person.jurisdiction))


async def _enter(c: AsyncConnection, deed: Deed | None, at: float) -> None:
    if deed is not None:
        await put_on_record(c, deed, at)


async def _end_logins(c: AsyncConnection, login: str, at: float) -> None:
    await c.execute(update(t.login).where(t.login.c.person == login, t.login.c.revoked_at.is_(None)).values(revoked_at=at))


def _columns(person: Person) -> dict[str, Any]:
    return {**msgspec.structs.asdict(person), "skills": msgspec.json.encode(person.skills).decode()}


def _person(row: Row[Any]) -> Person:
    return Person(row.login, row.name, row.role, row.jurisdiction, msgspec.json.decode(row.skills, type=tuple[str, ...]), row.active)
