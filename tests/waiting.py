"""Waiting for a fact, with an end: the only way tests wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(fact: Callable[[], object], seconds: float = 20.0) -> None:
    """Return when `fact()` is true; raise TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not fact():
            await asyncio.sleep(0.01)


async def until_found(fact: Callable[[], Awaitable[object]], seconds: float = 20.0) -> None:
    """The same for a fact that must be asked for, of a database for instance."""
    async with asyncio.timeout(seconds):
        while not await fact():
            await asyncio.sleep(0.05)
