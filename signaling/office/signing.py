"""From a filled-in form to a signed paper: frozen, printed, sealed, shown, signed, and printed once more with the signatures on it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Literal

import msgspec
from structlog.typing import FilteringBoundLogger

from config.calendar import beijing
from config.clock import Clock
from config.tasks import Tasks
from recordings import canonical
from recordings.album import Picture
from signaling.domain import events as ev
from signaling.domain import signature as ink
from signaling.domain.asks import AskSignature
from signaling.domain.case import Case
from signaling.domain.form_on_table import FormOnTable, FrozenPaper, PagePicture, Signature
from signaling.domain.permissions import Actor, may
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import AnyState, InSession, Talk, Ticket, WrappingUp, talk_of, ticket_of
from signaling.office.books import reader
from signaling.office.floor import Floor
from signaling.office.form_pdf import Facts, Signed
from signaling.office.forms import Forms
from signaling.office.ports import Books
from signaling.office.press import Job, Press
from signaling.office.safe import Safe
from signaling.office.signature_ink import ink_png
from signaling.wire import forms as wire

SIGN = "POST /api/v1/sessions/{session}/signatures"
PAPER, SIGNED, RECORD, DRAWN = "form.paper", "form.signed", "signature.record", "signature.picture"
"""Under which names these are sealed; a page's picture is `form-<page>.picture`."""

Part = Literal["paper", "signed"]


class Signing:
    """Made once; the press and the safe do what takes long, the floor and `Forms` decide."""

    def __init__(
        self, floor: Floor, forms: Forms, books: Books, press: Press, safe: Safe, clock: Clock, tasks: Tasks, log: FilteringBoundLogger
    ) -> None:
        self._floor = floor
        self._forms = forms
        self._books = books
        self._press = press
        self._safe = safe
        self._clock = clock
        self._tasks = tasks
        self._log = log

    def open(self) -> None:
        """Papers on which the last signature was given just before the server stopped."""
        for state in list(self._floor.states):
            self._finish_soon(state)

    def stepped(self, before: AnyState | None, after: AnyState) -> None:
        """A step was stored. A visit that is taken up again may have been interrupted before its signed paper was made."""
        if isinstance(after, InSession) and (before is None or talk_of(before) is None):
            self._finish_soon(after)

    # --- the clerk ------------------------------------------------------------------------------

    async def freeze(self, clerk: Actor, m: wire.FreezeForm) -> None:
        """Raises `page-open`, `page-changed`, `page-incomplete`, `form-frozen`, `no-form`, `no-glyph`, `no-font`, `no-press`, `not-recordable`."""
        may(clerk, "freeze-form", self._floor.state(m.session))
        async with self._forms.turn(m.session):
            try:
                talk, paper = self._talk(m.session), self._forms.paper(m.session)
                frozen_at = round(self._clock.now())
                try:
                    frozen = paper.freeze(beijing(frozen_at).date())
                    facts = self._facts(talk.ticket, talk.case.number, frozen.digest, frozen_at)
                    pressed = await self._press.print(Job(paper.form, paper.frozen_values(), facts))
                    papers = [Picture(PAPER, pressed.pdf, 0, 0, "application/pdf")]
                    papers += [Picture(_page(n), sheet.png, sheet.width, sheet.height, "image/png") for n, sheet in enumerate(pressed.pages, 1)]
                    number = await self._safe.put(talk.ticket, talk.recording.origin, papers)
                    pages = tuple(
                        PagePicture(f"{number}-{n}", hashlib.sha256(sheet.png).hexdigest(), sheet.width, sheet.height)
                        for n, sheet in enumerate(pressed.pages, 1)
                    )
                    finished = FrozenPaper(
                        number, frozen_at, frozen.digest, hashlib.sha256(pressed.pdf).hexdigest(), pages, pressed.places
                    )
                    await self._forms.store(clerk, m.session, "freeze-form", ev.FormFrozen(paper.snapshot(), finished), m.id)
                except BaseException:
                    self._forms.forget(m.session)
                    raise
            except Refusal:
                if await self._floor.done_before(clerk, m.id):
                    return
                raise

    async def melt(self, clerk: Actor, m: wire.MeltForm) -> None:
        """Raises `form-open`, `no-form`."""
        may(clerk, "melt-form", self._floor.state(m.session))
        async with self._forms.turn(m.session):
            try:
                paper = self._forms.paper(m.session)
                paper.melt()
                await self._forms.store(clerk, m.session, "melt-form", ev.FormMelted(paper.snapshot()), m.id)
            except Refusal:
                self._forms.forget(m.session)
                if await self._floor.done_before(clerk, m.id):
                    return
                raise

    # --- the resident ---------------------------------------------------------------------------

    async def sign(self, kiosk: Actor, session: str, ask: str, body: wire.SignatureBody) -> wire.SignatureReceived:
        """What the glass gave for the question `ask`.

        Raises `signature-empty`, `signature-broken`, `signature-too-long`, `shown-otherwise`, `signature-not-wanted`, `not-recordable`.
        """
        async with self._forms.turn(session):
            state, form, paper, asked = self._wanted(session, ask)
            place = paper.places[asked.signer]
            page = paper.pages[place.page]
            if body.shown != page.digest:
                raise Refusal("shown-otherwise", "the kiosk showed another picture")
            strokes = ink.Strokes(body.width, body.height, body.device, tuple(tuple(stroke) for stroke in body.strokes))
            ink.check(strokes)
            at = round(self._clock.now() * 1000)
            record = canonical.write(ink.signature_record(
                session, state.talk.case.number, ink.SignedForm(form.code, form.version, paper.values, paper.pdf),
                ink.ShownPage(page.id, page.digest, page.width, page.height),
                ink.SignedPlace(asked.signer, place.page, place.x, place.y, place.width, place.height), asked.signer, ask, at, strokes,
            ))  # fmt: skip
            drawn = await asyncio.to_thread(ink_png, strokes)
            papers = [Picture(RECORD, record, 0, 0, "application/json"), Picture(DRAWN, drawn, 0, 0, "image/png")]
            number = await self._safe.put(state.talk.ticket, state.talk.recording.origin, papers)
            given = Signature(str(number), asked.signer, hashlib.sha256(record).hexdigest())
            try:
                await self._floor.happen(kiosk, session, SIGN, ev.SignatureGiven(ask, given, page.id, hashlib.sha256(drawn).hexdigest()), None)
            except NotNow as late:
                raise Refusal("signature-not-wanted", str(late)) from None
        after = self._floor.state(session)
        if after is not None:
            self._finish_soon(after)
        return wire.SignatureReceived(given.id, given.digest)

    # --- looking --------------------------------------------------------------------------------

    async def page(self, session: str, number: int) -> AsyncIterator[bytes]:
        """A page of the frozen paper as a PNG; `number` from 1. Raises `unknown-page`, `custody-away`."""
        ticket, paper = self._frozen(session)
        if not 1 <= number <= len(paper.pages):
            raise Refusal("unknown-page")
        return await self._safe.pieces(ticket, _page(number), paper.number)

    async def pdf(self, session: str, part: Part) -> AsyncIterator[bytes]:
        """The frozen paper, or the signed one. Raises `unknown-page`, `custody-away`."""
        ticket, paper = self._frozen(session)
        if part == "paper":
            return await self._safe.pieces(ticket, PAPER, paper.number)
        if paper.signed is None:
            raise Refusal("unknown-page")
        return await self._safe.pieces(ticket, SIGNED, int(paper.signed))

    # --- the signed paper -----------------------------------------------------------------------

    def _finish_soon(self, state: AnyState) -> None:
        talk = _talk_or_completed(state)
        for case in talk.folder.cases if talk is not None else ():
            paper = case.file.form.frozen if case.file.form is not None else None
            if paper is not None and paper.complete and paper.signed is None:
                session = ticket_of(state).session
                self._tasks.start(self._finish(session, paper.id), f"signed paper {session}")

    async def _finish(self, session: str, paper_id: str) -> None:
        """All have signed: the same paper once more, with their ink on it. What was signed is the paper without; this one is for reading."""
        async with self._forms.turn(session):
            try:
                state = self._floor.state(session)
                talk = _talk_or_completed(state) if state is not None else None
                if talk is None:
                    return  # parked, say: with the next talk
                case, form, frozen = _case_of(talk, paper_id)
                if case is None or form is None or frozen is None or frozen.signed is not None:
                    return
                paper = self._forms.read(form)
                signed = {each.signer: await self._signed(talk.ticket, each) for each in frozen.signatures}
                facts = self._facts(talk.ticket, case.number, frozen.values, frozen.at)
                pressed = await self._press.print(Job(paper.form, paper.frozen_values(), facts, signed))
                number = await self._safe.put(talk.ticket, talk.recording.origin, [Picture(SIGNED, pressed.pdf, 0, 0, "application/pdf")])
                done = ev.PaperSigned(frozen.id, str(number), hashlib.sha256(pressed.pdf).hexdigest())
                await self._floor.by_itself(session, done)  # stored before the form's next turn: nobody makes it twice
            except Refusal as refusal:  # the signatures are given and proved without it; it is tried again at the next start, and with the next talk
                self._log.error("signed-paper", session=session, code=refusal.code, error=str(refusal))

    async def _signed(self, ticket: Ticket, given: Signature) -> Signed:
        record = json.loads(await self._safe.read(ticket, RECORD, int(given.id)))
        strokes = msgspec.convert(
            {"width": record["pad"][0], "height": record["pad"][1], "device": record["device"], "strokes": record["strokes"]}, ink.Strokes
        )
        return Signed(strokes, record["at"] / 1000, int(given.id), given.digest)

    # --- inside ---------------------------------------------------------------------------------

    def _facts(self, ticket: Ticket, case: str, digest: str, at: float) -> Facts:
        return Facts(case, self._books.title(ticket.home), self._books.title(ticket.host), at, reader(ticket.language), digest)

    def _talk(self, session: str) -> Talk:
        state = self._floor.state(session)
        talk = talk_of(state) if state is not None else None
        if talk is None:
            raise NotNow("nobody talks")
        return talk

    def _wanted(self, session: str, ask: str) -> tuple[InSession, FormOnTable, FrozenPaper, AskSignature]:
        state = self._floor.state(session)
        asked = state.ask if isinstance(state, InSession) else None
        form = state.talk.file.form if isinstance(state, InSession) else None
        if not isinstance(state, InSession) or not isinstance(asked, AskSignature) or asked.id != ask or form is None or form.frozen is None:
            raise Refusal("signature-not-wanted")
        return state, form, form.frozen, asked

    def _frozen(self, session: str) -> tuple[Ticket, FrozenPaper]:
        state = self._floor.state(session)
        talk = _talk_or_completed(state) if state is not None else None
        form = talk.file.form if talk is not None else None
        if talk is None or form is None or form.frozen is None:
            raise Refusal("unknown-page")
        return talk.ticket, form.frozen


def _talk_or_completed(state: AnyState) -> Talk | None:
    """The talk, also while its case is completed."""
    return state.talk if isinstance(state, WrappingUp) else talk_of(state)


def _case_of(talk: Talk, paper: str) -> tuple[Case | None, FormOnTable | None, FrozenPaper | None]:
    """The case whose form was frozen as that paper, whichever lies on the table by now."""
    for case in talk.folder.cases:
        form = case.file.form
        if form is not None and form.frozen is not None and form.frozen.id == paper:
            return case, form, form.frozen
    return None, None, None


def _page(number: int) -> str:
    return f"form-{number}.picture"
