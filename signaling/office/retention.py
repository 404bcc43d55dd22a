"""Lawful deletion: what has been kept long enough is marked, a week later its key and files are erased, and the ledger says so.

The decision is stored before a file is touched, in a transaction in which a legal hold wins; what a crash leaves undone the next run
finishes. Run it as often as you like. A visit whose papers the home's own system has still to acknowledge is left alone: they lie nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from recordings.names import BadName
from recordings.retention import RetentionPolicy, erase_after
from recordings.vault import Vault, VaultError
from signaling.domain.effects import Enter
from signaling.domain.states import Closed
from signaling.office.evidence_ports import Evidence, Keeping
from signaling.office.handover_ports import Outbox
from signaling.office.ports import Stored

EVERY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did: ids of sessions."""

    marked: list[str]
    erased: list[str]
    waiting: list[str]
    """Their time is over, and their home's own system has not got the papers yet."""


class Deletion:
    """`policies` by home; `systems` are the homes that have a system of their own; `vaults` are folders with recordings."""

    def __init__(
        self, evidence: Evidence, outbox: Outbox, systems: Collection[str], policies: Mapping[str, RetentionPolicy], vaults: Sequence[Path],
        clock: Clock, log: FilteringBoundLogger,
        on_erased: Callable[[str], None] = lambda session: None,
    ) -> None:
        """`on_erased` is told of each session whose recording is erased: that is evidence too, and must be signed."""
        self._evidence = evidence
        self._outbox = outbox
        self._systems = systems
        self._policies = policies
        self._vaults = vaults
        self._clock = clock
        self._log = log
        self._on_erased = on_erased

    async def run(self) -> Done:
        """One look at everything that is closed. Raises `StoreAway`; a disk that refuses is logged and looked at again next time."""
        done = Done([], [], [])
        now, after = self._clock.now(), ""
        while page := await self._evidence.closed_before(now, after):
            for stored, keeping in page:
                await self._look(stored, keeping, done)
            after = page[-1][0].session
        if done.waiting:
            self._log.warning("deletion-waits-for-handover", sessions=len(done.waiting))
        return done

    async def for_ever(self) -> None:
        """Now and every hour, until cancelled."""
        while True:
            try:
                await self.run()
            except Exception as error:
                self._log.error("retention-failed", error=repr(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def _look(self, stored: Stored, keeping: Keeping | None, done: Done) -> None:
        state, now = stored.state, self._clock.now()
        assert isinstance(state, Closed)
        policy = self._policies.get(state.ticket.home)
        if policy is None:
            return  # a jurisdiction that the configuration no longer has: nobody could say how long
        if keeping is None or keeping.marked_at is None:
            if now < policy.keep_until(state.at, state.outcome, state.ticket.service) or await self._waits(stored.session, state, done):
                return
            if await self._evidence.mark(stored.session, Enter("deletion-marked"), now):
                done.marked.append(stored.session)
            return
        if keeping.erased_at is None:
            if now < erase_after(keeping.marked_at) or await self._waits(stored.session, state, done):
                return
            keys = [e.body["key"] for e in await self._evidence.ledger_of(stored.session) if e.what == "rec-key-wrapped"]
            if not await self._evidence.erase(stored.session, Enter("recording-erased", {"keys": sorted(keys)}), now):
                return  # held meanwhile
            done.erased.append(stored.session)
            self._on_erased(stored.session)
        try:
            await asyncio.to_thread(self._erase, stored.session)
        except (VaultError, OSError, BadName) as error:
            self._log.error("erasure-unfinished", session=stored.session, error=str(error))
            return
        await self._evidence.gone(stored.session, self._clock.now())
        self._on_erased(stored.session)  # once more: somebody may have had its key read between decision and deed

    async def _waits(self, session: str, state: Closed, done: Done) -> bool:
        """A home without a system of its own is waited for by nobody."""
        waits = state.ticket.home in self._systems and await self._outbox.owes(session)
        if waits:
            done.waiting.append(session)
        return waits

    def _erase(self, session: str) -> None:
        """Keys first: without them the rest is noise."""
        vaults = [Vault(root, make=False) for root in self._vaults if _is_in_use(root)]
        for vault in vaults:
            for key in vault.keys(session):
                vault.erase_key(key)
        for vault in vaults:
            for name in vault.segments(session):
                vault.remove_file(session, name.file)


def _is_in_use(root: Path) -> bool:
    """Whether anything was ever recorded there. Raises VaultError `missing` for a disk that is not mounted: what lies on it must go too."""
    if (root / "sessions").is_dir():
        return True
    if root.exists() or root.is_symlink():
        raise VaultError("missing", f"{root} is empty: its disk is not there")
    return False
