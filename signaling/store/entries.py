"""Entries into a session's ledger, in whatever transaction: chained, and with them what follows from them (incidents, evidence to be signed)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from recordings.canonical import NotCanonical, read, write
from recordings.heads import is_evidence
from recordings.ledger import Entry, Head
from signaling.domain.effects import Enter
from signaling.domain.incidents import incident_id, incident_of
from signaling.office.ports import Conflict
from signaling.store import tables as t
from signaling.store.chain import chained


async def lock(c: AsyncConnection, session: str) -> str | None:
    """Take the session's row until the transaction ends: its ledger has one writer. Returns its home, None when there is none."""
    here = update(t.session).where(t.session.c.id == session).values(evidence_seq=t.session.c.evidence_seq).returning(t.session.c.home)
    home: str | None = await c.scalar(here)
    return home


async def held(c: AsyncConnection, session: str) -> str:
    """The same for a session that must be there. Raises `Conflict`."""
    home = await lock(c, session)
    if home is None:
        raise Conflict(f"there is no session {session}")
    return home


async def enter(c: AsyncConnection, session: str, home: str, entries: Sequence[Enter], at: float, actor: str) -> None:
    """Append; the caller holds the session's row. `at`: seconds since 1970-01-01 UTC."""
    if not entries:
        return
    newest = select(t.ledger.c.seq, t.ledger.c.digest).where(t.ledger.c.session == session).order_by(t.ledger.c.seq.desc()).limit(1)
    row = (await c.execute(newest)).first()
    made = list(chained(session, None if row is None else Head(row.seq, row.digest), entries, at, actor))
    await c.execute(insert(t.ledger), [_row(session, entry) for entry in made])
    evidence = max((entry.seq for entry in made if is_evidence(entry.what)), default=0)
    if evidence:
        await c.execute(update(t.session).where(t.session.c.id == session).values(evidence_seq=evidence))
    await _raise(c, session, home, made, at)


async def _raise(c: AsyncConnection, session: str, home: str, entries: Iterable[Entry], at: float) -> None:
    kinds = {kind for entry in entries if (kind := incident_of(entry.what, entry.body)) is not None}
    for kind in sorted(kinds):
        name = incident_id(session, kind)
        known = (await c.execute(select(t.incident.c.done_at).where(t.incident.c.id == name))).first()
        if known is None:
            await c.execute(insert(t.incident).values(id=name, session=session, home=home, kind=kind, at=at))
        elif known.done_at is not None:
            await c.execute(update(t.incident).where(t.incident.c.id == name).values(at=at, done_at=None, done_by=None))


def _row(session: str, e: Entry) -> dict[str, Any]:
    return {
        "session": session, "seq": e.seq, "at": e.at, "mono": e.mono, "actor": e.actor, "what": e.what, "body": write(e.body).decode(),
        "prev": e.prev, "digest": e.digest,
    }  # fmt: skip


async def ledger(c: AsyncConnection, session: str, named: Collection[str] | None = None) -> list[Entry]:
    """A session's ledger as it is stored; `named`: only entries that are called so."""
    of = select(t.ledger).where(t.ledger.c.session == session).order_by(t.ledger.c.seq)
    rows = await c.execute(of if named is None else of.where(t.ledger.c.what.in_(named)))
    return [Entry(r.seq, r.at, r.actor, r.what, readable(r.body), r.prev, r.digest, r.mono) for r in rows]


def readable(text: str) -> dict[str, Any]:
    """A body that somebody has made unreadable is handed on as another one: `verify` then names its place.

    An hour's ledger has thousands: the quick reading is taken where it writes the same text again, the exact one where it does not.
    """
    try:
        body = msgspec.json.decode(text)
        if msgspec.json.encode(body, order="sorted").decode() != text:
            body = read(text.encode())
    except (msgspec.DecodeError, NotCanonical, UnicodeError):
        body = None
    return body if isinstance(body, dict) else {"unreadable": True}
