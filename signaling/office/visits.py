"""The kiosk's use cases: take a ticket, leave, forget."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

import msgspec

from config.calendar import beijing
from config.clock import Clock
from signaling.domain import case, eligibility
from signaling.domain.case_records import CaseRecord, goes_on
from signaling.domain.consent import check, touched_at
from signaling.domain.effects import Effect, Enter
from signaling.domain.id_number import is_id_number
from signaling.domain.parties import Party, check_count
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotNow
from signaling.domain.session import begin
from signaling.domain.states import Closed, Consent, Ticket, WrappingUp, ticket_of
from signaling.office.evidence_ports import Evidence
from signaling.office.floor import Floor
from signaling.office.ports import AlreadyDone, Books, Cause, Opening, Seals, Store
from signaling.wire.cases import PartyComing
from signaling.wire.visit import TakeTicket


def day_of(now: float) -> str:
    """`20261123`: the office's day, by which tickets and cases are numbered."""
    return beijing(now).strftime("%Y%m%d")


class Visits:
    """`new_id()` makes the session's id: unguessable, since it is shown to nobody but its ends."""

    def __init__(
        self, floor: Floor, store: Store, evidence: Evidence, books: Books, seals: Seals, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._floor = floor
        self._store = store
        self._evidence = evidence
        self._books = books
        self._seals = seals
        self._clock = clock
        self._new_id = new_id
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.draining = False

    async def take_ticket(self, kiosk: Actor, wanted: TakeTicket) -> str:
        """Open a session and put it in the line; returns its id.

        Raises `NotNow`: `draining`, `kiosk-busy`, `unknown-service`, `not-offered-here`, `closed-now`, `unknown-answer`,
        `not-eligible`, `consent-needed`, `not-recordable`, `bad-id-number`, `unknown-receipt`, `case-busy`, `case-over`,
        `parties-wrong`.
        """
        cause = Cause(kiosk.name, wanted.id)
        # The store may take its time: a second touch of the same kiosk waits for the first, and finds its visit.
        async with self._turns[kiosk.id]:
            done = await self._store.done_before(cause)
            return await self._open(kiosk, wanted, cause) if done is None else done

    async def _open(self, kiosk: Actor, wanted: TakeTicket, cause: Cause) -> str:
        self._check_free(kiosk.id)
        terms = self._books.terms(wanted.service, wanted.home, kiosk.jurisdiction)
        now = self._clock.now()
        if self._books.opens(wanted.home, now) is not None:
            raise NotNow(f"{wanted.home} is closed", code="closed-now", path="$.home")
        parties = _parties(wanted.parties)
        earlier = await self._earlier(wanted)
        check_count(len(parties), *self._books.people(wanted.service, now if earlier is None else earlier.as_of), "$.parties")
        if earlier is None:  # otherwise it was asked when the case began, by the rules of that day
            eligibility.check(terms.rules, wanted.answers)
        consents = tuple(Consent(c.text, c.version, c.language, c.given, at=touched_at(c.at, now)) for c in wanted.consents)
        check(terms.consents, consents)
        sealed_to = await self._seals.sealed_to(wanted.home)
        session, day = self._new_id(), day_of(now)
        effects: list[Effect] = []

        def make(serial: int) -> Opening:
            ticket = Ticket(
                session=session,
                number=case.ticket_number(self._books.letter(wanted.home), serial),
                case=earlier.number if earlier is not None else case.case_number(
                    self._books.administrative_code(wanted.home), self._books.administrative_code(kiosk.jurisdiction), day, serial
                ),
                kiosk=kiosk.id,
                host=kiosk.jurisdiction,
                home=wanted.home,
                service=wanted.service,
                language=wanted.language,
                needs=tuple(wanted.needs),
                parties=parties,
                taken_at=now,
                consents=consents,
                sealed_to=sealed_to,
                level=terms.level,
                version=terms.version,
                answers=tuple(sorted(wanted.answers.items())),
            )
            brought = None if earlier is None else msgspec.structs.replace(ticket.folder, cases=(earlier.taken_up(),))
            state, made = begin(ticket, now, brought)
            effects[:] = [e for e in made if not isinstance(e, Enter)]
            return Opening(state, [e for e in made if isinstance(e, Enter)])

        try:
            stored = await self._store.open_session(session, wanted.home, day, make, now, cause)
        except AlreadyDone as done_meanwhile:
            return done_meanwhile.session or session
        self._floor.add(stored, effects)
        return session

    async def _earlier(self, wanted: TakeTicket) -> CaseRecord | None:
        """The case that this visit goes on with; whoever has its receipt may bring what is missing, at any kiosk.

        Raises `NotNow`: `unknown-receipt` (no such receipt, or not of that case), `case-busy`, `case-over`.
        """
        if wanted.goes_on is None:
            return None
        session = await self._evidence.session_of_code(wanted.goes_on.code)
        of_receipt = await self._store.cases_of(session) if session is not None else []
        found = of_receipt[wanted.goes_on.case] if wanted.goes_on.case < len(of_receipt) else None
        if found is None or (found.home, found.service) != (wanted.home, wanted.service):
            raise NotNow("no receipt says so", code="unknown-receipt", path="$.goes_on")
        if self._floor.state(found.session) is not None and not isinstance(self._floor.state(found.session), Closed):
            raise NotNow("somebody works at it", code="case-busy", path="$.goes_on")
        if not goes_on(found):
            raise NotNow(f"it is {found.state}", code="case-over", path="$.goes_on")
        return found

    def _check_free(self, kiosk: str) -> None:
        if self.draining:
            raise NotNow("the server is being stopped", code="draining")
        shown = self._floor.at_kiosk(kiosk)
        if shown is not None and not isinstance(shown, WrappingUp | Closed):
            raise NotNow("a visit takes place at this kiosk", code="kiosk-busy")

    def forget(self, kiosk: Actor, session: str) -> None:
        """The kiosk has erased everything of this visit's resident. Idempotent; a visit that came after it is not touched."""
        shown = self._floor.at_kiosk(kiosk.id)
        if shown is None or ticket_of(shown).session != session:
            return
        if not isinstance(shown, WrappingUp | Closed):
            raise NotNow("the visit is not over")
        self._floor.forget(kiosk.id)


def _parties(coming: Iterable[PartyComing]) -> tuple[Party, ...]:
    """Raises `NotNow` `bad-id-number`. A number without a reader is what somebody said: it makes nobody better known."""
    parties = []
    for n, each in enumerate(coming):
        if each.id_number is not None and not is_id_number(each.id_number):
            raise NotNow("its check digit or its date is wrong", code="bad-id-number", path=f"$.parties[{n}].id_number")
        read = each.read and each.id_number is not None
        parties.append(Party(each.name.strip() or each.name, "card-read" if read else "declared", each.id_number))
    return tuple(parties)
