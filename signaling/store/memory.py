"""The store without a disk: for tests, training and simulations. It keeps the same promises, and the contract suite checks them.

It gives others a turn before and after each transaction, as a database does: whoever relies on being undisturbed is found out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from recordings.ledger import Entry, head_of
from signaling.domain.case_records import CaseRecord, changed, dropped
from signaling.domain.effects import Enter
from signaling.domain.handover import HandOver, stands_as
from signaling.domain.presence import Shift
from signaling.domain.records import VisitRecord, record_of
from signaling.domain.states import AnyState, Closed, holder_of, ticket_of
from signaling.office.ports import AlreadyDone, Cause, Conflict, Opening, StoreAway, Stored
from signaling.store.chain import chained
from signaling.store.memory_evidence import MemoryEvidence
from signaling.store.memory_handovers import MemoryHandOvers
from signaling.store.memory_people import MemoryKiosks, MemoryPeople
from signaling.store.memory_record import MemoryRecord


class MemoryStore:
    """The `office.ports.Store` in memory; `evidence` and `handovers` its other parts; `people` and `kiosks` are auth's ports. While `away` is set every call raises StoreAway."""

    def __init__(self) -> None:
        self.away = False
        self.record = MemoryRecord(self._turn)
        self.people = MemoryPeople(self.record)
        self.kiosks = MemoryKiosks(self.record)
        self._sessions: dict[str, Stored] = {}
        self._ledgers: dict[str, list[Entry]] = {}
        self._serials: dict[tuple[str, str], int] = {}
        self._handled: dict[tuple[str, str], str] = {}
        self._cases: dict[str, CaseRecord] = {}
        self._visits_of: dict[str, list[str]] = {}
        self._shifts: dict[str, Shift] = {}
        self.evidence = MemoryEvidence(self._turn, self._sessions, self._ledgers, self._chained, self._enter)
        self.handovers = MemoryHandOvers(self._turn, self._append, self._settle)

    async def close(self) -> None:
        """Nothing is kept."""

    # --- sessions ---------------------------------------------------------------------------------

    async def live_sessions(self) -> list[Stored]:
        """Every session that is not `Closed`, the oldest first."""
        await self._turn()
        live = (each for each in self._sessions.values() if not isinstance(each.state, Closed))
        return sorted(live, key=lambda each: (ticket_of(each.state).taken_at, each.session))

    async def open_session(self, session: str, home: str, day: str, make: Callable[[int], Opening], at: float, cause: Cause) -> Stored:
        """Raises `AlreadyDone`, `StoreAway`; `Conflict` when there is a session of this id."""
        await self._turn()
        self._check_once(cause)
        serial = self._serials.get((home, day), 0) + 1
        opening = make(serial)
        stored = Stored(session, 1, opening.state)
        if session in self._sessions:
            raise Conflict(f"there is a session {session}")
        self._keep(stored, opening.entries, at, cause)
        self._serials[home, day] = serial
        return await self._told(stored)

    async def advance(self, before: Stored, after: AnyState, entries: Sequence[Enter], at: float, cause: Cause) -> Stored:
        """Raises `AlreadyDone`, `Conflict`, `StoreAway`."""
        await self._turn()
        self._check_once(cause)
        now = self._sessions.get(before.session)
        if now is None or now.version != before.version:
            raise Conflict(f"{before.session} is no longer at version {before.version}")
        stored = Stored(before.session, now.version + 1, after, now.note)
        self._keep(stored, entries, at, cause)
        return await self._told(stored)

    async def save_note(self, session: str, note: str, cause: Cause) -> None:
        """A command carried out before changes nothing. Raises `Conflict` when there is no such session."""
        await self._turn()
        if self._done(cause):
            return
        now = self._sessions.get(session)
        if now is None:
            raise Conflict(f"there is no session {session}")
        self._sessions[session] = Stored(session, now.version, now.state, note)
        self._remember(cause, session)

    async def done_before(self, cause: Cause) -> str | None:
        """The session of a command carried out before, `""` when it concerned none; else None."""
        await self._turn()
        return None if cause.request is None else self._handled.get((cause.actor, cause.request))

    # --- shifts -----------------------------------------------------------------------------------

    async def shifts(self) -> list[Shift]:
        """Every clerk's running shift."""
        await self._turn()
        return sorted(self._shifts.values(), key=lambda each: each.clerk)

    async def save_shift(self, shift: Shift, cause: Cause) -> None:
        """A command carried out before changes nothing. Raises `Conflict` when the counter is another clerk's."""
        await self._turn()
        if self._done(cause):
            return
        if any(each.counter == shift.counter and each.clerk != shift.clerk for each in self._shifts.values()):
            raise Conflict(f"{shift.counter} is another clerk's")
        self._shifts[shift.clerk] = shift
        self._remember(cause, "")

    async def end_shift(self, clerk: str, cause: Cause) -> None:
        """Idempotent."""
        await self._turn()
        if not self._done(cause):
            self._shifts.pop(clerk, None)
            self._remember(cause, "")

    # --- read later -------------------------------------------------------------------------------

    async def session(self, session: str) -> Stored | None:
        """One session, live or closed."""
        await self._turn()
        return self._sessions.get(session)

    async def sessions_of(self, jurisdiction: str, limit: int = 100) -> list[VisitRecord]:
        """The newest visits whose home is `jurisdiction`, without names."""
        await self._turn()
        mine = [record for each in self._sessions.values() if (record := record_of(each.state)).home == jurisdiction]
        return sorted(mine, key=lambda record: (-record.opened_at, record.session))[:limit]

    async def case(self, number: str) -> CaseRecord | None:
        """One case, as it stands."""
        await self._turn()
        return self._cases.get(number)

    async def cases_of(self, session: str) -> list[CaseRecord]:
        """The cases that a visit has worked at, as they stand today."""
        await self._turn()
        return sorted((self._cases[number] for number, visits in self._visits_of.items() if session in visits), key=lambda each: each.number)

    async def visits_of(self, case: str) -> list[str]:
        """The visits that have worked at a case, the oldest first."""
        await self._turn()
        return list(self._visits_of.get(case, ()))

    async def ledger_of(self, session: str) -> list[Entry]:
        """The session's ledger as it is stored."""
        await self._turn()
        return list(self._ledgers.get(session, ()))

    # --- shared -----------------------------------------------------------------------------------

    async def _turn(self) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise StoreAway("away")

    async def _told(self, stored: Stored) -> Stored:
        await asyncio.sleep(0)
        return stored

    def _keep(self, stored: Stored, entries: Sequence[Enter], at: float, cause: Cause) -> None:
        """All of it or, by an exception, nothing."""
        assert ticket_of(stored.state).session == stored.session, f"a state of another session under the name of {stored.session}"
        holder = holder_of(stored.state)
        if holder is not None and any(holder_of(each.state) == holder for each in self._sessions.values() if each.session != stored.session):
            raise Conflict(f"{holder} holds another session")
        # Decoded from what would be stored: a state that does not survive storing is found here too.
        state = msgspec.json.decode(msgspec.json.encode(stored.state), type=AnyState)
        added = self._chained(stored.session, entries, at, cause.actor)
        before = self._sessions.get(stored.session)
        self.handovers.owe(before.state if before is not None else None, state)
        self._sessions[stored.session] = Stored(stored.session, stored.version, state, stored.note)
        self._keep_cases(before.state if before is not None else None, state)
        self._enter(stored.session, added, at)
        self._remember(cause, stored.session)

    def _keep_cases(self, before: AnyState | None, after: AnyState) -> None:
        for record in changed(before, after):
            self._cases[record.number] = record
            visits = self._visits_of.setdefault(record.number, [])
            if record.session not in visits:
                visits.append(record.session)
        for number in dropped(before, after) if before is not None else ():
            del self._cases[number], self._visits_of[number]

    def _settle(self, handover: HandOver) -> None:
        record, stands = self._cases.get(handover.case), stands_as(handover)
        if record is not None and stands is not None and (record.handed, record.state) == (handover.n, handover.outcome):
            self._cases[record.number] = msgspec.structs.replace(record, state=stands)

    def _chained(self, session: str, entries: Sequence[Enter], at: float, actor: str) -> list[Entry]:
        ledger = self._ledgers.get(session, [])
        return list(chained(session, head_of(ledger[-1]) if ledger else None, entries, at, actor))

    def _append(self, session: str, entries: Sequence[Enter], at: float, actor: str) -> None:
        self._enter(session, self._chained(session, entries, at, actor), at)

    def _enter(self, session: str, added: list[Entry], at: float) -> None:
        self._ledgers[session] = [*self._ledgers.get(session, []), *added]
        self.evidence.entered(session, ticket_of(self._sessions[session].state).home, added, at)

    def _check_once(self, cause: Cause) -> None:
        if cause.request is not None and (cause.actor, cause.request) in self._handled:
            raise AlreadyDone(self._handled[cause.actor, cause.request])

    def _done(self, cause: Cause) -> bool:
        return cause.request is not None and (cause.actor, cause.request) in self._handled

    def _remember(self, cause: Cause, session: str) -> None:
        if cause.request is not None:
            self._handled[cause.actor, cause.request] = session
