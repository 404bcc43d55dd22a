"""The clerk's use cases that are no step of a session: shift, presence, note."""

from __future__ import annotations

from config.clock import Clock
from signaling.domain import presence
from signaling.domain.permissions import Actor, may
from signaling.domain.refusals import NotNow, Refusal
from signaling.office.floor import Floor
from signaling.office.ports import Books, Cause, Conflict, Store


class Desks:
    """Shifts are stored before they count."""

    def __init__(self, floor: Floor, store: Store, books: Books, clock: Clock) -> None:
        self._floor = floor
        self._store = store
        self._books = books
        self._clock = clock

    async def start_shift(self, clerk: Actor, counter: str, request: str) -> None:
        """Sit down at a counter of one's own jurisdiction. Raises `unknown-counter`, `counter-taken`, `not-now` in a session."""
        if counter not in self._books.counters(clerk.jurisdiction):
            raise Refusal("unknown-counter", path="$.counter")
        running = self._floor.roster.shifts.get(clerk.id)
        if running is not None and running.counter == counter:
            return
        if self._floor.held_by(clerk.id) is not None:
            raise NotNow("finish the session first")
        shift = presence.start_shift(clerk.id, counter, self._clock.now())
        try:
            await self._store.save_shift(shift, Cause(clerk.name, request))
        except Conflict:
            raise NotNow("somebody sits there", code="counter-taken", path="$.counter") from None
        self._floor.roster.shifts[clerk.id] = shift
        self._floor.pair_soon()

    async def end_shift(self, clerk: Actor, request: str) -> None:
        """Go home. Raises `not-now` while a session is held. Idempotent."""
        if not self._floor.roster.reserve(clerk.id):
            raise NotNow("finish the session first")
        try:
            await self._store.end_shift(clerk.id, Cause(clerk.name, request))
            self._floor.roster.shifts.pop(clerk.id, None)
        finally:
            self._floor.roster.release(clerk.id)

    async def set_presence(self, clerk: Actor, *, available: bool, request: str) -> None:
        """Ready for rings, or away. Raises `not-now` without a shift."""
        shift = self._floor.roster.shifts.get(clerk.id)
        if shift is None:
            raise NotNow("start the shift first")
        changed = presence.wish(shift, available=available, now=self._clock.now())
        await self._store.save_shift(changed, Cause(clerk.name, request))
        self._floor.roster.shifts[clerk.id] = changed
        self._floor.pair_soon()

    async def save_note(self, clerk: Actor, session: str, note: str, request: str) -> None:
        """The note on the case, as typed so far; the newest wins."""
        state = self._floor.state(session)
        may(clerk, "save-note", state)
        await self._floor.write_note(session, note, Cause(clerk.name, request))
