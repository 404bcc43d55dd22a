"""Kiosks, their keys, logins and enrolment codes, in SQL: what `auth.ports.Kiosks` asks for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from signaling.domain.administration import Deed
from signaling.domain.people import CodeFate, EnrolledKiosk
from signaling.store import tables as t
from signaling.store.database import Database
from signaling.store.record import put_on_record


class SqlKiosks:
    """The `auth.ports.Kiosks` of a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def kiosks(self) -> list[EnrolledKiosk]:
        """Every kiosk that was ever enrolled, by id."""

        async def work(c: AsyncConnection) -> list[EnrolledKiosk]:
            return [_kiosk(row) for row in await c.execute(select(t.kiosk_key).order_by(t.kiosk_key.c.kiosk))]

        return await self._db.read(work)

    async def put_enrolment_code(self, code_hash: str, kiosk: str, jurisdiction: str, at: float, expires: float, deed: Deed | None = None) -> None:
        """The only valid one of this kiosk from now on."""

        async def work(c: AsyncConnection) -> None:
            if deed is not None:
                await put_on_record(c, deed, at)
            await _forget_codes(c, kiosk)
            values = {"code_hash": code_hash, "kiosk": kiosk, "jurisdiction": jurisdiction, "created_at": at, "expires_at": expires}
            await c.execute(insert(t.enrolment_code).values(values))

        await self._db.write(work)

    async def use_enrolment_code(self, code_hash: str, key_hash: str, at: float) -> EnrolledKiosk | CodeFate:
        """Give the code's kiosk this key, or say what is the matter with the code."""

        async def work(c: AsyncConnection) -> EnrolledKiosk | CodeFate:
            row = (await c.execute(select(t.enrolment_code).where(t.enrolment_code.c.code_hash == code_hash))).first()
            if row is None:
                return "unknown"
            if row.used_at is not None:
                return "used"
            if row.expires_at <= at:
                return "expired"
            fresh = (t.enrolment_code.c.code_hash == code_hash) & t.enrolment_code.c.used_at.is_(None)
            if (await c.execute(update(t.enrolment_code).where(fresh).values(used_at=at))).rowcount == 0:
                return "used"
            await _put_key(c, row.kiosk, row.jurisdiction, key_hash, at)
            return EnrolledKiosk(row.kiosk, row.jurisdiction, at)

        return await self._db.write(work)

    async def put_key(self, kiosk: str, jurisdiction: str, key_hash: str, at: float) -> None:
        """Give a kiosk this key; its old key and its logins are over."""

        async def work(c: AsyncConnection) -> None:
            await _put_key(c, kiosk, jurisdiction, key_hash, at)

        await self._db.write(work)

    async def key_hash(self, kiosk: str) -> str | None:
        """None for a kiosk that is unknown or revoked."""

        async def work(c: AsyncConnection) -> str | None:
            found: str | None = await c.scalar(select(t.kiosk_key.c.key_hash).where(t.kiosk_key.c.kiosk == kiosk, t.kiosk_key.c.revoked_at.is_(None)))
            return found

        return await self._db.read(work)

    async def revoke(self, kiosk: str, at: float, deed: Deed | None = None) -> bool:
        """False for a kiosk without a valid key."""

        async def work(c: AsyncConnection) -> bool:
            await _forget_codes(c, kiosk)
            await _end_logins(c, kiosk, at)
            valid = (t.kiosk_key.c.kiosk == kiosk) & t.kiosk_key.c.revoked_at.is_(None)
            if (await c.execute(update(t.kiosk_key).where(valid).values(revoked_at=at))).rowcount != 1:
                return False
            if deed is not None:
                await put_on_record(c, deed, at)
            return True

        return await self._db.write(work)

    async def begin_kiosk_login(self, token_hash: str, kiosk: str, at: float, expires: float) -> None:
        """A kiosk has proved which one it is. Its logins that have run out are forgotten on this occasion."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(delete(t.kiosk_login).where(t.kiosk_login.c.kiosk == kiosk, t.kiosk_login.c.expires_at <= at))
            await c.execute(insert(t.kiosk_login).values(token_hash=token_hash, kiosk=kiosk, created_at=at, expires_at=expires))

        await self._db.write(work)

    async def kiosk_logged_in(self, token_hash: str, at: float) -> EnrolledKiosk | None:
        """The kiosk behind a login that is neither expired nor revoked."""
        running = (t.kiosk_login.c.token_hash == token_hash) & (t.kiosk_login.c.expires_at > at) & t.kiosk_login.c.revoked_at.is_(None)

        async def work(c: AsyncConnection) -> EnrolledKiosk | None:
            which = select(t.kiosk_key).join(t.kiosk_login, t.kiosk_login.c.kiosk == t.kiosk_key.c.kiosk)
            row = (await c.execute(which.where(running, t.kiosk_key.c.revoked_at.is_(None)))).first()
            return None if row is None else _kiosk(row)

        return await self._db.read(work)


async def _put_key(c: AsyncConnection, kiosk: str, jurisdiction: str, key_hash: str, at: float) -> None:
    await _end_logins(c, kiosk, at)
    values = {"jurisdiction": jurisdiction, "key_hash": key_hash, "enrolled_at": at, "revoked_at": None}
    if (await c.execute(update(t.kiosk_key).where(t.kiosk_key.c.kiosk == kiosk).values(values))).rowcount == 0:
        await c.execute(insert(t.kiosk_key).values(kiosk=kiosk, **values))


async def _end_logins(c: AsyncConnection, kiosk: str, at: float) -> None:
    await c.execute(update(t.kiosk_login).where(t.kiosk_login.c.kiosk == kiosk, t.kiosk_login.c.revoked_at.is_(None)).values(revoked_at=at))


async def _forget_codes(c: AsyncConnection, kiosk: str) -> None:
    await c.execute(delete(t.enrolment_code).where(t.enrolment_code.c.kiosk == kiosk, t.enrolment_code.c.used_at.is_(None)))


def _kiosk(row: Row[Any]) -> EnrolledKiosk:
    return EnrolledKiosk(row.kiosk, row.jurisdiction, row.enrolled_at, row.revoked_at)
