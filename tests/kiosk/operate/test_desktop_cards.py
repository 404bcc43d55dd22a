"""The program `virtual-window-kiosk desktop` with a card reader: one port, one token, windows and cards."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from kiosk.__main__ import arguments, desktop
from kiosk.identity.command_line import CardsError
from kiosk.identity.standin import SAMPLES
from tests.kiosk.identity.card_page import card_page_at
from tests.kiosk.operate.door_page import page_at
from tests.kiosk.operate.test_desktop_program import command
from tests.programs import Program
from tests.waiting import until


async def test_windows_and_cards_come_by_one_program(tmp_path: Path, display: str) -> None:
    async with Program("kiosk", *command(tmp_path, display), "--card-reader", "standin") as program:
        await until(lambda: program.out.endswith("\n"))
        port, token = json.loads(program.out)["ready"], (tmp_path / "token").read_text().strip()
        async with page_at(port, token=token) as windows, card_page_at(port, token=token) as cards:
            assert windows.heard[0]["type"] == "ready"
            await cards.say(type="read-card", n=1, seconds=60)
            assert (await cards.word("card", n=1))["name"] == SAMPLES[0].name
            program.process.send_signal(signal.SIGTERM)
            await until(lambda: cards.closed is not None)
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert "belong to nobody" in ended.log
    assert not [each for each in (SAMPLES[0].name, SAMPLES[0].number, token) if each in ended.log + ended.out]


async def test_a_reader_that_is_none_is_told_before_anything_opens(tmp_path: Path, display: str) -> None:
    with pytest.raises(CardsError) as refused:
        await desktop(arguments([*command(tmp_path, display), "--card-reader", "pcsc"]))
    assert refused.value.code == "bad-reader"
