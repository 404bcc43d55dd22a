"""Finding sessions again: by what is known of them, the newest first, without a name of anybody."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from config.calendar import BEIJING
from signaling.domain.records import VisitRecord, record_of
from signaling.store import tables as t
from signaling.store.database import Database
from signaling.store.visits import stored

Found = tuple[VisitRecord, int | None, list[str]]
"""A visit, its rating, kinds of its incidents that are to do."""
LOOKED_AT = 5000
"""Rows that are read to find those whose clerk or outcome fits: these stand in the state, not in columns."""


class SqlSearch:
    """A part of the store of a database."""

    _db: Database

    async def search(self, home: str, wanted: Mapping[str, str], limit: int) -> list[Found]:
        """Those of `home` that fit all of `wanted`: q, service, kiosk, state, clerk, outcome, from, to, rating, incident."""
        where = _where(home, wanted)

        async def work(c: AsyncConnection) -> list[Found]:
            rows = await c.execute(select(t.session).where(*where).order_by(t.session.c.opened_at.desc(), t.session.c.id).limit(LOOKED_AT))
            records = [record for row in rows if _fits(record := record_of(stored(row).state), wanted)]
            ratings = await _ratings(c, [record.session for record in records])
            raised = await _incidents(c, home)
            found = [(record, ratings.get(record.session), raised.get(record.session, [])) for record in records]
            return [each for each in found if _is_rated(each, wanted) and _is_raised(each, wanted)][:limit]

        return await self._db.read(work)


def _where(home: str, wanted: Mapping[str, str]) -> list[ColumnElement[bool]]:
    s = t.session.c
    where: list[ColumnElement[bool]] = [s.home == home]
    for name, column in (("service", s.service), ("kiosk", s.kiosk), ("state", s.state_name)):
        if name in wanted:
            where.append(column == wanted[name])
    if (q := wanted.get("q")) is not None:
        of_code = select(t.head.c.session).where(t.head.c.code == q.upper())
        where.append(or_(s.id == q, s.number == q.upper(), s.case_number == q, s.id.in_(of_code)))
    if (first := _midnight(wanted.get("from"))) is not None:
        where.append(s.opened_at >= first)
    if (last := _midnight(wanted.get("to"))) is not None:
        where.append(s.opened_at < last + 86_400)
    return where


def _midnight(day: str | None) -> float | None:
    """The beginning of `2026-11-23` in Beijing; None for what is no day."""
    try:
        return None if day is None else dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), BEIJING).timestamp()
    except ValueError:
        return None


def _fits(record: VisitRecord, wanted: Mapping[str, str]) -> bool:
    return all(getattr(record, name) == wanted[name] for name in ("clerk", "outcome") if name in wanted)


def _is_rated(found: Found, wanted: Mapping[str, str]) -> bool:
    return "rating" not in wanted or str(found[1]) == wanted["rating"]


def _is_raised(found: Found, wanted: Mapping[str, str]) -> bool:
    """`any` is every incident that is to do."""
    kind = wanted.get("incident")
    return kind is None or kind in found[2] or (kind == "any" and bool(found[2]))


async def _ratings(c: AsyncConnection, sessions: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at in range(0, len(sessions), 500):  # a database takes so many at once
        some = sessions[at : at + 500]
        rows = await c.execute(select(t.ledger.c.session, t.ledger.c.body).where(t.ledger.c.what == "rated", t.ledger.c.session.in_(some)))
        for row in rows:
            body: dict[str, Any] = json.loads(row.body)
            found[row.session] = int(body["stars"])
    return found


async def _incidents(c: AsyncConnection, home: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    open_ones = select(t.incident.c.session, t.incident.c.kind).where(t.incident.c.home == home, t.incident.c.done_at.is_(None))
    for row in await c.execute(open_ones.order_by(t.incident.c.kind)):
        found.setdefault(row.session, []).append(row.kind)
    return found
