"""The kiosk's page as the door sees it, and a display that remembers which windows it opened."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from kiosk.operate.places import Window
from kiosk.operate.portal import Portal
from kiosk.operate.x_desktop import XDesktop
from tests.kiosk.operate.desktop import by_id, place
from tests.waiting import until

PAGE = "https://window.example"
TOKEN = "a-word-of-the-test-that-nobody-guesses"


class Opened(XDesktop):
    """The test's display; `portals` are the windows that were opened on it, the newest last."""

    portals: list[Portal] = []  # noqa: RUF012 - emptied by the fixture; a frozen dataclass has no place of its own for it

    async def open(self, window: Window) -> Portal:
        portal = await super().open(window)
        self.portals.append(portal)
        return portal


class DoorPage:
    """What the page's script does, in Python: `heard` holds every JSON message, `pictures` every binary one."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []
        self.pictures: list[bytes] = []
        self.text: list[str] = []
        self.closed: str | None = None
        self._n = 0

    async def listen(self) -> None:
        try:
            async for frame in self.socket:
                if isinstance(frame, bytes):
                    self.pictures.append(frame)
                else:
                    self.text.append(frame)
                    self.heard.append(json.loads(frame))
        except ConnectionClosed:
            pass
        self.closed = self.socket.close_reason or ""

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.heard if each["type"] == kind]

    async def word(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The first message of that type with these fields, when it has come."""

        def found() -> list[dict[str, Any]]:
            return [each for each in self.of(kind) if fields.items() <= each.items()]

        await until(found)
        return found()[0]

    async def grant(self, id: str = "g1", window: str = "portal", level: str = "control", seconds: float = 600) -> None:
        await self.say(type="grant", id=id, window=window, level=level, seconds=seconds)
        await until(lambda: [each for each in self.of("granted") + self.of("refused") if each["id"] == id])

    async def act(self, do: str, **fields: Any) -> dict[str, Any]:
        """An action and its answer."""
        self._n += 1
        await self.say(type="act", n=self._n, action={"do": do, **fields})
        return await self.word("acted", n=self._n)

    async def click(self, portal: Portal, name: str) -> dict[str, Any]:
        x, y = await place(portal, by_id(name))
        done = await self.act("press", x=x, y=y)
        await self.act("release")
        return done

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [entry for each in self.of("happened") for entry in each["entries"]]


@asynccontextmanager
async def page_at(port: int, token: str = TOKEN, origin: str = PAGE) -> AsyncIterator[DoorPage]:
    """A page that has said hello."""
    async with connect(f"ws://127.0.0.1:{port}", origin=Origin(origin), compression=None) as socket:
        page = DoorPage(socket)
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(page.listen())
            await page.say(type="hello", token=token)
            await until(lambda: page.heard or page.closed is not None)
            yield page
            listening.cancel()
