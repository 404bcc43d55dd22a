"""The clerk's use cases that are no step of a session: shift, presence, note."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from config.clock import Clock
from signaling.domain import presence
from signaling.domain.permissions import Actor, may
from signaling.domain.refusals import NotNow, Refusal
from signaling.office.floor import Floor
from signaling.office.ports import Books, Cause, Conflict, Store


class Desks:
    """Shifts are stored before they count. What one clerk asks for is done in the order in which it came: a look-up may be overtaken."""

    def __init__(self, floor: Floor, store: Store, books: Books, clock: Clock) -> None:
        self._floor = floor
        self._store = store
        self._books = books
        self._clock = clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def start_shift(self, clerk: Actor, counter: str, request: str) -> None:
        """Sit down at a counter of one's own jurisdiction. Raises `unknown-counter`, `counter-taken`, `not-now` in a session."""
        async with self._turns[clerk.id]:
            cause = Cause(clerk.name, request)
            if await self._store.done_before(cause) is not None:
                return
            if counter not in self._books.counters(clerk.jurisdiction):
                raise Refusal("unknown-counter", path="$.counter")
            running = self._floor.roster.shifts.get(clerk.id)
            if running is not None and running.counter == counter:
                return
            if not self._floor.roster.reserve(clerk.id):
                raise NotNow("finish the session first")
            shift = presence.start_shift(clerk.id, counter, self._clock.now())
            try:
                await self._store.save_shift(shift, cause)
                self._floor.roster.shifts[clerk.id] = shift
            except Conflict:
                raise NotNow("somebody sits there", code="counter-taken", path="$.counter") from None
            finally:
                self._floor.release(clerk.id)

    async def end_shift(self, clerk: Actor, request: str) -> None:
        """Go home. Raises `not-now` while a session is held. Idempotent."""
        async with self._turns[clerk.id]:
            cause = Cause(clerk.name, request)
            if await self._store.done_before(cause) is not None:
                return
            if not self._floor.roster.reserve(clerk.id):
                raise NotNow("finish the session first")
            try:
                await self._store.end_shift(clerk.id, cause)
                self._floor.roster.shifts.pop(clerk.id, None)
            finally:
                self._floor.release(clerk.id)

    async def set_presence(self, clerk: Actor, *, available: bool, request: str) -> None:
        """Ready for rings, or away. Raises `not-now` without a shift."""
        async with self._turns[clerk.id]:
            cause = Cause(clerk.name, request)
            if await self._store.done_before(cause) is not None:
                return
            shift = self._floor.roster.shifts.get(clerk.id)
            if shift is None:
                raise NotNow("start the shift first")
            changed = presence.wish(shift, available=available, now=self._clock.now())
            await self._store.save_shift(changed, cause)
            self._floor.roster.shifts[clerk.id] = changed
            self._floor.pair_soon()

    async def save_note(self, clerk: Actor, session: str, note: str, request: str) -> None:
        """The note on the case, as typed so far; the newest wins."""
        async with self._turns[clerk.id]:
            cause = Cause(clerk.name, request)
            try:
                may(clerk, "save-note", self._floor.state(session))
            except Refusal:
                if await self._store.done_before(cause) is None:
                    raise
                return
            await self._floor.write_note(session, note, cause)
