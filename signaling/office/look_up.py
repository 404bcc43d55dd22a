"""Whoever holds a receipt reads at any kiosk how the case stands: status only. Nothing of a person, and nothing for whoever guesses."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Literal

from config.calendar import beijing
from config.clock import Clock
from config.text import Text
from signaling.domain.case import CaseState
from signaling.domain.case_records import CaseRecord, goes_on
from signaling.domain.effects import Enter
from signaling.domain.notice import Notice
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.domain.states import folder_of, ticket_of
from signaling.office.evidence_ports import Evidence
from signaling.office.ports import Books, Store
from signaling.wire.http import BothLanguages
from signaling.wire.notices import ReceiptCase, ReceiptStatus, StillToBring

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

    def __init__(self, evidence: Evidence, store: Store, books: Books, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._evidence = evidence
        self._store = store
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
        notices = {case.number: case.file.notice for case in folder_of(stored.state).cases}
        records = await self._store.cases_of(session)
        home = ticket_of(stored.state).home
        offered = self._books.offered(home, kiosk.jurisdiction)
        cases = [self._case(record, notices.get(record.number), offered) for record in records]
        return ReceiptStatus(home, _both(self._books.title(home)), cases)

    def _case(self, record: CaseRecord, notice: Notice | None, offered: Sequence[str]) -> ReceiptCase:
        """As it stands today, whichever visit worked at it last; what is lacking as it was told in the visit of the receipt."""
        checklist = self._books.checklist(record.service, record.as_of)
        return ReceiptCase(
            service=_both(self._books.service_title(record.service, record.as_of)),
            state=_SHOWN[record.state],
            due=record.due,
            over=record.due is not None and beijing(self._clock.now()).date() > dt.date.fromisoformat(record.due),
            lacking=[
                StillToBring(_both(checklist[line.material].name), line.reason)
                for line in (notice.lacking if notice is not None else ()) if line.material < len(checklist)
            ],
            form=notice.form if notice is not None else None,
            follow_by=notice.follow_by if notice is not None else None,
            goes_on=record.service if goes_on(record) and record.service in offered else None,
        )  # fmt: skip


_SHOWN: dict[CaseState, Literal["open", "accepted", "accepted-with-gaps", "returned", "referred", "handed-over", "ended"]] = {
    "drafted": "open", "collecting": "open", "accepted": "accepted", "accepted-with-gaps": "accepted-with-gaps", "returned": "returned",
    "referred": "referred", "handed-over": "handed-over", "closed": "ended",
}  # fmt: skip


def _both(text: Text) -> BothLanguages:
    return BothLanguages(text.zh, text.en)
