"""What is stored, for whoever checks it: read only, page by page, as of one moment, and without whatever the server makes of it.

A SQLite database is copied (`snapshot`) and the copy read; it has no name any more by then, so that nothing of it stays behind,
however the program ends. PostgreSQL is asked in one transaction that cannot write.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Row, String, create_engine, exc, func, literal, or_, select, text
from sqlalchemy.engine import URL, make_url

from config.secret import Secret
from recordings.canonical import NotCanonical, read
from recordings.ledger import Entry, Head
from signaling.domain.handover import HandOver
from signaling.office.evidence_ports import KeptHead
from signaling.store import tables as t
from signaling.store.engine import UnfitStore, open_engines
from signaling.store.handovers import handovers_in
from signaling.store.migrate import MIGRATIONS
from signaling.store.snapshot import Unsettled, snapshot

T = TypeVar("T")
PAGE = 500


class Unreadable(Exception):
    """There is nothing that could be checked. `code`: `no-store`, `not-a-store`, `schema-newer`, `schema-older`, `no-driver`, `no-room`, `store-away`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class SessionRow(NamedTuple):
    """A session's row without what a clerk noted; `state` is JSON."""

    id: str
    state_name: str
    state: str
    home: str
    host: str
    kiosk: str
    service: str
    clerk: str | None
    number: str
    case_number: str
    opened_at: float
    closed_at: float | None
    evidence_seq: int
    home_seq: int
    host_seq: int


class CaseRow(NamedTuple):
    """A case's row; `file` is JSON. `linked`: it is known that the session asked for has worked at it."""

    number: str
    home: str
    host: str
    service: str
    as_of: float
    level: str
    state: str
    due: str | None
    referred_to: str | None
    session: str
    outcome: str | None
    handed: int
    file: str
    linked: bool


class Written(NamedTuple):
    """An entry, and its body as it is stored."""

    entry: Entry
    body: str


class Told(NamedTuple):
    """An incident: of which session, and all that stands with it as one text."""

    session: str
    text: str


class Erasure(NamedTuple):
    """Whether a session's recording was erased by law, and whether its files are gone."""

    erased: bool
    gone: bool


def look(where: str | Path, work: Callable[[Look], T], password: Secret | None = None) -> T:
    """What `work` makes of the store at `where` (a file, or a SQLAlchemy address). Raises Unreadable, and what `work` raises."""
    url = None if isinstance(where, Path) or "://" not in where else make_url(where)
    try:
        if url is None or url.get_backend_name() == "sqlite":
            return _at_file(Path(where if url is None else url.database or ""), work)
        return asyncio.run(_at_server(str(where), work, password))
    except exc.DatabaseError as error:
        raise Unreadable("not-a-store", f"it cannot be read to its end: {error.orig}") from None


class Look:
    """Questions to one store. Everything comes in pages of PAGE rows: nothing is ever held whole."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def sessions(self) -> Iterator[SessionRow]:
        """Every session, by id."""
        every = select(*(t.session.c[name] for name in SessionRow._fields)).order_by(t.session.c.id).limit(PAGE)
        rows = self._c.execute(every).all()
        while rows:
            yield from map(SessionRow._make, rows)
            rows = self._c.execute(every.where(t.session.c.id > rows[-1].id)).all()

    def ledger(self, session: str, actor: str | None = None) -> Iterator[Written]:
        """A session's ledger as it is stored, or what one actor entered, by number."""
        mine = select(t.ledger).where(t.ledger.c.session == session).order_by(t.ledger.c.seq).limit(PAGE)
        if actor is not None:
            mine = mine.where(t.ledger.c.actor == actor)
        rows = self._c.execute(mine).all()
        while rows:
            yield from map(_written, rows)
            rows = self._c.execute(mine.where(t.ledger.c.seq > rows[-1].seq)).all()

    def records(self) -> dict[str, Head | None]:
        """Jurisdictions of which administrative acts are on record → how far the record says that it reaches, None where it does not say."""
        said = {row.jurisdiction: Head(row.seq, row.digest) for row in self._c.execute(select(t.record))}
        acted = self._c.scalars(select(t.deed.c.jurisdiction).distinct())
        return {jurisdiction: said.get(jurisdiction) for jurisdiction in sorted({*said, *acted})}

    def deeds(self, jurisdiction: str) -> Iterator[Written]:
        """A jurisdiction's record as it is stored, by number."""
        mine = select(t.deed, literal(None).label("mono")).where(t.deed.c.jurisdiction == jurisdiction).order_by(t.deed.c.seq).limit(PAGE)
        rows = self._c.execute(mine).all()
        while rows:
            yield from map(_written, rows)
            rows = self._c.execute(mine.where(t.deed.c.seq > rows[-1].seq)).all()

    def heads(self, session: str) -> list[KeptHead]:
        """By number, the home's before the host's."""
        rows = self._c.execute(select(t.head).where(t.head.c.session == session).order_by(t.head.c.seq, t.head.c.role))
        found = [KeptHead(r.session, r.seq, "home" if r.role == "home" else "host", r.by, r.record.encode(), r.code) for r in rows]
        return sorted(found, key=lambda head: (head.seq, head.role != "home"))

    def handovers(self, session: str) -> list[HandOver]:
        """What the outbox has of a session."""
        return handovers_in(self._c.execute(select(t.handover).where(t.handover.c.session == session).order_by(t.handover.c.case_number)))

    def cases(self, session: str) -> list[CaseRow]:
        """Every case that a session has worked at or is said to have worked at last."""
        worked = set(self._c.scalars(select(t.case_session.c.case_number).where(t.case_session.c.session == session)))
        columns = [t.case_record.c[name] for name in CaseRow._fields if name != "linked"]
        mine = select(*columns).where(or_(t.case_record.c.number.in_(worked), t.case_record.c.session == session)).order_by(t.case_record.c.number)
        return [CaseRow._make((*row, row.number in worked)) for row in self._c.execute(mine)]

    def erasure(self, session: str) -> Erasure:
        """Its ledger says whether, the table of what is kept how far."""
        said = select(t.ledger.c.seq).where(t.ledger.c.session == session, t.ledger.c.what == "recording-erased").limit(1)
        erased = self._c.scalar(said) is not None
        gone = self._c.scalar(select(t.keeping.c.gone_at).where(t.keeping.c.session == session))
        return Erasure(erased, gone is not None)

    def lives(self) -> dict[str, int]:
        """Writers' lives → how many lines of their journals are entered."""
        return {row.life: row.n for row in self._c.execute(select(t.journal))}

    def busy_clerks(self) -> dict[str, list[str]]:
        """Clerks who hold more than one session → those sessions."""
        clerk = t.session.c.clerk
        twice = select(clerk).where(clerk.is_not(None)).group_by(clerk).having(func.count() > 1)
        rows = self._c.execute(select(clerk, t.session.c.id).where(clerk.in_(twice)).order_by(clerk, t.session.c.id))
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row.clerk, []).append(row.id)
        return found

    def incidents(self) -> Iterator[Told]:
        """Every incident, by id."""
        words = [column for column in t.incident.c if isinstance(column.type, String)]
        every = select(t.incident.c.session, *words).order_by(t.incident.c.id).limit(PAGE)
        rows = self._c.execute(every).all()
        while rows:
            yield from (Told(row.session, " ".join(str(value) for value in row if value is not None)) for row in rows)
            rows = self._c.execute(every.where(t.incident.c.id > rows[-1].id)).all()

    def without_session(self) -> dict[str, list[str]]:
        """Tables of evidence → sessions of which they tell and which have no row."""
        found = {}
        for table in (t.ledger, t.head):
            lost = select(table.c.session).distinct().where(table.c.session.not_in(select(t.session.c.id))).order_by(table.c.session)
            found[table.name] = list(self._c.scalars(lost))
        return found

    def damage(self) -> str | None:
        """What the database says is wrong with its own pages."""
        if self._c.dialect.name != "sqlite":
            return None
        try:
            found: str = self._c.execute(text("PRAGMA quick_check(1)")).scalar_one()
        except exc.DatabaseError as error:
            return str(error.orig)
        return None if found == "ok" else found


def _written(row: Row[Any]) -> Written:
    """A body that somebody has made unreadable is handed on as another one: `verify` then names its place."""
    try:
        body = read(row.body.encode())
    except NotCanonical:
        body = None
    fields = body if isinstance(body, dict) else {"unreadable": True}
    return Written(Entry(row.seq, row.at, row.actor, row.what, fields, row.prev, row.digest, row.mono), row.body)


def _at_file(file: Path, work: Callable[[Look], T]) -> T:
    folder = Path(tempfile.mkdtemp(prefix="doctor-"))
    try:
        if not file.is_file():
            raise Unreadable("no-store", f"there is no {file}")
        try:
            copy = snapshot(file, folder)
        except Unsettled as unsettled:
            raise Unreadable("store-away", str(unsettled)) from None
        except OSError as error:
            raise Unreadable("no-room", f"{file} cannot be copied to {folder.parent}: {error.strerror}") from None
        engine = create_engine(URL.create("sqlite", database=str(copy)))
        try:
            with engine.connect() as connection:
                # An exclusive owner needs no shared index beside the file, and after the first question no name of it.
                connection.execute(text("PRAGMA locking_mode = EXCLUSIVE"))
                _check_schema(connection)
                shutil.rmtree(folder)
                return work(Look(connection))
        finally:
            engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _at_server(where: str, work: Callable[[Look], T], password: Secret | None) -> T:
    try:
        engines = open_engines(where, 30.0, password)
    except UnfitStore as unfit:
        raise Unreadable(unfit.code, str(unfit).partition(": ")[2]) from None

    def run(connection: Connection) -> T:
        _check_schema(connection)
        return work(Look(connection))

    try:
        async with engines.reader.connect() as connection:
            connection = await connection.execution_options(isolation_level="REPEATABLE READ")
            return await connection.run_sync(run)
    except (OSError, exc.TimeoutError, exc.DBAPIError) as error:
        raise Unreadable("store-away", str(getattr(error, "orig", error))) from None
    finally:
        await engines.writer.dispose()
        await engines.reader.dispose()


def _check_schema(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    try:
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except exc.DatabaseError:
        raise Unreadable("not-a-store", "this is no database of a server, or a damaged one") from None
    newest = scripts.get_current_head()
    if found == newest:
        return
    if found in {step.revision for step in scripts.walk_revisions()}:
        raise Unreadable("schema-older", f"the database is at {found}, this program at {newest}: start the server once, it brings it up to date")
    raise Unreadable("schema-newer", f"the database is at {found}, this program knows up to {newest}: use the newer program")
