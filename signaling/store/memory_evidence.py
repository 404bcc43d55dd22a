"""Evidence without a disk, beside `MemoryStore` and with its sessions and ledgers: the same promises, the same contract suite."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

import msgspec

from recordings.heads import is_evidence
from recordings.ledger import Entry
from signaling.domain.approvals import Approval, Purpose
from signaling.domain.effects import Enter
from signaling.domain.incidents import Incident, incident_id, incident_of
from signaling.domain.states import Closed, WrappingUp, ticket_of
from signaling.office.evidence_ports import Fact, Keeping, KeptHead, Standing, unseen
from signaling.office.ports import Conflict, Stored
from signaling.store.memory_keeping import MemoryKeeping


class MemoryEvidence(MemoryKeeping):
    """The `office.evidence_ports.Evidence` in memory. `chain` makes entries of a session's ledger, `enter` puts them there."""

    def __init__(
        self, turn: Callable[[], Awaitable[None]], sessions: dict[str, Stored], ledgers: dict[str, list[Entry]],
        chain: Callable[[str, Sequence[Enter], float, str], list[Entry]], enter: Callable[[str, list[Entry], float], None],
    ) -> None:
        self._turn = turn
        self._sessions = sessions
        self._ledgers = ledgers
        self._chain = chain
        self._enter = enter
        self._journals: dict[str, int] = {}
        self._heads: dict[tuple[str, int, str], KeptHead] = {}
        self._incidents: dict[str, Incident] = {}
        self._views: dict[tuple[str, str], float] = {}
        self._requests: dict[str, Approval] = {}
        self._keepings: dict[str, Keeping] = {}

    def entered(self, session: str, home: str, entries: Sequence[Entry], at: float) -> None:
        """What follows from entries that have just been appended, by whomever."""
        for entry in entries:
            kind = incident_of(entry.what, entry.body)
            if kind is not None:
                name = incident_id(session, kind)
                if name not in self._incidents or self._incidents[name].done_at is not None:
                    self._incidents[name] = Incident(name, session, home, kind, at)

    # --- ledgers ----------------------------------------------------------------------------------

    async def keep(self, life: str, facts: Sequence[Fact], at: float) -> frozenset[str]:
        """Enter the lines of a journal that are not entered yet."""
        await self._turn()
        fresh = unseen(facts, self._journals.get(life, 0))
        named = sorted({fact.session for fact in fresh if fact.session is not None})
        chains = {
            session: self._chain(session, [Enter(f.what, f.body or {}) for f in fresh if f.session == session], at, f"writer:{life}")
            for session in named if session in self._sessions
        }  # fmt: skip
        for session, entries in chains.items():  # all or none: what cannot be chained has been found by now
            self._enter(session, entries, at)
        if fresh:
            self._journals[life] = fresh[-1].n
        return frozenset(session for session in named if session not in self._sessions)

    async def note(self, session: str, entries: Sequence[Enter], at: float, actor: str) -> None:
        """Raises `Conflict` for a session that nobody knows."""
        await self._turn()
        self._known(session)
        self._append(session, entries, at, actor)

    async def session(self, session: str) -> Stored | None:
        await self._turn()
        return self._sessions.get(session)

    async def ledger_of(self, session: str) -> list[Entry]:
        await self._turn()
        return list(self._ledgers.get(session, ()))

    async def entries_of(self, session: str, named: Collection[str]) -> list[Entry]:
        await self._turn()
        return [entry for entry in self._ledgers.get(session, ()) if entry.what in named]

    # --- heads ------------------------------------------------------------------------------------

    async def add_head(self, head: KeptHead, entry: Enter, at: float) -> None:
        """One that is there already changes nothing."""
        await self._turn()
        self._known(head.session)
        if (head.session, head.seq, head.role) not in self._heads:
            self._heads[head.session, head.seq, head.role] = head
            self._append(head.session, [entry], at, "server")

    async def heads_of(self, session: str) -> list[KeptHead]:
        """By number, the home's before the host's."""
        await self._turn()
        return sorted((h for h in self._heads.values() if h.session == session), key=lambda head: (head.seq, head.role != "home"))

    async def unattended(self) -> list[Standing]:
        """Sessions that are over and not signed as far as they could be, the oldest first."""
        await self._turn()
        over = [each for each in self._sessions.values() if isinstance(each.state, WrappingUp | Closed)]
        found = []
        for each in sorted(over, key=lambda one: (ticket_of(one.state).taken_at, one.session)):
            ticket, standing = ticket_of(each.state), self._standing(each.session)
            if standing.home < standing.evidence or (ticket.home != ticket.host and standing.host < standing.home):
                found.append(standing)
        return found

    def _standing(self, session: str) -> Standing:
        evidence = max((entry.seq for entry in self._ledgers.get(session, ()) if is_evidence(entry.what)), default=0)
        home, host = (max((h.seq for h in self._heads.values() if (h.session, h.role) == (session, r)), default=0) for r in ("home", "host"))
        return Standing(session, evidence, home, host)

    async def session_of_code(self, code: str) -> str | None:
        await self._turn()
        return next((head.session for head in self._heads.values() if head.code == code), None)

    # --- incidents --------------------------------------------------------------------------------

    async def incidents(self, home: str, limit: int = 200) -> list[Incident]:
        """Of a home: those to do first, then the newest."""
        await self._turn()
        mine = [incident for incident in self._incidents.values() if incident.home == home]
        return sorted(mine, key=lambda each: (each.done_at is not None, -each.at, each.id))[:limit]

    async def end_incident(self, incident: str, home: str, by: str, at: float) -> bool:
        """Whether it was there; one that is done stays as it was."""
        await self._turn()
        found = self._incidents.get(incident)
        if found is None or found.home != home:
            return False
        if found.done_at is None:
            self._incidents[incident] = msgspec.structs.replace(found, done_at=at, done_by=by)
        return True

    # --- views and approvals ----------------------------------------------------------------------

    async def open_view(self, session: str, person: str, purpose: Purpose, at: float, entry: Enter) -> None:
        """Remember with which purpose a person looks at a session, and enter it."""
        await self._turn()
        self._known(session)
        self._views[session, person] = at
        self._append(session, [entry], at, f"supervisor:{person}")

    async def view_since(self, session: str, person: str) -> float | None:
        await self._turn()
        return self._views.get((session, person))

    async def ask(self, request: Approval, entry: Enter) -> None:
        await self._turn()
        self._known(request.session)
        if request.id in self._requests:
            raise Conflict(f"there is a request {request.id}")
        self._requests[request.id] = request
        self._append(request.session, [entry], request.asked_at, f"person:{request.asked_by}")

    async def request(self, request: str) -> Approval | None:
        await self._turn()
        return self._requests.get(request)

    async def requests_of(self, session: str) -> list[Approval]:
        """The newest first."""
        await self._turn()
        mine = [request for request in self._requests.values() if request.session == session]
        return sorted(mine, key=lambda each: (-each.asked_at, each.id))

    async def change_request(self, before: Approval, after: Approval, entry: Enter, at: float, actor: str) -> None:
        """Raises `Conflict` when somebody has changed it meanwhile."""
        await self._turn()
        if self._requests.get(before.id) != before:
            raise Conflict(f"the request {before.id} is not as it was")
        self._requests[before.id] = after
        self._append(before.session, [entry], at, actor)

    def _append(self, session: str, entries: Sequence[Enter], at: float, actor: str) -> None:
        self._enter(session, self._chain(session, entries, at, actor), at)

    def _known(self, session: str) -> None:
        if session not in self._sessions:
            raise Conflict(f"there is no session {session}")
