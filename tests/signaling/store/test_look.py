"""What whoever checks a store is told of it: everything, as it is stored, page by page, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.clock import HandClock
from recordings.ledger import verify
from signaling.domain.effects import Enter
from signaling.domain.events import ResidentLeft
from signaling.office.evidence_ports import Fact, KeptHead
from signaling.store import look as module
from signaling.store.look import CaseRow, Erasure, Look, SessionRow, Unreadable, Written, look
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.contract.visits import KIOSK, T0, moved, opened, rung_by

LIFE = "00112233445566aa"


async def fill(store: SqlStore) -> None:
    for number in range(5):
        await opened(store, f"session-{number}")
    await moved(store, await opened(store, "session-9"), *rung_by("li"), cause=KIOSK)
    await moved(store, await opened(store, "session-8"), ResidentLeft(), cause=KIOSK, now=T0 + 9)
    body = {"at": 1, "epoch": 1, "publication": "resident.camera"}
    await store.evidence.keep(LIFE, [Fact(1), Fact(2, "session-9", "rec-first-byte", body)], T0)
    await store.evidence.add_head(KeptHead("session-9", 2, "host", "haiyan", b"{}", None), Enter("head-signed", {"seq": 2}), T0)
    await store.evidence.add_head(KeptHead("session-9", 2, "home", "jinshan", b"{}", "A-B"), Enter("head-signed", {"seq": 2}), T0)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("look") / FILE_NAME

    async def run() -> None:
        async with await open_store(file, HandClock()) as store:
            await fill(store)

    asyncio.run(run())
    return file


@pytest.fixture(params=[1, 500])
def file(filled: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store, read in pages of one row and in large ones."""
    monkeypatch.setattr(module, "PAGE", request.param)
    return Path(shutil.copytree(filled.parent, tmp_path / "data")) / FILE_NAME


def test_every_session_comes_by_id(file: Path) -> None:
    found = look(file, lambda store: list(store.sessions()))
    assert [row.id for row in found] == [*(f"session-{n}" for n in range(5)), "session-8", "session-9"]
    assert {type(row) for row in found} == {SessionRow}
    assert (found[-1].state_name, found[-1].clerk, found[-1].closed_at) == ("InSession", "li", None)
    assert (found[-2].state_name, found[-2].clerk, found[-2].closed_at) == ("Closed", None, T0 + 9)
    assert not hasattr(found[-1], "note"), "what a clerk noted is nobody's business"


def test_a_ledger_comes_as_it_is_stored(file: Path) -> None:
    found = look(file, lambda store: list(store.ledger("session-9")))
    assert {type(each) for each in found} == {Written}
    assert verify("session-9", [each.entry for each in found]).seq == len(found) > 5
    assert look(file, lambda store: [each.entry.what for each in store.ledger("session-9", f"writer:{LIFE}")]) == ["rec-first-byte"]
    assert look(file, lambda store: list(store.ledger("nobody"))) == []


def test_heads_and_lives(file: Path) -> None:
    assert look(file, lambda store: [(h.seq, h.role, h.code) for h in store.heads("session-9")]) == [(2, "home", "A-B"), (2, "host", None)]
    assert look(file, lambda store: store.lives()) == {LIFE: 2}


def test_cases_of_a_session_and_whether_it_is_known_to_have_worked_at_them(file: Path) -> None:
    def cases() -> list[CaseRow]:
        return look(file, lambda store: store.cases("session-9"))

    [row] = cases()
    assert (row.session, row.state, row.handed, row.linked) == ("session-9", "collecting", 0, True)
    sql(file, "DELETE FROM case_session WHERE session = 'session-9'")
    assert cases() == [row._replace(linked=False)] and look(file, lambda store: store.cases("nobody")) == []


def sql(file: Path, *statements: str) -> list[Any]:
    """Behind everybody's back. What the last one returns."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        return [connection.execute(statement).fetchall() for statement in ("PRAGMA foreign_keys = OFF", *statements)][-1]


def test_clerks_who_hold_more_than_one_session(file: Path) -> None:
    assert look(file, lambda store: store.busy_clerks()) == {}
    sql(file, "DROP INDEX ux_session_clerk", "UPDATE session SET clerk = 'li' WHERE id = 'session-3'", "UPDATE session SET clerk = 'wu' WHERE id = 'session-4'")
    assert look(file, lambda store: store.busy_clerks()) == {"li": ["session-3", "session-9"]}


def test_evidence_without_a_session(file: Path) -> None:
    assert look(file, lambda store: store.without_session()) == {"ledger": [], "head": []}
    sql(file, "DELETE FROM session WHERE id = 'session-9'")
    assert look(file, lambda store: store.without_session()) == {"ledger": ["session-9"], "head": ["session-9"]}


def test_whether_a_recording_was_erased_and_is_gone(file: Path) -> None:
    def erasure() -> Erasure:
        return look(file, lambda store: store.erasure("session-9"))

    assert erasure() == (False, False)
    sql(file, "UPDATE ledger SET what = 'recording-erased' WHERE session = 'session-9' AND seq = 3", "INSERT INTO keeping (session, erased_at) VALUES ('session-9', 1)")
    assert erasure() == (True, False)
    sql(file, "UPDATE keeping SET gone_at = 2")
    assert erasure() == (True, True)


def test_a_body_that_is_none_is_handed_on_as_another(file: Path) -> None:
    sql(file, "UPDATE ledger SET body = 'no JSON' WHERE session = 'session-9' AND seq = 1")
    first = look(file, lambda store: next(store.ledger("session-9")))
    assert (first.entry.body, first.body) == ({"unreadable": True}, "no JSON")


def test_pages_that_are_damaged_are_said(file: Path) -> None:
    assert look(file, lambda store: store.damage()) is None
    ((root,),) = sql(file, "SELECT rootpage FROM sqlite_schema WHERE name = 'ledger'")
    content = bytearray(file.read_bytes())
    content[4096 * (root - 1) : 4096 * root] = b"\xff" * 4096
    file.write_bytes(content)
    assert look(file, lambda store: store.damage())
    with pytest.raises(Unreadable, match="not-a-store"):
        look(file, lambda store: [written for row in store.sessions() for written in store.ledger(row.id)])


def test_the_copy_has_no_name_while_it_is_read_and_none_afterwards(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))

    def work(store: Look) -> list[str]:
        rows = list(store.sessions())
        assert rows
        assert list(store.ledger("session-9"))
        return os.listdir(tmp_path / "tmp")

    assert look(file, work) == []
    assert os.listdir(tmp_path / "tmp") == []


async def test_a_server_that_has_it_open_goes_on_and_is_seen_as_of_that_moment(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    async with await open_store(file, HandClock()) as store:
        await fill(store)

        def state() -> dict[str, tuple[bytes, int]]:
            return {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in tmp_path.iterdir()}

        before = state()
        assert before[f"{FILE_NAME}-wal"][0]
        assert look(file, lambda store: len(list(store.sessions()))) == 7
        assert state() == before
        await opened(store, "session-later")
        assert look(file, lambda store: len(list(store.sessions()))) == 8


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "no-store"), (b"", "not-a-store"), (b"garbage" * 1000, "not-a-store")],
)
def test_what_is_no_store_is_said(tmp_path: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        look(tmp_path / FILE_NAME, lambda store: list(store.sessions()))
    assert refused.value.code == code
    assert sorted(os.listdir(tmp_path)) == ([] if content is None else [FILE_NAME])


@pytest.mark.parametrize(("revision", "code"), [("9999", "schema-newer"), ("0001", "schema-older")])
def test_a_store_of_another_program_is_said(file: Path, revision: str, code: str) -> None:
    sql(file, f"UPDATE alembic_version SET version_num = '{revision}'")
    with pytest.raises(Unreadable) as refused:
        look(file, lambda store: list(store.sessions()))
    assert refused.value.code == code


def test_an_address_of_a_file_is_that_file(file: Path) -> None:
    assert len(look(f"sqlite+aiosqlite:///{file}", lambda store: list(store.sessions()))) == 7


@pytest.mark.parametrize(("address", "code"), [("mysql+x://u@h/d", "no-driver"), ("postgresql+nothing://u@127.0.0.1:1/d", "no-driver")])
def test_a_database_that_nobody_can_read_here_is_said(address: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        look(address, lambda store: list(store.sessions()))
    assert refused.value.code == code


def test_no_room_for_the_copy_is_said(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "snapshot", full)
    with pytest.raises(Unreadable, match="no-room"):
        look(file, lambda store: list(store.sessions()))
