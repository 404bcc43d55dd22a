"""The kiosk's command line: what it takes, what it refuses, and that no secret can be given on it."""

from __future__ import annotations

import json

import pytest

from kiosk.__main__ import arguments
from tests.programs import Program

NEEDED = ["simulate", "--server", "http://127.0.0.1:8080", "--kiosk", "k-1", "--key-file", "key", "--home", "jinshan", "--service", "x"]


def test_what_is_not_said_has_its_default() -> None:
    chosen = arguments(NEEDED)
    assert (chosen.seconds, chosen.camera, chosen.sound, chosen.media, chosen.forever) == (None, None, "none", "small", False)
    assert chosen.name


@pytest.mark.parametrize("missing", ["--server", "--kiosk", "--key-file", "--home", "--service"])
def test_what_is_needed_is_asked_for(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = NEEDED.index(missing)
    with pytest.raises(SystemExit) as refused:
        arguments(NEEDED[:at] + NEEDED[at + 2 :])
    assert refused.value.code == 2
    assert missing in capsys.readouterr().err


@pytest.mark.parametrize("secret", ["--key", "--password"])
def test_a_secret_is_no_word_of_the_command_line(secret: str) -> None:
    with pytest.raises(SystemExit):
        arguments([*NEEDED[:5], secret, "opensesame", *NEEDED[7:]])


async def test_devices_are_listed_as_json() -> None:
    async with Program("kiosk", "devices") as program:
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert set(json.loads(ended.out)) == {"cameras", "sound"}


async def test_a_server_that_speaks_no_http_is_told() -> None:
    async with Program("kiosk", *NEEDED[:2], "nonsense://x", *NEEDED[3:]) as program:
        ended = await program.ended()
    assert ended.status == 1
    assert ended.log.splitlines()[-1].startswith("error: bad-")
