"""The outbox at work: every decided case is handed over to its home's own system, exactly once, however often either side fails meanwhile.

    fixed        the metadata are read once and stored with the digest of the file that they make; nothing has left the house yet
    signed       the home's custody signs that digest for this case, once and never another (recordings/register.py)
    delivered    under an id of its own (case/n): delivered again it is the same to the home's system, which gives the same receipt
    acknowledged the row and the ledger's entry are one transaction

So a crash between any two of these repeats what is behind it with the same bytes. What waits for a home waits together: while a home's
system does not answer, its oldest case is tried, not all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from recordings import canonical
from recordings.custody_client import CustodyAway, CustodyRefused
from recordings.handover import Statement, statement_of
from recordings.ledger import utc
from signaling.domain import handover as rules
from signaling.domain.handover import HandOver, RetryPolicy, Turn
from signaling.domain.refusals import Refusal
from signaling.office.archive import Archive
from signaling.office.electronic_files import Books, ElectronicFiles
from signaling.office.evidence_ports import Evidence
from signaling.office.handover_ports import Delivery, HomeAway, HomeFailed, HomeRefused, HomeSystem, Outbox
from signaling.office.notary import Custodians
from signaling.office.ports import Conflict, StoreAway

LOOK_SECONDS = 20.0
"""The outbox is looked at so often without being told to: an administrator may have said again, in another process."""
FINAL = frozenset({"recording-erased"})
"""Why a file can never be made any more."""
ACTOR = "server"


class HandOvers:
    """`systems`: home → its own system; what belongs to other homes stays queued."""

    def __init__(
        self, outbox: Outbox, evidence: Evidence, archive: Archive, custodians: Custodians, books: Books, systems: Mapping[str, HomeSystem],
        policy: RetryPolicy, data: Path, clock: Clock, log: FilteringBoundLogger,
    ) -> None:
        self._outbox = outbox
        self._files = ElectronicFiles(evidence, archive, books, data)
        self._custodians = custodians
        self._systems = systems
        self._policy = policy
        self._clock = clock
        self._log = log
        self._told = {home: asyncio.Event() for home in systems}
        self._one = asyncio.Semaphore(1)  # one file at a time is in memory
        self.waiting = 0
        """How many are queued or refused, of all homes, when it was looked last."""

    def soon(self, home: str) -> None:
        """A case of this home was decided. Never waits."""
        self.waiting += 1
        if home in self._told:
            self._told[home].set()

    async def run(self) -> None:
        """Look after every home, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._count())
            for home in self._systems:
                group.create_task(self._serve(home))

    async def close(self) -> None:
        for system in self._systems.values():
            await system.close()

    async def _count(self) -> None:
        while True:
            with contextlib.suppress(StoreAway):
                self.waiting = await self._outbox.waiting()
            await asyncio.sleep(LOOK_SECONDS)

    async def _serve(self, home: str) -> None:
        told = self._told[home]
        while True:
            told.clear()
            try:
                pause = await self.look(home)
            except StoreAway as away:
                self._log.warning("outbox-away", home=home, error=str(away))
                pause = self._policy.first
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), min(max(pause, 0.0), LOOK_SECONDS))

    async def look(self, home: str) -> float:
        """Hand over all that is due for this home; after how many seconds to look again. Raises `StoreAway`: then nothing is lost."""
        while (handover := await self._outbox.next_of(home)) is not None:
            left = handover.next_at - self._clock.now()
            if left > 0:
                return left
            try:
                async with self._one:
                    turn, goes_on = await self._attempt(handover)
                await self._settle(*turn)
            except Conflict:  # another server, or an administrator, was there first: what they left is looked at
                continue
            if not goes_on:
                await self._tell_of_the_others(home)
                return turn[1][0].next_at - self._clock.now()
        return LOOK_SECONDS

    # --- one hand-over ----------------------------------------------------------------------------

    async def _attempt(self, handover: HandOver) -> tuple[tuple[HandOver, Turn], bool]:
        """What becomes of it, from which row on, and whether the home's others may be tried."""
        try:
            file, handover = await self._fixed(handover)
            receipt = await self._systems[handover.home].deliver(await self._signed(handover, file))
        except HomeRefused as no:
            self._log.warning("handover-refused", case=handover.case, home=handover.home, code=no.code)
            return (handover, rules.refused(handover, no.code, self._clock.now())), True
        except HomeAway as away:
            return self._later(handover, away.code, str(away), away.after), False
        except CustodyAway as away:
            return self._later(handover, "custody-away", str(away)), False
        except (HomeFailed, Refusal) as error:
            if error.code in FINAL:
                return (handover, rules.refused(handover, error.code, self._clock.now())), True
            return self._later(handover, error.code, str(error)), error.code != "custody-away"
        except CustodyRefused as error:  # another file was signed for this case before, or the keys are not there: a person must look
            return self._later(handover, "custody-refused", str(error)), True
        except (StoreAway, Conflict):
            raise
        except Exception as error:  # whatever is wrong with this one must not stand in the way of the next
            self._log.error("handover-failed", case=handover.case, home=handover.home, error=repr(error))
            return self._later(handover, "handover-failed", repr(error)), True
        self._log.info("handed-over", case=handover.case, home=handover.home, session=handover.session, receipt=receipt)
        return (handover, rules.acknowledged(handover, receipt, self._clock.now())), True

    def _later(self, handover: HandOver, code: str, text: str, asked: float = 0.0) -> tuple[HandOver, Turn]:
        turn = rules.failed(handover, code, self._clock.now(), self._policy, asked)
        self._log.warning("handover-waits", case=handover.case, home=handover.home, code=code, error=text, attempts=turn[0].attempts)
        return handover, turn

    async def _fixed(self, handover: HandOver) -> tuple[BinaryIO, HandOver]:
        """The file, and the row that says from now on which one it is."""
        metadata = handover.metadata.encode() if handover.metadata is not None else await self._files.described(handover)
        file, digest = await self._files.make(handover, metadata)
        if handover.digest is None:
            fixed = rules.prepared(handover, metadata.decode(), digest)
            await self._outbox.change(handover, fixed, (), self._clock.now(), ACTOR)
            return file, fixed
        if digest != handover.digest:
            raise Refusal("segment-damaged", "the file is another than it was when it was fixed")
        return file, handover

    async def _signed(self, handover: HandOver, file: BinaryIO) -> Delivery:
        assert handover.digest is not None, "it is fixed"
        wanted = Statement(handover.home, handover.case, handover.n, handover.session, handover.digest, utc(self._clock.now()))
        custody = await self._custodians.of(handover.home)
        record = await custody.sign(wanted.plain(), "handover")
        return Delivery(statement_of(record["handover"]), canonical.write(record), file)

    async def _settle(self, before: HandOver, turn: Turn) -> None:
        after, entries = turn
        await self._outbox.change(before, after, entries, self._clock.now(), ACTOR)
        if after.state == "acknowledged":
            self.waiting = max(0, self.waiting - 1)

    async def _tell_of_the_others(self, home: str) -> None:
        """While a home does not answer, its other cases grow old without being tried."""
        now = self._clock.now()
        for overdue in await self._outbox.overdue(home, now - self._policy.stuck_seconds):
            with contextlib.suppress(Conflict):
                await self._settle(overdue, rules.stuck(overdue, now))
