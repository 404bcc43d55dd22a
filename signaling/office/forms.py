"""The form on the table: what the two ends do to it reaches the paper, the store and the other end, in this order."""

from __future__ import annotations

import asyncio
import base64
import binascii
import datetime as dt
import hashlib
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from config.calendar import beijing
from config.clock import Clock
from signaling.domain import events as ev
from signaling.domain.control import FORM, Used
from signaling.domain.form_on_table import FormOnTable
from signaling.domain.form_rules import page_digest
from signaling.domain.form_steps import Side
from signaling.domain.permissions import Actor, end_of, may
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import AnyState, InSession, Talk, WrappingUp, talk_of
from signaling.office.floor import Floor
from signaling.office.form_paper import FormPaper, PaperView
from signaling.office.form_paper import Sheet as PaperSheet
from signaling.office.ports import Books, Post
from signaling.office.views import is_held
from signaling.wire import forms as wire

T = TypeVar("T")


class Forms:
    """`new_salt` makes the random part of a form's digests (hex)."""

    def __init__(self, floor: Floor, books: Books, post: Post, clock: Clock, new_salt: Callable[[], str]) -> None:
        self._floor = floor
        self._books = books
        self._post = post
        self._clock = clock
        self._new_salt = new_salt
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._papers: dict[str, tuple[bytes, FormPaper]] = {}
        """Session → the snapshot that is stored, and its paper: what is not exactly that is read anew."""
        self._seen: dict[str, PaperView] = {}
        self._typing: dict[str, tuple[str, str]] = {}
        """Session → grant and field in which the clerk typed last: one entry a field, not one a letter."""

    # --- the clerk ------------------------------------------------------------------------------

    async def lay(self, clerk: Actor, m: wire.LayForm) -> None:
        """Raises `no-form` where the service has none, `not-now` when it lies there."""
        state = self._floor.state(m.session)
        may(clerk, "lay-form", state)
        talk = self._talk(state)
        form = self._books.form_of(talk.case.service, talk.case.as_of)
        if form is None and talk.file.form is None:
            raise NotNow(f"{talk.case.service} has no form", code="no-form")
        event = ev.FormLaid("", "", b"") if form is None else ev.FormLaid(form.code, form.version, FormPaper(form, self._new_salt()).snapshot())
        await self._floor.happen(clerk, m.session, "lay-form", event, m.id)
        async with self.turn(m.session):
            self.tell(m.session)

    async def point(self, clerk: Actor, m: wire.PointAtField) -> None:
        may(clerk, "point-at-field", self._floor.state(m.session))
        async with self.turn(m.session):
            state = self._floor.state(m.session)
            if not self._form(m.session).laid or state is None or is_held(state):
                raise NotNow("no form lies on the table", code="no-form")
            self.paper(m.session).point(m.field, "clerk")
            self.tell(m.session)

    async def turn_page(self, clerk: Actor, m: wire.TurnPage) -> None:
        """Raises `no-grant`, `unknown-page`."""
        state = self._floor.state(m.session)
        may(clerk, "turn-page", state)
        if not isinstance(state, InSession) or state.grant is None or state.grant.scope != FORM:
            raise NotNow("the form may not be operated", code="no-grant")
        if self.paper(m.session).form.page(m.page) is None:
            raise NotNow(f"there is no page {m.page}", code="unknown-page")
        await self._floor.happen(clerk, m.session, "turn-page", ev.ControlUsed(state.grant.id, (Used("turned", m.page),)), m.id)
        self._post.to_kiosk(state.talk.ticket.kiosk, wire.PageTurned(m.session, m.page))

    # --- both -----------------------------------------------------------------------------------

    async def hello(self, who: Actor, m: wire.FormHello) -> wire.FormWelcome:
        """Raises `no-form`, `unknown-field`, `bad-vector`."""
        may(who, "form-hello", self._floor.state(m.session))
        async with self.turn(m.session):
            self._form(m.session)
            paper = self.paper(m.session)
            sheets = paper.welcome(_side(who), {field: _bytes(vector, "bad-vector") for field, vector in m.vectors.items()})
            return wire.FormWelcome(m.id, _view(paper.view(self._today())), {field: _sheet(sheet) for field, sheet in sheets.items()})

    async def edit(self, who: Actor, m: wire.EditForm) -> None:
        """Raises as `FormPaper.apply`, and `no-form`, `not-now`. Repeating it changes nothing."""
        may(who, "edit-form", self._floor.state(m.session))
        async with self.turn(m.session):
            self._form(m.session)
            if m.case is not None and m.case != self._talk(self._floor.state(m.session)).case.number:
                raise NotNow("another case lies on the table", code="no-form")
            paper, side = self.paper(m.session), _side(who)
            grant = self._grant(m.session) if side == "clerk" else None
            applied = paper.apply(m.field, _bytes(m.update, "bad-update"), side, operated=grant is not None)
            operated = None
            if grant is not None and self._typing.get(m.session) != (grant, m.field):
                operated = m.field
            await self._store(who, m.session, "edit-form", ev.FormTyped(paper.snapshot(), operated), None)
            if grant is not None:
                self._typing = self._of_the_living(self._typing) | {m.session: (grant, m.field)}
            edited = wire.FormEdited(m.session, applied.field, base64.b64encode(applied.update).decode())
            for other in applied.to:
                self._send(m.session, other, edited)
            self.tell(m.session)

    async def reopen(self, who: Actor, m: wire.ReopenPage) -> None:
        await self._step(who, m.session, m.id, "reopen-page", lambda paper: paper.reopen(m.page), lambda paper: ("reopened", m.page, None))

    # --- the resident ---------------------------------------------------------------------------

    async def show(self, kiosk: Actor, m: wire.ShowField) -> None:
        def work(paper: FormPaper) -> None:
            paper.show(m.field, "resident", m.shown)

        def tell(paper: FormPaper) -> None:  # what is so now: of a command that comes again only the first time counts
            told = _revealed(m.session, m.field, paper) if m.field in paper.state.shown else wire.FieldHidden(m.session, m.field)
            self._send(m.session, "clerk", told)

        await self._step(kiosk, m.session, m.id, "show-field", work, lambda paper: ("shown" if m.shown else "hidden", m.field, None), tell)

    async def confirm(self, kiosk: Actor, m: wire.ConfirmPage) -> None:
        def digest(paper: FormPaper) -> str:
            page = paper.form.page(m.page)
            assert page is not None, "it was confirmed just now"
            return hashlib.sha256(f"{paper.salt}{page_digest(paper.form, page, paper.values())}".encode()).hexdigest()

        await self._step(
            kiosk, m.session, m.id, "confirm-page", lambda paper: paper.confirm(m.page, m.seen, "resident", self._today()),
            lambda paper: ("confirmed", m.page, digest(paper)),
        )  # fmt: skip

    # --- for whoever freezes and signs (office/signing.py) --------------------------------------

    def turn(self, session: str) -> asyncio.Lock:
        """One thing after the other happens to a form."""
        return self._turns.setdefault(session, asyncio.Lock())

    def paper(self, session: str) -> FormPaper:
        """The form of this session as it is stored, also while the case is completed. Raises NotNow `no-form`."""
        state = self._floor.state(session)
        form = state.talk.file.form if isinstance(state, WrappingUp) else self._form(session)
        if form is None:
            raise NotNow("no form lies on the table", code="no-form")
        known = self._papers.get(session)
        if known is None or known[0] != form.snapshot:
            before = known[1].pointed if known is not None and known[1].form.code == form.code else None
            known = form.snapshot, self.read(form)
            known[1].pointed = before
            self._papers = self._of_the_living(self._papers) | {session: known}
        return known[1]

    def read(self, form: FormOnTable) -> FormPaper:
        """A form of whichever case, as it is stored. Raises NotNow `no-form` when nobody has that version any more."""
        definition = self._books.form(form.code, form.version)
        if definition is None:
            raise NotNow(f"nobody has {form.code} in its version {form.version}", code="no-form")
        return FormPaper.load(definition, form.snapshot)

    async def store(self, who: Actor, session: str, action: str, event: ev.FormFrozen | ev.FormMelted, request: str) -> None:
        """A step that was made on the paper; what is refused leaves no trace on it."""
        await self._store(who, session, action, event, request)
        self.tell(session)

    def forget(self, session: str) -> None:
        """The paper was changed, and the change did not come to be stored."""
        self._papers.pop(session, None)

    def tell(self, session: str) -> None:
        """Both ends see what has changed beside the letters; nobody does when the talk has just ended."""
        if self._running(session) is None:
            return
        view = self.paper(session).view(self._today())
        if self._seen.get(session) == view:
            return
        self._seen = self._of_the_living(self._seen) | {session: view}
        for side in ("resident", "clerk"):
            self._send(session, side, wire.FormChanged(session, _view(view)))

    # --- inside ---------------------------------------------------------------------------------

    async def _step(
        self, who: Actor, session: str, request: str, action: str, work: Callable[[FormPaper], None],
        what: Callable[[FormPaper], tuple[str, str, str | None]], tell: Callable[[FormPaper], None] = lambda paper: None,
    ) -> None:  # fmt: skip
        """`tell` is told last, of the paper as it is stored then."""
        may(who, action, self._floor.state(session))
        async with self.turn(session):
            try:
                paper = self.paper(session)
                work(paper)
            except Refusal:
                if await self._floor.done_before(who, request):
                    return
                raise
            step, of, digest = what(paper)
            await self._store(who, session, action, ev.FormStepped(step, of, paper.snapshot(), digest), request)  # type: ignore[arg-type] # one of its literals
            self.tell(session)
            if self._running(session) is not None:
                tell(self.paper(session))

    async def _store(
        self, who: Actor, session: str, action: str, event: ev.FormTyped | ev.FormStepped | ev.FormFrozen | ev.FormMelted, request: str | None
    ) -> None:
        paper = self._papers[session][1]
        try:
            await self._floor.happen(who, session, action, event, request)
        except BaseException:
            self.forget(session)
            raise
        self._papers[session] = (event.snapshot, paper)

    def _form(self, session: str) -> FormOnTable:
        form = self._talk(self._floor.state(session)).file.form
        if form is None:
            raise NotNow("no form lies on the table", code="no-form")
        return form

    def _talk(self, state: AnyState | None) -> Talk:
        talk = talk_of(state) if state is not None else None
        if talk is None:
            raise NotNow("nobody talks")
        return talk

    def _running(self, session: str) -> Talk | None:
        state = self._floor.state(session)
        return talk_of(state) if state is not None else None

    def _of_the_living(self, known: dict[str, T]) -> dict[str, T]:
        return {each: value for each, value in known.items() if self._floor.state(each) is not None}

    def _grant(self, session: str) -> str | None:
        """The grant under which the clerk fills the form in."""
        state = self._floor.state(session)
        grant = state.grant if isinstance(state, InSession) else None
        return grant.id if grant is not None and grant.scope == FORM else None

    def _send(self, session: str, side: Side, message: wire.FormChanged | wire.FormEdited | wire.FieldRevealed | wire.FieldHidden) -> None:
        talk = self._running(session)
        if talk is None:
            return  # it ended in this moment
        if side == "resident":
            assert not isinstance(message, wire.FieldRevealed | wire.FieldHidden), "the resident sees every field"
            self._post.to_kiosk(talk.ticket.kiosk, message)
        else:
            self._post.to_clerk(talk.clerk, message)

    def _today(self) -> dt.date:
        return beijing(self._clock.now()).date()


def _side(who: Actor) -> Side:
    return "resident" if end_of(who) == "resident" else "clerk"


def _bytes(text: str, code: str) -> bytes:
    """Raises Refusal `code` where it is no base64: the wire sees its letters, not its length."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as wrong:
        raise Refusal(code, str(wrong)) from None


def _revealed(session: str, field: str, paper: FormPaper) -> wire.FieldRevealed:
    """All of it."""
    return wire.FieldRevealed(session, field, _sheet(PaperSheet(paper.stored(field), paper.vector(field))))


def _sheet(sheet: PaperSheet) -> wire.Sheet:
    return wire.Sheet(base64.b64encode(sheet.update).decode(), base64.b64encode(sheet.vector).decode())


def _view(view: PaperView) -> wire.FormView:
    return wire.FormView(
        view.form, view.version, view.frozen, view.confirmed, view.shown, view.filled, dict(view.problems), view.pointed
    )
