"""Lawful deletion: what has been kept long enough is marked, a week later its key and files are erased, and the ledger says so.

The decision is stored before a file is touched, in a transaction in which a legal hold wins; what a crash leaves undone the next run
finishes. Run it as often as you like.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
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
from signaling.office.ports import Stored

EVERY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did: ids of sessions."""

    marked: list[str]
    erased: list[str]


class Deletion:
    """`policies` by home; `vaults` are folders with recordings."""

    def __init__(
        self, evidence: Evidence, policies: Mapping[str, RetentionPolicy], vaults: Sequence[Path], clock: Clock, log: FilteringBoundLogger,
        on_erased: Callable[[str], None] = lambda session: None,
    ) -> None:
        """`on_erased` is told of each session whose recording is erased: that is evidence too, and must be signed."""
        self._evidence = evidence
        self._policies = policies
        self._vaults = vaults
        self._clock = clock
        self._log = log
        self._on_erased = on_erased

    async def run(self) -> Done:
        """One look at everything that is closed. Raises `StoreAway`; a disk that refuses is logged and looked at again next time."""
        done = Done([], [])
        now, after = self._clock.now(), ""
        while page := await self._evidence.closed_before(now, after):
            for stored, keeping in page:
                await self._look(stored, keeping, done)
            after = page[-1][0].session
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
            until = policy.keep_until(state.at, state.outcome, state.ticket.service)
            if now >= until and await self._evidence.mark(stored.session, Enter("deletion-marked"), now):
                done.marked.append(stored.session)
            return
        if keeping.erased_at is None:
            if now < erase_after(keeping.marked_at):
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
