"""Settings: defaults, then the file, then the environment, then a program's own options; and a mistake has its place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import load as loading
from config.load import load, secret, variable
from config.problem import BadConfiguration
from config.settings import Settings


def mistakes(file: Path | None, options: Mapping[str, Any] | None = None, variables: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(BadConfiguration) as caught:
        load(file, options, variables or {})
    assert caught.value.code == "bad-settings"
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "window.toml"


def test_nothing_given_is_the_default(file: Path) -> None:
    file.write_text("")
    assert load(None, variables={}) == load(file, variables={}) == Settings()


def test_environment_wins_over_the_file_and_options_over_both(file: Path) -> None:
    file.write_text("[server]\nport = 1\n[session]\nring_seconds = 11\n[logs]\nlevel = 'debug'\n")
    variables = {"VIRTUAL_WINDOW_SERVER_PORT": "2", "VIRTUAL_WINDOW_SESSION_RING_SECONDS": "12.5", "PATH": "x"}
    settings = load(file, {"server.port": 3, "logs.level": None}, variables)
    assert (settings.server.port, settings.session.ring_seconds, settings.logs.level) == (3, 12.5, "debug")


def test_lists_and_switches_in_the_environment() -> None:
    variables = {"VIRTUAL_WINDOW_MEDIA_ADDRESSES": "10.0.0.1, ::1", "VIRTUAL_WINDOW_TRIAL_ALWAYS_OPEN": "true"}
    settings = load(None, variables=variables)
    assert settings.media.addresses == ["10.0.0.1", "::1"]
    assert settings.trial.always_open


def test_a_mistake_names_file_line_and_key_and_what_is_allowed(file: Path) -> None:
    file.write_text('[server]\nprot = 1\n\n[media]\nprofile = "big"\nport_min = 80\n\n[medai]\nx = 1\n')
    assert mistakes(file) == [
        f"{file}:2: server.prot: is not known (did you mean port? known here: bind, port, public_origins, tls_certificate, tls_key, tls_self_signed)",
        f'{file}:5: media.profile: Invalid enum value \'big\' (one of "small", "standard")',
        f"{file}:6: media.port_min: Expected `int` >= 1024, not 80 (a whole number from 1024 to 65535)",
        f"{file}:8: medai: is not known (did you mean media? known here: server, limits, link, media, session, recording, handover, store, logs, login, trial)",
    ]


def test_a_mistake_in_the_environment_names_the_variable() -> None:
    assert mistakes(None, variables={"VIRTUAL_WINDOW_SERVER_PORT": "x", "VIRTUAL_WINDOW_SERVRE_BIND": "y"}) == [
        "environment: VIRTUAL_WINDOW_SERVER_PORT: Expected `int`, got `str`, not 'x' (a whole number from 0 to 65535)",
        "environment: VIRTUAL_WINDOW_SERVRE_BIND: is not known (every key and its variable: docs/settings.md)",
    ]


def test_values_that_contradict_each_other_name_both_places(file: Path) -> None:
    file.write_text('[server]\nport = 1\nbind = "0.0.0.0"\n')
    (mistake,) = mistakes(file, variables={"VIRTUAL_WINDOW_SERVER_PORT": "2"})
    assert mistake.startswith(f"{file} and VIRTUAL_WINDOW_SERVER_PORT:1: server: bind 0.0.0.0 is not a loopback address")
    assert load(file, variables={"VIRTUAL_WINDOW_SERVER_TLS_SELF_SIGNED": "true"}).server.tls


def test_an_option_out_of_bounds_is_a_mistake_of_the_command_line() -> None:
    (mistake,) = mistakes(None, {"server.port": 99_999})
    assert mistake.startswith("command line: server.port: Expected `int` <= 65535")


def test_a_file_that_is_not_there_or_no_text(file: Path) -> None:
    assert mistakes(file) == [f"{file}: cannot be read: No such file or directory"]
    file.write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in mistakes(file)[0]
    file.write_text("server = 3")
    assert mistakes(file)[0].startswith(f"{file}:1: server: Expected `object`, got `int`")


def test_paths_in_the_file_begin_where_the_file_lies(file: Path) -> None:
    file.write_text('[server]\ntls_certificate = "tls/window.pem"\ntls_key = "/etc/window.key"\n[store]\npassword_file = "db"\n')
    settings = load(file, variables={})
    assert settings.server.tls_certificate == str(file.parent / "tls/window.pem")
    assert settings.server.tls_key == "/etc/window.key"
    assert settings.store.password_file == str(file.parent / "db")


def test_the_process_environment_is_read_when_nothing_else_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable("server", "port"), "4321")
    assert load().server.port == 4321
    assert loading.environment()["VIRTUAL_WINDOW_SERVER_PORT"] == os.environ["VIRTUAL_WINDOW_SERVER_PORT"]  # noqa: TID251 - compared with it


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "db"
    kept.write_text("from-file\n")
    kept.chmod(0o600)
    variables = {"VIRTUAL_WINDOW_SECRET_STORE_PASSWORD": "from-environment"}
    assert load(None, variables=variables) == Settings()
    found = secret("store-password", str(kept), variables)
    assert found is not None and found.reveal() == "from-environment"
    found = secret("store-password", str(kept), {})
    assert found is not None and found.reveal() == "from-file"
    assert secret("store-password", variables={}) is None


@given(st.text(max_size=200))
def test_any_text_is_settings_or_a_named_mistake(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, encoding="utf-8", errors="replace")
    try:
        load(file, variables={})
    except BadConfiguration as error:
        assert error.problems
        assert all(problem.file == str(file) for problem in error.problems)
