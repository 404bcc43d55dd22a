"""A notary with a store, custodies and a clock turned by hand, and the visits that it looks at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

from config.clock import HandClock
from config.tasks import Tasks
from media.node_api import JournalLine
from recordings import heads, ledger
from recordings.journal_entries import told
from signaling.domain.events import ClerkEnded, Event
from signaling.office.evidence_ports import Fact, KeptHead
from signaling.office.notary import Notary, Receipt
from signaling.office.ports import Cause, Stored
from signaling.store.memory import MemoryStore
from tests.contract.visits import T0, moved, opened, rung_by
from tests.signaling.office.keyring import MemoryCustodians
from tests.signaling.office.world import HandAlarm, at_once
from tests.signaling.office.writer import LIFE, Writer

ONE = "session-1"
LI = Cause("clerk:li")
DONE = [*["rec-segment"] * 4, "rec-room-closed", "recording-complete", "head-signed", "head-signed"]
"""What stands behind the end of a talk of which everything is there, signed by two."""


class Chancery:
    """A notary with its store and the custodies; `receipts` is what it told."""

    def __init__(self, store: MemoryStore | None, custodians: MemoryCustodians | None, clock: HandClock | None) -> None:
        self.store = store or MemoryStore()
        self.custodians = custodians or MemoryCustodians()
        self.clock = clock or HandClock(T0 + 60)
        self.alarm = HandAlarm(self.clock)
        self.receipts: list[tuple[str, Receipt]] = []
        self.mistakes: list[BaseException] = []
        self.tasks = Tasks(lambda name, error: self.mistakes.append(error))
        self.writer = Writer()
        self.notary = Notary(
            self.store.evidence, self.custodians, self.clock, self.alarm, self.tasks, structlog.get_logger(),
            lambda session, receipt: self.receipts.append((session, receipt)), at_once,
        )  # fmt: skip

    async def looks(self, session: str = ONE) -> None:
        """It is told to look, and does what can be done now."""
        self.notary.soon(session)
        await self.rest()

    async def rest(self) -> None:
        for _ in range(60):
            await asyncio.sleep(0)

    async def later(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.clock.advance(1)
            self.alarm.ring()
            await self.rest()

    # --- a visit ------------------------------------------------------------------------------------

    async def talks(self, session: str = ONE, home: str = "jinshan", clerk: str = "li") -> Stored:
        return await moved(self.store, await opened(self.store, session, home=home), *rung_by(clerk), cause=LI)

    async def ends(self, before: Stored, *events: Event) -> Stored:
        return await moved(self.store, before, *(events or (ClerkEnded("accepted"),)), cause=LI, now=self.clock.now())

    async def writes(self, lines: Sequence[JournalLine]) -> None:
        """The writer's lines are entered, as the keeper does it."""
        facts = []
        for line in lines:
            fact = told(line.line)
            assert fact is not None
            facts.append(Fact(line.n, fact.session, fact.entry, fact.body))
        await self.store.evidence.keep(LIFE, facts, self.clock.now())

    async def recorded(self, session: str = ONE, **how: Any) -> Stored:
        """A whole talk that is over, everything of it entered."""
        before = await self.talks(session)
        await self.writes(self.writer.begins(session))
        after = await self.ends(before)
        await self.writes(self.writer.ends(session, **how))
        return after

    # --- what there is ------------------------------------------------------------------------------

    async def said(self, session: str = ONE) -> list[str]:
        """What stands in the ledger, which holds, by name: the end of it since the talk ended, or all."""
        entries = await self.store.ledger_of(session)
        ledger.verify(session, entries)
        what = [entry.what for entry in entries]
        return what[what.index("talk-ended") + 1 :] if "talk-ended" in what else what

    async def heads(self, session: str = ONE) -> list[KeptHead]:
        """Every head that is kept; each is of this ledger, and verifies with its jurisdiction's key."""
        entries = await self.store.ledger_of(session)
        kept = await self.store.evidence.heads_of(session)
        for each in kept:
            record = heads.verify(each.record, self.custodians[each.by].public)
            again = heads.head(session, entries[: each.seq], each.by, each.role, record.head.at)
            assert record.head == again
            assert each.code == (heads.short_code(each.record) if each.role == "home" else None)
            [entry] = [e for e in entries if e.what == "head-signed" and (e.body["by"], e.body["seq"]) == (each.by, each.seq)]
            assert entry.body["digest"] == record.head.digest and entry.body["key"] == record.key
            assert entry.body.get("code") == each.code
        return kept

    async def declared(self, session: str = ONE) -> list[tuple[str, Any]]:
        return [(e.what, e.body["missing"]) for e in await self.store.ledger_of(session) if e.what in ("recording-complete", "evidence-incomplete")]


@asynccontextmanager
async def a_chancery(
    store: MemoryStore | None = None, custodians: MemoryCustodians | None = None, clock: HandClock | None = None
) -> AsyncIterator[Chancery]:
    chancery = Chancery(store, custodians, clock)
    try:
        yield chancery
    finally:
        await chancery.tasks.close()
    assert not chancery.mistakes
