"""The writer as the node's child: started for work, started again when it dies, gone when it has finished."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

from config.clock import SystemClock
from config.logs import get_logger
from config.tasks import Tasks
from media.writer_line import WriterLine
from media.writer_process import WriterProcess
from recordings.writer_wire import CloseSession, FromWriter, OpenSession, Told
from tests.media.film import HOME, SESSION, Home
from tests.waiting import until


class Node:
    """As much of a node as a writer needs."""

    def __init__(self, data: Path) -> None:
        self.told: list[FromWriter] = []
        self.failed: list[BaseException] = []
        self.tasks = Tasks(lambda name, error: self.failed.append(error))
        self.line = WriterLine(self.told.append, self.failed.append)
        self.writer = WriterProcess(data, ["--log-file", str(data / "writer.log")], self.line, self.tasks, get_logger("test"))
        self._data = data

    def children(self) -> list[int]:
        """Our writers that run."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if f"--data\0{self._data}\0".encode() in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    def what(self) -> list[str]:
        return [json.loads(told.line)["what"] for told in self.told if isinstance(told, Told)]


def opening() -> OpenSession:
    return OpenSession(SESSION, round(SystemClock().now() * 1000), HOME, Home().public)


async def test_it_is_started_once_and_ends_when_everything_is_written(tmp_path: Path) -> None:
    node = Node(tmp_path)
    node.line.tell(opening())
    node.line.tell(CloseSession(SESSION, 1))
    assert node.children() == []
    node.writer.ensure()
    node.writer.ensure()
    await until(lambda: "room-closed" in node.what())
    assert len(node.children()) == 1
    await node.writer.close()
    assert node.children() == [] and not node.line.connected
    assert len(node.tasks) == 0 and node.failed == []


async def test_it_is_started_again_and_hears_of_the_session_again(tmp_path: Path) -> None:
    node = Node(tmp_path)
    node.line.tell(opening())
    node.writer.ensure()
    for life in range(1, 3):
        await until(lambda life=life: node.what().count("writer-started") >= life)
        (pid,) = node.children()
        os.kill(pid, signal.SIGKILL)
        await until(lambda pid=pid: node.children() not in ([], [pid]))
    node.line.tell(CloseSession(SESSION, 1))
    await until(lambda: "room-closed" in node.what())
    await node.writer.close()
    assert node.children() == [] and node.failed == []


async def test_closing_without_ever_having_started_is_nothing(tmp_path: Path) -> None:
    node = Node(tmp_path)
    await node.writer.close()
    node.writer.ensure()
    await asyncio.sleep(0)
    assert node.children() == [] and len(node.tasks) == 0
