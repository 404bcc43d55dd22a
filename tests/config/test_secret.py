"""A secret does not show itself, and a file that others can read is none."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest

from config.problem import BadConfiguration
from config.secret import LARGEST, Secret, read_secret

WORD = "correct horse battery staple"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(WORD + "\n")
    path.chmod(0o600)
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadConfiguration) as caught:
        read_secret(path)
    assert caught.value.code == "bad-secret"
    assert WORD not in str(caught.value)
    return str(caught.value)


def test_it_is_masked_wherever_it_is_printed() -> None:
    secret = Secret(WORD)
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret:>40}", f"{[secret]}", "%s" % secret, json.dumps({"k": secret}, default=str)):  # noqa: UP031 - one more way to print
        assert WORD not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.copy(secret)
    assert secret.reveal() == WORD


def test_equal_secrets_are_equal_and_nothing_else() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


def test_read_from_a_file_of_its_owner(file: Path) -> None:
    assert read_secret(file).reveal() == WORD
    file.write_bytes(WORD.encode() + b"\r\n")
    assert read_secret(file).reveal() == WORD


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert f"mode {mode:04o}" in refused(file)


def test_what_is_no_secret_is_refused(file: Path, tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "nothing")
    assert "Is a directory" in refused(tmp_path)
    for content in (b"", b"\n", b"two\nlines\n"):
        file.write_bytes(content)
        assert "one line" in refused(file)
    file.write_bytes(b"\xff\xff")
    assert "UTF-8" in refused(file)
    file.write_bytes(b"x" * (LARGEST + 1))
    assert "more than" in refused(file)
    assert "not a regular file" in refused(Path("/dev/null"))
