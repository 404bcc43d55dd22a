"""The office: the floor, the use cases and the board, put together. What live/ and api/ talk to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.tasks import Tasks
from media.node_api import JournalLine
from recordings.journal_entries import Told
from signaling.domain.events import AcceptanceAllowed, BytesOnDisk, PageAsked, Transferred
from signaling.domain.machine import SessionPolicy
from signaling.domain.permissions import Actor, may
from signaling.domain.powers import NEEDS, required
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import AnyState, Closed, WrappingUp, holder_of, talk_of, ticket_of
from signaling.domain.waiting_line import in_order, place_of
from signaling.office import views
from signaling.office.board import Board
from signaling.office.cases import Cases
from signaling.office.desks import Desks
from signaling.office.evidence_ports import Evidence
from signaling.office.floor import Floor
from signaling.office.keeper import Keeper
from signaling.office.notary import Aside, Custodians, Notary, Receipt
from signaling.office.ports import Alarm, Books, MediaNodes, Post, Seals, Store
from signaling.office.talks import Talks
from signaling.office.visits import Visits
from signaling.wire.asks import AskForPage
from signaling.wire.desk import Colleague, DeskView, Transfer
from signaling.wire.visit import KioskView


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside that the office uses; made in app.py, or by hand in tests."""

    store: Store
    evidence: Evidence
    post: Post
    nodes: MediaNodes
    books: Books
    seals: Seals
    custodians: Custodians
    clock: Clock
    alarm: Alarm
    tasks: Tasks
    log: FilteringBoundLogger
    new_id: Callable[[], str]
    aside: Aside = asyncio.to_thread
    """Where work goes that takes long."""


class Office:
    """`open` first. Kiosks and clerks come and go by `*_connected` / `*_disconnected`; commands go to the members."""

    def __init__(self, world: World, policy: SessionPolicy) -> None:
        self._world = world
        self._kiosks: dict[str, Actor] = {}
        self._clerks: dict[str, Actor] = {}
        self._names: dict[str, str] = {}
        """Names of the clerks seen since the start: a clerk whose line is being repaired keeps theirs on the kiosk."""
        self.floor = Floor(world.store, world.nodes, world.clock, world.alarm, world.tasks, policy, world.log)
        self._receipts: dict[str, Receipt] = {}
        """Of sessions that a kiosk still shows."""
        self.cases = Cases(self.floor, world.books)
        self.visits = Visits(self.floor, world.store, world.evidence, world.books, world.seals, world.clock, world.new_id)
        self.desks = Desks(self.floor, world.store, world.books, world.clock)
        self._keeper = Keeper(world.evidence, world.nodes, world.clock, world.log, self._kept)
        self._notary = Notary(
            world.evidence, world.custodians, world.clock, world.alarm, world.tasks, world.log, self._signed, world.aside
        )
        self.talks = Talks(self.floor, world.nodes, world.post, self._keeper.take, world.log)
        self.board = Board(self._kiosk_view, self._clerk_view, world.post.to_kiosk, world.post.to_clerk)
        self.floor.on_change = self._changed
        self.on_step: Callable[[AnyState | None, AnyState], None] = lambda before, after: None
        """Told of every step that was stored, after everybody was shown it."""
        self.on_receipt: Callable[[str, Receipt], None] = lambda session, receipt: None
        """Told of every head that a home has signed."""

    async def open(self) -> None:
        """Take up what the store knows."""
        await self.floor.open()
        self._world.tasks.start(self._keeper.run(), "keeper")
        await self._notary.open()

    # --- ends come and go -----------------------------------------------------------------------

    def kiosk_connected(self, kiosk: Actor) -> None:
        """The kiosk's page or agent is there (again): it is shown where it stands."""
        self._kiosks[kiosk.id] = kiosk
        self.floor.kiosk_link(kiosk.id, up=True)
        self.board.touch_kiosk(kiosk.id, anew=True)

    def kiosk_disconnected(self, kiosk: str) -> None:
        if self._kiosks.pop(kiosk, None) is not None:
            self.board.forget_kiosk(kiosk)
            self.floor.kiosk_link(kiosk, up=False)

    def clerk_connected(self, clerk: Actor) -> None:
        """The clerk's desk is there (again)."""
        self._clerks[clerk.id] = clerk
        self._names[clerk.id] = clerk.display
        self.floor.roster.connect(clerk)
        self.floor.clerk_link(clerk.id, up=True)
        self.board.touch_clerk(clerk.id, anew=True)
        self._touch_home(clerk.jurisdiction)

    def clerk_disconnected(self, login: str) -> None:
        clerk = self._clerks.pop(login, None)
        if clerk is not None:
            self.board.forget_clerk(login)
            self.floor.roster.disconnect(login)
            self.floor.clerk_link(login, up=False)
            self._touch_home(clerk.jurisdiction)

    def desk_changed(self, clerk: Actor) -> None:
        """A shift or presence changed, or a note: no session stepped, but desks look different."""
        self._touch_home(clerk.jurisdiction)

    def forgotten(self, kiosk: Actor) -> None:
        """The kiosk is idle."""
        self.board.touch_kiosk(kiosk.id)

    # --- evidence ---------------------------------------------------------------------------------

    @property
    def keep(self) -> Callable[[JournalLine], None]:
        """Takes a line of a journal that is to be entered."""
        return self._keeper.take

    def _kept(self, fact: Told) -> None:
        """A fact of a recording has been entered."""
        state = self.floor.state(fact.session)
        talk = talk_of(state) if state is not None else None
        if fact.what == "first-byte" and talk is not None:
            self.floor.tell(fact.session, BytesOnDisk((talk.recording.origin + fact.body["at"]) / 1000))
        if talk is None:
            self._notary.soon(fact.session)

    def noted(self, session: str) -> None:
        """Evidence was entered that is no step of it, maybe long after it was closed: both sign what has come."""
        self._notary.soon(session)

    def erased(self, session: str) -> None:
        """A recording was lawfully erased."""
        self._notary.soon(session)

    def _signed(self, session: str, receipt: Receipt) -> None:
        """The home vouches for a session: its resident is shown the code, the first one, since that is the one they take along."""
        state = self.floor.state(session)
        if state is not None and session not in self._receipts:
            self._receipts = {known: each for known, each in self._receipts.items() if self.floor.state(known) is not None} | {session: receipt}
            self.board.touch_kiosk(ticket_of(state).kiosk)
        self.on_receipt(session, receipt)

    def receipt_made(self, session: str, pages: int) -> None:
        """The receipt lies sealed as a paper, which is evidence too: the kiosk may print it, the home signs what has come."""
        state, receipt = self.floor.state(session), self._receipts.get(session)
        if state is not None and receipt is not None:
            self._receipts[session] = replace(receipt, pages=pages)
            self.board.touch_kiosk(ticket_of(state).kiosk)
        self._notary.soon(session)

    # --- what they see --------------------------------------------------------------------------

    def _changed(self, before: AnyState | None, after: AnyState) -> None:
        ticket = ticket_of(after)
        self.board.touch_kiosk(ticket.kiosk)
        for state in (before, after):
            clerk = holder_of(state) if state is not None else None
            if clerk is not None:
                self.board.touch_clerk(clerk)
        in_line = place_of(after) is not None or (before is not None and place_of(before) is not None)
        if in_line or before is None or type(before) is not type(after):
            self._touch_home(ticket.home)
        if isinstance(after, WrappingUp | Closed) and type(before) is not type(after):
            self._notary.soon(ticket.session)
        self.on_step(before, after)

    def _touch_home(self, home: str) -> None:
        """A line or a desk of this jurisdiction changed: places, estimates and desks may have."""
        for login, clerk in self._clerks.items():
            if clerk.jurisdiction == home:
                self.board.touch_clerk(login)
        for place in self.floor.line(home):
            state = self.floor.state(place.session)
            if state is not None:
                self.board.touch_kiosk(ticket_of(state).kiosk)

    def _kiosk_view(self, kiosk: str) -> KioskView | None:
        actor = self._kiosks.get(kiosk)
        if actor is None:
            return None
        state = self.floor.at_kiosk(kiosk)
        books = self._world.books
        if state is None:
            return views.kiosk_view(actor, None, (), 0, 0, "", books)
        ticket, talk = ticket_of(state), talk_of(state)
        minutes = books.minutes(ticket.service)
        at_work = self.floor.roster.at_work(ticket.home, ticket.service)
        clerk = self._names.get(talk.clerk, "") if talk else ""
        receipt = self._receipts.get(ticket.session)
        return views.kiosk_view(actor, state, self.floor.line(ticket.home), at_work, minutes, clerk, books, receipt)

    def _clerk_view(self, login: str) -> DeskView | None:
        clerk = self._clerks.get(login)
        if clerk is None:
            return None
        roster = self.floor.roster
        holds = self.floor.held_by(login)
        line = [
            state
            for place in in_order(self.floor.line(clerk.jurisdiction))
            if place.service in clerk.skills and (state := self.floor.state(place.session)) is not None
        ]
        taken = frozenset(c for c in self._world.books.counters(clerk.jurisdiction) if roster.taken(c))
        note = self.floor.note(ticket_of(holds).session) if holds is not None else ""
        colleagues = self._colleagues(clerk, ticket_of(holds).service) if holds is not None else []
        openable = self.cases.openable(clerk, holds) if holds is not None else []
        return views.desk_view(
            clerk, clerk.display or clerk.id, roster.shifts.get(login), roster.presence(login), holds, note, line, taken,
            self._world.books, colleagues, openable,
        )

    def _colleagues(self, clerk: Actor, service: str) -> list[Colleague]:
        """Who else may serve it, by counter."""
        roster, books = self.floor.roster, self._world.books
        found = [
            Colleague(counter, books.counter_name(counter, "zh-CN"), other.display or other.id, roster.presence(other.id) == "available")
            for other in roster.connected
            if other.id != clerk.id and other.jurisdiction == clerk.jurisdiction and service in other.skills
            and (counter := roster.counter_of(other.id)) is not None
        ]  # fmt: skip
        return sorted(found, key=lambda each: each.counter)

    async def transfer(self, clerk: Actor, asked: Transfer) -> None:
        """The clerk hands the resident on. Raises `unknown-counter`, `colleague-busy`, and what the machine refuses."""
        state = self.floor.state(asked.session)
        may(clerk, "transfer", state)
        to = None
        if asked.counter is not None and state is not None:
            roster = self.floor.roster
            service = ticket_of(state).service
            able = {c: other.id for other in roster.connected if (c := roster.counter_of(other.id)) and other.id != clerk.id and service in other.skills}
            to = able.get(asked.counter)
            if to is None:
                raise Refusal("unknown-counter", path="$.counter")
            if roster.presence(to) != "available":
                raise NotNow("they cannot be rung now", code="colleague-busy")
        await self.floor.happen(clerk, asked.session, "transfer", Transferred(to), asked.id)

    async def allow_acceptance(self, supervisor: Actor, session: str, reason: str) -> None:
        """A supervisor answers for a case whose talk is not recorded. Raises `NotNow` where that is not needed."""
        action = "POST /api/v1/sessions/{session}/acceptance"
        state = await self.floor.happen(supervisor, session, action, AcceptanceAllowed(supervisor.id, reason), None)
        if state is not None and (clerk := holder_of(state)) is not None:
            self.board.touch_clerk(clerk)

    async def ask_for_page(self, clerk: Actor, asked: AskForPage) -> None:
        """The clerk asks for a page of the checklist. Raises `unknown-material`, `no-power`, and what the machine refuses."""
        state = self.floor.state(asked.session)
        may(clerk, "ask-for-page", state)
        talk = talk_of(state) if state is not None else None
        if talk is not None and self._world.books.material_name(talk.case.service, talk.case.as_of, asked.material, talk.ticket.language) is None:
            raise Refusal("unknown-material", path="$.material")
        if talk is not None:
            required(self._world.books.basis(NEEDS["ask-for-page"], talk.ticket, talk.case.service))
        await self.floor.happen(clerk, asked.session, "ask-for-page", PageAsked(asked.id, asked.material), asked.id)

    # --- one door for what needs only a permission ----------------------------------------------

    def check(self, actor: Actor, action: str, session: str | None = None) -> None:
        """The policy, for commands that are no step of a session. Raises `NotAllowed`."""
        may(actor, action, self.floor.state(session) if session is not None else None)
