"""No setting is a promise that nobody keeps: each key is read by a program."""

from __future__ import annotations

import re

import msgspec
import pytest

from config.settings import Settings
from tests.architecture.files import ROOT, ours

READERS = "".join((ROOT / file).read_text(encoding="utf-8") for file in ours(".py") if file.parts[0] == "signaling" or file.as_posix() == "config/logs.py")
"""The server reads the settings; the media node and the agents are told by arguments."""
KEYS = [(section.name, field.name) for section in msgspec.structs.fields(Settings) for field in msgspec.structs.fields(section.type)]


@pytest.mark.parametrize(("section", "key"), KEYS, ids=lambda part: part)
def test_a_setting_is_read(section: str, key: str) -> None:
    assert re.search(rf"\.{key}\b", READERS), f"[{section}] {key}"
