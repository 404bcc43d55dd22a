"""The port for card readers, and the one reading that goes on at it: asked for by the page, over after a time, the newest wins."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Coroutine
from typing import Any, Protocol

from config.calendar import BEIJING
from config.clock import Clock
from config.logs import Logger
from kiosk.identity.card import Card, CardRead, Code, NotRead, judge


class CardReader(Protocol):
    """A device that reads identity cards. One reading at a time is asked of it; between readings it looks at no card."""

    async def read(self) -> Card | NotRead:
        """The next card, as long as it takes until one is laid on; or why none can be read. When it is cancelled the device rests again."""
        ...

    async def close(self) -> None:
        """Let the device go; a reading that goes on ends as `no-reader`. May be called twice."""
        ...


class Readings:
    """Everything that is asked of one reader. Nothing that a card says is kept or logged: it goes to whoever asked, once."""

    def __init__(self, reader: CardReader, clock: Clock, log: Logger) -> None:
        self._reader, self._clock, self._log = reader, clock, log
        self._room = asyncio.Lock()
        self._stops: asyncio.Future[Code] | None = None

    def read(self, seconds: float) -> Coroutine[Any, Any, CardRead | NotRead]:
        """A card that is whole and valid, or why there is none; `no-card` after `seconds`. A reading that goes on ends as `taken-over`:
        the newest is the one that was asked for last, not the one that was awaited last."""
        self.stop("taken-over")
        self._stops = stops = asyncio.get_running_loop().create_future()
        return self._read(stops, seconds)

    def stop(self, code: Code = "stopped") -> None:
        """The end of the reading that goes on, if any does."""
        if self._stops is not None and not self._stops.done():
            self._stops.set_result(code)

    async def _read(self, stops: asyncio.Future[Code], seconds: float) -> CardRead | NotRead:
        async with self._room:  # the one before it has let the device rest
            found = NotRead(stops.result()) if stops.done() else await self._until(stops, seconds)
        if self._stops is stops:
            self._stops = None
        if isinstance(found, CardRead):
            self._log.info("card read", sample=found.sample)
        else:
            self._log.info("no card read", code=found.code)
        return found

    async def _until(self, stops: asyncio.Future[Code], seconds: float) -> CardRead | NotRead:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(self._once())
            await asyncio.wait((reading, stops), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if stops.done():
                reading.cancel()
                return NotRead(stops.result())
            if not reading.done():
                reading.cancel()
                return NotRead("no-card")
            return reading.result()

    async def _once(self) -> CardRead | NotRead:
        try:
            found = await self._reader.read()
        except Exception as error:  # whatever a reader's driver throws must not end the kiosk's agent
            self._log.error("reader failed", error=type(error).__name__)  # its text may hold what stands on the card
            return NotRead("reader-fault")
        return found if isinstance(found, NotRead) else judge(found, self._today())

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._clock.now(), BEIJING).date()
