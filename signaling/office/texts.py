"""What both write to each other: on the record line by line as a salted digest, sealed as a transcript when the talk is over."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.tasks import Tasks
from recordings import canonical
from recordings.album import Picture
from signaling.domain.events import TextSaid, TextsKept
from signaling.domain.folder import Folder
from signaling.domain.permissions import Actor, end_of
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.session_control import kept_entry
from signaling.domain.states import AnyState, Closed, Parked, Ringing, SteppedAway, Ticket, Waiting, WrappingUp, talk_of, ticket_of
from signaling.office.evidence_ports import Evidence
from signaling.office.floor import Floor
from signaling.office.safe import Safe
from signaling.wire.control import SendText

SCHEMA = "virtual-window-texts/1"
TRANSCRIPT = "talk.texts"
AGAIN_SECONDS = 10.0


class Texts:
    """`left` is told of every step: it sees when a talk is over."""

    def __init__(
        self, floor: Floor, safe: Safe, evidence: Evidence, clock: Clock, new_salt: Callable[[], str], tasks: Tasks, log: FilteringBoundLogger
    ) -> None:
        self._floor = floor
        self._safe = safe
        self._evidence = evidence
        self._clock = clock
        self._new_salt = new_salt
        self._tasks = tasks
        self._log = log
        self._being_kept: set[str] = set()

    async def send(self, who: Actor, m: SendText) -> None:
        """Raises `not-now`, `too-many-texts`."""
        said = TextSaid(end_of(who), round(self._clock.now() * 1000), m.text.strip(), self._new_salt())
        await self._floor.happen(who, m.session, "send-text", said, m.id)

    def open(self) -> None:
        """Talks that were over just before the server stopped."""
        for state in list(self._floor.states):
            self.left(None, state)

    def left(self, before: AnyState | None, after: AnyState) -> None:
        """A step was stored. When the talk is over with it, or parked, what was written is sealed."""
        begun = before if before is not None else after
        if not isinstance(after, WrappingUp | Parked | Closed) or (before is not None and isinstance(before, WrappingUp | Parked | Closed)):
            return  # it goes on, or is being sealed already
        folder, origin = _written(begun)
        ticket = ticket_of(after)
        if folder is not None and folder.unkept and ticket.session not in self._being_kept:  # a session that is taken up at start is told of twice
            self._being_kept.add(ticket.session)
            self._tasks.start(self._keep(ticket, origin, folder), f"transcript {ticket.session}")

    async def _keep(self, ticket: Ticket, origin: int, folder: Folder) -> None:
        try:
            await self._seal(ticket, origin, folder)
        finally:
            self._being_kept.discard(ticket.session)

    async def _seal(self, ticket: Ticket, origin: int, folder: Folder) -> None:
        lines = [line.plain for line in folder.unkept]
        transcript = canonical.write({"schema": SCHEMA, "session": ticket.session, "lines": lines})
        paper = Picture(TRANSCRIPT, transcript, 0, 0, "application/json")
        while True:
            try:
                number = await self._safe.put(ticket, origin, [paper])
                break
            except Refusal as refusal:  # the disk is full; it may have room again
                self._log.error("transcript-waits", session=ticket.session, code=refusal.code)
                await asyncio.sleep(AGAIN_SECONDS)
        kept = TextsKept(str(number), hashlib.sha256(transcript).hexdigest(), len(lines), len(folder.texts))
        try:
            await self._floor.by_itself(ticket.session, kept)
        except NotNow:  # it is closed: nothing of it is kept there any more
            await self._evidence.note(ticket.session, [kept_entry(kept)], self._clock.now(), "server")


def _written(state: AnyState) -> tuple[Folder | None, int]:
    """What the visit holds, and the session's clock."""
    talk = state.talk if isinstance(state, WrappingUp) else talk_of(state)
    if talk is not None:
        return talk.folder, talk.recording.origin
    earlier = state.earlier if isinstance(state, Parked | Waiting) else None
    if isinstance(state, Ringing | SteppedAway):
        earlier = state.waiting.earlier
    return (earlier.folder, earlier.origin) if earlier is not None else (None, 0)
