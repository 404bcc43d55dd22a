"""An entry of a session's ledger that the same person makes again and again by doing the same: entered once, then not for a while."""

from __future__ import annotations

from config.clock import Clock
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.office.evidence_ports import Evidence

QUIET_SECONDS = 600.0
"""What the same person does again within this time is one entry: nobody can fill a ledger."""


class Once:
    """Keeps in memory what was entered lately; after a restart something may be entered a second time, never lost."""

    def __init__(self, evidence: Evidence, clock: Clock) -> None:
        self._evidence = evidence
        self._clock = clock
        self._entered: dict[tuple[str, str, str], float] = {}

    async def enter(self, who: Actor, session: str, about: str, entry: Enter) -> bool:
        """Whether it was entered now. `about` says what counts as the same. Raises `StoreAway`."""
        now = self._clock.now()
        key = (session, who.name, about)
        if now - self._entered.get(key, float("-inf")) < QUIET_SECONDS:
            return False
        self._entered = {known: at for known, at in self._entered.items() if now - at < QUIET_SECONDS} | {key: now}
        try:
            await self._evidence.note(session, [entry], now, who.name)
        except BaseException:
            self._entered.pop(key, None)  # what could not be entered is not passed over the next time
            raise
        return True
