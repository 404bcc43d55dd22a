"""A room that is recorded: the order, the lines that come back, a sender that keeps sending."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from config.clock import SystemClock
from media import node_api as api
from media import rtcp
from tests.media.film import HOME, SESSION, Home, opus_packet, rtp_payloads, vp8_picture
from tests.media.node_process import Server
from tests.media.raw_end import RawEnd
from tests.waiting import LONG, until

HELD_UP = 0.2
"""Seconds."""


async def record(server: Server, home: Home, room: str = "r", *, session: str = SESSION, origin: int | None = None) -> int:
    """Order it; returns the origin."""
    origin = round(SystemClock().now() * 1000) if origin is None else origin
    await server.do(api.Record, room=room, session=session, origin=origin, home=HOME, home_key=home.key)
    return origin


def lines(server: Server, what: str | None = None, **fields: Any) -> list[dict[str, Any]]:
    """The journal lines that were told, of one kind and with these fields."""
    told = [json.loads(news.line) for news in server.news if isinstance(news, api.JournalLine)]
    return [
        line
        for line in told
        if what in (None, line["what"]) and all(line.get(field) == value for field, value in fields.items())
    ]


def states(server: Server) -> list[str]:
    """Whether what is recorded reached a disk, as it was told: `ok` or the reason why not."""
    return [news.reason or "ok" for news in server.news if isinstance(news, api.RecordingState)]


class Film:
    """Sends pictures or sound on one m-line; a keyframe when asked for one, as a browser does."""

    def __init__(self, end: RawEnd, mid: str, *, size: int = 300, width: int = 640, height: int = 360, slow: float = 0.0) -> None:
        self.slow = slow
        """Seconds from a frame's capture to its sending; told by reports alone."""
        self.end = end
        self.mid = mid
        self.size, self.width, self.height = size, width, height
        self.sent: list[bytes] = []
        """Frames, in order."""
        self.times: list[float] = []
        self.packets = 0
        self._ts = 1000
        self._asked = 0
        self.is_video = end.local(mid).kind == "video"
        self._rate = 90_000 if self.is_video else 48_000

    def _wanted(self) -> bool:
        asked = sum(self.end.local(self.mid).sender._ssrc in m.media for m in self.end.reported(rtcp.KeyframeRequest))
        wanted, self._asked = asked > self._asked, asked
        return wanted

    async def show(
        self, *, key: bool = False, lose: frozenset[int] = frozenset(), ticks: int | None = None, late: float = 0.0
    ) -> bytes:
        """Send the next frame; `lose` are packets of it that do not arrive. `ticks`: RTP time since the one before, and `late` seconds more."""
        number = len(self.sent)
        self._ts += (3000 if self.is_video else 960) if ticks is None else ticks
        self._ts += round(late * self._rate)
        if self.is_video:
            key = self._wanted() or key or not self.sent
            frame = vp8_picture(number, key=key, size=self.size, width=self.width, height=self.height)
            payloads = rtp_payloads(frame)
        else:
            frame = opus_packet(number)
            payloads = [frame]
        self.sent.append(frame)
        self.times.append(SystemClock().now())
        self.packets += len(payloads)
        for index, payload in enumerate(payloads):
            await self.end.send(self.mid, payload, ts=self._ts, lost=index in lose, marker=index == len(payloads) - 1)
        return frame

    async def report(self) -> None:
        """A sender report: what is captured now has this timestamp."""
        ssrc = self.end.local(self.mid).sender._ssrc
        ntp = int((SystemClock().now() + 2208988800) * (1 << 32))
        since = SystemClock().now() - self.times[-1] + self.slow
        ts = self._ts + round(since * self._rate)
        report = rtcp.SenderReport(ssrc, ntp, ts & 0xFFFFFFFF, len(self.sent), 0)
        await self.end.send_rtcp(rtcp.write_sender_report(report) + rtcp.write_names([(ssrc, "x")]))


@asynccontextmanager
async def rolling(*films: Film, rate: float = 30.0, reports: bool = False) -> AsyncIterator[None]:
    """Films that go on by themselves, at their own pace. One with reports has no frames of a time at which it was held up, as a camera has none:
    its timestamps are what its reports say of them."""

    async def roll(film: Film) -> None:
        loop = asyncio.get_running_loop()
        began, count, late = loop.time(), 0, 0.0
        pace = rate if film.is_video else 50.0
        while True:
            await film.show(late=late)
            count += 1
            if reports and count % 10 == 0:
                await film.report()
            behind = loop.time() - began - count / pace
            late = behind if reports and behind > HELD_UP else 0.0
            began += late
            await asyncio.sleep(max(0.0, -behind))

    tasks = [asyncio.get_running_loop().create_task(roll(film)) for film in films]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def arrived(server: Server, *films: Film, missing: int = 0, before: tuple[Film, ...] = ()) -> None:
    """Everything that these films have sent is at the node; `before` are those of earlier epochs, `missing` packets never come."""
    for film in films:
        source = "camera" if film.is_video else "microphone"
        due = sum(each.packets for each in (film, *before) if each.is_video == film.is_video)
        async with asyncio.timeout(LONG):
            while (await server.figures("r", "resident", source)).received < due - missing * film.is_video:
                await asyncio.sleep(0.01)


async def closed(server: Server) -> None:
    """The room is closed, and everything of it told."""
    await server.do(api.CloseRoom, room="r")
    await until(lambda: lines(server, "room-closed"))
