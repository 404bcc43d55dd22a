"""Chromium's own protocol over a pipe: nothing listens on a port, so that no other program of the kiosk can join in.

Messages are JSON, each ended by a zero byte (`--remote-debugging-pipe`: the browser reads its file 3 and writes its file 4).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from config.tasks import Tasks

LONGEST = 1 << 24
"""Bytes in a message."""
Heard = Callable[[str, dict[str, Any], str | None], None]
"""Called with method, parameters and session of each event."""


class CdpError(Exception):
    """The browser refuses, is gone, or does not answer in time; `code` is `refused`, `gone` or `silent`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class Cdp:
    """One browser, any number of questions at a time. `on_event` is called in the order of arrival; `on_gone` when the pipe ends."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_event: Heard, on_gone: Callable[[], None]
    ) -> None:
        self._reader, self._writer, self._on_event, self._on_gone = reader, writer, on_event, on_gone
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last = 0
        self.open = True
        self._tasks = Tasks(lambda _name, _error: self._ended())
        self._tasks.start(self._read(), "cdp")

    async def ask(self, method: str, session: str | None = None, seconds: float = 10.0, **parameters: Any) -> dict[str, Any]:
        """The result of a method. Raises CdpError."""
        if not self.open:
            raise CdpError("gone", method)
        self._last += 1
        number = self._last
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self._writer.write(json.dumps(message).encode() + b"\0")
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as late:
            raise CdpError("silent", f"{method}: no answer") from late
        except OSError as broken:
            raise CdpError("gone", method) from broken
        finally:
            self._asked.pop(number, None)

    async def close(self) -> None:
        """Listen no more."""
        await self._tasks.close()
        self._writer.close()
        self._ended()

    async def _read(self) -> None:
        try:
            while True:
                message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                waiting = self._asked.get(message.get("id", 0))
                if waiting is None:
                    if "method" in message:
                        self._on_event(message["method"], message.get("params", {}), message.get("sessionId"))
                elif not waiting.done():
                    if "error" in message:
                        waiting.set_exception(CdpError("refused", str(message["error"].get("message", ""))))
                    else:
                        waiting.set_result(message.get("result", {}))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            self._ended()

    def _ended(self) -> None:
        if self.open:
            self.open = False
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(CdpError("gone", "the browser has ended"))
            self._on_gone()
