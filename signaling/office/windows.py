"""The staffed window of a host: a clerk or a local helper does for the cases of a receipt what their home's powers let this window do.

Whoever may do nothing for a case learns nothing of it, not even that it is there. Every act is judged in its moment and entered in the ledger of the
visit whose receipt was shown; what came in and what was handed out is evidence, also when that visit was closed long ago.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Literal
from weakref import WeakValueDictionary

from config.clock import Clock
from config.powers import Hand
from recordings.ledger import Entry
from signaling.domain.case_records import CaseRecord
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.powers import Basis, required
from signaling.domain.refusals import Refusal
from signaling.domain.states import folder_of, ticket_of
from signaling.domain.window import ACTS, READ, Standing, WindowAct, done
from signaling.office.evidence_ports import Evidence
from signaling.office.look_up import SHOWN, Finder, Found, both, is_over
from signaling.office.notices import NOTICE
from signaling.office.once import Once
from signaling.office.ports import Books, Store
from signaling.office.safe import Safe
from signaling.wire.window import WindowAllowed, WindowCase, WindowLacking, WindowStatus


class Windows:
    """`noted(session)` is told that evidence was entered. What changes a case is done one after the other for each case: the server is one process."""

    def __init__(
        self, finder: Finder, evidence: Evidence, store: Store, books: Books, safe: Safe, once: Once, clock: Clock, noted: Callable[[str], None]
    ) -> None:
        self._finder = finder
        self._evidence = evidence
        self._store = store
        self._books = books
        self._safe = safe
        self._once = once
        self._clock = clock
        self._noted = noted
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def look_up(self, person: Actor, code: str) -> WindowStatus:
        """How the receipt's cases stand, on its record. Raises `unknown-receipt`, `no-power`, `StoreAway`, as do the acts below."""
        found = await self._open(person, code)
        await self._once.enter(person, found.session, "receipt", Enter("receipt-looked-up", {"window": person.jurisdiction}))
        return await self._status(person, found)

    async def notice(self, person: Actor, code: str, case: str) -> bytes:
        """The newest notice of a case as a PDF, to be handed out on paper. Raises `unknown-case`, `unknown-paper`, and what the safe refuses."""
        found = await self._open(person, code)
        record, basis = self._allowed(person, found, case, "one-time-notice")
        standing = await self._standing(record)
        told = standing.told()
        session = told.session or standing.record.session
        pdf = await self._safe.read(ticket_of(found.state), NOTICE, int(told.paper), session)
        body = {"paper": "notice", "notice": told.paper, "case": case, "window": person.jurisdiction, **basis.facts}
        given_in = {} if session == found.session else {"visit": session}
        await self._once.enter(person, found.session, f"notice {session} {told.paper}", Enter("paper-handed-out", {**body, **given_in}))
        return pdf

    async def papers(self, person: Actor, code: str, case: str, material: int, copies: int) -> WindowStatus:
        """So many copies of something that the notice asks for have come in. Raises `unknown-case`, `unknown-material`, `not-now`."""
        found = await self._open(person, code)
        async with self._turn(case):
            record, basis = self._allowed(person, found, case, "accept-papers")
            (await self._standing(record)).may_take_in(material)
            body = {"case": case, "material": material, "copies": copies, "window": person.jurisdiction, **basis.facts}
            await self._enter(person, found, Enter("paper-received", body))
        return await self._status(person, found)

    async def outcome(self, person: Actor, code: str, case: str, collected_by: Literal["applicant", "representative"]) -> WindowStatus:
        """What came of the case is handed out, once for all. Raises `unknown-case`, `not-now`, `already-delivered`."""
        found = await self._open(person, code)
        async with self._turn(case):
            record, basis = self._allowed(person, found, case, "deliver-outcome")
            (await self._standing(record)).may_deliver()
            body = {"case": case, "collected-by": collected_by, "window": person.jurisdiction, **basis.facts}
            await self._enter(person, found, Enter("outcome-delivered", body))
        return await self._status(person, found)

    # --- who may --------------------------------------------------------------------------------

    async def _open(self, person: Actor, code: str) -> Found:
        async def open_to(found: Found) -> Found:
            required(next((basis for record in found.records if (basis := self._any(person, found, record)) is not None), None), found.session)
            return found

        return await self._finder.answer(code, open_to)

    def _allowed(self, person: Actor, found: Found, case: str, act: WindowAct) -> tuple[CaseRecord, Basis]:
        record = next((each for each in found.records if each.number == case), None)
        if record is None:
            raise Refusal("unknown-case", path="$.case")
        return record, required(self._basis(person, found, record, act), found.session)

    def _any(self, person: Actor, found: Found, record: CaseRecord) -> Basis | None:
        """On what they may do anything at all for this case."""
        return next((basis for act in ACTS if (basis := self._basis(person, found, record, act)) is not None), None)

    def _basis(self, person: Actor, found: Found, record: CaseRecord, act: WindowAct) -> Basis | None:
        hand: Hand = "helper" if person.kind == "helper" else "clerk"
        return self._books.basis_at(act, found.home, person.jurisdiction, record.service, hand)

    # --- what happened --------------------------------------------------------------------------

    def _turn(self, case: str) -> asyncio.Lock:
        """By case and not by receipt, since a case that several visits worked at has several."""
        return self._turns.setdefault(case, asyncio.Lock())

    async def _enter(self, person: Actor, found: Found, entry: Enter) -> None:
        await self._evidence.note(found.session, [entry], self._clock.now(), person.name)
        self._noted(found.session)

    # --- how it stands --------------------------------------------------------------------------

    async def _standing(self, record: CaseRecord, known: dict[str, list[Entry]] | None = None) -> Standing:
        """As stored now. `known`: what was read of ledgers for another case of the receipt."""
        ledgers = {} if known is None else known
        visits = await self._store.visits_of(record.number)
        for session in visits:
            if session not in ledgers:
                ledgers[session] = await self._evidence.entries_of(session, (*READ, "receipt-given"))
        newest = await self._store.case(record.number) or record
        last = await self._evidence.session(newest.session)
        case = folder_of(last.state).find(record.number) if last is not None else None
        notice = case.file.notice if case is not None else None
        return Standing(newest, notice, done(record.number, [ledgers[session] for session in visits]))

    async def _status(self, person: Actor, found: Found) -> WindowStatus:
        ledgers: dict[str, list[Entry]] = {}
        standings = [await self._standing(record, ledgers) for record in found.records if self._any(person, found, record) is not None]
        nearby = _nearby(ledgers.get(found.session, ()))
        cases = [self._case(person, found, standing, nearby) for standing in standings]
        return WindowStatus(found.home, both(self._books.title(found.home)), cases)

    def _case(self, person: Actor, found: Found, standing: Standing, nearby: Sequence[str]) -> WindowCase:
        record, notice = standing.record, standing.notice
        checklist = self._books.checklist(record.service, record.as_of)
        received: Mapping[int, int] = standing.done.received
        return WindowCase(
            case=record.number, service=both(self._books.service_title(record.service, record.as_of)), state=SHOWN[record.state],
            due=record.due, over=is_over(record, self._clock.now()),
            lacking=[
                WindowLacking(line.material, both(checklist[line.material].name), line.reason, received.get(line.material, 0))
                for line in standing.lacking if line.material < len(checklist)
            ],
            form=notice.form if notice is not None else None, follow_by=notice.follow_by if notice is not None else None,
            notice=notice is not None, nearby=record.number in nearby, delivered_on=standing.done.delivered_on,
            may=[
                WindowAllowed(act, basis.agreement)
                for act in standing.possible if (basis := self._basis(person, found, record, act)) is not None
            ],
        )  # fmt: skip


def _nearby(entries: Sequence[Entry]) -> list[str]:
    """The cases of which this receipt says that the outcome may be collected at a window of the host."""
    given = next((entry.body for entry in entries if entry.what == "receipt-given"), {})
    return [str(each).partition(".")[0] for each in given.get("nearby", ())]
