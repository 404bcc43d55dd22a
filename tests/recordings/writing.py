"""A writer without a node, as a process of its own or in this one: messages in over the socket pair, what it tells kept."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from config.clock import Clock, SystemClock
from config.logs import get_logger
from recordings import writer_wire as wire
from recordings.disks import Disks
from recordings.vault import VAULTS
from recordings.writer_desk import Desk
from tests.media.film import HOME, SESSION, Home, opus_packet, vp8_picture
from tests.programs import ROOT
from tests.waiting import LONG

VIDEO: wire.Media = "video/webm;codecs=vp8"
AUDIO: wire.Media = "audio/webm;codecs=opus"


class NodeSide:
    """The node's side of the line."""

    def __init__(self, receive: asyncio.StreamReader, send: asyncio.StreamWriter) -> None:
        self.told: list[wire.Told] = []
        self.wanted: list[int] = []
        self.health: list[wire.Health] = []
        self._send = send
        self._reading = asyncio.get_running_loop().create_task(self._read(receive))

    async def _read(self, receive: asyncio.StreamReader) -> None:
        reader = wire.at_node()
        while data := await receive.read(1 << 16):
            for message in reader.feed(data):
                if isinstance(message, wire.Told):
                    self.told.append(message)
                elif isinstance(message, wire.WantKeyframe):
                    self.wanted.append(message.track)
                else:
                    self.health.append(message)

    def lines(self, what: str | None = None) -> list[dict[str, Any]]:
        found = [json.loads(told.line) for told in self.told]
        return [line for line in found if what in (None, line["what"])]

    def say(self, *messages: wire.Message) -> None:
        for message in messages:
            self._send.write(wire.encode(message))

    def say_bytes(self, data: bytes) -> None:
        self._send.write(data)

    def hang_up(self) -> None:
        """Nothing more will be said: the writer finishes."""
        self._send.write_eof()

    async def last_words(self) -> None:
        """Until the other end is closed."""
        await self._reading

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._send.close()


class Writer(NodeSide):
    """A writer that is a process, and its log."""

    def __init__(self, process: asyncio.subprocess.Process, receive: asyncio.StreamReader, send: asyncio.StreamWriter, log: Path) -> None:
        super().__init__(receive, send)
        self.process = process
        self._log = log

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()] if self._log.exists() else []

    def events(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.log if event["event"] == name]

    async def ended(self) -> int:
        """Close our end; the status it ends with."""
        self.hang_up()
        async with asyncio.timeout(LONG):
            status = await self.process.wait()
            await self.last_words()
        return status

    async def close(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await super().close()


@asynccontextmanager
async def writing(data: Path) -> AsyncIterator[Writer]:
    """A writer on this data folder; afterwards it is gone."""
    data.mkdir(parents=True, exist_ok=True)
    ours, theirs = socket.socketpair()
    log = data / "writer.log"
    with theirs:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "recordings.writer", "--data", str(data), "--fd", str(theirs.fileno()), "--log-file", str(log),
            cwd=ROOT, pass_fds=(theirs.fileno(),), stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    receive, send = await asyncio.open_connection(sock=ours)
    writer = Writer(process, receive, send, log)
    try:
        yield writer
    finally:
        await writer.close()


@asynccontextmanager
async def writing_here(data: Path, clock: Clock) -> AsyncIterator[NodeSide]:
    """A writer in this process, so that its clock is ours and its disk may refuse; it has finished afterwards."""
    data.mkdir(parents=True, exist_ok=True)
    log = get_logger("writer")
    ours, theirs = socket.socketpair()
    receive, send = await asyncio.open_connection(sock=theirs)
    node = NodeSide(*await asyncio.open_connection(sock=ours))
    desk = Desk(Disks([data / folder for folder in VAULTS], log), clock, log, send)
    running = asyncio.get_running_loop().create_task(desk.run(receive))
    try:
        yield node
        node.hang_up()
        async with asyncio.timeout(LONG):
            await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        send.close()
        await node.close()


def now_ms() -> int:
    return round(SystemClock().now() * 1000)


def opening(home: Home, session: str = SESSION, origin: int | None = None) -> wire.OpenSession:
    return wire.OpenSession(session, now_ms() if origin is None else origin, HOME, home.public)


def track(number: int = 1, publication: str = "resident.microphone", media: wire.Media = AUDIO, *, session: str = SESSION, epoch: int = 1) -> wire.OpenTrack:
    return wire.OpenTrack(number, session, publication, epoch, media)


def sound(begin: int, count: int, track: int = 1) -> list[wire.Message]:
    """Packets of 20 ms from number `begin` on; their time is their number's."""
    return [wire.Frame(track, n * 20, 0, 5, True, 0, 0, n, n, opus_packet(n)) for n in range(begin, begin + count)]


def pictures(begin: int, count: int, track: int = 1, *, size: int = 300) -> list[wire.Message]:
    """Pictures of 40 ms, the first a keyframe."""
    return [
        wire.Frame(track, n * 40, 0, 5, n == begin, 640, 360, n, n, vp8_picture(n, key=n == begin, size=size))
        for n in range(begin, begin + count)
    ]
