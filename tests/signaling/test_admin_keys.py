"""`virtual-window admin keys …` as it is typed: a folder is enough, and no private half is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordings.keys import load_public
from signaling import admin


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
