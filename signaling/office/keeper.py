"""The lines of the writers' journals: entered in their sessions' ledgers, in order, each once, and acknowledged only then.

A line is on the node's disk already; until it is acknowledged the node tells it again, after whatever restart.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from media.node_api import JournalLine
from recordings.journal_entries import BadJournalLine, Told, told
from signaling.office.actor import RETRY_SECONDS
from signaling.office.evidence_ports import Evidence, Fact
from signaling.office.ports import MediaNodes, StoreAway

AT_ONCE = 256
"""Lines in one transaction: a commit costs a sync of the disk, a line next to nothing."""


class Keeper:
    """`on_kept(fact)` is called for each fact of a session once it is stored."""

    def __init__(
        self, evidence: Evidence, nodes: MediaNodes, clock: Clock, log: FilteringBoundLogger, on_kept: Callable[[Told], None]
    ) -> None:
        self._evidence = evidence
        self._nodes = nodes
        self._clock = clock
        self._log = log
        self._on_kept = on_kept
        self._waiting: deque[JournalLine] = deque()
        self._work = asyncio.Event()

    def take(self, line: JournalLine) -> None:
        """A line that a node tells. Never waits."""
        self._waiting.append(line)
        self._work.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._work.wait()
            self._work.clear()
            while self._waiting:
                await self._keep(self._next())

    def _next(self) -> list[JournalLine]:
        """The lines of one life that stand in front."""
        life = self._waiting[0].life
        lines: list[JournalLine] = []
        while self._waiting and self._waiting[0].life == life and len(lines) < AT_ONCE:
            lines.append(self._waiting.popleft())
        return lines

    async def _keep(self, lines: list[JournalLine]) -> None:
        life = lines[0].life
        said = sorted({line.n: self._read(line) for line in lines}.items())  # told again before it was acknowledged, a line stands twice
        facts = [Fact(n) if fact is None else Fact(n, fact.session, fact.entry, fact.body) for n, fact in said]
        while True:
            try:
                strangers = await self._evidence.keep(life, facts, self._clock.now())
                break
            except StoreAway as away:
                self._log.warning("journal-waits", life=life, error=str(away))
            except Exception as error:  # two servers at once, or a fault of ours: whoever gives up here enters no later line either
                self._log.error("journal-waits", life=life, error=repr(error))
            await asyncio.sleep(RETRY_SECONDS)  # nothing is lost: it is on the node's disk
        for session in sorted(strangers):
            self._log.error("journal-of-unknown-session", life=life, session=session)  # the doctor names its files
        self._nodes.acknowledge(life, said[-1][0])
        for _, fact in said:
            if fact is not None and fact.session not in strangers:
                self._tell(fact)

    def _tell(self, fact: Told) -> None:
        try:
            self._on_kept(fact)
        except Exception as error:  # it is stored; whoever stumbles over it must not stop the next
            self._log.error("journal-line-not-told", session=fact.session, error=repr(error))

    def _read(self, line: JournalLine) -> Told | None:
        try:
            return told(line.line)
        except BadJournalLine as bad:  # one line that nobody can read must not hold up all that come after it
            self._log.error("journal-line-unreadable", life=line.life, n=line.n, error=str(bad))
            return None
