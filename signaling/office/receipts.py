"""The receipt on paper: made once, when the home has signed the ledger after the talk, since its code exists from then on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.tasks import Tasks
from recordings.album import Picture
from recordings.ledger import Entry
from signaling.domain.case import ACCEPTED
from signaling.domain.effects import Enter
from signaling.domain.refusals import Refusal
from signaling.domain.states import Closed, WrappingUp, folder_of, ticket_of
from signaling.office.evidence_ports import Evidence
from signaling.office.notary import Receipt
from signaling.office.ports import Books, StoreAway
from signaling.office.press import Press
from signaling.office.safe import Safe
from signaling.office.slips import SlipMaker, Standing

RECEIPT = "receipt.paper"
"""Under which name it is sealed."""
REMEMBERED = 200
"""Sessions whose receipt's number is kept in memory: more than there are kiosks that say farewell."""


class Receipts:
    """`signed` is told of every head that a home has signed; `made(session, pages)` is called once the paper lies sealed and is on record."""

    def __init__(
        self, evidence: Evidence, books: Books, press: Press, safe: Safe, slips: SlipMaker, clock: Clock, tasks: Tasks, log: FilteringBoundLogger
    ) -> None:
        self._evidence = evidence
        self._books = books
        self._press = press
        self._safe = safe
        self._slips = slips
        self._clock = clock
        self._tasks = tasks
        self._log = log
        self._being_made: dict[str, Receipt | None] = {}
        """Session → the signature that has come since, None for none."""
        self._numbers: dict[str, int] = {}
        self.made: Callable[[str, int], None] = lambda session, pages: None

    def number(self, session: str) -> int | None:
        """Under which number it lies; None: it is not there yet."""
        return self._numbers.get(session)

    def signed(self, session: str, receipt: Receipt) -> None:
        """Never waits. What did not succeed is tried again with the next signature."""
        if session in self._numbers:
            return
        if session in self._being_made:
            self._being_made[session] = receipt
            return
        self._being_made[session] = None
        self._tasks.start(self._make(session, receipt), f"receipt {session}")

    async def _make(self, session: str, receipt: Receipt) -> None:
        try:
            await self._print(session, receipt)
        except (Refusal, StoreAway) as error:  # the code is given and proves the visit without it
            self._log.error("receipt-not-made", session=session, error=str(error))
        finally:
            later = self._being_made.pop(session)
            if later is not None:
                self.signed(session, later)

    async def _print(self, session: str, receipt: Receipt) -> None:
        stored = await self._evidence.session(session)
        entries = await self._evidence.ledger_of(session)
        origin = next((entry.body["origin"] for entry in entries if entry.what == "recording-ordered"), None)
        if stored is None or origin is None or not isinstance(stored.state, WrappingUp | Closed):
            return  # nobody talked: there is nothing to be proved
        if any(entry.what == "receipt-given" for entry in entries):
            return  # by the server before this one
        ticket, at = ticket_of(stored.state), round(self._clock.now())
        come = received(entries)
        cases = folder_of(stored.state).cases
        ways = {case.number: self._books.delivery(ticket, case.service, case.as_of) for case in cases if case.outcome in ACCEPTED}
        standings = [
            Standing(
                case, self._books.promise(ticket.home, case.service, case.as_of).working_days, come.get(case.number, {}),
                self._books.checklist(case.service, case.as_of), ways[case.number][0] if case.number in ways else (),
            )
            for case in cases
        ]  # fmt: skip
        pressed = await self._press.print(self._slips.receipt(ticket, standings, receipt, at))
        number = await self._safe.put(ticket, origin, [Picture(RECEIPT, pressed.pdf, 0, 0, "application/pdf")])
        nearby = tuple(f"{case}.{basis.agreement}" for case, (_, basis) in ways.items() if basis.agreement is not None)
        given = Enter("receipt-given", {
            "receipt": str(number), "digest": hashlib.sha256(pressed.pdf).hexdigest(), "code": receipt.code,
            **({"nearby": nearby} if nearby else {}),
        })  # fmt: skip
        await self._evidence.note(session, [given], self._clock.now(), "server")
        self._numbers = {**dict(list(self._numbers.items())[-REMEMBERED:]), session: number}
        self.made(session, len(pressed.pages))


def received(entries: Iterable[Entry]) -> dict[str, Counter[int]]:
    """Case → material → pages that are in it, read off the ledger, since a closed session's row holds none of them. Pure."""
    of: dict[int, tuple[str, int]] = {}
    kept: set[int] = set()
    own = ""
    for entry in entries:
        with suppress(KeyError, TypeError):  # a ledger that somebody changed is read as far as it goes
            if entry.what == "ticket-taken":
                own = entry.body["case"]
            elif entry.what == "still-taken":
                of[entry.body["number"]] = entry.body.get("case", own), entry.body["material"]
            elif entry.what == "still-kept":
                kept.add(entry.body["number"])
            elif entry.what == "still-dropped":
                kept.discard(entry.body["number"])
    found: dict[str, Counter[int]] = {}
    for number in kept & of.keys():
        case, material = of[number]
        found.setdefault(case, Counter())[material] += 1
    return found
