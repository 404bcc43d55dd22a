"""The administrators' commands, as they are typed: on a real folder, also while a server has its database open."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from config.clock import SystemClock
from config.load import variable
from config.settings import Login
from signaling import admin
from signaling.auth.service import Auth
from signaling.store.sqlite import FILE_NAME, open_store
from tests.signaling.admin_shell import GOOD, Shell

LI = ("people add li --role clerk --skill jinshan-newborn", "--name", "李雷")


def test_the_first_security_administrator_of_a_new_server_adds_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell(tmp_path / "new", capsys)
    code = shell("setup-code")
    assert "24 hours" in shell.said
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    person = shell.server(lambda auth: auth.setup(code, "zhao", "赵敏", GOOD, "haiyan"))
    assert person.role == "security-administrator"
    assert shell("setup-code", code=1) == ""
    assert "not-now: there is a security administrator already" in shell.said
    password = shell("people add wu --role system-administrator --name 吴", by="zhao")
    assert shell.logs_in("wu", password)
    assert shell.record("haiyan") == [("zhao", "set-up"), ("zhao", "person-added")]


def test_another_jurisdiction_gets_its_own(shell: Shell) -> None:
    assert shell("setup-code --jurisdiction jinshan", code=1) == ""
    code = shell("setup-code --jurisdiction haiyan")
    person = shell.server(lambda auth: auth.setup(code, "zhao", "赵敏", GOOD, "haiyan"))
    assert (person.role, person.jurisdiction) == ("security-administrator", "haiyan")
    shell("people disable zheng", by="zhao", code=1)
    assert "unknown-person: there is no zheng here" in shell.said
    shell("setup-code --jurisdiction nowhere", code=1)
    assert "unknown-jurisdiction: nowhere; known: haiyan" in shell.said


def test_a_lost_password_of_the_only_one_is_no_dead_end(shell: Shell) -> None:
    shell("setup-code --break-glass", code=1)
    assert "unknown-jurisdiction" in shell.said
    code = shell("setup-code --jurisdiction jinshan --break-glass")
    shell.server(lambda auth: auth.setup(code, "qian", "钱", GOOD, "jinshan"))
    shell("people password zheng", by="qian")
    assert shell.record() == [("local", "glass-broken"), ("qian", "set-up"), ("qian", "password-changed")]


async def test_it_works_while_a_server_runs(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    async with await open_store(shell.data / FILE_NAME, SystemClock()) as store:
        auth = Auth(store.people, store.kiosks, Login(), SystemClock())
        who = ("--data", str(shell.data), "--as", "zheng", "--password-file", str(shell.secret("zheng", GOOD)))
        assert await asyncio.to_thread(admin.main, [*LI[0].split(), *LI[1:], *who]) == 0
        logged_in = await auth.login("li", capsys.readouterr().out.strip(), "")
        found = auth.redeem(auth.socket_ticket(logged_in.person.actor, logged_in.token))
        assert found is not None and await auth.is_current(*found)
        assert await asyncio.to_thread(admin.main, ["people", "logout", "li", *who]) == 0
        assert not await auth.is_current(*found), "the server sees it with its next question"
        assert await asyncio.to_thread(admin.main, ["people", "disable", "li", *who]) == 0
        assert not await auth.is_current(logged_in.person.actor)
        auth.close()


def test_a_locked_database_is_told_and_may_be_tried_again(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell(*LI, by="zheng")
    other = sqlite3.connect(shell.data / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with monkeypatch.context() as patch:
        patch.setenv(variable("store", "busy_seconds"), "0.2")
        shell("people disable li", code=75, by="zheng")
    assert shell.said.startswith("store-away:")
    other.execute("ROLLBACK")
    other.close()
    shell("people disable li", by="zheng")


def test_a_misspelt_folder_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell(tmp_path / "misspelt", capsys)
    shell("kiosks list", code=1)
    assert "no-such-folder" in shell.said
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_named(shell: Shell) -> None:
    (shell.data / "virtual-window.toml").write_text("[login]\nhour = 3\n")
    shell("kiosks list", code=2)
    assert "virtual-window.toml:2: login.hour" in shell.said


@pytest.mark.parametrize(
    "line",
    ["", "people", "people remove li", "people add li", "kiosks enrol", "people add li --name x --role administrator --as zheng", "people disable li",
     "calendar due tomorrow 5", "calendar due 2026-11-28 -1", "services list --at 28.11.2026", "person list"],
)  # fmt: skip
def test_a_wrong_command_line_shows_how_it_is_written(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        admin.main(line.split())
    assert left.value.code == 2
    assert "usage: virtual-window admin" in capsys.readouterr().err
