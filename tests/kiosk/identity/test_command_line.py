"""Which reader the words of the command line mean, and the program `virtual-window-kiosk cards`."""

from __future__ import annotations

import json
import signal
import stat
import sys
from pathlib import Path

import msgspec
import pytest

from config.logs import get_logger
from config.problem import BadConfiguration
from kiosk.__main__ import arguments
from kiosk.identity.command_line import CardsError, card_reader, cards
from kiosk.identity.process_reader import ProcessReader
from kiosk.identity.standin import SAMPLES, StandIn
from tests.kiosk.identity import vendor
from tests.kiosk.identity.card_page import card_page_at
from tests.kiosk.operate.door_page import PAGE
from tests.programs import Program
from tests.waiting import until

LOG = get_logger("test")


def command(folder: Path, reader: str = "standin", origin: str = PAGE, port: str = "0") -> list[str]:
    return ["cards", "--card-reader", reader, "--port", port, "--token-file", str(folder / "token"), "--origin", origin, "--log-level", "debug"]


def test_a_reader_is_chosen_in_words(tmp_path: Path) -> None:
    file = tmp_path / "cards.json"
    file.write_bytes(msgspec.json.encode(SAMPLES))
    assert isinstance(card_reader("standin", LOG), StandIn)
    assert isinstance(card_reader(f"standin:{file}", LOG), StandIn)
    assert isinstance(card_reader("process:reader --port 'COM 3'", LOG), ProcessReader)


@pytest.mark.parametrize("words", ["", "standin:", "process", "process:", "process:  ", "process:'", "pcsc", "STANDIN"])
def test_other_words_are_refused(words: str) -> None:
    with pytest.raises(CardsError) as refused:
        card_reader(words, LOG)
    assert refused.value.code == "bad-reader"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"reader": "pcsc"}, "bad-reader"), ({"reader": "standin:none.json"}, "bad-cards"), ({"origin": "null"}, "bad-origin"), ({"origin": f"{PAGE}/kiosk"}, "bad-origin")],
)
async def test_what_is_wrong_has_its_code(tmp_path: Path, change: dict[str, str], code: str) -> None:
    with pytest.raises((CardsError, BadConfiguration)) as refused:
        await cards(arguments(command(tmp_path, **change)))
    assert refused.value.code == code  # type: ignore[attr-defined] # both have one


async def test_the_program_reads_cards_until_it_is_stopped(tmp_path: Path) -> None:
    place = tmp_path / "card.json"
    async with Program("kiosk", *command(tmp_path, f"process:{sys.executable} {vendor.__file__} {place}")) as program:
        await until(lambda: program.out.endswith("\n"))
        token = tmp_path / "token"
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        async with card_page_at(json.loads(program.out)["ready"], token=token.read_text().strip()) as page:
            await page.say(type="read-card", n=1, seconds=60)
            place.write_text(json.dumps({"card": msgspec.to_builtins(SAMPLES[0])}), encoding="utf-8")
            assert (await page.word("card", n=1))["number"] == SAMPLES[0].number
            await page.say(type="read-card", n=2, seconds=60)
            program.process.send_signal(signal.SIGTERM)
            await until(lambda: page.closed is not None)
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert ended.out.count("\n") == 1
    assert not [each for each in (SAMPLES[0].name, SAMPLES[0].number, token.read_text().strip()) if each in ended.log + ended.out]
    assert "card read" in ended.log


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    async with Program("kiosk", *command(tmp_path)) as first:
        await until(lambda: first.out.endswith("\n"))
        async with Program("kiosk", *command(tmp_path, port=str(json.loads(first.out)["ready"]))) as second:
            ended = await second.ended()
    assert (ended.status, "error: port-taken: " in ended.log) == (1, True)


def test_a_reader_is_needed_for_cards_and_not_for_a_desktop(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["cards", "--token-file", "t", "--origin", PAGE])
    assert "--card-reader" in capsys.readouterr().err
    assert arguments(["desktop", "--display", ":0", "--token-file", "t", "--origin", PAGE, "--windows", "w"]).card_reader is None
