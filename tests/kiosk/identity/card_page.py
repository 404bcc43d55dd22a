"""The kiosk's page as the cards' door sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import connect
from websockets.typing import Origin

from kiosk.identity.door import PATH
from tests.kiosk.operate.door_page import PAGE, TOKEN, DoorPage
from tests.waiting import until


@asynccontextmanager
async def card_page_at(port: int, token: str = TOKEN, origin: str = PAGE) -> AsyncIterator[DoorPage]:
    """A page that has said hello."""
    async with connect(f"ws://127.0.0.1:{port}{PATH}", origin=Origin(origin), compression=None) as socket:
        page = DoorPage(socket)
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(page.listen())
            await page.say(type="hello", token=token)
            await until(lambda: page.heard or page.closed is not None)
            yield page
            listening.cancel()
