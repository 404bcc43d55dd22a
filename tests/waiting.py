"""Waiting for a fact, with an end: the only way tests wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

LONG = 60.0
"""Seconds after which something hangs. It measures nothing: a machine that five others use takes five times as long."""


async def until(fact: Callable[[], object], seconds: float = LONG) -> None:
    """Return when `fact()` is true; raise TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not fact():
            await asyncio.sleep(0.01)


async def until_found(fact: Callable[[], Awaitable[object]], seconds: float = LONG) -> None:
    """The same for a fact that must be asked for, of a database for instance."""
    async with asyncio.timeout(seconds):
        while not await fact():
            await asyncio.sleep(0.05)
