"""From an empty file, from an older program, from a newer one, and through a crash in the middle."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from config.clock import HandClock
from recordings.ledger import append, start, verify
from signaling.domain.administration import Deed
from signaling.domain.people import Person
from signaling.domain.states import Closed, holder_of, ticket_of
from signaling.office.evidence_ports import Fact
from signaling.office.ports import StoreAway
from signaling.store import migrate as migrating
from signaling.store.engine import Engines, UnfitStore, open_engines
from signaling.store.migrate import MIGRATIONS, migrate
from signaling.store.sqlite import open_store
from signaling.store.tables import metadata
from tests.contract.visits import opened
from tests.signaling.store.shapes import as_the_second_program_wrote_it
from tests.stories.visit import closed, in_session, parked, waiting, wrapping_up

TODAY = "0006"
"""The newest step of this program."""

NEXT = f'''
"""The next step, for this test."""
import sqlalchemy as sa
from alembic import op
revision = "next"
down_revision = "{TODAY}"
branch_labels = depends_on = None

def upgrade():
    op.add_column("session", sa.Column("channel", sa.String(16), nullable=False, server_default="remote"))
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
'''

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from sqlalchemy import event
from config.clock import HandClock
from signaling.store.engine import open_engines
from signaling.store.migrate import migrate

async def main():
    engines = open_engines(Path(sys.argv[1]), 5)
    def die(connection, cursor, statement, parameters, context, executemany):
        if "CREATE TABLE later" in statement:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(engines.writer.sync_engine, "after_cursor_execute", die)
    await migrate(engines, HandClock(), Path(sys.argv[2]))

asyncio.run(main())
"""


@asynccontextmanager
async def opening(file: Path, within: float = 5) -> AsyncIterator[Engines]:
    engines = open_engines(file, within)
    try:
        yield engines
    finally:
        await engines.writer.dispose()
        await engines.reader.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "window.db"


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The steps of a newer program."""
    folder = tmp_path / "100% newer"  # a percent sign means something to Alembic's configuration
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "next.py").write_text(NEXT)
    return folder


async def made_by_todays_program(file: Path) -> None:
    async with opening(file) as engines:
        await migrate(engines, HandClock())
    with sqlite3.connect(file) as rows:
        rows.execute("INSERT INTO handled VALUES ('clerk:li', 'request-1', '', 1.0)")
    rows.close()


def read(file: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def copies(file: Path) -> list[Path]:
    return sorted(file.parent.glob("window.db.before-*"))


async def test_an_empty_file_gets_every_table_as_the_queries_see_them(file: Path) -> None:
    async with opening(file) as engines:
        assert await migrate(engines, HandClock()) == TODAY

        def differences(connection: Connection) -> list[object]:
            return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

        async with engines.reader.connect() as connection:
            assert await connection.run_sync(differences) == []
    assert copies(file) == [], "there was nothing to copy"


async def test_the_rules_in_the_database_are_those_of_the_tables(file: Path) -> None:
    """Partial indexes and key constraints, which the comparison above does not look into."""
    async with opening(file) as engines:
        await migrate(engines, HandClock())
    made = dict(read(file, "SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
    assert str(made["ux_session_clerk"]).endswith("WHERE clerk IS NOT NULL")
    assert str(made["ix_session_live"]).endswith("WHERE closed_at IS NULL")
    for table in metadata.sorted_tables:
        keys = {name for _, name, _, _, _, place in read(file, f"PRAGMA table_info({table.name})") if place}
        assert keys == {column.name for column in table.primary_key.columns}


async def test_starting_again_changes_nothing(file: Path) -> None:
    await made_by_todays_program(file)
    await made_by_todays_program_again(file)
    assert copies(file) == []


async def made_by_todays_program_again(file: Path) -> None:
    async with opening(file) as engines:
        assert await migrate(engines, HandClock()) == TODAY
    assert read(file, "SELECT request FROM handled") == [("request-1",)]


async def test_an_older_database_is_copied_and_then_changed(file: Path, newer: Path) -> None:
    await made_by_todays_program(file)
    async with opening(file) as engines:
        assert await migrate(engines, HandClock(1_795_399_200.0), newer) == "next"
    assert read(file, "SELECT version_num FROM alembic_version") == [("next",)]
    assert read(file, "SELECT request FROM handled") == [("request-1",)]
    assert ("later",) in read(file, "SELECT name FROM sqlite_master")

    (copy,) = copies(file)
    assert copy.name == f"window.db.before-{TODAY}-20261123T020000000Z"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert read(copy, "SELECT request FROM handled") == [("request-1",)]
    assert read(copy, "SELECT version_num FROM alembic_version") == [(TODAY,)]
    assert read(copy, "PRAGMA integrity_check") == [("ok",)]


async def test_a_database_of_the_first_shape_keeps_counting(file: Path, tmp_path: Path) -> None:
    """0002: serials are numbered on from the sessions that are there."""
    first = tmp_path / "first"
    shutil.copytree(MIGRATIONS, first, ignore=shutil.ignore_patterns("__pycache__", "000[2-9]_*"))
    async with opening(file) as engines:
        assert await migrate(engines, HandClock(), first) == "0001"
    rows = [("a", "jinshan", "20261123", 7), ("b", "jinshan", "20261123", 9), ("c", "pinghu", "20261123", 2)]
    with sqlite3.connect(file) as old:
        for name, home, day, serial in rows:
            old.execute(
                "INSERT INTO session (id, version, state_name, state, home, host, kiosk, service, number, day, serial, case_number, opened_at, closed_at)"
                " VALUES (?, 1, 'Closed', '{}', ?, 'haiyan', 'haiyan-1', 'x', 'J', ?, ?, 'x', 1.0, 2.0)", (name, home, day, serial),
            )
    old.close()
    async with await open_store(file, HandClock()) as store:
        stored = await opened(store, "session-1", home="jinshan", day="20261123")
        assert ticket_of(stored.state).number == "J010"
    assert len(copies(file)) == 1


SECOND_SHAPE = [waiting("J001"), in_session("J002", "jinshan-3"), wrapping_up("J003", "jinshan-4"), parked("J004", "jinshan-5"), closed("J005", "jinshan-3")]


@pytest.fixture
async def second_shape(file: Path, tmp_path: Path) -> Path:
    """What the program before 0003 left: a visit in each state, its ledger begun."""
    second = tmp_path / "second"
    shutil.copytree(MIGRATIONS, second, ignore=shutil.ignore_patterns("__pycache__", "000[3-9]_*"))
    async with opening(file) as engines:
        assert await migrate(engines, HandClock(), second) == "0002"
    with sqlite3.connect(file) as old:
        for serial, state in enumerate(SECOND_SHAPE, 1):
            t, clerk, over = ticket_of(state), holder_of(state), state.at if isinstance(state, Closed) else None
            old.execute(
                "INSERT INTO session (id, version, state_name, state, home, host, kiosk, service, number, day, serial, case_number, clerk, opened_at, closed_at)"
                " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, '20261123', ?, ?, ?, ?, ?)",
                (t.session, type(state).__name__, as_the_second_program_wrote_it(state), t.home, t.host, t.kiosk, t.service, t.number, serial, t.case,
                 clerk, t.taken_at, over),
            )  # fmt: skip
            entry = append(start(t.session), "2026-11-23T02:00:00.000Z", "kiosk:haiyan-1", "ticket-taken", {"kiosk": t.kiosk})
            old.execute(
                "INSERT INTO ledger (session, seq, at, mono, actor, what, body, prev, digest) VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?)",
                (t.session, 1, entry.at, entry.actor, entry.what, '{"kiosk":"haiyan-1"}', entry.prev, entry.digest),
            )
    old.close()
    return file


async def test_a_database_of_the_second_shape_gets_room_for_evidence(second_shape: Path) -> None:
    """0003: every table of evidence is there and empty, no ledger is touched, and of the visits before it nothing is signed."""
    async with await open_store(second_shape, HandClock()) as store:
        for state in SECOND_SHAPE:
            session = ticket_of(state).session
            assert verify(session, await store.evidence.ledger_of(session)).seq == 1
            assert await store.evidence.heads_of(session) == [] == await store.evidence.requests_of(session)
            assert await store.evidence.keeping(session) is None
        assert await store.evidence.incidents("jinshan") == []
        assert await store.evidence.unattended() == []
        await opened(store, "session-1", day="20261124")
        await store.evidence.keep("a" * 16, [Fact(1, "session-1", "recording-late", {})], 1.0)
        assert len(await store.evidence.incidents("jinshan")) == 1
    assert read(second_shape, "SELECT evidence_seq, home_seq, host_seq FROM session WHERE id LIKE 'visit-%'") == [(0, 0, 0)] * len(SECOND_SHAPE)
    assert len(copies(second_shape)) == 1


async def test_visits_of_the_second_shape_can_still_be_read(second_shape: Path) -> None:
    """A server that is replaced by this one finds its running visits, and an office its old ones."""
    async with await open_store(second_shape, HandClock()) as store:
        live = await store.live_sessions()
        assert {stored.session: type(stored.state) for stored in live} == {ticket_of(s).session: type(s) for s in SECOND_SHAPE if not isinstance(s, Closed)}
        assert {record.number for record in await store.sessions_of("jinshan")} == {ticket_of(state).number for state in SECOND_SHAPE}


async def test_a_newer_database_is_refused_and_left_alone(file: Path, newer: Path) -> None:
    await made_by_todays_program(file)
    async with opening(file) as engines:
        await migrate(engines, HandClock(), newer)
    with pytest.raises(UnfitStore, match=rf"next.*up to {TODAY}.*newer program") as refused:
        await open_store(file, HandClock())
    assert refused.value.code == "schema-newer"
    assert read(file, "SELECT version_num FROM alembic_version") == [("next",)]


async def test_a_program_killed_in_the_middle_leaves_the_old_shape_and_the_next_start_finishes(file: Path, newer: Path) -> None:
    await made_by_todays_program(file)
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(file), str(newer), cwd=Path(__file__).parents[3])
    assert await program.wait() == -9
    assert read(file, "SELECT version_num FROM alembic_version") == [(TODAY,)]
    assert "channel" not in [name for _, name, *_ in read(file, "PRAGMA table_info(session)")]

    async with opening(file) as engines:
        assert await migrate(engines, HandClock(), newer) == "next"
    assert read(file, "SELECT request FROM handled") == [("request-1",)]


async def test_a_step_that_fails_changes_nothing(file: Path, newer: Path) -> None:
    await made_by_todays_program(file)
    step = newer / "versions" / "next.py"
    step.write_text(NEXT + '    raise RuntimeError("the step is wrong")\n')
    async with opening(file) as engines:
        with pytest.raises(RuntimeError, match="the step is wrong"):
            await migrate(engines, HandClock(), newer)
        assert read(file, "SELECT version_num FROM alembic_version") == [(TODAY,)]
        step.write_text(NEXT)
        assert await migrate(engines, HandClock(5), newer) == "next"


async def test_two_programs_that_start_at_once_take_turns(file: Path) -> None:
    async with opening(file) as one, opening(file) as two:
        assert await asyncio.gather(migrate(one, HandClock()), migrate(two, HandClock())) == [TODAY, TODAY]


@pytest.fixture
def shopping_list(file: Path) -> str:
    text = "this is a shopping list, not a database; " * 40
    file.write_text(text)
    return text


async def test_something_else_than_a_database_is_refused(file: Path, shopping_list: str) -> None:
    with pytest.raises(UnfitStore) as refused:
        await open_store(file, HandClock())
    assert refused.value.code == "not-a-store"
    assert await asyncio.to_thread(file.read_text) == shopping_list


async def test_an_older_database_that_stays_locked_is_away(file: Path, newer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await made_by_todays_program(file)
    monkeypatch.setattr(migrating, "PATIENCE", 0.2)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with opening(file) as engines:
        with pytest.raises(StoreAway):
            await migrate(engines, HandClock(), newer)
    async with opening(file) as engines:
        assert await migrate(engines, HandClock()) == TODAY, "where nothing is to do, nobody waits"
    other.execute("COMMIT")
    other.close()


async def test_who_was_administrator_runs_machines_and_their_logins_go_on(file: Path, tmp_path: Path) -> None:
    """0004: three administrators instead of one, and a record that begins empty."""
    third = tmp_path / "third"
    shutil.copytree(MIGRATIONS, third, ignore=shutil.ignore_patterns("__pycache__", "000[4-9]_*"))
    async with opening(file) as engines:
        assert await migrate(engines, HandClock(), third) == "0003"
    with sqlite3.connect(file) as old:
        for login, role in (("zhao", "administrator"), ("li", "clerk"), ("sun", "supervisor")):
            old.execute("INSERT INTO person (login, name, role, jurisdiction, skills, password_hash, active, created_at) VALUES (?, 'x', ?, 'haiyan', '[]', 'h', 1, 1.0)", (login, role))
        old.execute("INSERT INTO login (token_hash, person, created_at, expires_at) VALUES ('token', 'zhao', 1.0, 9e9)")
        old.execute("INSERT INTO setup_code (code_hash, created_at, expires_at) VALUES ('code', 1.0, 9e9)")
    old.close()
    async with await open_store(file, HandClock()) as store:
        assert {person.login: person.role for person in await store.people.persons()} == {"li": "clerk", "sun": "supervisor", "zhao": "system-administrator"}
        assert await store.people.logged_in("token", 2.0) == await store.people.person("zhao")
        assert await store.record.deeds("haiyan") == []
        qian = Person("qian", "x", "security-administrator", "haiyan")
        deed = Deed("haiyan", "security-administrator:qian", "set-up", {"login": "qian"})
        assert await store.people.use_setup_code("code", qian, "h", 2.0, deed) == "good", "a code that was printed before is still good"
