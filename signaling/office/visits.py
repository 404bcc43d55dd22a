"""The kiosk's use cases: take a ticket, leave, forget."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

from config.calendar import beijing
from config.clock import Clock
from signaling.domain import case, eligibility
from signaling.domain.consent import check, touched_at
from signaling.domain.effects import Effect, Enter
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotNow
from signaling.domain.session import begin
from signaling.domain.states import Closed, Consent, Ticket, WrappingUp, ticket_of
from signaling.office.floor import Floor
from signaling.office.ports import AlreadyDone, Books, Cause, Opening, Seals, Store
from signaling.wire.visit import TakeTicket


def day_of(now: float) -> str:
    """`20261123`: the office's day, by which tickets and cases are numbered."""
    return beijing(now).strftime("%Y%m%d")


class Visits:
    """`new_id()` makes the session's id: unguessable, since it is shown to nobody but its ends."""

    def __init__(self, floor: Floor, store: Store, books: Books, seals: Seals, clock: Clock, new_id: Callable[[], str]) -> None:
        self._floor = floor
        self._store = store
        self._books = books
        self._seals = seals
        self._clock = clock
        self._new_id = new_id
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.draining = False

    async def take_ticket(self, kiosk: Actor, wanted: TakeTicket) -> str:
        """Open a session and put it in the line; returns its id.

        Raises `NotNow`: `draining`, `kiosk-busy`, `unknown-service`, `not-offered-here`, `closed-now`, `unknown-answer`,
        `not-eligible`, `consent-needed`, `not-recordable`.
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
                case=case.case_number(
                    self._books.administrative_code(wanted.home), self._books.administrative_code(kiosk.jurisdiction), day, serial
                ),
                kiosk=kiosk.id,
                host=kiosk.jurisdiction,
                home=wanted.home,
                service=wanted.service,
                language=wanted.language,
                needs=tuple(wanted.needs),
                resident=wanted.name,
                taken_at=now,
                consents=consents,
                sealed_to=sealed_to,
                version=terms.version,
                answers=tuple(sorted(wanted.answers.items())),
            )
            state, made = begin(ticket, now)
            effects[:] = [e for e in made if not isinstance(e, Enter)]
            return Opening(state, [e for e in made if isinstance(e, Enter)])

        try:
            stored = await self._store.open_session(session, wanted.home, day, make, now, cause)
        except AlreadyDone as done_meanwhile:
            return done_meanwhile.session or session
        self._floor.add(stored, effects)
        return session

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
