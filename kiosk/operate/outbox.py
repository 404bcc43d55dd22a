"""What waits to be said to one page: every word in its order, and of the pictures only the newest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from kiosk.operate.door_wire import FromAgent, write

MOST = 256
"""Words that may wait; a page that takes none of them is let go."""


class Outbox:
    """One slot for a picture, a short queue for words. `run` sends one thing at a time: while the page takes nothing, what waits is
    bounded by `MOST` words and one picture, whatever happens."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._words = deque[FromAgent]()
        self._picture: bytes | None = None
        self._filled = asyncio.Event()

    def say(self, word: FromAgent) -> bool:
        """False when too much waits already; then it is not taken."""
        if len(self._words) >= self._most:
            return False
        self._words.append(word)
        self._filled.set()
        return True

    def show(self, picture: bytes | None) -> None:
        """Instead of the picture that waits; None: none at all."""
        self._picture = picture
        self._filled.set()

    def unsaid(self) -> list[FromAgent]:
        """The words that still wait, the one on its way included; they are taken out."""
        words = list(self._words)
        self._words.clear()
        return words

    async def run(self, send: Callable[[str | bytes], Awaitable[None]]) -> None:
        """Send until cancelled, words before pictures. Raises what `send` raises."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._words or self._picture is not None:
                if self._words:
                    await send(write(self._words[0]))
                    if self._words:  # not taken out meanwhile
                        self._words.popleft()
                else:
                    picture, self._picture = self._picture, None
                    if picture is not None:
                        await send(picture)
