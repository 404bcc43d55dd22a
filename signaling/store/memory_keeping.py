"""Legal holds and erasure without a disk, beside `MemoryEvidence`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from signaling.domain.effects import Enter
from signaling.domain.states import Closed
from signaling.office.evidence_ports import Keeping
from signaling.office.ports import Conflict, Stored


class MemoryKeeping:
    """A part of the `office.evidence_ports.Evidence` in memory."""

    _turn: Callable[[], Awaitable[None]]
    _sessions: dict[str, Stored]
    _keepings: dict[str, Keeping]

    def _append(self, session: str, entries: Sequence[Enter], at: float, actor: str) -> None:
        raise NotImplementedError

    async def keeping(self, session: str) -> Keeping | None:
        """None when nothing was ever decided about it."""
        await self._turn()
        return self._keepings.get(session)

    async def set_hold(self, session: str, by: str, entry: Enter, at: float, actor: str) -> None:
        """Raises `Conflict` when the recording has been erased, or nobody knows the session."""
        await self._turn()
        found = self._of(session)
        if found.erased_at is not None:
            raise Conflict(f"the recording of {session} is erased")
        self._keepings[session] = replace(found, held_by=by, held_at=at, marked_at=None)
        self._append(session, [entry], at, actor)

    async def release_hold(self, session: str, entry: Enter, at: float, actor: str) -> None:
        """Without a hold nothing changes."""
        await self._turn()
        found = self._of(session)
        if found.held_by is not None:
            self._keepings[session] = replace(found, held_by=None, held_at=None)
            self._append(session, [entry], at, actor)

    async def closed_before(self, at: float, after: str = "", limit: int = 500) -> list[tuple[Stored, Keeping | None]]:
        """By id, those behind `after`: those without a decision and those whose files are still there."""
        await self._turn()
        closed = [each for each in self._sessions.values() if isinstance(each.state, Closed) and each.state.at < at and each.session > after]
        found = [(each, self._keepings.get(each.session)) for each in sorted(closed, key=lambda one: one.session)]
        return [(each, keeping) for each, keeping in found if keeping is None or keeping.gone_at is None][:limit]

    async def mark(self, session: str, entry: Enter, at: float) -> bool:
        """Whether it was done: not while it is held, and not twice."""
        await self._turn()
        found = self._of(session)
        if found.held_by is not None or found.marked_at is not None:
            return False
        self._keepings[session] = replace(found, marked_at=at)
        self._append(session, [entry], at, "server")
        return True

    async def erase(self, session: str, entry: Enter, at: float) -> bool:
        """Whether it was done: only what is marked, and not while it is held."""
        await self._turn()
        found = self._of(session)
        if found.held_by is not None or found.marked_at is None or found.erased_at is not None:
            return False
        self._keepings[session] = replace(found, erased_at=at)
        self._append(session, [entry], at, "server")
        return True

    async def gone(self, session: str, at: float) -> None:
        """No file of it is left."""
        await self._turn()
        self._keepings[session] = replace(self._of(session), gone_at=at)

    def _of(self, session: str) -> Keeping:
        if session not in self._sessions:
            raise Conflict(f"there is no session {session}")
        return self._keepings.get(session) or Keeping(session)
