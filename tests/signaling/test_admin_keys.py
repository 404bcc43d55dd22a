"""`virtual-window admin keys …` as it is typed: a folder is enough, and no private half is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordings.keys import load_public
from signaling import admin
from tests.signaling.admin_shell import Shell


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def typed(capsys: pytest.CaptureFixture[str], data: Path, line: str, code: int = 0) -> tuple[list[list[str]], str]:
    """Cells of the standard output, and the standard error."""
    capsys.readouterr()
    found = admin.main(["keys", *line.split(), "--data", str(data)])
    said = capsys.readouterr()
    assert found == code, said.err
    assert "PRIVATE" not in said.out + said.err
    return [row.split("\t") for row in said.out.splitlines()], said.err


def test_the_first_keys_of_a_jurisdiction(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows, said = typed(capsys, data, "make --jurisdiction jinshan")
    public = load_public(data, "jinshan")
    assert [(row[0], row[1], row[2].replace(" ", "")) for row in rows] == [
        ("jinshan", "signing", public.signing_fingerprint), ("jinshan", "sealing", public.sealing_fingerprint),
    ]  # fmt: skip
    assert str(data / "custody" / "jinshan") in said
    assert not list(data.glob("*.sqlite*")), "keys need no store"
    _, said = typed(capsys, data, "make --jurisdiction jinshan", code=1)
    assert said.startswith("keys-exist")
    assert typed(capsys, data, "fingerprint --jurisdiction jinshan")[0] == rows == typed(capsys, data, "fingerprint")[0]


def test_old_and_new_keys_are_listed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(capsys, data, "make --jurisdiction jinshan")
    typed(capsys, data, "make --jurisdiction haiyan")
    old = load_public(data, "jinshan").signing_fingerprint
    typed(capsys, data, "rotate --jurisdiction jinshan")
    rows, _ = typed(capsys, data, "list")
    assert [(row[0], row[2]) for row in rows] == [("haiyan", "in use"), ("jinshan", "retired"), ("jinshan", "in use")]
    assert rows[1][3] == old
    assert len(typed(capsys, data, "list --jurisdiction jinshan")[0]) == 2


def test_a_jurisdiction_that_nobody_knows(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for jurisdiction in ("atlantis", "../x"):
        _, said = typed(capsys, data, f"make --jurisdiction {jurisdiction}", code=2)
        assert said.startswith("unknown-jurisdiction") and "jinshan" in said
    assert not data.exists()


def test_without_keys(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(capsys, data, "list") == ([], "")
    _, said = typed(capsys, data, "fingerprint --jurisdiction jinshan", code=1)
    assert said.startswith("no-keys")
    _, said = typed(capsys, data, "rotate --jurisdiction jinshan", code=1)
    assert said.startswith("no-keys")


def test_in_a_servers_folder_the_security_administrator_renews_keys_and_it_is_on_record(shell: Shell) -> None:
    shell("keys make --jurisdiction jinshan", code=1)
    assert "not-allowed: say with --as LOGIN which security administrator of jinshan does it" in shell.said
    shell("keys make --jurisdiction jinshan", code=1, by="wu")
    shell("keys make --jurisdiction haiyan", code=1, by="zheng")
    assert not (shell.data / "custody").exists()
    shell("keys make --jurisdiction jinshan", by="zheng")
    shell("keys make --jurisdiction jinshan", code=1, by="zheng")
    assert shell.said.startswith("keys-exist")
    shell("keys rotate --jurisdiction jinshan", by="zheng")
    assert shell.record() == [("wu", "not-allowed"), ("zheng", "not-allowed"), ("zheng", "keys-made"), ("zheng", "keys-exist"), ("zheng", "keys-rotated")]
    deeds = shell.store(lambda store: store.record.deeds("jinshan"))
    assert deeds[-1].body["signing"] == load_public(shell.data, "jinshan").signing_fingerprint
    shell("keys make --jurisdiction haiyan")  # nobody guards Haiyan yet: keys come before its first visit
    shell("keys make --jurisdiction nowhere", code=1, by="zheng")
    assert "unknown-jurisdiction" in shell.said
