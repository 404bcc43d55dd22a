"""Refusals are events: what the policy refused about a session stands in its ledger, the rest on the record of whoever asked, whichever door it was."""

from __future__ import annotations

from collections.abc import Callable

from signaling.domain.administration import REFUSED, refusal
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor, is_an_event
from signaling.domain.states import AnyState, ticket_of
from signaling.office.evidence_ports import Evidence
from signaling.office.once import Once, OnceOnRecord


class Refusals:
    """The one way for HTTP, sockets and commands. `live(session)` is its state on the floor.

    `count_again(code)` is told of what is not entered, since it was lately.
    """

    def __init__(
        self, live: Callable[[str], AnyState | None], evidence: Evidence, ledgers: Once, records: OnceOnRecord, count_again: Callable[[str], None]
    ) -> None:
        self._live = live
        self._evidence = evidence
        self._ledgers = ledgers
        self._records = records
        self._count_again = count_again

    async def state_of(self, session: str) -> AnyState | None:
        """As it is stored: a session that has left the floor is judged too. Raises `StoreAway`."""
        live = self._live(session)
        if live is not None:
            return live
        stored = await self._evidence.session(session)
        return None if stored is None else stored.state

    async def refused(self, actor: Actor, session: str | None, action: str, code: str) -> None:
        """`actor` was refused `action` about this session, or about none: an entry where it belongs. Raises `StoreAway`."""
        await self.judged(actor, None if session is None else await self.state_of(session), action, code)

    async def judged(self, actor: Actor, state: AnyState | None, action: str, code: str) -> None:
        """The same by the state of the session that it was judged by; None: no session, or none that there is. Raises `StoreAway`."""
        if not is_an_event(actor, action, code, state):
            return
        about = f"{action} {code}"
        if state is None:
            entered = await self._records.enter(refusal(actor, action, code), about)
        else:
            entry = Enter(REFUSED, {"by": actor.id, "of": actor.jurisdiction, "kind": actor.kind, "act": action, "code": code})
            entered = await self._ledgers.enter(actor, ticket_of(state).session, about, entry)
        if not entered:
            self._count_again(code)
