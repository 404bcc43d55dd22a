"""How a page proves itself at a local door: its first word is the token."""

from __future__ import annotations

import asyncio
import hmac

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from config.secret import Secret
from kiosk.operate.door_wire import Hello

_READER = msgspec.json.Decoder(Hello)


async def unproved(connection: ServerConnection, token: Secret, seconds: float) -> str | None:
    """Why the page is not let in, `hello-expected` or `bad-token`; it has so many seconds to say it."""
    try:
        async with asyncio.timeout(seconds):
            frame = await connection.recv()
            first = _READER.decode(frame) if isinstance(frame, str) else None
    except (TimeoutError, ConnectionClosed, ValueError):
        return "hello-expected"
    if first is None:
        return "hello-expected"
    return None if hmac.compare_digest(first.token.encode(), token.reveal().encode()) else "bad-token"
