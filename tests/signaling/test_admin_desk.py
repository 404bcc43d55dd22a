"""Who acts: named by `--as`, proved by a password that is never an argument."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pytest

from config.jurisdiction import load_jurisdictions
from config.problem import BadConfiguration
from signaling.admin_desk import given_password, known_jurisdiction, with_person
from signaling.domain.refusals import Refusal


def test_a_password_is_the_first_line_of_a_file_that_only_its_owner_reads_or_of_the_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "password"
    file.write_text("three green lamps\n")
    with pytest.raises(BadConfiguration, match="chmod 600"):
        given_password(str(file))
    file.chmod(0o600)
    found = given_password(str(file))
    assert found is not None and found.reveal() == "three green lamps" and "green" not in repr(found)
    monkeypatch.setattr("sys.stdin", io.StringIO("four yellow lamps\r\nand more"))
    found = given_password("-")
    assert found is not None and found.reveal() == "four yellow lamps"
    assert given_password(None) is None


def test_nobody_acts_without_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    verb = with_person(argparse.ArgumentParser())
    assert verb.parse_args(["--as", "wu"]).acting == "wu"
    with pytest.raises(SystemExit):
        verb.parse_args([])
    assert "--as" in capsys.readouterr().err
    assert "password" not in " ".join(name for name in vars(verb.parse_args(["--as", "wu"])) if name != "password_file")


def test_an_unknown_jurisdiction_is_told_which_there_are() -> None:
    with pytest.raises(Refusal, match="nowhere; known: haiyan, jinshan, pinghu"):
        known_jurisdiction(load_jurisdictions(), "nowhere")
