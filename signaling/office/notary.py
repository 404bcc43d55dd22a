"""The end of a session's evidence: declared complete or not, its ledger's head signed by the home and countersigned by the host.

Everything here follows from what is stored, so it can be begun anew at any time, and is: after each line that comes late, after a
restart, and as long as a custody cannot be reached. The code on the resident's receipt is that of the first head after the talk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.tasks import Tasks
from recordings import canonical, heads
from recordings.coverage import is_settled, recorded
from recordings.custody_client import Custody, CustodyAway, CustodyRefused
from recordings.ledger import Entry, utc
from signaling.domain.effects import Enter
from signaling.domain.states import Closed, Ticket, WrappingUp, ticket_of
from signaling.office.evidence_ports import Evidence, KeptHead, Role
from signaling.office.ports import Alarm, StoreAway

SETTLE_SECONDS = 20.0
"""A recording whose last lines have not come by then is declared as it stands; what comes later is declared again."""
AGAIN_SECONDS, AGAIN_MOST = 1.0, 60.0
"""Pauses before a custody or a store that did not answer is asked again, doubling."""
Aside = Callable[..., Awaitable[Any]]
DECLARED = ("recording-complete", "evidence-incomplete")


class Custodians(Protocol):
    """The custody of each jurisdiction."""

    async def of(self, jurisdiction: str) -> Custody:
        """Raises `CustodyAway`."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves a visit to its resident: the short code, and what stands in the square beside it."""

    code: str
    proof: str
    pages: int = 0
    """Of the paper that bears them, once it is made."""


class Notary:
    """`soon(session)` has it looked at; `on_receipt(session, receipt)` is told once the home has signed."""

    def __init__(
        self, evidence: Evidence, custodians: Custodians, clock: Clock, alarm: Alarm, tasks: Tasks, log: FilteringBoundLogger,
        on_receipt: Callable[[str, Receipt], None], aside: Aside = asyncio.to_thread,
    ) -> None:
        """`aside(work, *arguments)` does what takes long elsewhere than on the event loop."""
        self._evidence = evidence
        self._custodians = custodians
        self._clock = clock
        self._alarm = alarm
        self._tasks = tasks
        self._log = log
        self._on_receipt = on_receipt
        self._aside = aside
        self._busy: dict[str, bool] = {}
        """Sessions that are looked at, and whether something has happened since."""
        self._since: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._asking: set[str] = set()
        """Sessions whose custody or store did not answer, until they are asked again."""

    async def open(self) -> None:
        """Take up what an earlier server left unsigned."""
        for standing in await self._evidence.unattended():
            self.soon(standing.session)

    def soon(self, session: str) -> None:
        """Something was entered for this session. Never waits."""
        if session in self._busy:
            self._busy[session] = True
            return
        self._busy[session] = False
        self._tasks.start(self._attend(session), f"notary {session}")

    async def _attend(self, session: str) -> None:
        try:
            await self._look(session)
            self._pauses.pop(session, None)
        except (CustodyAway, StoreAway) as away:
            self._again(session, "notary-waits", away)
        except CustodyRefused as refused:  # a person must look: another ledger was signed before, or the keys are not there
            self._again(session, "notary-refused", refused)
        finally:
            if self._busy.pop(session):
                self.soon(session)

    def _again(self, session: str, event: str, error: Exception) -> None:
        if session in self._asking:
            return  # a late line had it looked at in between; the alarm is set
        pause = self._pauses.get(session, AGAIN_SECONDS)
        self._pauses[session] = min(pause * 2, AGAIN_MOST)
        self._asking.add(session)
        self._log.warning(event, session=session, error=str(error), again=pause)
        self._alarm.at(self._clock.now() + pause, partial(self._ask_again, session))

    def _ask_again(self, session: str) -> None:
        self._asking.discard(session)
        self.soon(session)

    async def _look(self, session: str) -> None:
        stored = await self._evidence.session(session)
        if stored is None or not isinstance(stored.state, WrappingUp | Closed):
            return
        entries = await self._evidence.ledger_of(session)
        if not await self._aside(is_settled, entries):  # an hour has thousands of entries: others are served meanwhile
            now = self._clock.now()
            due = self._since.setdefault(session, now) + SETTLE_SECONDS
            if now < due:
                self._alarm.at(due, partial(self.soon, session))
                return
            self._log.warning("recording-not-settled", session=session)
        self._since.pop(session, None)
        if (declaration := await self._aside(_declaration, entries)) is not None:
            await self._evidence.note(session, [declaration], self._clock.now(), "server")
            entries = await self._evidence.ledger_of(session)
        await self._sign(session, entries, ticket_of(stored.state))

    async def _sign(self, session: str, entries: Sequence[Entry], ticket: Ticket) -> None:
        """The home signs all there is, unless everything that counts is signed; the host signs the same."""
        kept = await self._evidence.heads_of(session)
        evidence = max((entry.seq for entry in entries if heads.is_evidence(entry.what)), default=0)
        newest = max((head.seq for head in kept if head.role == "home"), default=0)
        if newest < evidence:
            newest = len(entries)
            await self._add(session, entries, ticket.home, "home")
        if ticket.host != ticket.home and not any(head.role == "host" and head.seq == newest for head in kept):
            await self._add(session, entries[:newest], ticket.host, "host")

    async def _add(self, session: str, entries: Sequence[Entry], by: str, role: Role) -> None:
        head = await self._aside(heads.head, session, entries, by, role, utc(self._clock.now()))
        custody = await self._custodians.of(by)
        record = canonical.write(await custody.sign(canonical.read(head.to_sign()), "head"))
        code = heads.short_code(record) if role == "home" else None
        entry = Enter("head-signed", {
            "by": by, "key": heads.read(record).key, "seq": head.seq, "digest": head.digest, **({"code": code} if code else {}),
        })  # fmt: skip
        await self._evidence.add_head(KeptHead(session, head.seq, role, by, record, code), entry, self._clock.now())
        self._log.info("head-signed", session=session, by=by, role=role, seq=head.seq)
        if code is not None:
            self._on_receipt(session, receipt(session, head, code))


def receipt(session: str, head: heads.SignedHead, code: str) -> Receipt:
    """In the square: who signed, which session, how far, and the digest that any copy of the ledger must have there."""
    return Receipt(code, " ".join(("VW1", head.by, session, str(head.seq), head.digest, code)))


def _declaration(entries: Sequence[Entry]) -> Enter | None:
    """Whether the recording is complete, if that was not yet said as it is now; nothing for a session that was never recorded."""
    facts = recorded(entries)
    if facts.origin is None:
        return None
    said: dict[str, Any] | None = None
    for entry in entries:
        if entry.what in DECLARED:
            said = {"what": entry.what, **entry.body}
    now: dict[str, Any] = {"what": DECLARED[bool(facts.missing)], "missing": facts.missing}
    return None if said == now else Enter(now["what"], {"missing": facts.missing})
