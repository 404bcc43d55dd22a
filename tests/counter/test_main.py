"""The counter's command line: what it takes, what it refuses, and that no secret can be given on it."""

from __future__ import annotations

import json

import pytest

from counter.__main__ import arguments
from tests.programs import Program

NEEDED = ["simulate", "--server", "http://127.0.0.1:8080", "--login", "clerk", "--password-file", "password"]


def test_what_is_not_said_has_its_default() -> None:
    chosen = arguments(NEEDED)
    assert (chosen.seconds, chosen.counter, chosen.outcome, chosen.note, chosen.forever) == (None, None, "accepted", "", False)


@pytest.mark.parametrize("missing", ["--server", "--login", "--password-file"])
def test_what_is_needed_is_asked_for(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = NEEDED.index(missing)
    with pytest.raises(SystemExit) as refused:
        arguments(NEEDED[:at] + NEEDED[at + 2 :])
    assert refused.value.code == 2
    assert missing in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--outcome", "perhaps"], ["--password", "opensesame"], ["--media", "huge"]])
def test_what_is_not_understood_is_refused(wrong: list[str]) -> None:
    without_password = NEEDED[:5] if wrong[0] == "--password" else NEEDED
    with pytest.raises(SystemExit):
        arguments([*without_password, *wrong])


async def test_devices_are_listed_as_json() -> None:
    async with Program("counter", "devices") as program:
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert set(json.loads(ended.out)) == {"cameras", "sound"}
