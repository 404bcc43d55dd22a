"""Handing cases over, put together: the outbox at work, the homes' systems, the trial's receiver. Wired in app.py."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.settings import Handover
from config.tasks import Tasks
from signaling.domain.handover import RetryPolicy, handovers_of
from signaling.domain.states import AnyState
from signaling.home_systems import addresses_of, home_systems, inbox
from signaling.office.archive import Archive
from signaling.office.electronic_files import Books
from signaling.office.handovers import HandOvers
from signaling.office.notary import Custodians
from signaling.receiver_process import receiver_process
from signaling.store.sqlite import SqlStore


class HandingOver:
    """`start` once, `close` at the end; `stepped` is told of every step of a visit."""

    def __init__(
        self, settings: Handover, data: Path, store: SqlStore, archive: Archive, custodians: Custodians, books: Books, homes: Sequence[str],
        clock: Clock, log: FilteringBoundLogger,
    ) -> None:
        policy = RetryPolicy(stuck_seconds=settings.stuck_minutes * 60)
        systems = home_systems(settings, data, homes, clock)
        self._outbox = HandOvers(store.handovers, store.evidence, archive, custodians, books, systems, policy, data, clock, log)
        addresses = addresses_of(settings, data, homes)
        self.homes = frozenset(addresses)
        """Those that have a system of their own."""
        drops = [folder for home in homes if addresses.get(home) == str(folder := inbox(data, home))]
        self._receiver = receiver_process(data, drops, log) if settings.start_receiver and drops else None

    def start(self, tasks: Tasks) -> None:
        """From now on cases are handed over."""
        tasks.start(self._outbox.run(), "outbox")
        if self._receiver is not None:
            tasks.start(self._receiver.run(), "receiver process")

    def stepped(self, before: AnyState | None, after: AnyState) -> None:
        """A case that was decided by this step is handed over at once."""
        known = {each.key for each in handovers_of(before)} if before is not None else set()
        for each in handovers_of(after):
            if each.key not in known:
                self._outbox.soon(each.home)

    @property
    def waiting(self) -> int:
        """Cases that wait for their home's system, of all homes."""
        return self._outbox.waiting

    async def close(self) -> None:
        await self._outbox.close()
