"""Whoever holds a receipt reads at any kiosk how the case stands: status only. Nothing of a person, and nothing for whoever guesses."""

from __future__ import annotations

import asyncio
import datetime as dt

from config.calendar import beijing
from config.clock import Clock
from config.text import Text
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.domain.states import AnyState, Closed, WrappingUp, ticket_of
from signaling.office.evidence_ports import Evidence
from signaling.office.own_papers import notice_of
from signaling.office.ports import Books
from signaling.wire.http import BothLanguages
from signaling.wire.notices import ReceiptStatus, StillToBring

ANSWER_SECONDS = 0.4
"""Every answer takes so long at least, whether there is such a receipt or not: the time tells nothing."""
_MISREAD = str.maketrans("0189", "OIBG")
"""Digits that no code has, and the letters that they look like."""


def as_written(code: str) -> str:
    """A code as it stands on the receipt, from what somebody typed: `ab2cd ef3gh` → `AB2CD-EF3GH`."""
    letters = "".join(each for each in code.upper().translate(_MISREAD) if each.isascii() and each.isalnum())
    return f"{letters[:5]}-{letters[5:10]}" if len(letters) == 10 else ""


class LookUp:
    """`answer_seconds`: how long an answer takes at least."""

    def __init__(self, evidence: Evidence, books: Books, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._evidence = evidence
        self._books = books
        self._clock = clock
        self._answer_seconds = answer_seconds

    async def look_up(self, kiosk: Actor, code: str) -> ReceiptStatus:
        """On the record of the session that it is of. Raises `Refusal` `unknown-receipt`, `StoreAway`."""
        pause = asyncio.sleep(self._answer_seconds)
        status, _ = await asyncio.gather(self._find(kiosk, as_written(code)), pause)
        if status is None:
            raise Refusal("unknown-receipt")
        return status

    async def _find(self, kiosk: Actor, code: str) -> ReceiptStatus | None:
        session = await self._evidence.session_of_code(code)
        stored = await self._evidence.session(session) if session is not None else None
        if session is None or stored is None:
            return None
        await self._evidence.note(session, [Enter("receipt-looked-up", {"kiosk": kiosk.id})], self._clock.now(), kiosk.name)
        return self._status(stored.state)

    def _status(self, state: AnyState) -> ReceiptStatus:
        ticket, notice = ticket_of(state), notice_of(state)
        ended = state if isinstance(state, WrappingUp | Closed) else None
        checklist = self._books.checklist(ticket.service, ticket.taken_at)
        due = ended.due if ended is not None else None
        return ReceiptStatus(
            home=_both(self._books.title(ticket.home)),
            service=_both(self._books.service_title(ticket.service, ticket.taken_at)),
            state="open" if ended is None or (ended.outcome is None and isinstance(ended, WrappingUp)) else ended.outcome or "ended",
            due=due,
            over=due is not None and beijing(self._clock.now()).date() > dt.date.fromisoformat(due),
            lacking=[
                StillToBring(_both(checklist[line.material].name), line.reason)
                for line in (notice.lacking if notice is not None else ()) if line.material < len(checklist)
            ],
            form=notice.form if notice is not None else None,
            follow_by=notice.follow_by if notice is not None else None,
        )  # fmt: skip


def _both(text: Text) -> BothLanguages:
    return BothLanguages(text.zh, text.en)
