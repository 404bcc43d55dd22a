"""The routes of a host's staffed window: a receipt's code is typed, and what the home's powers allow is done for its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from signaling.api.receipt_handlers import Guesses, whole
from signaling.api.routes import Answer, Call, Route, Stream
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.windows import Windows
from signaling.wire import notices, window

NO_GUESS = "no-power", "unknown-receipt"
"""Refusals that leave a try charged: it hit nothing, or nothing that this window has to do with. Any other is about a case that it may see."""


class WindowHandlers:
    """One question and three acts, each with the receipt's code in its body."""

    def __init__(self, windows: Windows, guesses: Guesses) -> None:
        self._windows = windows
        self._guesses = guesses

    def routes(self) -> tuple[Route, ...]:
        """Lines of the route table."""
        of = "/api/v1/window"
        return (
            Route("POST", f"{of}/receipts", self.look_up, window.WindowStatus, "How the cases of a receipt stand, and what may be done for them here.", notices.ReceiptLookUp),
            Route("POST", f"{of}/notices", self.notice, None, "The newest notice of a case as a PDF, to be handed out on paper.", window.WindowNotice),
            Route("POST", f"{of}/papers", self.papers, window.WindowStatus, "Something that the notice asks for has come in on paper.", window.WindowPapers),
            Route("POST", f"{of}/outcomes", self.outcome, window.WindowStatus, "The outcome of a case is handed out, once.", window.WindowOutcome),
        )  # fmt: skip

    async def look_up(self, call: Call) -> Answer:
        with self._tried(call.actor, call.address):
            return Answer(await self._windows.look_up(call.actor, call.body.code))

    async def notice(self, call: Call) -> Stream:
        with self._tried(call.actor, call.address):
            return whole("application/pdf", await self._windows.notice(call.actor, call.body.code, call.body.case))

    async def papers(self, call: Call) -> Answer:
        m: window.WindowPapers = call.body
        with self._tried(call.actor, call.address):
            return Answer(await self._windows.papers(call.actor, m.code, m.case, m.material, m.copies))

    async def outcome(self, call: Call) -> Answer:
        m: window.WindowOutcome = call.body
        with self._tried(call.actor, call.address):
            return Answer(await self._windows.outcome(call.actor, m.code, m.case, m.collected_by))

    @contextmanager
    def _tried(self, person: Actor, address: str) -> Iterator[None]:
        """Charge a try, and give it back unless it was a guess. Raises `TryLater`."""
        right: Callable[[], None] = self._guesses.begin(person, address)
        try:
            yield
        except Refusal as refused:
            if refused.code not in NO_GUESS:
                right()
            raise
        right()
