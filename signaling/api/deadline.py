"""A connection that does not send a whole request header in time is closed: aiohttp itself waits for ever.

Wraps the protocol of each new connection until its first header is complete; the keep-alive timeout bounds those that follow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

END_OF_HEADER = b"\r\n\r\n"


class HeaderDeadline(asyncio.Protocol):
    """Hands everything on to `inner`; closes the transport `seconds` after it was made unless a header has been read."""

    def __init__(self, inner: asyncio.Protocol, seconds: float, on_close: Callable[[], None]) -> None:
        self._inner = inner
        self._seconds = seconds
        self._on_close = on_close
        self._timer: asyncio.TimerHandle | None = None
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._expire, transport)
        self._inner.connection_made(transport)

    def _expire(self, transport: asyncio.BaseTransport) -> None:
        self._timer = None
        self._on_close()
        transport.close()

    def data_received(self, data: bytes) -> None:
        if self._timer is not None:
            window = self._tail + data
            if END_OF_HEADER in window:
                self._timer.cancel()
                self._timer = None
                self._tail = b""
            else:
                self._tail = window[-len(END_OF_HEADER) + 1 :]
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()
