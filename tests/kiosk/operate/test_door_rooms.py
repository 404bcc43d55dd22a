"""Behind one door: the windows, and what else is given a path of its own."""

from __future__ import annotations

from typing import cast

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from config.clock import SystemClock
from config.logs import get_logger
from config.secret import Secret
from kiosk.identity.door import PATH, CardDoor
from kiosk.identity.standin import SAMPLES, StandIn
from kiosk.operate.door import Door
from kiosk.operate.errand import Desktop
from tests.kiosk.identity.card_page import card_page_at
from tests.kiosk.operate.door_page import PAGE, TOKEN, page_at

NO_DESKTOP = cast(Desktop, None)
"""No window is opened here."""


async def test_windows_and_cards_are_behind_one_door_and_know_nothing_of_each_other() -> None:
    reader, clock, log = StandIn(), SystemClock(), get_logger("test")
    rooms = {PATH: CardDoor(reader, Secret(TOKEN), clock, log).handle}
    async with Door(NO_DESKTOP, [], Secret(TOKEN), [PAGE], clock, log, rooms).serve(0) as port, page_at(port) as desktop, card_page_at(port) as cards:
        await cards.say(type="read-card", n=1, seconds=60)
        reader.lay(SAMPLES[0])
        await cards.word("card", n=1)
        assert (desktop.heard, desktop.closed) == ([{"type": "ready", "windows": []}], None)
        async with page_at(port) as newer:
            assert newer.heard == [{"type": "ready", "windows": []}]
            await cards.say(type="read-card", n=2, seconds=60)
            reader.lay(SAMPLES[1])
            await cards.word("card", n=2)
        async with card_page_at(port, token="another") as stranger:
            assert stranger.closed == "bad-token"


@pytest.mark.parametrize("path", [PATH, "/x", "//"])
async def test_a_path_that_was_given_to_nothing_leads_nowhere(path: str) -> None:
    """A page that looks for cards must not take the windows from the page that has them."""
    async with Door(NO_DESKTOP, [], Secret(TOKEN), [PAGE], SystemClock(), get_logger("test")).serve(0) as port, page_at(port) as desktop:
        async with connect(f"ws://127.0.0.1:{port}{path}", origin=Origin(PAGE)) as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_reason == "nothing-here"
        assert desktop.closed is None
