"""A talk about a marriage: its form is on the table, both ends type on their own documents, and what each is sent is kept for the story."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from pycrdt import Doc, Map, Text

from recordings.ledger import Entry
from signaling.domain.form_on_table import FormOnTable, FrozenPaper
from signaling.domain.form_rules import page_digest
from signaling.domain.id_number import check_digit
from signaling.domain.permissions import Actor
from signaling.domain.states import talk_of
from signaling.wire import forms
from signaling.wire.asks import AnswerAsk
from signaling.wire.control import AskForControl
from signaling.wire.desk import AnswerRing
from signaling.wire.visit import ConsentGiven
from tests.signaling.office.world import Town, request
from tests.waiting import LONG

SERVICE = "jinshan-marriage-registration"
MAN, WOMAN = (number + check_digit(number) for number in ("33042419950312151", "33042419960405162"))
BY_RESIDENT = {
    "man-name": "张𠮷", "man-birth": "1995-03-12", "man-nationality": "china", "man-id-number": MAN, "man-household": "浙江省海盐县武原街道1号",
    "woman-name": "李娜", "woman-birth": "1996-04-05", "woman-nationality": "china", "woman-id-number": WOMAN, "woman-household": "上海市金山区石化街道2号",
    "man-agrees": "yes", "woman-agrees": "yes", "phone": "13800138000",
}  # fmt: skip
BY_CLERK = {"man-marital-status": "never-married", "woman-marital-status": "never-married"}
STROKE = [(100 + 40 * n, 200 + (n % 3) * 60, 500, 16 * n) for n in range(20)]
"""Enough ink on a pad of 1000 by 400."""

_writers = itertools.count(5000)


async def until(fact: Callable[[], Awaitable[bool]]) -> None:
    """What is done on a thread comes when it comes."""
    async with asyncio.timeout(LONG):
        while not await fact():
            await asyncio.sleep(0)


Edit = Callable[[Doc[Any]], None]


class Leaf:
    """One end's document of one field."""

    def __init__(self) -> None:
        self.doc: Doc[Any] = Doc(client_id=next(_writers))

    def update(self, edit: Edit) -> bytes:
        before = bytes(self.doc.get_state())
        edit(self.doc)
        return bytes(self.doc.get_update(before))


def typed(text: str) -> Edit:
    """At the end of what stands there."""

    def edit(doc: Doc[Any]) -> None:
        there = doc.get("text", type=Text)
        there += text

    return edit


def chosen(answer: str) -> Edit:
    def edit(doc: Doc[Any]) -> None:
        doc.get("choice", type=Map)["value"] = answer

    return edit


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Declaration:
    """`kiosk` and `clerk` in `session`, the form on the table."""

    def __init__(self, town: Town, kiosk: Actor, clerk: Actor, session: str) -> None:
        self.town, self.kiosk, self.clerk, self.session = town, kiosk, clerk, session
        self.leaves: dict[tuple[str, str], Leaf] = {}
        self.answers: list[tuple[str, Any]] = []

    @classmethod
    async def begun(cls, town: Town, *, laid: bool = True) -> Declaration:
        kiosk, clerk = await town.kiosk_comes(), await town.clerk_comes("li")
        session = await town.ticket(kiosk, **wish_for(town, SERVICE))
        await town.does(clerk, AnswerRing(request(), session))
        await town.recorded(session)
        table = cls(town, kiosk, clerk, session)
        if laid:
            await town.does(clerk, forms.LayForm(request(), session))
        return table

    async def after_restart(self, again: Town) -> None:
        """Both ends come back to the next server."""
        again.album.papers = self.town.album.papers
        self.town = again
        again.clock.advance(1.0)
        again.office.kiosk_connected(self.kiosk)
        again.office.clerk_connected(self.clerk)
        await again.settle()

    def who(self, side: str) -> Actor:
        return self.kiosk if side == "resident" else self.clerk

    async def does(self, side: str, message: Any) -> Any:
        answer = await self.town.does(self.who(side), message)
        self.answers.append((self.who(side).id, answer))
        return answer

    async def refused(self, side: str, message: Any) -> str:
        """The code; nothing has changed, on the paper either."""
        before = self.town.tools.forms.paper(self.session).snapshot() if self.form is not None else b""
        code = (await self.town.refuses(self.who(side), message)).code
        assert self.form is None or self.town.tools.forms.paper(self.session).snapshot() == before
        return code

    # --- typing ---------------------------------------------------------------------------------

    def edit(self, side: str, field: str, edit: Edit) -> forms.EditForm:
        """The command with which this end tells of what it has just done to its document."""
        leaf = self.leaves.setdefault((side, field), Leaf())
        return forms.EditForm(request(), self.session, field, coded(leaf.update(edit)))

    def writes(self, side: str, field: str, value: str) -> forms.EditForm:
        found = self.town.tools.forms.paper(self.session).form.field(field)
        assert found is not None
        return self.edit(side, field, chosen(value) if found.answers else typed(value))

    async def write(self, side: str, **values: str) -> None:
        for name, value in values.items():
            await self.does(side, self.writes(side, name.replace("_", "-"), value))

    async def fill_in(self) -> None:
        for side, values in (("resident", BY_RESIDENT), ("clerk", BY_CLERK)):
            for field, value in values.items():
                await self.does(side, self.writes(side, field, value))

    def seen(self, page: str) -> str:
        paper = self.town.tools.forms.paper(self.session)
        found = paper.form.page(page)
        assert found is not None
        return page_digest(paper.form, found, paper.values())

    def confirmation(self, page: str) -> forms.ConfirmPage:
        return forms.ConfirmPage(request(), self.session, page, self.seen(page))

    async def confirm(self) -> None:
        for page in self.town.tools.forms.paper(self.session).form.pages:
            await self.does("resident", self.confirmation(page.id))

    async def freeze(self) -> FrozenPaper:
        """Filled in, confirmed, frozen."""
        await self.fill_in()
        await self.confirm()
        await self.does("clerk", forms.FreezeForm(request(), self.session))
        return self.paper

    # --- operated, signed -----------------------------------------------------------------------

    async def operated(self, minutes: int = 5) -> str:
        """The resident lets the clerk fill in the form; the grant's id."""
        ask = AskForControl(request(), self.session, "form", "control", "fill-in", minutes)
        await self.does("clerk", ask)
        await self.does("resident", AnswerAsk(request(), self.session, ask.id, True))
        return ask.id

    async def asked_to_sign(self, signer: int = 0) -> str:
        ask = forms.AskForSignature(request(), self.session, signer)
        await self.does("clerk", ask)
        return ask.id

    def body(self, strokes: list[list[tuple[int, int, int, int]]] | None = None, shown: str | None = None) -> forms.SignatureBody:
        page = self.paper.pages[self.paper.places[0].page]
        return forms.SignatureBody(page.digest if shown is None else shown, "pen", 1000, 400, [STROKE] if strokes is None else strokes)

    async def sign(self, signer: int = 0) -> forms.SignatureReceived:
        ask = await self.asked_to_sign(signer)
        received = await self.town.tools.signing.sign(self.kiosk, self.session, ask, self.body())
        await self.town.settle()
        return received

    async def signed(self, times: int = 1) -> None:
        """The paper with everybody's ink has been made so often."""

        async def made() -> bool:
            return len(await self.entries("form-signed")) >= times

        await until(made)
        await self.town.settle()

    # --- looking --------------------------------------------------------------------------------

    @property
    def form(self) -> FormOnTable | None:
        state = self.town.office.floor.state(self.session)
        talk = talk_of(state) if state is not None else None
        return talk.file.form if talk is not None else None

    @property
    def paper(self) -> FrozenPaper:
        form = self.form
        assert form is not None and form.frozen is not None
        return form.frozen

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name, value in self.town.tools.forms.paper(self.session).values().items() if value}

    def told(self, side: str, kind: type[Any]) -> list[Any]:
        """What this end was sent of that kind."""
        return [message for who, message in self.town.mail.sent if who == self.who(side).id and isinstance(message, kind)]

    def everything_for(self, side: str) -> str:
        """All that this end was ever sent, letters out of their base64."""
        sent = [message for who, message in (*self.town.mail.sent, *self.answers) if who == self.who(side).id]
        return "\n".join(_in_clear(message) for message in sent)

    async def entries(self, *whats: str) -> list[Entry]:
        return [entry for entry in await self.town.store.ledger_of(self.session) if entry.what in whats]


def wish_for(town: Town, service: str) -> dict[str, Any]:
    """What a ticket for this service says, every consent given."""
    now = town.clock.now()
    offer = next(offer for offer in town.catalogue.offered_at("haiyan", now) if offer.service.code == service)
    consents = [ConsentGiven(text=code, version=town.catalogue.consent(code, now).version, language="zh-CN", given=True) for code in offer.service.consents]
    return {"service": service, "consents": consents}


def _in_clear(message: Any) -> str:
    """Each update as its bytes, so that a hidden letter would show."""
    text = msgspec.json.encode(message).decode()
    updates = [message.update] if isinstance(message, forms.FormEdited) else [message.sheet.update] if isinstance(message, forms.FieldRevealed) else []
    if isinstance(message, forms.FormWelcome):
        updates = [sheet.update for sheet in message.sheets.values()]
    return "\n".join([text, *(base64.b64decode(update).decode("utf-8", "replace") for update in updates)])
