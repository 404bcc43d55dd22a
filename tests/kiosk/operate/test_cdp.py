"""The browser's protocol over a pipe, with a browser of a few lines."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from kiosk.operate.cdp import Cdp, CdpError
from tests.waiting import until


class Browser:
    """The other end: what was asked, and what is answered to it."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any], str | None]] = []
        self.gone = 0

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        asked, ask = os.pipe()
        read, self._answer = os.pipe()
        self.asked, reader = asyncio.StreamReader(), asyncio.StreamReader()
        self._pipes = [
            (await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(self.asked), os.fdopen(asked, "rb")))[0],
            (await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb")))[0],
        ]
        transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(ask, "wb"))
        writer = asyncio.StreamWriter(transport, protocol, None, loop)
        self.cdp = Cdp(reader, writer, lambda *event: self.events.append(event), self.ended)

    def ended(self) -> None:
        self.gone += 1

    async def hears(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads((await self.asked.readuntil(b"\0"))[:-1])
        return message

    def says(self, **message: Any) -> None:
        os.write(self._answer, json.dumps(message).encode() + b"\0")

    def ends(self) -> None:
        if self._answer >= 0:
            os.close(self._answer)
            self._answer = -1

    async def close(self) -> None:
        self.ends()
        await self.cdp.close()
        for each in self._pipes:
            each.close()


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    running = Browser()
    await running.start()
    yield running
    await running.close()


async def test_answers_find_their_questions_in_any_order(browser: Browser) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(browser.cdp.ask("One", "s", word="字"))
        second = group.create_task(browser.cdp.ask("Two"))
        one, two = await browser.hears(), await browser.hears()
        browser.says(id=two["id"], result={"n": 2})
        browser.says(id=one["id"], result={"n": 1})
        browser.says(id=99, result={})
    assert (first.result(), second.result()) == ({"n": 1}, {"n": 2})
    assert one == {"id": one["id"], "method": "One", "params": {"word": "字"}, "sessionId": "s"}


async def test_events_are_heard(browser: Browser) -> None:
    browser.says(method="Page.frameNavigated", params={"a": 1}, sessionId="s")
    browser.says(method="Target.targetCreated")
    await until(lambda: len(browser.events) == 2)
    assert browser.events == [("Page.frameNavigated", {"a": 1}, "s"), ("Target.targetCreated", {}, None)]


async def test_a_refusal_a_silence_and_an_end_are_three_things(browser: Browser) -> None:
    async def refused() -> None:
        browser.says(id=(await browser.hears())["id"], error={"message": "no such world"})

    async with asyncio.TaskGroup() as group:
        group.create_task(refused())
        with pytest.raises(CdpError, match="refused: no such world"):
            await browser.cdp.ask("One")
    with pytest.raises(CdpError, match="silent"):
        await browser.cdp.ask("Two", seconds=0.01)
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(browser.ends))
        with pytest.raises(CdpError, match="gone"):
            await browser.cdp.ask("Three")
    with pytest.raises(CdpError, match="gone"):
        await browser.cdp.ask("Four")
    assert browser.gone == 1


async def test_what_is_no_message_ends_it(browser: Browser) -> None:
    os.write(browser._answer, b"{nonsense\0")
    await until(lambda: browser.gone == 1)
