"""A jurisdiction's record of administrative acts and refusals without a disk, with the same promises as in SQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from recordings.ledger import Entry, Head, head_of, start
from signaling.domain.administration import Deed
from signaling.store.chain import chain_of, told


class MemoryRecord:
    """The `auth.ports.Record` in memory, and the office's. `turn` gives others theirs, and raises while the store is away."""

    def __init__(self, turn: Callable[[], Awaitable[None]]) -> None:
        self._turn = turn
        self._deeds: dict[str, list[Entry]] = {}

    async def note(self, deed: Deed, at: float) -> None:
        """Something that changed nothing: a refusal."""
        await self._turn()
        self.put(deed, at)

    async def deeds(self, jurisdiction: str) -> list[Entry]:
        """By number."""
        await self._turn()
        return list(self._deeds.get(jurisdiction, []))

    async def reach(self, jurisdiction: str) -> Head:
        """How far the record reaches; 0 before the first entry."""
        await self._turn()
        return self._head(jurisdiction)

    def put(self, deed: Deed | None, at: float) -> None:
        """Append, in whatever is being done; None: no administrative act."""
        if deed is not None:
            self._deeds.setdefault(deed.jurisdiction, []).append(told(deed, self._head(deed.jurisdiction), at))

    def _head(self, jurisdiction: str) -> Head:
        known = self._deeds.get(jurisdiction)
        return head_of(known[-1]) if known else start(chain_of(jurisdiction))
