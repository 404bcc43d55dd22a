"""A desktop's agent that does what a test tells it to: one window, a picture of it, and what was asked of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import cv2
import numpy as np
from aiohttp import WSMsgType, web

TOKEN = "a-word-for-this-kiosk-alone"
WINDOW = "service-portal"
PICTURE_SECONDS = 0.2


class Agent:
    """The desktop's agent: one window, a picture of it, and what was asked of it."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.refuse: str | None = None
        self._socket: web.WebSocketResponse | None = None
        self._granted: str | None = None
        self.port = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Agent]:
        app = web.Application()
        app.router.add_get("/", self._serve)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            if self._socket is not None:
                await self._socket.close()
            await runner.cleanup()

    def did(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.heard if each["type"] == kind]

    async def end(self, reason: str) -> None:
        """What stands is over at the agent's own wish."""
        await self._say({"type": "ended", "id": self._granted, "reason": reason})

    async def _say(self, message: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send_str(json.dumps(message))

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        self._socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        async with asyncio.TaskGroup() as group:
            showing = group.create_task(self._pictures(socket))
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._hear(json.loads(frame.data))
            showing.cancel()
        return socket

    async def _pictures(self, socket: web.WebSocketResponse) -> None:
        """While a grant stands, also when nothing changes: whoever has just begun to look must see something."""
        picture = cv2.imencode(".jpg", np.full((720, 1280, 3), (220, 190, 120), np.uint8))[1].tobytes()
        while not socket.closed:
            if self._granted is not None:
                await socket.send_bytes(picture)
            await asyncio.sleep(PICTURE_SECONDS)

    async def _hear(self, message: dict[str, Any]) -> None:
        self.heard.append(message)
        match message["type"]:
            case "hello":
                assert message["token"] == TOKEN
                await self._say({"type": "ready", "windows": [{"window": WINDOW, "zh": "一网通办", "en": "Service portal"}]})
            case "grant" if self.refuse is not None:
                await self._say({"type": "refused", "id": message["id"], "code": self.refuse})
            case "grant":
                self._granted = message["id"]
                await self._say({"type": "granted", "id": self._granted})
            case "act":
                await self._say({"type": "happened", "id": self._granted, "n": message["n"] - 1, "entries": [{"did": "clicked", "field": "phone"}]})
                await self._say({"type": "acted", "n": message["n"], "count": 1, "refused": None})
            case "revoke":
                ended, self._granted = self._granted, None
                await self._say({"type": "ended", "id": ended, "reason": message["reason"]})
