"""Settings from a TOML file and the environment: the only reader of the environment in the whole project.

A key is looked up in the environment (`VIRTUAL_WINDOW_` + section + `_` + key, for instance `VIRTUAL_WINDOW_SERVER_PORT`), then in
the file, then in `config/settings.py`. Lists are separated by commas there. `VIRTUAL_WINDOW_SECRET_<NAME>` holds a secret; any
other variable that begins with `VIRTUAL_WINDOW_` is a mistake, because a misspelt limit that is ignored is a limit that is not there.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_origin

import msgspec

from config.problem import BadConfiguration, Problem
from config.secret import Secret, read_secret
from config.settings import Settings
from config.strict import Mistake, TomlText, allowed, mistakes

PREFIX = "VIRTUAL_WINDOW_"
SECRET_PREFIX = PREFIX + "SECRET_"


def environment() -> Mapping[str, str]:
    """The process's variables as they are now."""
    return dict(os.environ)  # noqa: TID251 - this is the one place


def load(file: Path | None = None, options: Mapping[str, Any] | None = None, variables: Mapping[str, str] | None = None) -> Settings:
    """Settings out of `file` (None: no file), `variables` (None: the process's environment) and `options`, which win over both.

    `options` are a program's own arguments by dotted key, for instance `{"server.port": 9443}`; None means not given. Paths in the
    file are taken relative to it. Raises BadConfiguration `bad-settings` naming file, line and key of every mistake.
    """
    text = TomlText("", "")
    if file is not None:
        try:
            text = TomlText(file.read_text(encoding="utf-8"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise BadConfiguration("bad-settings", [Problem(str(file), None, "", _sentence(error))]) from None
    overrides, problems = _from_environment(environment() if variables is None else variables)
    for name, value in (options or {}).items():
        if value is not None:
            section, _, key = name.partition(".")
            overrides[section, key] = Override(value, "command line")
    problems = [*text.problems, *problems]
    values = _anchored(text.values, file.parent if file is not None else Path())
    for (section, key), override in overrides.items():
        if isinstance(values.setdefault(section, {}), dict):
            values[section][key] = override.value
    problems += [_where(text, overrides, mistake) for mistake in mistakes(values, Settings)]
    if problems:
        raise BadConfiguration("bad-settings", problems)
    return msgspec.convert(values, Settings)


def secret(name: str, file: str = "", variables: Mapping[str, str] | None = None) -> Secret | None:
    """The secret `name` from `VIRTUAL_WINDOW_SECRET_<NAME>`, else from `file`, else None. Raises BadConfiguration `bad-secret`."""
    found = (environment() if variables is None else variables).get(SECRET_PREFIX + name.upper().replace("-", "_"))
    if found:
        return Secret(found)
    return read_secret(Path(file)) if file else None


def variable(section: str, key: str) -> str:
    """Name of the variable that sets `key` of `[section]`."""
    return f"{PREFIX}{section}_{key}".upper()


class Override(NamedTuple):
    """A value that wins over the file, and where it came from."""

    value: Any
    place: str


Overrides = dict[tuple[str, str], Override]


def _from_environment(variables: Mapping[str, str]) -> tuple[Overrides, list[Problem]]:
    known: dict[str, tuple[str, str, Any]] = {}
    for section in msgspec.structs.fields(Settings):
        for field in msgspec.structs.fields(section.type):
            known[variable(section.name, field.name)] = (section.name, field.name, field.type)
    found: Overrides = {}
    problems: list[Problem] = []
    for name in sorted(variables):
        if not name.startswith(PREFIX) or name.startswith(SECRET_PREFIX):
            continue
        if name not in known:
            problems.append(Problem("environment", None, name, "is not known", "every key and its variable: docs/settings.md"))
            continue
        section_name, key, kind = known[name]
        value: Any = variables[name]
        if get_origin(kind) is list:
            value = [item.strip() for item in value.split(",") if item.strip()]
        wrong = mistakes(value, kind, strict=False)
        problems += [Problem("environment", None, name, reason, words or allowed(kind)) for _, reason, words in wrong]
        if not wrong:
            found[section_name, key] = Override(msgspec.convert(value, kind, strict=False), name)
    return found, problems


def _where(text: TomlText, overrides: Overrides, mistake: Mistake) -> Problem:
    """Values that are right each by itself may contradict each other: a bind from the file, a certificate from the environment."""
    path, reason, words = mistake
    problem = text.problem(path, reason, words)
    places = {override.place for at, override in overrides.items() if at == path[:2] or at[:1] == path}
    return dataclasses.replace(problem, file=" and ".join([*filter(None, [text.file]), *sorted(places)])) if places else problem


def _anchored(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A copy in which relative paths begin at `folder`: a file means the same wherever the program is started."""
    copy = {name: dict(section) if isinstance(section, dict) else section for name, section in values.items()}
    for section, key in FILES:
        if isinstance(copy.get(section), dict) and copy[section].get(key) and isinstance(copy[section][key], str):
            copy[section][key] = str(folder / copy[section][key])
    return copy


FILES = (("server", "tls_certificate"), ("server", "tls_key"), ("handover", "ca_file"), ("store", "password_file"))
"""Settings that name a file."""


def _sentence(error: OSError | UnicodeDecodeError) -> str:
    return f"cannot be read: {error.strerror}" if isinstance(error, OSError) else f"is not UTF-8 text: {error.reason}"
