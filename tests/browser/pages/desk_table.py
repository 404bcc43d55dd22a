"""A form on the table of the scripted server as the clerk's page sees it: the server's own paper, what the resident does by hand, a frozen one."""

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
from tests.browser.pages.stage import CLERK, PageServer
from tests.scripted_server import ScriptedServer, Who

TODAY = dt.date(2026, 11, 23)
FORM, VERSION = "marriage-declaration", "2025-05-10"
OF = f"/api/v1/sessions/{views.SESSION}"


def sheet(number: int) -> bytes:
    """A page of a paper, A4 at 50 dots to the inch, as a PNG."""
    picture = np.full((584, 413, 3), 255, np.uint8)
    for row in range(14):
        cv2.putText(picture, f"Page {number} line {row + 1}", (40, 60 + 36 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (40, 40, 40), 1)
    return cv2.imencode(".png", picture)[1].tobytes()


class DeskTable:
    """The server's half of a form that the clerk has open. `confirmed` is what the resident did."""

    def __init__(self, server: PageServer) -> None:
        self._server = server
        form = load_forms().version(FORM, VERSION)
        assert form is not None
        self.paper = FormPaper(form)
        self.confirmed: list[str] = []
        self.operated = False
        self.refuse: dict[type[Any], str] = {}
        """Kind of command → code with which it is refused."""
        server.script = self._answer
        server.routes = [
            ("GET", "/api/v1/forms/{form}/{version}", self._definition), ("GET", OF + "/form/pages/{n}", self._picture),
            ("GET", OF + "/stills/{n}/{form}", self._picture),
        ]  # fmt: skip

    @property
    def pages(self) -> list[str]:
        return [page.id for page in self.paper.form.pages]

    def talk_form(self, *, laid: bool = True, frozen: bool = False, signed: tuple[bool, bool] = (False, False), paper: str | None = None) -> forms.TalkForm:
        """`paper`: the one with all signatures."""
        places = [forms.SignPlace(page=2, x=1000 + 4000 * n, y=7800, width=3200, height=900, signed=each) for n, each in enumerate(signed)]
        pages = [forms.FrozenPage(f"7-{n}", hashlib.sha256(sheet(n)).hexdigest(), 413, 584) for n in (1, 2, 3)]
        return forms.TalkForm(views.CASE, FORM, VERSION, laid, forms.FrozenForm("7", pages, places, paper) if frozen else None)

    def say(self) -> None:
        """The view, as it is now, to the clerk."""
        self._server.tell(CLERK, forms.FormChanged(views.SESSION, self._view()))

    async def _answer(self, server: ScriptedServer, who: Who, command: Any) -> Message | None:
        code = self.refuse.get(type(command))
        if code is not None:
            return Refused(code=code, text="", re=command.id, path=None)
        try:
            match command:
                case forms.FormHello():
                    sheets = self.paper.welcome("clerk", {field: b64decode(vector) for field, vector in command.vectors.items()})
                    return forms.FormWelcome(command.id, self._view(), {field: _sheet(each) for field, each in sheets.items()})
                case forms.EditForm():
                    self.paper.apply(command.field, b64decode(command.update), "clerk", operated=self.operated)
                    self.say()
        except Refusal as error:
            return Refused(code=error.code, text="", re=command.id, path=None)
        return Done(re=command.id)

    def _view(self) -> forms.FormView:
        view = msgspec.convert(msgspec.to_builtins(self.paper.view(TODAY)), forms.FormView)
        return views.replace(view, confirmed=self.confirmed)  # type: ignore[no-any-return]  # of the same type

    async def _definition(self, request: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(self.paper.form), content_type="application/json")

    async def _picture(self, request: web.Request) -> web.Response:
        return web.Response(body=sheet(int(request.match_info["n"]) % 10), content_type="image/png")


def _sheet(each: Any) -> forms.Sheet:
    return forms.Sheet(b64encode(each.update).decode(), b64encode(each.vector).decode())
