"""What the same person makes again and again by doing the same: entered once, then not for a while. In a session's ledger, or on the record."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from config.clock import Clock
from signaling.domain.administration import Deed
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.office.evidence_ports import Evidence, Record

QUIET_SECONDS = 600.0
"""What the same person does again within this time is one entry: nobody can fill a ledger."""


class Lately:
    """Keeps in memory what was entered lately; after a restart something may be entered a second time, never lost."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entered: OrderedDict[tuple[str, ...], float] = OrderedDict()
        """What, and when by the clock that never goes back; the oldest first."""
        self._entering: dict[tuple[str, ...], asyncio.Event] = {}

    async def once(self, same: tuple[str, ...], enter: Callable[[float], Awaitable[None]]) -> bool:
        """Whether it was entered now, by `enter(at)`; either way it stands there when this returns. `same` says what counts as the same.

        Raises what `enter` raises; what could not be entered is not passed over the next time.
        """
        while (running := self._entering.get(same)) is not None:
            await running.wait()
        now = self._clock.monotonic()
        while self._entered and now - next(iter(self._entered.values())) >= QUIET_SECONDS:
            self._entered.popitem(last=False)
        if same in self._entered:
            return False
        done = self._entering[same] = asyncio.Event()
        try:
            await enter(self._clock.now())
            self._entered[same] = now
        finally:
            del self._entering[same]
            done.set()
        return True


class Once:
    """Entries of sessions' ledgers."""

    def __init__(self, evidence: Evidence, clock: Clock) -> None:
        self._evidence = evidence
        self._lately = Lately(clock)

    async def enter(self, who: Actor, session: str, about: str, entry: Enter) -> bool:
        """Whether it was entered now. `about` says what counts as the same. Raises `StoreAway`."""
        return await self._lately.once((session, who.name, about), lambda at: self._evidence.note(session, [entry], at, who.name))


class OnceOnRecord:
    """Entries of jurisdictions' records."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record = record
        self._lately = Lately(clock)

    async def enter(self, deed: Deed, about: str) -> bool:
        """Whether it was entered now. `about` says what counts as the same of whoever did it. Raises `StoreAway`."""
        return await self._lately.once((deed.jurisdiction, deed.actor, about), lambda at: self._record.note(deed, at))
