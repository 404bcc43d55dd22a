"""The media node as a process, with real ones: started, started again, taken over, and never two in one folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from config.tasks import Tasks
from media.node_api import NODE_PROTOCOL
from signaling.office import node_process
from signaling.office.node_process import NodeProcess, read_address
from signaling.office.nodes import Node
from tests.waiting import until


class Keeper:
    """One server's hand on the node of a folder; leaving it leaves the node running, as a killed server does."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.process = NodeProcess(data, arguments, structlog.get_logger())
        self.failed: list[object] = []
        self.tasks = Tasks(lambda name, error: self.failed.append(error))

    async def __aenter__(self) -> Keeper:
        self.tasks.start(self.process.run(), "node process")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.tasks.close()
        assert not self.failed, self.failed

    async def pid(self, other_than: int = 0) -> int:
        """The node's, once one is up."""
        await until(lambda: (a := self.process.address()) is not None and a.pid != other_than, 60)
        address = self.process.address()
        assert address is not None
        return address.pid


async def gone(pid: int) -> None:
    """Until it has ended; a child that nobody waited for any more (its keeper has left) is waited for here."""

    def ended() -> bool:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        return not Path(f"/proc/{pid}").exists()

    await until(ended)


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def folder(tmp_path: Path, log: list[EventDict], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """A server's folder; every node that was started in it is ended by its pid."""
    monkeypatch.setattr(node_process, "RESTART_PAUSE", 0.02)
    monkeypatch.setattr(node_process, "RESTART_PAUSE_MOST", 0.1)
    yield tmp_path
    for pid in said(log, "node-started"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await gone(pid)


def said(log: list[EventDict], event: str) -> list[int]:
    """The pids of which the log says so."""
    return [entry["pid"] for entry in log if entry["event"] == event]


async def test_a_node_is_started_in_a_group_of_its_own_and_again_when_it_is_killed(folder: Path, log: list[EventDict]) -> None:
    async with Keeper(folder, "--idle-minutes", "1") as keeper:
        first = await keeper.pid()
        assert os.getsid(first) == os.getpgid(first) == first != os.getpid(), "a signal to the server's group must not reach it"
        assert b"--idle-minutes" in Path(f"/proc/{first}/cmdline").read_bytes()
        os.kill(first, signal.SIGKILL)
        second = await keeper.pid(other_than=first)
        assert said(log, "node-started") == [first, second]
        assert (folder / "logs" / "node.log").stat().st_size > 0


async def test_the_next_server_takes_the_node_over_and_starts_its_own_only_when_that_one_is_gone(folder: Path, log: list[EventDict]) -> None:
    async with Keeper(folder) as first:
        pid = await first.pid()
    os.kill(pid, 0)
    async with Keeper(folder) as second:
        await until(lambda: said(log, "node-adopted") == [pid])
        assert await second.pid() == pid
        failed: list[object] = []
        tasks, line = Tasks(lambda name, error: failed.append(error)), Node(second.process.address, structlog.get_logger())
        tasks.start(line.run(), "line")
        await until(lambda: line.is_up)
        assert said(log, "node-started") == [pid]
        os.kill(pid, signal.SIGKILL)
        fresh = await second.pid(other_than=pid)
        await until(lambda: said(log, "node-started") == [pid, fresh])
        line.open_room("s.1")
        await until(lambda: line.is_up)
        assert (await line.figures("s.1")).room == "s.1"
        await tasks.close()
        assert not failed


async def test_the_file_of_a_node_that_a_power_cut_ended_is_not_believed_even_if_its_pid_is_somebodys(folder: Path, log: list[EventDict]) -> None:
    mine = {"node": "old", "pid": os.getpid(), "url": "ws://127.0.0.1:1", "token": "t", "started": 0.0, "protocol": NODE_PROTOCOL}
    (folder / "node.json").write_text(json.dumps(mine))
    (folder / "node.lock").touch()
    async with Keeper(folder) as keeper:
        pid = await keeper.pid()
        assert pid != os.getpid()
        assert said(log, "node-started") == [pid]
        assert not said(log, "node-adopted")


async def test_a_second_server_that_starts_a_node_too_finds_the_first(folder: Path, log: list[EventDict]) -> None:
    """Both start one at the same moment; the lock lets one live, and the other server takes it over."""
    async with Keeper(folder) as one, Keeper(folder) as two:
        pid = await one.pid()
        await until(lambda: pid in said(log, "node-adopted"), 60)
        assert await two.pid() == pid
        assert len(said(log, "node-started")) >= 2
        os.kill(pid, 0)


async def test_a_node_that_cannot_start_is_tried_again_and_so_is_a_folder_that_cannot_be_written(folder: Path, log: list[EventDict]) -> None:
    (folder / "logs").write_text("in the way")
    async with Keeper(folder, "--no-such-option"):
        await until(lambda: sum(entry["event"] == "node-not-started" for entry in log) >= 2)
        assert not said(log, "node-started")
        (folder / "logs").unlink()
        await until(lambda: len(said(log, "node-started")) >= 2, 60)
        assert "no-such-option" in (folder / "logs" / "node.log").read_text()


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"pid": 1}', b"\xff\xfe", b'{"node":"a","pid":"x","url":"u","token":"t","started":0,"protocol":1}'])
def test_a_file_that_is_not_there_or_half_written_is_no_address(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "node.json").write_bytes(content)
    assert read_address(tmp_path / "node.json") is None


async def test_a_pid_that_nobody_has_is_no_node(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec("true")
    await child.wait()
    facts = {"node": "old", "pid": child.pid, "url": "ws://127.0.0.1:1", "token": "t", "started": 0.0, "protocol": NODE_PROTOCOL}
    (tmp_path / "node.json").write_text(json.dumps(facts))
    assert read_address(tmp_path / "node.json") is not None
    assert NodeProcess(tmp_path, (), structlog.get_logger()).address() is None
