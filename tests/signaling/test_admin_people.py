"""`admin people`: who logs in, as what, and who may no longer; done by the security administrator and by nobody else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.signaling.admin_shell import GOOD, Shell

LI = ("people add li --role clerk --skill jinshan-newborn", "--name", "李雷")


def test_a_person_gets_a_password_that_is_shown_once(shell: Shell) -> None:
    password = shell(*LI, by="zheng")
    assert len(password) == 23 and "li is clerk of jinshan" in shell.said
    assert shell.logs_in("li", password)
    assert shell("people list", by="zheng").splitlines()[:2] == [
        "login  role                    state   services  name",
        "li     clerk                   active  1         李雷",
    ]
    assert password not in shell("people list", by="sun"), "the audit administrator reads the list too"


def test_for_programs_the_names_of_the_fields_stay(shell: Shell) -> None:
    li = {"login": "li", "name": "李雷", "role": "clerk", "jurisdiction": "jinshan", "active": True, "skills": ["jinshan-newborn"]}
    made = shell.json(*LI, by="zheng")
    assert made == {"person": li, "password": made["password"]} and shell.said == ""
    assert shell.logs_in("li", made["password"])
    assert shell.json("people list", by="zheng")["people"][0] == li
    assert shell.json("people disable li", by="zheng") == {"person": {**li, "active": False}, "password": None}
    assert shell.json("people role li supervisor", by="zheng")["person"]["role"] == "supervisor"


def test_a_password_comes_from_a_file_of_ones_own(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "password"
    secret.write_text("four yellow lamps\n")
    secret.chmod(0o644)
    assert shell(*LI, "--new-password-file", str(secret), by="zheng", code=2) == ""
    assert "chmod 600" in shell.said
    secret.chmod(0o600)
    assert shell(*LI, "--new-password-file", str(secret), by="zheng") == "", "what one knows is not printed"
    assert "four yellow lamps" not in shell.said
    assert shell.logs_in("li", "four yellow lamps")

    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD + "\n"))
    made = shell("people password li --as zheng")
    assert shell.logs_in("li", made) and not shell.logs_in("li", "four yellow lamps")


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        ("people add li --role clerk --skill haiyan-newborn", "李雷", "unknown-service: haiyan-newborn; jinshan has: "),
        ("people add ../li --role clerk", "李雷", "bad-name"),
        ("people add li --role clerk", "李\x1b[31m雷", "bad-name"),
        ("people add wu --role clerk", "吴", "login-taken: wu"),
    ],
)
def test_a_person_who_cannot_be_is_refused_with_what_can(shell: Shell, line: str, name: str, said: str) -> None:
    assert shell(line, "--name", name, code=1, by="zheng") == ""
    assert said in shell.said
    assert len(shell("people list", by="zheng").splitlines()) == 1 + 3


def test_skills_change_with_the_work(shell: Shell) -> None:
    password = shell(*LI, by="zheng")
    shell("people skills li --all-skills", by="zheng")
    skills = shell.server(lambda auth: auth.login("li", password, "")).person.skills
    assert len(skills) > 5 and all(skill.startswith("jinshan-") for skill in skills)
    shell("people skills li --skill jinshan-newborn --skill jinshan-newborn", by="zheng")
    assert shell.server(lambda auth: auth.login("li", password, "")).person.skills == ("jinshan-newborn",)
    shell("people skills wang --all-skills", code=1, by="zheng")
    assert "unknown-person" in shell.said


def test_who_is_disabled_is_out_until_they_are_enabled(shell: Shell) -> None:
    password = shell(*LI, by="zheng")
    token = shell.server(lambda auth: auth.login("li", password, "")).token
    shell("people disable li", by="zheng")
    assert shell.server(lambda auth: auth.who(token)) is None
    assert not shell.logs_in("li", password)
    assert "disabled" in shell("people list", by="zheng")
    shell("people enable li", by="zheng")
    token = shell.server(lambda auth: auth.login("li", password, "")).token
    shell("people logout li", by="zheng")
    assert shell.server(lambda auth: auth.who(token)) is None and shell.logs_in("li", password)
    assert [what for _, what in shell.record()] == ["person-added", "person-disabled", "person-enabled", "logins-ended"]
    for line in ("people disable wang", "people enable wang", "people password wang", "people logout wang", "people role wang clerk"):
        shell(line, code=1, by="zheng")
        assert "unknown-person" in shell.said


def test_one_role_each(shell: Shell) -> None:
    password = shell(*LI, by="zheng")
    token = shell.server(lambda auth: auth.login("li", password, "")).token
    shell("people role li audit-administrator", by="zheng")
    assert "li is audit-administrator of jinshan and nothing else" in shell.said
    assert shell.server(lambda auth: auth.who(token)) is None
    assert shell.server(lambda auth: auth.login("li", password, "")).person.actor.skills == frozenset()


def test_a_local_helper_is_added_like_anybody_and_is_rung_for_nothing(shell: Shell) -> None:
    password = shell("people add zhang --role helper --name 张帮办", by="zheng")
    assert "zhang is helper of jinshan" in shell.said
    shell("people role zhang clerk", by="zheng")
    shell("people role zhang helper", by="zheng")
    actor = shell.server(lambda auth: auth.login("zhang", password, "")).person.actor
    assert (actor.kind, actor.skills, actor.name) == ("helper", frozenset(), "helper:zhang")


def test_only_the_security_administrator_and_nobody_for_themselves(shell: Shell) -> None:
    for by in ("wu", "sun"):
        shell("people role zheng clerk", code=1, by=by)
        assert "not-allowed: people role is for the security-administrator" in shell.said
    shell("people disable zheng", code=1, by="zheng")
    assert "last-security-administrator: nobody of jinshan could let anybody in any more" in shell.said
    shell("people add qian --role security-administrator --name 钱", by="zheng")
    shell("people role zheng system-administrator", code=1, by="zheng")
    assert "own-rights: nobody changes their own rights" in shell.said
    wrong = shell.secret("wrong", "not the password")
    shell("people disable wu --as zheng --password-file", str(wrong), code=1)
    assert "bad-login" in shell.said
    assert shell.record() == [
        ("wu", "not-allowed"), ("sun", "not-allowed"), ("zheng", "last-security-administrator"), ("zheng", "person-added"), ("zheng", "own-rights"),
        ("local", "bad-login"),
    ]  # fmt: skip
