"""A home's system down, gone in the middle of a body, silent while the server is killed, answering twice: exactly one hand-over of the case."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from config.clock import SystemClock
from recordings import electronic_file
from recordings.keys import all_public, ensure_demo_keys
from signaling.store.sqlite import FILE_NAME
from tests.programs import Program
from tests.serving import Served, serving
from tests.simulated import clerk, resident
from tests.waiting import until, until_found

Mode = Literal["down", "cut", "silent", "twice"]


@dataclass
class Line:
    """Between the server and its home's system, on this machine; does what its `mode` says."""

    to: int
    mode: Mode = "down"
    port: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    """Mode → connections that ended in it."""

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mode = self.mode
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            if mode != "down":
                await self._carry(mode, reader, writer)
        self.seen[mode] = self.seen.get(mode, 0) + 1
        writer.close()

    async def _carry(self, mode: Mode, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = _length(head)
        there, back = await asyncio.open_connection("127.0.0.1", self.to)
        try:
            if mode == "cut":
                back.write(head + await reader.readexactly(length // 2))
                await back.drain()
                return
            back.write(head + await reader.readexactly(length))
            answer = await there.readuntil(b"\r\n\r\n")
            answer += await there.readexactly(_length(answer))
            if mode == "silent":  # it has been taken, and the server will never hear of it
                self.seen[mode] = self.seen.get(mode, 0) + 1
                await reader.read()
                return
            writer.write(answer * 2)
            await writer.drain()
        finally:
            back.close()


def _length(head: bytes) -> int:
    return next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))


@contextlib.asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    line = Line(port)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = int(server.sockets[0].getsockname()[1])
    try:
        yield line
    finally:
        server.close()


def rows(served: Served) -> list[dict[str, Any]]:
    """The outbox, read beside the running server."""
    with contextlib.closing(sqlite3.connect(f"file:{served.data / FILE_NAME}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute("SELECT * FROM handover")]


def is_over(served: Served) -> bool:
    return bool(rows(served))


@pytest.mark.timeout(600)
async def test_exactly_one_hand_over_through_every_failure_of_both_sides(tmp_path: Path) -> None:
    data, received = tmp_path / "data", tmp_path / "received"
    ensure_demo_keys(data, ("haiyan", "jinshan", "pinghu"), SystemClock().now())
    async with Program("signaling", "receiver", "--data", str(received), "--keys", str(data / "keys"), "--port", "0") as home:
        await until(lambda: home.out.startswith("ready "), 60)
        async with (
            line_to(int(home.out.strip().rpartition(":")[2])) as line,
            serving(data, VIRTUAL_WINDOW_HANDOVER_HOMES=f"jinshan=http://127.0.0.1:{line.port}/cases") as served,
        ):
            async with clerk(served, "--seconds", "3") as li, resident(served) as wang:
                visit = await wang.result()
                await li.result()
            session = visit["session"]
            await until(lambda: is_over(served), 60)
            await until(lambda: line.seen.get("down", 0) >= 2, 60)
            line.mode = "cut"
            await until(lambda: line.seen.get("cut"), 60)
            assert not list((received / "cases").iterdir()), "half a body is nothing"
            line.mode = "silent"
            await until(lambda: line.seen.get("silent"), 60)
            [kept] = (received / "cases").iterdir()
            receipt = json.loads((kept / "receipt.json").read_bytes())
            await served.crash()
            line.mode = "twice"
            await served.start()
            await until(lambda: rows(served)[0]["state"] == "acknowledged", 150)
            [row] = rows(served)
            assert (row["receipt"], row["digest"], row["session"], row["metadata"]) == (receipt["receipt"], receipt["digest"], session, None)
            assert [folder.name for folder in (received / "cases").iterdir()] == [kept.name]
            told = [body for what, body in served.ledger(session) if what == "handed-over"]
            assert told == [{"case": row["case_number"], "n": 1, "digest": row["digest"], "receipt": row["receipt"]}]
            with (kept / "file.zip").open("rb") as file:
                found = electronic_file.read(file)
                assert electronic_file.prove(file, all_public(data)) >= 3
            assert found.metadata["case"]["session"] == session and found.metadata["case"]["outcome"] == "accepted"

            async def is_well() -> bool:
                child = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "signaling", "doctor", "--data", str(data), "--json", stdout=asyncio.subprocess.PIPE
                )
                out, _ = await child.communicate()
                return not [f for f in json.loads(out)["findings"] if "hand" in f["code"]]

            await until_found(is_well, 60)
