"""The floor: every live session with its actor, the pairing, and the carrying out of effects.

All of it runs on one event loop; what must not be done twice between choosing and storing (a clerk, a ticket) is reserved here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.tasks import Tasks
from signaling.domain import effects as fx
from signaling.domain.events import CounterChosen, EndLost, EndReturned, Event, Picked
from signaling.domain.machine import SessionPolicy
from signaling.domain.pairing import pair
from signaling.domain.permissions import Actor, may
from signaling.domain.presence import Shift, missed_a_ring
from signaling.domain.refusals import NotAllowed, NotNow, Refusal
from signaling.domain.session import reopen
from signaling.domain.states import AnyState, Closed, Talk, WrappingUp, holder_of, talk_of, ticket_of
from signaling.domain.waiting_line import Place, in_order, place_of
from signaling.office.actor import RETRY_SECONDS, Happened, SessionActor
from signaling.office.ports import BY_ITSELF, Alarm, Cause, Conflict, MediaNodes, Store, StoreAway, Stored
from signaling.office.roster import Roster

FAREWELL_SECONDS = 120
"""A kiosk that does not say that it has forgotten is taken at its word after this long."""


class Floor:
    """`on_change(before, after)` is called after every stored step; `before` is None for a session that has just been opened."""

    def __init__(
        self, store: Store, nodes: MediaNodes, clock: Clock, alarm: Alarm, tasks: Tasks, policy: SessionPolicy, log: FilteringBoundLogger,
    ) -> None:
        self._store = store
        self._nodes = nodes
        self._clock = clock
        self._alarm = alarm
        self._tasks = tasks
        self._policy = policy
        self._log = log
        self._actors: dict[str, SessionActor] = {}
        self._held_by: dict[str, str] = {}
        self._at_kiosk: dict[str, str] = {}
        self._kiosks_up: set[str] = set()
        self._being_paired: set[str] = set()
        self._pair_due = False
        self.roster = Roster((), self.held_by)
        self.on_change: Callable[[AnyState | None, AnyState], None] = lambda before, after: None

    async def open(self) -> None:
        """Take up every live session of the store: nobody is connected yet, timers are set again."""
        self.roster = Roster(await self._store.shifts(), self.held_by)
        for stored in await self._store.live_sessions():
            state, effects = reopen(stored.state, self._clock.now(), self._policy)
            entries = [e for e in effects if isinstance(e, fx.Enter)]
            again = await self._store.advance(stored, state, [fx.Enter("reopened"), *entries], self._clock.now(), BY_ITSELF)
            # Whether the kiosk had forgotten a visit that is over is not stored: better no farewell than one that the next resident reads.
            self.add(again, [e for e in effects if not isinstance(e, fx.Enter)], shown=not isinstance(state, WrappingUp))

    # --- looking --------------------------------------------------------------------------------

    def state(self, session: str) -> AnyState | None:
        actor = self._actors.get(session)
        return actor.state if actor else None

    def note(self, session: str) -> str:
        actor = self._actors.get(session)
        return actor.note if actor else ""

    @property
    def states(self) -> Iterator[AnyState]:
        """Every session that is live or still on a kiosk's screen."""
        return (actor.state for actor in self._actors.values())

    def held_by(self, login: str) -> AnyState | None:
        """The session that this clerk holds."""
        session = self._held_by.get(login)
        return self.state(session) if session else None

    def at_kiosk(self, kiosk: str) -> AnyState | None:
        """The session that this kiosk shows, a finished one until it is forgotten."""
        session = self._at_kiosk.get(kiosk)
        return self.state(session) if session else None

    def line(self, home: str) -> list[Place]:
        """The waiting line of a home jurisdiction, in order."""
        places = (place_of(state) for state in self.states)
        return in_order(p for p in places if p is not None and p.home == home)

    @property
    def running(self) -> list[Talk]:
        """Talks whose room stands."""
        return [talk for state in self.states if (talk := talk_of(state)) is not None]

    # --- happening ------------------------------------------------------------------------------

    def add(self, stored: Stored, effects: Sequence[fx.Effect], *, shown: bool = True) -> None:
        """A session that has just been stored for the first time, or read at start. `shown`: it is what its kiosk is to show."""
        session, kiosk = stored.session, ticket_of(stored.state).kiosk
        actor = SessionActor(
            stored, self._store, self._clock, self._policy, self._stepped, partial(self._failed, session)
        )
        self._actors[session] = actor
        self._tasks.start(actor.run(), f"session {session}")
        if shown:
            previous, self._at_kiosk[kiosk] = self._at_kiosk.get(kiosk), session
            if previous is not None:
                self._drop_if_over(previous)
        self._index(None, stored.state)
        self.on_change(None, stored.state)
        self._carry_out(session, effects)
        if kiosk not in self._kiosks_up:
            self.tell(session, EndLost("resident"))  # the line broke while the ticket was being stored

    async def happen(self, actor: Actor, session: str, action: str, event: Event, request: str | None) -> AnyState | None:
        """`actor` makes `event` happen by the command `action`. Returns the state after it.

        Raises `NotAllowed`, `NotNow`, `StoreAway`; a command that was carried out before is not carried out again and not refused:
        then the state is today's, None when the session is over and gone.
        """
        cause = Cause(actor.name, request)
        try:
            target = self._actors.get(session)
            if target is None:
                raise NotAllowed(code="unknown-session")
            may(actor, action, target.state)
            return await target.put(event, cause, allowed=partial(may, actor, action))
        except Refusal:
            if await self._store.done_before(cause) is None:
                raise
            return self.state(session)

    async def done_before(self, actor: Actor, request: str) -> bool:
        """Whether this command was carried out already: an end repeats what was not answered. Raises `StoreAway`."""
        return await self._store.done_before(Cause(actor.name, request)) is not None

    async def pick(self, clerk: Actor, session: str, request: str) -> None:
        """A clerk takes a ticket out of turn; of several, one wins and the others get `already-taken`."""
        try:
            may(clerk, "pick-ticket", self.state(session))  # first: who may not know of it learns nothing from their own shift
        except NotAllowed:
            if await self.done_before(clerk, request):
                return
            raise
        counter = self.roster.counter_of(clerk.id)
        if counter is None or not self.roster.reserve(clerk.id):
            if await self.done_before(clerk, request):
                return
            raise NotNow("start the shift first" if counter is None else "you hold a session")
        try:
            await self.happen(clerk, session, "pick-ticket", Picked(clerk.id, counter), request)
        finally:
            self.release(clerk.id)

    def release(self, clerk: str) -> None:
        """A reserved clerk is free again: whoever came into the line meanwhile was not paired with them."""
        self.roster.release(clerk)
        self.pair_soon()

    async def by_itself(self, session: str, event: Event) -> None:
        """Nobody asked for it, and whoever tells it wants to know whether it fits. Raises `NotNow`, also for a session that is gone."""
        actor = self._actors.get(session)
        if actor is None:
            raise NotNow("the session is over")
        await actor.put(event)

    def tell(self, session: str, event: Event) -> None:
        """Something happened that nobody asked for (a timer, a link); where it does not fit, it is nothing."""
        actor = self._actors.get(session)
        if actor is not None:
            actor.put(event)

    def kiosk_link(self, kiosk: str, *, up: bool) -> None:
        """The kiosk's link came or went."""
        (self._kiosks_up.add if up else self._kiosks_up.discard)(kiosk)
        session = self._at_kiosk.get(kiosk)
        if session is not None:
            self.tell(session, EndReturned("resident") if up else EndLost("resident"))

    def clerk_link(self, login: str, *, up: bool) -> None:
        """The clerk's link came or went."""
        session = self._held_by.get(login)
        if session is not None:
            self.tell(session, EndReturned("clerk") if up else EndLost("clerk"))
        if up:
            self.pair_soon()

    def forget(self, kiosk: str) -> None:
        """The kiosk is free again: what it showed is not its session any more."""
        session = self._at_kiosk.get(kiosk)
        if session is not None and self._is_over_for_resident(session):
            del self._at_kiosk[kiosk]
            self._drop_if_over(session)

    async def write_note(self, session: str, note: str, cause: Cause) -> None:
        """Store the clerk's note on a session of this floor."""
        await self._actors[session].write_note(note, cause)

    # --- pairing --------------------------------------------------------------------------------

    def pair_soon(self) -> None:
        """Pair when the loop comes round, once for everything that changed until then."""
        if not self._pair_due:
            self._pair_due = True
            asyncio.get_running_loop().call_soon(self._pair)

    def _pair(self) -> None:
        self._pair_due = False
        places = (place_of(state) for state in self.states)
        line = [p for p in places if p is not None and p.session not in self._being_paired]
        for choice in pair(line, self.roster.available()):
            if not self.roster.reserve(choice.clerk):
                continue
            self._being_paired.add(choice.session)
            rung = self._actors[choice.session].put(CounterChosen(choice.clerk, choice.counter))
            rung.add_done_callback(partial(self._paired, choice.session, choice.clerk))

    def _paired(self, session: str, clerk: str, rung: asyncio.Future[AnyState]) -> None:
        self._being_paired.discard(session)
        self.roster.release(clerk)
        if not rung.cancelled() and rung.exception() is not None:
            self.pair_soon()  # the ticket or the clerk went elsewhere meanwhile

    # --- after a step ---------------------------------------------------------------------------

    def _stepped(self, happened: Happened) -> None:
        before, after = happened.before, happened.after
        session = ticket_of(after).session
        if type(before) is not type(after):
            self._log.info("session", session=session, was=type(before).__name__, now=type(after).__name__)
        self._index(before, after)
        self.on_change(before, after)
        self._carry_out(session, happened.effects)
        clerk = holder_of(after)
        if clerk is not None and clerk != holder_of(before) and not self.roster.is_connected(clerk):
            self.tell(session, EndLost("clerk"))  # their line broke while this was being stored
        if isinstance(after, Closed):
            self._alarm.at(self._clock.now() + FAREWELL_SECONDS, partial(self._forget_session, session))
            self._drop_if_over(session)

    def _failed(self, session: str, event: Event, error: Exception) -> None:
        self._log.error("step-failed", session=session, on=type(event).__name__, error=repr(error))

    def _index(self, before: AnyState | None, after: AnyState) -> None:
        session = ticket_of(after).session
        was, now = holder_of(before) if before is not None else None, holder_of(after)
        if was is not None and was != now and self._held_by.get(was) == session:
            del self._held_by[was]
            self.roster.served(was, self._clock.now())
        if now is not None:
            self._held_by[now] = session

    def _carry_out(self, session: str, effects: Sequence[fx.Effect]) -> None:
        for effect in effects:
            match effect:
                case fx.Wake(at, event):
                    self._alarm.at(at, partial(self.tell, session, event))
                case fx.FindClerk():
                    self.pair_soon()
                case fx.MarkAway(clerk):
                    self._mark_away(clerk)
                case fx.OpenRoom(room):
                    self._nodes.open_room(room)
                case fx.CloseRoom(room):
                    self._nodes.close_room(room)
                case fx.SetHold(room, on):
                    self._nodes.set_hold(room, on)
                case fx.SetSourceOn(room, end, source, on):
                    self._nodes.set_source_on(room, end, source, on)
                case fx.RecordRoom(room, origin, home, sealed_to):
                    self._nodes.record(room, session, origin, home, sealed_to.key)
                case fx.SetSuspended(room, on):
                    self._nodes.set_suspended(room, on)

    def _mark_away(self, clerk: str) -> None:
        shift = self.roster.shifts.get(clerk)
        if shift is None:
            return
        away = missed_a_ring(shift, self._clock.now())
        self.roster.shifts[clerk] = away  # at once, or the pairing would ring them again
        self._tasks.start(self._store_shift(away), f"away {clerk}")

    async def _store_shift(self, shift: Shift) -> None:
        """Nobody waits for it, so it is tried until it is stored or no longer so."""
        while self.roster.shifts.get(shift.clerk) is shift:
            try:
                await self._store.save_shift(shift, BY_ITSELF)
            except StoreAway:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            except Conflict:
                self._log.warning("shift-not-stored", counter=shift.counter)
            return

    # --- the end of a session's stay ------------------------------------------------------------

    def _is_over_for_resident(self, session: str) -> bool:
        state = self.state(session)
        return state is None or isinstance(state, WrappingUp | Closed)

    def _forget_session(self, session: str) -> None:
        state = self.state(session)
        if state is not None and self._at_kiosk.get(ticket_of(state).kiosk) == session:
            self.forget(ticket_of(state).kiosk)
            self.on_change(state, state)

    def _drop_if_over(self, session: str) -> None:
        """A closed session leaves the floor as soon as no kiosk shows it."""
        state = self.state(session)
        if isinstance(state, Closed) and self._at_kiosk.get(ticket_of(state).kiosk) != session:
            self._actors.pop(session).finish()

