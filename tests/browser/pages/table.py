"""A form on the table of the scripted server: the server's own paper behind the kiosk's page, and a frozen one to sign."""

from __future__ import annotations

import datetime as dt
import hashlib
from base64 import b64decode, b64encode
from typing import Any

import cv2
import msgspec
import numpy as np
from aiohttp import web

from config.forms import load_forms
from signaling.domain.refusals import Refusal
from signaling.office.form_paper import FormPaper
from signaling.wire import forms
from signaling.wire.base import Message
from signaling.wire.replies import Done, Refused
from tests.browser.pages import views
from tests.browser.pages.stage import PageServer, refusal
from tests.scripted_server import ScriptedServer, Who

TODAY = dt.date(2026, 11, 23)
FORM, VERSION = "identity-card-application", "2026-01-01"
PAGES = f"/api/v1/sessions/{views.SESSION}/form/pages"


def sheet(number: int) -> bytes:
    """A page of a paper, A4 at 100 dots to the inch, as a PNG."""
    picture = np.full((1169, 827, 3), 255, np.uint8)
    for row in range(18):
        cv2.putText(picture, f"Page {number}  line {row + 1}: what is signed stands here", (70, 110 + 48 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (40, 40, 40), 1)
    return cv2.imencode(".png", picture)[1].tobytes()


class Table:
    """The server's half of a form: what the kiosk types arrives in `paper`, and what is signed in `signed`."""

    def __init__(self, server: PageServer) -> None:
        self._server = server
        form = load_forms().version(FORM, VERSION)
        assert form is not None
        self.paper = FormPaper(form)
        self.sheets = [sheet(1), sheet(2)]
        self.signed: list[forms.SignatureBody] = []
        self.refuse: str | None = None
        """Code with which the next signature is refused."""
        self.spoilt = False
        """The pages that are served are not those that were frozen."""
        server.script = self.answer
        server.routes = [
            ("GET", "/api/v1/forms/{form}/{version}", self._definition), ("GET", PAGES + "/{n}", self._page),
            ("POST", f"/api/v1/sessions/{views.SESSION}/signatures", self._sign),
        ]  # fmt: skip

    def talk_form(self, *, laid: bool = True, frozen: bool = False) -> forms.TalkForm:
        places = [forms.SignPlace(page=1, x=5600, y=7800, width=3200, height=900, signed=False)]
        pages = [forms.FrozenPage(f"7-{n}", hashlib.sha256(png).hexdigest(), 827, 1169) for n, png in enumerate(self.sheets, 1)]
        return forms.TalkForm(views.CASE, FORM, VERSION, laid, forms.FrozenForm("7", pages, places, None) if frozen else None)

    def turned(self, page: str) -> forms.PageTurned:
        return forms.PageTurned(views.SESSION, page)

    async def answer(self, server: ScriptedServer, who: Who, command: Any) -> Message | None:
        try:
            return self._do(server, who, command)
        except Refusal as error:
            return Refused(code=error.code, text="", re=command.id, path=None)

    def _do(self, server: ScriptedServer, who: Who, command: Any) -> Message:
        match command:
            case forms.FormHello():
                sheets = self.paper.welcome("resident", {field: b64decode(vector) for field, vector in command.vectors.items()})
                return forms.FormWelcome(command.id, self._view(), {field: _sheet(each) for field, each in sheets.items()})
            case forms.EditForm():
                self.paper.apply(command.field, b64decode(command.update), "resident")
            case forms.ConfirmPage():
                self.paper.confirm(command.page, command.seen, "resident", TODAY)
            case forms.ReopenPage():
                self.paper.reopen(command.page)
            case forms.ShowField():
                self.paper.show(command.field, "resident", command.shown)
            case _:
                return Done(re=command.id)
        server.tell(who, forms.FormChanged(command.session, self._view()))
        return Done(re=command.id)

    def _view(self) -> forms.FormView:
        return msgspec.convert(msgspec.to_builtins(self.paper.view(TODAY)), forms.FormView)

    async def _definition(self, request: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(self.paper.form), content_type="application/json")

    async def _page(self, request: web.Request) -> web.Response:
        number = int(request.match_info["n"])
        return web.Response(body=sheet(9) if self.spoilt else self.sheets[number - 1], content_type="image/png")

    async def _sign(self, request: web.Request) -> web.Response:
        if self.refuse is not None:
            code, self.refuse = self.refuse, None
            return refusal(code, 403)
        self.signed.append(msgspec.json.decode(await request.read(), type=forms.SignatureBody))
        return web.Response(body=msgspec.json.encode(forms.SignatureReceived("12", "ab" * 32)), content_type="application/json")


def _sheet(each: Any) -> forms.Sheet:
    return forms.Sheet(b64encode(each.update).decode(), b64encode(each.vector).decode())
