"""The papers that a resident takes along: which there are, whole or page by page, for whoever has this visit before them."""

from __future__ import annotations

from collections.abc import Callable

from signaling.domain.case import Case
from signaling.domain.notice import Notice
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.domain.states import AnyState, Ticket, folder_of, ticket_of
from signaling.office.floor import Floor
from signaling.office.notices import NOTICE
from signaling.office.press import Press
from signaling.office.receipts import RECEIPT
from signaling.office.safe import Safe


def told_in(state: AnyState) -> tuple[Case, Notice] | None:
    """The newest notice that was given in this visit, and its case."""
    session = ticket_of(state).session
    given = [(case, notice) for case in folder_of(state).cases if (notice := case.file.notice) is not None and notice.session in (None, session)]
    return max(given, key=lambda each: int(each[1].paper), default=None)


def notice_of(state: AnyState) -> Notice | None:
    """That notice."""
    told = told_in(state)
    return told[1] if told is not None else None


class OwnPapers:
    """What an end may have of the papers to take along: the kiosk those of the visit that it shows, the clerk those of the visit they hold."""

    def __init__(self, floor: Floor, press: Press, safe: Safe, receipt_of: Callable[[str], int | None]) -> None:
        """`receipt_of`: under which number a session's receipt lies; None: nowhere yet."""
        self._floor = floor
        self._press = press
        self._safe = safe
        self._receipt_of = receipt_of

    async def pdf(self, who: Actor, session: str, paper: str) -> bytes:
        """Raises `unknown-session` (also once the kiosk has forgotten), `unknown-paper`, and what the safe refuses."""
        state = self._floor.at_kiosk(who.id) if who.kind == "kiosk" else self._floor.state(session)
        if state is None or ticket_of(state).session != session:
            raise NotAllowed(code="unknown-session")
        ticket = ticket_of(state)
        publication, number = self._place(state, ticket, paper)
        return await self._safe.read(ticket, publication, number)

    async def page(self, who: Actor, session: str, paper: str, number: int) -> bytes:
        """One page of it as a PNG, from 1. Raises the same, and `unknown-page`, `no-press`."""
        sheets = await self._press.pictures(await self.pdf(who, session, paper))
        if not 1 <= number <= len(sheets):
            raise Refusal("unknown-page")
        return sheets[number - 1].png

    def _place(self, state: AnyState, ticket: Ticket, paper: str) -> tuple[str, int]:
        if paper == "notice" and (notice := notice_of(state)) is not None:
            return NOTICE, int(notice.paper)
        if paper == "receipt" and (number := self._receipt_of(ticket.session)) is not None:
            return RECEIPT, number
        raise Refusal("unknown-paper")
