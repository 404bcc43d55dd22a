"""A real media node in its own process, and a server's side of its socket, for tests and benchmarks."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from media import node_api as api
from tests.waiting import LONG, until

ROOT = Path(__file__).parents[2]


class Node:
    """A running node process and the facts in its node.json."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.facts: dict[str, Any] = json.loads((folder / "node.json").read_text())

    @property
    def log(self) -> str:
        return (self.folder / "node.log").read_text()

    def errors(self) -> list[str]:
        """What the node logged as an error."""
        return [line for line in self.log.splitlines() if json.loads(line).get("level") in ("error", "critical")]

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def udp_sockets(self) -> int:
        """Sockets for media that the process holds."""
        tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("udp", "udp6")]
        inodes = {line.split()[9] for table in tables for line in table}
        held = []
        for entry in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                held.append(str(entry.readlink()))
        return sum(target.removeprefix("socket:[").removesuffix("]") in inodes for target in held)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@asynccontextmanager
async def running_node(folder: Path, *options: str) -> AsyncIterator[Node]:
    """Start a node that uses this machine only; afterwards it is gone, whatever happened."""
    folder.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "media.node",
        "--data",
        str(folder),
        "--allow-loopback",
        "--log-file",
        str(folder / "node.log"),
        *options,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(LONG):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("ready ws://"), line
        yield Node(process, folder)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class Server:
    """The orders' side: one reply awaited for each order, news kept in the order they came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.news: list[api.FromNode] = []
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        decoder = msgspec.json.Decoder(api.FromNode)
        async for frame in self.socket:
            reply = decoder.decode(frame)
            waiting = self._waiting.pop(getattr(reply, "id", 0), None)
            if waiting is None:
                self.news.append(reply)
            else:
                waiting.set_result(reply)

    async def ask(self, kind: type[api.Order], **fields: Any) -> Any:
        """Give an order and return its reply."""
        order = kind(id=next(self._numbers), **fields)
        reply = self._waiting[order.id] = asyncio.get_running_loop().create_future()
        await self.socket.send(msgspec.json.encode(order).decode())
        async with asyncio.timeout(LONG):
            return await reply

    async def do(self, kind: type[api.Order], **fields: Any) -> Any:
        """As `ask`, and it must not fail."""
        reply = await self.ask(kind, **fields)
        assert not isinstance(reply, api.Failed), reply
        return reply

    async def up(self, participant: str, connection: str, epoch: int | None = None) -> None:
        """Wait for the news that a connection is through."""
        await until(
            lambda: any(
                isinstance(n, api.ConnectionUp)
                and n.participant == participant
                and n.connection == connection
                and epoch in (None, n.epoch)
                for n in self.news
            )
        )

    async def figures(self, room: str, participant: str, source: str) -> api.SourceFigures:
        """The counters of one source."""
        reply = await self.do(api.GetFigures, room=room)
        return next(f for f in reply.sources if (f.participant, f.source) == (participant, source))

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.socket.close()


@asynccontextmanager
async def dialled(node: Node) -> AsyncIterator[Server]:
    """A server that has proved itself; its first reply, the rooms, is in `news` order no more: see `Server.rooms`."""
    async with connect(node.facts["url"], compression=None, proxy=None) as socket:
        server = Server(socket)
        try:
            reply = await server.ask(api.Dial, protocol=api.NODE_PROTOCOL, token=node.facts["token"])
            assert isinstance(reply, api.Rooms), reply
            yield server
        finally:
            await server.close()
