"""The media node as a process: found again by `DIR/node.json`, started in a group of its own, started again when it dies.

It is not part of the server: it outlives a killed one, and the next server takes it over with its running rooms.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from structlog.typing import FilteringBoundLogger

from signaling.office.nodes import NodeAddress

RESTART_PAUSE = 0.2
"""Seconds between two starts; doubles up to RESTART_PAUSE_MOST while starts fail."""
RESTART_PAUSE_MOST = 5.0
LIVED_SECONDS = 10.0
"""A node that lived this long did start: the next pause is short again."""


def read_address(file: Path) -> NodeAddress | None:
    """The node's address, or None while there is none or it is being written."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=NodeAddress)
    except (OSError, msgspec.DecodeError):
        return None


class NodeProcess:
    """Keeps one node running under `data`. `arguments` are the node's settings as on its command line."""

    def __init__(self, data: Path, arguments: Sequence[str], log: FilteringBoundLogger) -> None:
        self._data = data
        self._arguments = list(arguments)
        self._log = log

    def address(self) -> NodeAddress | None:
        """For `Node`: where the node of the moment listens; None while it is not a running process.

        After a power cut the file of the last node is still there, and its pid may be anybody's: a node has the folder's lock open.
        """
        address = read_address(self._data / "node.json")
        return address if address is not None and _alive(address.pid) and _has_open(address.pid, self._data / "node.lock") else None

    async def run(self) -> None:
        """Adopt the node that runs or start one, and again whenever it ends, until cancelled (which leaves it running)."""
        pause = RESTART_PAUSE
        while True:
            adopted = self.address()
            began = asyncio.get_running_loop().time()
            if adopted is not None:
                self._log.info("node-adopted", pid=adopted.pid)
                await _until_gone(adopted.pid)
            else:
                try:
                    await self._start()
                except OSError as error:  # no process, no disk: both may be had again
                    self._log.error("node-not-started", error=str(error))
            lived = asyncio.get_running_loop().time() - began
            pause = RESTART_PAUSE if lived > LIVED_SECONDS else min(pause * 2, RESTART_PAUSE_MOST)
            self._log.warning("node-ended", lived=round(lived, 1))
            if lived <= LIVED_SECONDS:
                await asyncio.sleep(pause)

    async def _start(self) -> None:
        logs = self._data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / "node.log").open("ab") as log:
            # Not asyncio's: its transport kills the child when the loop ends, and a node outlives its server.
            child = subprocess.Popen(  # noqa: ASYNC220, S603 - milliseconds, once a node's life; our own program
                [sys.executable, "-m", "media.node", "--data", str(self._data), *self._arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._log.info("node-started", pid=child.pid)
        try:
            await _until_gone(child.pid)
        finally:
            child.poll()  # reaps it if it has ended
            child.returncode = child.returncode if child.returncode is not None else 0  # it goes on without us: nothing to warn of


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """A child that ended and was not waited for still answers to signals."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def _has_open(pid: int, file: Path) -> bool:
    """Whether the process has this file open; False also when it is somebody else's, into which we may not look."""
    try:
        wanted = file.stat()
        return any(_is_same(handle, wanted) for handle in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def _is_same(handle: Path, wanted: os.stat_result) -> bool:
    try:
        return os.path.samestat(handle.stat(), wanted)
    except OSError:
        return False  # closed while we looked


async def _until_gone(pid: int) -> None:
    """Wait for a process that is not our child."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(handle, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
