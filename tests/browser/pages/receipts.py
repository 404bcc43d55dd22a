"""Receipts as a staffed window is shown them: the played server's half of `/window`, and one plausible receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from signaling.wire import window
from signaling.wire.http import BothLanguages
from signaling.wire.notices import ReceiptLookUp
from tests.browser.pages.stage import PageServer, plain, refusal

CODE = "AB2CD-EF3GH"
SQUARE = f"VW1 jinshan session-000001 41 {'5e' * 32} {CODE}"
CARD, MARRIAGE, INSURANCE = (f"310116-330424-20261128-0012{more}" for more in ("", "-2", "-3"))
BASIC, SAMPLE = "2023-09-22", "sample"
DELIVERED = "2026-12-01"


def both(zh: str, en: str) -> BothLanguages:
    return BothLanguages(zh, en)


def lacking(material: int, zh: str, en: str, reason: Any = "not-brought", received: int = 0) -> window.WindowLacking:
    return window.WindowLacking(material, both(zh, en), reason, received)


def case(number: str, zh: str, en: str, state: Any, **what: Any) -> window.WindowCase:
    """Nothing promised, nothing lacking, nothing allowed; anything else by name."""
    nothing: dict[str, Any] = {
        "due": None, "over": False, "lacking": [], "form": None, "follow_by": None, "notice": False, "nearby": False, "delivered_on": None, "may": [],
    }  # fmt: skip
    return window.WindowCase(case=number, service=both(zh, en), state=state, **{**nothing, **what})


def may(*acts: Any) -> list[window.WindowAllowed]:
    return [window.WindowAllowed(act, BASIC if act == "accept-papers" else SAMPLE) for act in acts]


def receipt(*cases: window.WindowCase) -> window.WindowStatus:
    return window.WindowStatus("jinshan", both("上海市金山区", "Jinshan District, Shanghai"), list(cases))


RETURNED = case(
    CARD, "居民身份证异地换领", "Renewal of an identity card away from home", "returned", notice=True, form="signature-missing", may=may("accept-papers", "one-time-notice"),
    lacking=[lacking(0, "居民户口簿", "Household register"), lacking(2, "近期免冠照片（两张）", "Two recent photographs", "blurred")],
)  # fmt: skip
ACCEPTED = case(MARRIAGE, "临时居民身份证申领", "Temporary identity card", "accepted", due="2026-12-15", nearby=True, may=may("deliver-outcome"))
GAPS = case(
    INSURANCE, "少儿城乡居民基本医疗保险参保", "Medical insurance for a child", "accepted-with-gaps", due="2026-11-20", over=True, follow_by="2026-12-04", notice=True,
    lacking=[lacking(1, "出生医学证明", "Medical certificate of birth", "follows")],
)  # fmt: skip


class Receipts:
    """What the server knows of receipts; `heard` is what it was asked, `refuse` a code and status for the next of a route."""

    def __init__(self, server: PageServer, *cases: window.WindowCase) -> None:
        self._server = server
        self.status = receipt(*cases)
        self.heard: list[Any] = []
        self.refuse: dict[str, tuple[str, int]] = {}
        self.answering = asyncio.Event()
        self.answering.set()
        """Cleared: every answer waits."""
        routes: list[tuple[str, type[Any], Callable[[Any], web.Response]]] = [
            ("receipts", ReceiptLookUp, lambda asked: self._shown()), ("notices", window.WindowNotice, self._notice),
            ("papers", window.WindowPapers, self._papers), ("outcomes", window.WindowOutcome, self._outcome),
        ]  # fmt: skip
        server.routes = [*server.routes, *(("POST", f"/api/v1/window/{name}", self._route(name, body, answer)) for name, body, answer in routes)]

    def _route(self, name: str, body: type[Any], answer: Callable[[Any], web.Response]) -> Any:
        async def handle(request: web.Request) -> web.Response:
            asked = msgspec.json.decode(await request.read(), type=body)
            self.heard.append(asked)
            await self.answering.wait()
            if not self._server.logged_in:
                return refusal("not-logged-in", 401)
            if name in self.refuse:
                code, status = self.refuse.pop(name)
                response = refusal(code, status)
                if status == 429:
                    response.headers["Retry-After"] = "20"
                return response
            return refusal("unknown-receipt", 404) if asked.code != CODE else answer(asked)

        return handle

    def of(self, kind: type[Any]) -> list[Any]:
        return [each for each in self.heard if type(each) is kind]

    def _shown(self) -> web.Response:
        return plain(self.status)

    def _change(self, number: str, change: Callable[[window.WindowCase], window.WindowCase]) -> web.Response:
        self.status = msgspec.structs.replace(self.status, cases=[change(each) if each.case == number else each for each in self.status.cases])
        return self._shown()

    def _notice(self, asked: window.WindowNotice) -> web.Response:
        return web.Response(body=SHEET, content_type="application/pdf")

    def _papers(self, asked: window.WindowPapers) -> web.Response:
        def taken(one: window.WindowCase) -> window.WindowCase:
            lines = [
                msgspec.structs.replace(line, received=line.received + asked.copies) if line.material == asked.material else line for line in one.lacking
            ]  # fmt: skip
            return msgspec.structs.replace(one, lacking=lines)

        return self._change(asked.case, taken)

    def _outcome(self, asked: window.WindowOutcome) -> web.Response:
        return self._change(asked.case, lambda one: msgspec.structs.replace(one, delivered_on=DELIVERED, may=[]))


SHEET = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n"
)
"""An empty sheet of A4."""
