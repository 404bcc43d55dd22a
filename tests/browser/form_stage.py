"""Two ends of a guided form in a real Chromium, on the server's own paper, over a line that takes its time."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import re
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web
from playwright.async_api import Browser, Page

from config.forms import Form
from config.tasks import Tasks
from config.text import HERE
from signaling.domain.form_steps import Side
from signaling.domain.refusals import Refusal
from signaling.office.form_paper import FormPaper, Sheet
from tests.browser.small_page import opened, served

PAGE = Path(__file__).parent / "form_page"
BROKEN_LINE = re.compile("WebSocket")
TODAY = dt.date(2026, 11, 23)


class FormServer:
    """The paper, and a line of `delay` seconds in each direction to either end."""

    def __init__(self, folder: Path, form: Form, delay: float = 0.15, words: Path = HERE / "words") -> None:
        self._folder, self._words, self._delay = folder, words, delay
        self.paper = FormPaper(form)
        self.sent: dict[Side, list[str]] = {"resident": [], "clerk": []}
        self.refused: list[str] = []
        self._lines: dict[Side, web.WebSocketResponse] = {}
        self._tasks = Tasks(lambda name, error: self.refused.append(f"{name}: {error}"))
        self.url = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[FormServer]:
        more = web.get("/form", self._form), web.get("/words/{language}", self._book), web.get("/line", self._line)
        async with served(self._folder, *more) as self.url:
            try:
                yield self
            finally:
                await self._tasks.close()

    async def _form(self, request: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(self.paper.form), content_type="application/json")

    async def _book(self, request: web.Request) -> web.Response:
        book = json.loads((self._words / f"{request.match_info['language']}.json").read_text(encoding="utf-8"))
        return web.json_response({key: words for key, words in book.items() if key.startswith("form.")})

    async def _line(self, request: web.Request) -> web.WebSocketResponse:
        side: Side = "clerk" if request.query["side"] == "clerk" else "resident"
        line = web.WebSocketResponse()
        await line.prepare(request)
        self._lines[side] = line
        self._send(side, self._view())
        loop = asyncio.get_running_loop()
        async for message in line:
            if message.type is WSMsgType.TEXT:
                loop.call_later(self._delay, self._hear, side, line, json.loads(message.data))
        return line

    def _hear(self, side: Side, line: web.WebSocketResponse, message: dict[str, Any]) -> None:
        """One message, after its way; one that was under way on a line that broke is lost."""
        if self._lines.get(side) is not line or line.closed:
            return
        try:
            self._do(side, message)
        except Refusal as refusal:
            self.refused.append(refusal.code)
            if message["type"] == "edit":
                self._send(side, {"type": "refused", "number": message["number"], "code": refusal.code})
        for each in self._lines:
            self._send(each, self._view())

    def _do(self, side: Side, message: dict[str, Any]) -> None:
        paper = self.paper
        match message["type"]:
            case "hello":
                sheets = paper.welcome(side, {field: b64decode(vector) for field, vector in message["vectors"].items()})
                self._send(side, {"type": "welcome", "sheets": _sheets(sheets)})
            case "edit":
                applied = paper.apply(message["field"], b64decode(message["update"]), side)
                self._send(side, self._view())  # before the answer: whoever waits for it looks at what is wrong next
                self._send(side, {"type": "taken", "number": message["number"]})
                for other in applied.to:
                    self._send(other, {"type": "edited", "field": applied.field, "update": b64encode(applied.update).decode()})
            case "confirm":
                paper.confirm(message["page"], message["seen"], side, TODAY)
            case "reopen":
                paper.reopen(message["page"])
            case "point":
                paper.point(message["field"], side)
            case "stroke":
                self._send("resident" if side == "clerk" else "clerk", {**message, "type": "pointed"})
            case "show":
                sheets = paper.show(message["field"], side, message["shown"])
                self._send("clerk", {"type": "revealed", "sheets": _sheets(sheets)} if sheets else {"type": "forget", "field": message["field"]})

    def _view(self) -> dict[str, Any]:
        return {"type": "view", "view": msgspec.to_builtins(self.paper.view(TODAY))}

    def _send(self, side: Side, message: dict[str, Any]) -> None:
        text, line = json.dumps(message), self._lines.get(side)
        if line is not None:
            asyncio.get_running_loop().call_later(self._delay, self._deliver, side, line, text)

    def _deliver(self, side: Side, line: web.WebSocketResponse, text: str) -> None:
        if not line.closed:
            self.sent[side].append(text)
            self._tasks.start(line.send_str(text), "form-line")


def _sheets(sheets: dict[str, Sheet]) -> dict[str, dict[str, str]]:
    return {field: {"update": b64encode(sheet.update).decode(), "vector": b64encode(sheet.vector).decode()} for field, sheet in sheets.items()}


@contextlib.asynccontextmanager
async def end(browser: Browser, server: FormServer, side: Side, language: str = "zh-CN") -> AsyncIterator[Page]:
    """One end's page."""
    size = (1080, 1920) if side == "resident" else (760, 900)
    async with opened(browser, f"{server.url}/?side={side}&language={language}", size, BROKEN_LINE) as page:
        await page.locator("[data-test=guided-form]").wait_for()
        yield page
