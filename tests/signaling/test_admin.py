"""The administrator's commands, as they are typed: on a real folder, also while a server has its database open."""

from __future__ import annotations

import asyncio
import io
import sqlite3
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from config.clock import SystemClock
from config.settings import Login
from signaling import admin
from signaling.auth.service import Auth
from signaling.domain.refusals import Refusal
from signaling.store.sqlite import FILE_NAME, open_store

T = TypeVar("T")
GOOD = "three green lamps"


class Shell:
    """Types commands and reads what they print."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys
        self.said = ""

    def __call__(self, line: str, *more: str, code: int = 0) -> str:
        """The command's standard output; what it said on standard error is in `said`."""
        self._capsys.readouterr()
        found = admin.main([*line.split(), *more, "--data", str(self.data)])
        printed = self._capsys.readouterr()
        self.said = printed.err
        assert found == code, f"exit code {found}: {printed.err}"
        return printed.out.strip()

    def server(self, ask: Callable[[Auth], Awaitable[T]]) -> T:
        """What a server on the same folder answers."""

        async def run() -> T:
            async with await open_store(self.data / FILE_NAME, SystemClock()) as store:
                auth = Auth(store.people, store.kiosks, Login(), SystemClock())
                try:
                    return await ask(auth)
                finally:
                    auth.close()

        return asyncio.run(run())

    def logs_in(self, login: str, password: str) -> bool:
        """Whether the server lets them in."""
        try:
            self.server(lambda auth: auth.login(login, password, ""))
        except Refusal as refused:
            assert refused.code == "bad-login"
            return False
        return True


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    (tmp_path / "data").mkdir()
    return Shell(tmp_path / "data", capsys)


LI = ("person add li --role clerk --jurisdiction jinshan --skill jinshan-newborn", "--name", "李雷")


def test_the_first_administrator_of_a_new_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell(tmp_path / "new", capsys)
    code = shell("setup-code")
    assert "24 hours" in shell.said
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    person = shell.server(lambda auth: auth.setup(code, "zhao", "赵敏", GOOD, "haiyan"))
    assert person.role == "administrator"
    assert shell("setup-code", code=1) == ""
    assert "not-now: there is an administrator already" in shell.said


def test_a_person_gets_a_password_that_is_shown_once(shell: Shell) -> None:
    password = shell(*LI)
    assert len(password) == 23
    assert shell.logs_in("li", password)
    assert shell("person list") == "li\tclerk\tjinshan\tactive\t1\t李雷"
    assert password not in shell("person list")


def test_a_password_comes_from_a_file_of_ones_own_or_from_standard_input(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "password"
    secret.write_text(GOOD + "\n")
    secret.chmod(0o644)
    assert shell(*LI, "--password-file", str(secret), code=2) == ""
    assert "chmod 600" in shell.said
    secret.chmod(0o600)
    assert shell(*LI, "--password-file", str(secret)) == "", "what one knows is not printed"
    assert GOOD not in shell.said
    assert shell.logs_in("li", GOOD)

    monkeypatch.setattr("sys.stdin", io.StringIO("four yellow lamps\n"))
    assert shell("person password li --password-file -") == ""
    assert shell.logs_in("li", "four yellow lamps") and not shell.logs_in("li", GOOD)
    made = shell("person password li")
    assert shell.logs_in("li", made)


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        ("person add li --role clerk --jurisdiction nowhere", "李雷", "unknown-jurisdiction: nowhere; known: haiyan, jinshan, pinghu"),
        ("person add li --role clerk --jurisdiction jinshan --skill haiyan-newborn", "李雷", "unknown-service: haiyan-newborn; jinshan has: "),
        ("person add ../li --role clerk --jurisdiction jinshan", "李雷", "bad-name"),
        ("person add li --role clerk --jurisdiction jinshan", "李\x1b[31m雷", "bad-name"),
    ],
)
def test_a_person_who_cannot_be_is_refused_with_what_can(shell: Shell, line: str, name: str, said: str) -> None:
    assert shell(line, "--name", name, code=1) == ""
    assert said in shell.said
    assert shell("person list") == ""


def test_a_login_is_taken_once(shell: Shell) -> None:
    shell(*LI)
    shell(*LI, code=1)
    assert "login-taken" in shell.said


def test_people_are_listed_by_jurisdiction(shell: Shell) -> None:
    shell(*LI)
    shell("person add sun --role supervisor --jurisdiction haiyan", "--name", "孙")
    assert [line.split("\t")[0] for line in shell("person list").splitlines()] == ["li", "sun"]
    assert shell("person list --jurisdiction haiyan").startswith("sun\tsupervisor\thaiyan\tactive\t0")


def test_skills_change_with_the_work(shell: Shell) -> None:
    password = shell(*LI)
    shell("person skills li --all-skills")
    skills = shell.server(lambda auth: auth.login("li", password, "")).person.skills
    assert len(skills) > 5 and all(skill.startswith("jinshan-") for skill in skills)
    shell("person skills li --skill jinshan-newborn --skill jinshan-newborn")
    assert shell.server(lambda auth: auth.login("li", password, "")).person.skills == ("jinshan-newborn",)
    shell("person skills wang --all-skills", code=1)
    assert "unknown-person" in shell.said


def test_who_is_disabled_is_out_until_they_are_enabled(shell: Shell) -> None:
    password = shell(*LI)
    token = shell.server(lambda auth: auth.login("li", password, "")).token
    shell("person disable li")
    assert shell.server(lambda auth: auth.who(token)) is None
    assert not shell.logs_in("li", password)
    assert "\tdisabled\t" in shell("person list")
    shell("person enable li")
    assert shell.logs_in("li", password)
    for line in ("person disable wang", "person enable wang", "person password wang"):
        shell(line, code=1)
        assert "unknown-person" in shell.said


def test_a_kiosk_is_enrolled_listed_and_revoked(shell: Shell) -> None:
    code = shell("kiosk enrol haiyan-k1")
    assert "60 minutes" in shell.said
    enrolled = shell.server(lambda auth: auth.enrol(code))
    assert (enrolled.kiosk.kiosk, enrolled.kiosk.jurisdiction) == ("haiyan-k1", "haiyan")
    states = dict(line.split("\t")[::2] for line in shell("kiosk list").splitlines())
    assert states["haiyan-k1"].startswith("enrolled 20") and states["haiyan-k2"] == "not enrolled"

    shell("kiosk revoke haiyan-k1")
    assert shell.server(lambda auth: auth.which_kiosk(enrolled.token)) is None
    assert "haiyan-k1\thaiyan\trevoked 20" in shell("kiosk list")
    shell("kiosk revoke haiyan-k1", code=1)
    shell("kiosk enrol haiyan-k99", code=1)
    assert "unknown-kiosk: haiyan-k99 is not in the configuration; known: haiyan-k1" in shell.said


async def test_it_works_while_a_server_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with await open_store(tmp_path / FILE_NAME, SystemClock()) as store:
        auth = Auth(store.people, store.kiosks, Login(), SystemClock())
        assert await asyncio.to_thread(admin.main, [*LI[0].split(), *LI[1:], "--data", str(tmp_path)]) == 0
        logged_in = await auth.login("li", capsys.readouterr().out.strip(), "")
        assert await auth.is_current(logged_in.person.actor)
        assert await asyncio.to_thread(admin.main, ["person", "disable", "li", "--data", str(tmp_path)]) == 0
        assert not await auth.is_current(logged_in.person.actor), "the server sees it with its next question"
        auth.close()


def test_a_locked_database_is_told_and_may_be_tried_again(shell: Shell) -> None:
    shell(*LI)
    (shell.data / "virtual-window.toml").write_text("[store]\nbusy_seconds = 0.2\n")
    other = sqlite3.connect(shell.data / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    shell("person disable li", code=75)
    assert shell.said.startswith("store-away:")
    other.execute("ROLLBACK")
    other.close()
    shell("person disable li")


def test_a_misspelt_folder_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell(tmp_path / "misspelt", capsys)
    shell("person list", code=1)
    assert "no-such-folder" in shell.said
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_named(shell: Shell) -> None:
    (shell.data / "virtual-window.toml").write_text("[login]\nhour = 3\n")
    shell("person list", code=2)
    assert "virtual-window.toml:2: login.hour" in shell.said


@pytest.mark.parametrize("line", ["", "person", "person remove li", "person add li", "kiosk enrol", "person add li --name x --role root --jurisdiction haiyan"])
def test_a_wrong_command_line_shows_how_it_is_written(shell: Shell, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        admin.main([*line.split(), "--data", str(shell.data)] if line else [])
    assert left.value.code == 2
    assert "usage: virtual-window admin" in capsys.readouterr().err
