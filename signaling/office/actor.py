"""One session, one task, one inbox: whatever happens to it happens here, in order, without a lock.

For each event: step → one transaction (state, ledger, command id) → only then effects and messages. A crash between the two
loses a message, never a fact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from config.clock import Clock
from signaling.domain.effects import Effect, Enter
from signaling.domain.events import Event
from signaling.domain.machine import SessionPolicy, step
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import AnyState
from signaling.office.ports import BY_ITSELF, AlreadyDone, Cause, Conflict, Store, StoreAway, Stored

RETRY_SECONDS = 0.5
"""Pause before a fact that nobody waits for (a timer, a lost line) is written again while the store is away."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A step that has been stored."""

    before: AnyState
    after: AnyState
    effects: Sequence[Effect]


@dataclass(frozen=True, slots=True)
class _Letter:
    event: Event
    cause: Cause
    allowed: Callable[[AnyState], None] | None
    reply: asyncio.Future[AnyState]


class SessionActor:
    """Reads events from its inbox, one at a time. `on_step` is called after each stored step, on the event loop, and never waits."""

    def __init__(
        self, stored: Stored, store: Store, clock: Clock, policy: SessionPolicy, on_step: Callable[[Happened], None],
        on_error: Callable[[Event, Exception], None],
    ) -> None:
        self._stored = stored
        self._note = stored.note
        self._store = store
        self._clock = clock
        self._policy = policy
        self._on_step = on_step
        self._on_error = on_error
        self._inbox: asyncio.Queue[_Letter | None] = asyncio.Queue()

    @property
    def session(self) -> str:
        return self._stored.session

    @property
    def state(self) -> AnyState:
        """The state as stored: nothing that is not on disk is ever visible."""
        return self._stored.state

    @property
    def note(self) -> str:
        """The clerk's note, as stored."""
        return self._note

    def put(
        self, event: Event, cause: Cause = BY_ITSELF, allowed: Callable[[AnyState], None] | None = None
    ) -> asyncio.Future[AnyState]:
        """Let `event` happen; the future has the state after it, or the `Refusal`.

        `allowed(state)` is asked again when its turn has come: what was allowed when the message arrived may not be any more.
        """
        reply: asyncio.Future[AnyState] = asyncio.get_running_loop().create_future()
        self._inbox.put_nowait(_Letter(event, cause, allowed, reply))
        return reply

    def finish(self) -> None:
        """Nothing more will come: `run` ends when everything that came before has been handled, so that nobody waits for ever."""
        self._inbox.put_nowait(None)

    async def run(self) -> None:
        """Until `finish`. `on_error` is told of what is no refusal but a mistake; the session lives on, in the state that is stored."""
        while (letter := await self._inbox.get()) is not None:
            try:
                state = await self._handle(letter)
            except Exception as error:
                if not isinstance(error, Refusal | StoreAway):
                    self._on_error(letter.event, error)
                if not letter.reply.done():
                    letter.reply.set_exception(error)
                    letter.reply.exception()  # a timer's future is read by nobody: mark it as seen
            else:
                if not letter.reply.done():
                    letter.reply.set_result(state)

    async def _handle(self, letter: _Letter) -> AnyState:
        while True:
            try:
                return await self._step(letter)
            except StoreAway:
                if letter.cause.request is not None:
                    raise  # a person waits: they are told, and nothing has changed
                await asyncio.sleep(RETRY_SECONDS)

    async def _step(self, letter: _Letter) -> AnyState:
        before, now = self._stored, self._clock.now()
        if letter.allowed is not None:
            letter.allowed(before.state)
        after, effects = step(before.state, letter.event, now, self._policy)
        entries = [effect for effect in effects if isinstance(effect, Enter)]
        try:
            self._stored = await self._store.advance(before, after, entries, now, letter.cause)
        except AlreadyDone:
            return before.state
        except Conflict as conflict:
            raise NotNow("somebody else was first", code="already-taken") from conflict
        self._on_step(Happened(before.state, after, [effect for effect in effects if not isinstance(effect, Enter)]))
        return after

    async def write_note(self, note: str, cause: Cause) -> None:
        """Store the clerk's note; it is no step of the machine, and a step that is being stored meanwhile does not undo it."""
        if await self._store.done_before(cause) is None:
            await self._store.save_note(self.session, note, cause)
            self._note = note
