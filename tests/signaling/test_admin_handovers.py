"""`admin handovers`: what is owed to whom, and the word to try again, from the system administrator of the case's home alone."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from config.clock import SystemClock
from signaling import admin
from signaling.auth.service import Auth
from signaling.domain import handover as rules
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.contract.evidence import closed
from tests.contract.visits import T0

CASE = "310116-330424-20261123-0001"
PASSWORD = "correct horse battery staple"


class Office:
    """A folder with a refused case of Jinshan, and commands typed on it."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys
        self.said = ""

    def ask(self, question: Any) -> Any:
        async def run() -> Any:
            async with await open_store(self.data / FILE_NAME, SystemClock()) as store:
                return await question(store)

        return asyncio.run(run())

    def __call__(self, *line: str, code: int = 0) -> str:
        self._capsys.readouterr()
        found = admin.main(["handovers", *line, "--data", str(self.data)])
        printed = self._capsys.readouterr()
        self.said = printed.err
        assert found == code, f"exit code {found}: {printed.err}"
        return printed.out.strip()

    def again(self, login: str, *more: str, code: int = 0) -> str:
        return self("again", CASE, "--as", login, "--password-file", str(self.data / "password"), *more, code=code)

    def row(self) -> rules.HandOver:
        async def only(store: SqlStore) -> rules.HandOver:
            [row] = await store.handovers.handovers()
            return row

        found: rules.HandOver = self.ask(only)
        return found


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    made = Office(tmp_path, capsys)
    (tmp_path / "password").touch(mode=0o600)
    (tmp_path / "password").write_text(PASSWORD)

    async def fill(store: SqlStore) -> None:
        from config.jurisdiction import load_jurisdictions
        from config.settings import Login

        auth = Auth(store.people, store.kiosks, Login(), SystemClock(), jurisdictions=load_jurisdictions())
        for login, role, jurisdiction in (
            ("qian", "system-administrator", "jinshan"), ("sun", "security-administrator", "jinshan"), ("wen", "system-administrator", "haiyan"),
        ):  # fmt: skip
            await auth.add_person(login, login.title(), role, jurisdiction, PASSWORD, ())  # type: ignore[arg-type]
        auth.close()
        await closed(store)
        [row] = await store.handovers.handovers()
        await store.handovers.change(row, *rules.refused(row, "unknown-service", T0 + 1000), T0 + 1000, "server")

    made.ask(fill)
    return made


def test_the_list_says_what_waits_and_shows_no_name(office: Office) -> None:
    head, line = office("list").splitlines()
    assert head.split()[:4] == ["case", "home", "outcome", "state"]
    assert line.split() == [CASE, "jinshan", "accepted", "refused", "1", "2026-11-23T02:16:40.000Z", "unknown-service"]
    [told] = json.loads(office("list", "--json", "--home", "jinshan"))["handovers"]
    assert (told["case"], told["state"], told["code"], told["receipt"]) == (CASE, "refused", "unknown-service", None)
    assert "metadata" not in told
    assert json.loads(office("list", "--json", "--home", "haiyan")) == json.loads(office("list", "--json", "--state", "queued")) == {"handovers": []}
    office("list", "--home", "nowhere", code=1)
    assert office.said.startswith("unknown-jurisdiction")


def test_again_is_queued_and_stands_in_the_ledger(office: Office) -> None:
    [told] = json.loads(office.again("qian", "--json"))["handovers"]
    assert (told["state"], told["attempts"], told["code"]) == ("queued", 0, None)
    assert office.row().state == "queued"
    entry = office.ask(lambda store: store.ledger_of("session-1"))[-1]
    assert (entry.what, entry.actor, dict(entry.body)) == ("handover-again", "system-administrator:qian", {"case": CASE, "n": 1})
    office.again("qian")
    assert "tried again" in office.said


@pytest.mark.parametrize(("login", "jurisdiction"), [("sun", "jinshan"), ("wen", "haiyan")])
def test_nobody_else_says_so_and_their_attempt_is_on_the_record(office: Office, login: str, jurisdiction: str) -> None:
    office.again(login, code=1)
    assert office.said.startswith("not-allowed") and office.row().state == "refused"
    entry = office.ask(lambda store: store.record.deeds(jurisdiction))[-1]
    assert (entry.what, entry.actor.partition(":")[2], dict(entry.body)) == ("act-refused", login, {"act": "handovers-again", "code": "not-allowed", "case": CASE})


def test_a_wrong_password_an_unknown_case_and_one_that_is_there_already(office: Office) -> None:
    (office.data / "password").write_text("guessed")
    office.again("qian", code=1)
    assert office.said.startswith("bad-login")
    (office.data / "password").write_text(PASSWORD)
    office("again", "310116-330424-20261123-0009", "--as", "qian", "--password-file", str(office.data / "password"), code=1)
    assert office.said.startswith("unknown-case")

    async def acknowledge(store: SqlStore) -> None:
        [row] = await store.handovers.handovers()
        queued, _ = rules.again(row, T0 + 1100)
        done, entries = rules.acknowledged(rules.prepared(queued, "{}", "a" * 64), "R-1", T0 + 1100)
        await store.handovers.change(row, done, entries, T0 + 1100, "server")

    office.ask(acknowledge)
    office.again("qian", code=1)
    assert "R-1" in office.said and office.said.startswith("already-handed-over")
