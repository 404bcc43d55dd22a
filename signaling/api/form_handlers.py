"""The routes of forms: their definitions, the frozen paper's pages, signatures."""

from __future__ import annotations

from config.forms import Form
from signaling.api.routes import Answer, Call, Route, Stream
from signaling.domain.refusals import Refusal
from signaling.office.ports import Books
from signaling.office.signing import SIGN, Signing
from signaling.wire import forms

LARGEST_SIGNATURE = 512 * 1024
"""Bytes: six thousand points of four numbers, and room."""


class FormHandlers:
    """What is filled in and signed together, as far as it goes over HTTP."""

    def __init__(self, books: Books, signing: Signing) -> None:
        self._books = books
        self._signing = signing

    def routes(self) -> tuple[Route, ...]:
        """Lines of the route table."""
        of = "/api/v1/sessions/{session}/form"
        return (
            Route("GET", "/api/v1/forms/{form}/{version}", self.form, Form, "One version of a form.", by="either"),
            Route("GET", of + "/pages/{page}", self.page, None, "A page of the frozen paper as a PNG, from 1.", by="either"),
            Route("GET", of + "/{part}", self.paper, None, "The frozen `paper` as a PDF, or the `signed` one."),
            Route(
                "POST", SIGN.removeprefix("POST "), self.sign, forms.SignatureReceived, "What the glass gave; `?ask=…`.", forms.SignatureBody,
                by="kiosk", largest=LARGEST_SIGNATURE,
            ),
        )  # fmt: skip

    async def form(self, call: Call) -> Answer:
        found = self._books.form(call.part("form"), call.part("version"))
        if found is None:
            raise Refusal("not-found")
        return Answer(found)

    async def page(self, call: Call) -> Stream:
        number = call.part("page")
        if not (number.isascii() and number.isdigit() and len(number) <= 2):
            raise Refusal("unknown-page")
        return Stream("image/png", await self._signing.page(call.part("session"), int(number)))

    async def paper(self, call: Call) -> Stream:
        part = call.part("part")
        if part not in ("paper", "signed"):
            raise Refusal("unknown-page")
        return Stream("application/pdf", await self._signing.pdf(call.part("session"), "signed" if part == "signed" else "paper"))

    async def sign(self, call: Call) -> Answer:
        return Answer(await self._signing.sign(call.actor, call.part("session"), call.request.query.get("ask", ""), call.body))
