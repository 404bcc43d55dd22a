"""The outbox without a disk, beside `MemoryStore`: the same promises, the same contract suite."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from signaling.domain.effects import Enter
from signaling.domain.handover import HandOver, HandOverState, handovers_of
from signaling.domain.states import AnyState
from signaling.office.ports import Conflict


class MemoryHandOvers:
    """The `office.handover_ports.Outbox` in memory. `append` makes entries of a session's ledger and puts them there, `settle` changes how its case stands."""

    def __init__(
        self, turn: Callable[[], Awaitable[None]], append: Callable[[str, Sequence[Enter], float, str], None], settle: Callable[[HandOver], None]
    ) -> None:
        self._turn = turn
        self._append = append
        self._settle = settle
        self._rows: dict[tuple[str, str, int], HandOver] = {}

    def owe(self, before: AnyState | None, after: AnyState) -> None:
        """What the step from one state to the other owes to the home. Raises `Conflict` when another visit has that case."""
        known = {handover.key for handover in handovers_of(before)} if before is not None else set()
        owed = {handover.key: handover for handover in handovers_of(after) if handover.key not in known}
        if owed.keys() & self._rows.keys():
            raise Conflict("there is a hand-over of this case")
        self._rows |= owed

    async def next_of(self, home: str) -> HandOver | None:
        await self._turn()
        mine = [each for each in self._rows.values() if each.state == "queued" and each.home == home]
        return min(mine, key=lambda each: (each.next_at, each.queued_at, each.case, each.n), default=None)

    async def overdue(self, home: str, before: float, limit: int = 100) -> list[HandOver]:
        await self._turn()
        mine = [e for e in self._rows.values() if e.state == "queued" and e.home == home and e.queued_at <= before and e.stuck_at is None]
        return sorted(mine, key=lambda each: (each.queued_at, each.case, each.n))[:limit]

    async def change(self, before: HandOver, after: HandOver, entries: Sequence[Enter], at: float, actor: str) -> None:
        """Raises `Conflict` when it is not as it was."""
        await self._turn()
        if self._rows.get(before.key) != before:
            raise Conflict(f"the hand-over of {before.case} is not as it was")
        self._append(before.session, entries, at, actor)
        self._rows[before.key] = after
        self._settle(after)

    async def handovers(self, home: str | None = None, state: HandOverState | None = None, limit: int = 1000) -> list[HandOver]:
        """The newest first."""
        await self._turn()
        wanted = [each for each in self._rows.values() if home in (None, each.home) and state in (None, each.state)]
        return sorted(wanted, key=lambda each: (-each.queued_at, each.case, each.n))[:limit]

    async def handovers_of_case(self, case: str) -> list[HandOver]:
        await self._turn()
        return sorted((each for each in self._rows.values() if each.case == case), key=lambda each: (each.home, each.n))

    async def waiting(self) -> int:
        """How many are queued or refused, of all homes."""
        await self._turn()
        return sum(each.state != "acknowledged" for each in self._rows.values())

    async def owes(self, session: str) -> bool:
        """Whether anything that is made of this visit's papers is queued or refused."""
        await self._turn()
        return any(each.session == session and each.state != "acknowledged" for each in self._rows.values())
