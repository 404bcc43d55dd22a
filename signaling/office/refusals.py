"""Refusals are events: what the policy refused about a session stands in its ledger, whichever door it was asked at."""

from __future__ import annotations

from collections.abc import Callable

from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor, is_an_event
from signaling.domain.states import AnyState
from signaling.office.evidence_ports import Evidence
from signaling.office.floor import Floor
from signaling.office.once import Once


class Refusals:
    """The one way for HTTP and for sockets. `count_again(code)` is told of what is not entered, since it was lately."""

    def __init__(self, floor: Floor, evidence: Evidence, once: Once, count_again: Callable[[str], None]) -> None:
        self._floor = floor
        self._evidence = evidence
        self._once = once
        self._count_again = count_again

    async def state_of(self, session: str) -> AnyState | None:
        """As it is stored: a session that has left the floor is judged too. Raises `StoreAway`."""
        live = self._floor.state(session)
        if live is not None:
            return live
        stored = await self._evidence.session(session)
        return None if stored is None else stored.state

    async def refused(self, actor: Actor, session: str, action: str, code: str) -> None:
        """`actor` was refused `action` about this session: an entry of its ledger, where there is such a session. Raises `StoreAway`."""
        if not is_an_event(actor, action, code, await self.state_of(session)):
            return
        entry = Enter("access-refused", {"by": actor.id, "of": actor.jurisdiction, "kind": actor.kind, "act": action, "code": code})
        if not await self._once.enter(actor, session, f"{action} {code}", entry):
            self._count_again(code)
