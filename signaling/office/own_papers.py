"""The papers that a resident takes along: which there are, whole or page by page, for whoever has this visit before them."""

from __future__ import annotations

from collections.abc import Callable

from signaling.domain.case import Case
from signaling.domain.effects import Enter
from signaling.domain.notice import Notice
from signaling.domain.permissions import Actor
from signaling.domain.powers import NEEDS, required
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.domain.states import AnyState, Ticket, folder_of, ticket_of
from signaling.office.floor import Floor
from signaling.office.notices import NOTICE
from signaling.office.once import Once
from signaling.office.ports import Books
from signaling.office.press import Press
from signaling.office.receipts import RECEIPT
from signaling.office.safe import Safe

ACTION = "GET /api/v1/sessions/{session}/papers/{paper}"


def told_in(state: AnyState) -> list[tuple[Case, Notice]]:
    """The newest notice of each case that this visit has told of, in the order of the cases."""
    session = ticket_of(state).session
    return [(case, notice) for case in folder_of(state).cases if (notice := case.file.notice) is not None and notice.session in (None, session)]


def notice_of(state: AnyState, number: str | None) -> tuple[Case, Notice] | None:
    """That of one case; without a number the newest of all."""
    told = [(case, notice) for case, notice in told_in(state) if number in (None, case.number)]
    return max(told, key=lambda each: int(each[1].paper), default=None)


class OwnPapers:
    """What an end may have of the papers to take along: the kiosk those of the visit that it shows, the clerk those of the visit they hold."""

    def __init__(self, floor: Floor, press: Press, safe: Safe, books: Books, once: Once, receipt_of: Callable[[str], int | None]) -> None:
        """`receipt_of`: under which number a session's receipt lies; None: nowhere yet. `once` enters that a window handed a notice out."""
        self._floor = floor
        self._press = press
        self._safe = safe
        self._books = books
        self._once = once
        self._receipt_of = receipt_of

    async def pdf(self, who: Actor, session: str, paper: str, case: str | None = None) -> bytes:
        """`case`: whose notice; without it the newest one.

        Raises `unknown-session` (also once the kiosk has forgotten), `unknown-paper`, `no-power`, and what the safe refuses.
        """
        state = self._floor.at_kiosk(who.id) if who.kind == "kiosk" else self._floor.state(session)
        if state is None or ticket_of(state).session != session:
            raise NotAllowed(code="unknown-session")
        ticket = ticket_of(state)
        publication, number = await self._place(who, state, paper, case)
        return await self._safe.read(ticket, publication, number)

    async def page(self, who: Actor, session: str, paper: str, number: int, case: str | None = None) -> bytes:
        """One page of it as a PNG, from 1. Raises the same, and `unknown-page`, `no-press`."""
        sheets = await self._press.pictures(await self.pdf(who, session, paper, case))
        if not 1 <= number <= len(sheets):
            raise Refusal("unknown-page")
        return sheets[number - 1].png

    async def _place(self, who: Actor, state: AnyState, paper: str, case: str | None) -> tuple[str, int]:
        if paper == "notice" and (told := notice_of(state, case)) is not None:
            if who.kind == "kiosk":
                await self._hand_out(who, ticket_of(state), *told)
            return NOTICE, int(told[1].paper)
        if paper == "receipt" and (number := self._receipt_of(ticket_of(state).session)) is not None:
            return RECEIPT, number
        raise Refusal("unknown-paper")

    async def _hand_out(self, kiosk: Actor, ticket: Ticket, case: Case, notice: Notice) -> None:
        """A notice leaves this window on paper: by a power that holds now, and on the record before it does."""
        basis = required(self._books.basis(NEEDS[ACTION], ticket, case.service))
        entry = Enter("paper-handed-out", {"paper": "notice", "notice": notice.paper, "case": case.number, **basis.facts})
        await self._once.enter(kiosk, ticket.session, f"notice {notice.paper}", entry)
