"""A receipt is found by its code, and whoever holds it reads at any kiosk how the case stands: status only. Nothing of a person, and
nothing for whoever guesses."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from config.calendar import beijing
from config.clock import Clock
from config.text import Text
from signaling.domain.case import CaseState
from signaling.domain.case_records import CaseRecord, goes_on
from signaling.domain.effects import Enter
from signaling.domain.notice import Notice
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.domain.states import AnyState, folder_of, ticket_of
from signaling.office.evidence_ports import Evidence
from signaling.office.ports import Books, Store
from signaling.wire.http import BothLanguages
from signaling.wire.notices import ReceiptCase, ReceiptStatus, StillToBring

ANSWER_SECONDS = 0.4
"""Every answer takes so long at least, whether there is such a receipt or not: the time tells nothing."""
_MISREAD = str.maketrans("0189", "OIBG")
"""Digits that no code has, and the letters that they look like."""
Shown = Literal["open", "accepted", "accepted-with-gaps", "returned", "referred", "handed-over", "ended"]
T = TypeVar("T")


def as_written(code: str) -> str:
    """A code as it stands on the receipt, from what somebody typed: `ab2cd ef3gh` → `AB2CD-EF3GH`."""
    letters = "".join(each for each in code.upper().translate(_MISREAD) if each.isascii() and each.isalnum())
    return f"{letters[:5]}-{letters[5:10]}" if len(letters) == 10 else ""


@dataclass(frozen=True, slots=True)
class Found:
    """The visit that a receipt is of, and its cases as they stand today, whichever visit worked at them last."""

    session: str
    state: AnyState
    records: Sequence[CaseRecord]

    @property
    def home(self) -> str:
        return ticket_of(self.state).home


class Finder:
    """`answer_seconds`: how long an answer takes at least."""

    def __init__(self, evidence: Evidence, store: Store, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._evidence = evidence
        self._store = store
        self._answer_seconds = answer_seconds

    async def answer(self, code: str, say: Callable[[Found], Awaitable[T]]) -> T:
        """What is said of the receipt with this code, which somebody typed. Raises `Refusal` `unknown-receipt`, `StoreAway`."""
        pause = asyncio.sleep(self._answer_seconds)
        said, _ = await asyncio.gather(self._said(as_written(code), say), pause, return_exceptions=True)  # a refusal takes as long
        if isinstance(said, BaseException):
            raise said
        return said

    async def _said(self, code: str, say: Callable[[Found], Awaitable[T]]) -> T:
        session = await self._evidence.session_of_code(code)
        stored = await self._evidence.session(session) if session is not None else None
        if session is None or stored is None:
            raise Refusal("unknown-receipt")
        return await say(Found(session, stored.state, await self._store.cases_of(session)))


class LookUp:
    """Asked by the kiosks."""

    def __init__(self, evidence: Evidence, store: Store, books: Books, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._finder = Finder(evidence, store, answer_seconds)
        self._evidence = evidence
        self._books = books
        self._clock = clock

    async def look_up(self, kiosk: Actor, code: str) -> ReceiptStatus:
        """On the record of the session that it is of. Raises `Refusal` `unknown-receipt`, `StoreAway`."""

        async def say(found: Found) -> ReceiptStatus:
            entry = Enter("receipt-looked-up", {"kiosk": kiosk.id})
            await self._evidence.note(found.session, [entry], self._clock.now(), kiosk.name)
            notices = {case.number: case.file.notice for case in folder_of(found.state).cases}
            offered = self._books.offered(found.home, kiosk.jurisdiction)
            cases = [self._case(record, notices.get(record.number), offered) for record in found.records]
            return ReceiptStatus(found.home, both(self._books.title(found.home)), cases)

        return await self._finder.answer(code, say)

    def _case(self, record: CaseRecord, notice: Notice | None, offered: Sequence[str]) -> ReceiptCase:
        """As it stands today, whichever visit worked at it last; what is lacking as it was told in the visit of the receipt."""
        checklist = self._books.checklist(record.service, record.as_of)
        return ReceiptCase(
            service=both(self._books.service_title(record.service, record.as_of)),
            state=SHOWN[record.state],
            due=record.due,
            over=is_over(record, self._clock.now()),
            lacking=[
                StillToBring(both(checklist[line.material].name), line.reason)
                for line in (notice.lacking if notice is not None else ()) if line.material < len(checklist)
            ],
            form=notice.form if notice is not None else None,
            follow_by=notice.follow_by if notice is not None else None,
            goes_on=record.service if goes_on(record) and record.service in offered else None,
        )  # fmt: skip


SHOWN: dict[CaseState, Shown] = {
    "drafted": "open", "collecting": "open", "accepted": "accepted", "accepted-with-gaps": "accepted-with-gaps", "returned": "returned",
    "referred": "referred", "handed-over": "handed-over", "closed": "ended",
}  # fmt: skip


def is_over(record: CaseRecord, now: float) -> bool:
    """Whether the day until which it was to be decided is past in Beijing."""
    return record.due is not None and beijing(now).date() > dt.date.fromisoformat(record.due)


def both(text: Text) -> BothLanguages:
    return BothLanguages(text.zh, text.en)
