"""The routes of what a resident takes along: notice and receipt as papers, and the look-up of a receipt by its code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from signaling.api.routes import Answer, Call, Route, Stream
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.look_up import LookUp
from signaling.office.own_papers import OwnPapers
from signaling.wire import notices


class Guesses(Protocol):
    """Slows down whoever tries codes."""

    def begin(self, who: Actor, address: str) -> Callable[[], None]:
        """Charge a try; call what is returned when it was no guess. Raises `TryLater`."""
        ...


class ReceiptHandlers:
    """Two papers, page by page, and one question."""

    def __init__(self, papers: OwnPapers, look_up: LookUp, guesses: Guesses) -> None:
        self._papers = papers
        self._look_up = look_up
        self._guesses = guesses

    def routes(self) -> tuple[Route, ...]:
        """Lines of the route table."""
        of = "/api/v1/sessions/{session}/papers/{paper}"
        return (
            Route("GET", of, self.paper, None, "The `notice` (of `?case=`, or the newest) or the `receipt` as a PDF.", by="either"),
            Route("GET", of + "/pages/{page}", self.page, None, "A page of it as a PNG to be printed, from 1.", by="either"),
            Route("POST", "/api/v1/receipts/lookup", self.look_up, notices.ReceiptStatus, "How the case of a receipt stands; at any kiosk.", notices.ReceiptLookUp, by="kiosk"),
        )  # fmt: skip

    async def paper(self, call: Call) -> Stream:
        return whole("application/pdf", await self._papers.pdf(call.actor, call.part("session"), call.part("paper"), call.request.query.get("case")))

    async def page(self, call: Call) -> Stream:
        number = call.part("page")
        if not (number.isascii() and number.isdigit() and len(number) <= 2):
            raise Refusal("unknown-page")
        return whole("image/png", await self._papers.page(call.actor, call.part("session"), call.part("paper"), int(number), call.request.query.get("case")))

    async def look_up(self, call: Call) -> Answer:
        right = self._guesses.begin(call.actor, call.address)
        status = await self._look_up.look_up(call.actor, call.body.code)
        right()
        return Answer(status)


def whole(media: str, data: bytes) -> Stream:
    """Bytes that are there, as an answer."""

    async def once() -> AsyncIterator[bytes]:
        yield data

    return Stream(media, once(), len(data))
