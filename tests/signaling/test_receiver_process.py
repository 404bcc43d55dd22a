"""The trial's receiver: takes what is dropped, is there again when it is killed, and goes with the server."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import structlog
from structlog.testing import capture_logs

from config.clock import SystemClock
from config.tasks import Tasks
from signaling.home_drop import DropFolder
from signaling.home_systems import inbox
from signaling.receiver_process import receiver_process
from tests.signaling.receiver.cases import Cases
from tests.waiting import LONG, until


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_it_acknowledges_through_a_kill_and_ends_with_the_server(tmp_path: Path) -> None:
    cases = Cases(tmp_path)
    folder, tasks = inbox(tmp_path, "jinshan"), Tasks(lambda name, error: None)
    with capture_logs() as logs:
        running = tasks.start(receiver_process(tmp_path, [folder], structlog.get_logger()).run(), "receiver")

        def pids() -> list[int]:
            return [line["pid"] for line in logs if line["event"] == "receiver-started"]

        await until(lambda: len(pids()) == 1)
        first = await DropFolder(folder, SystemClock(), LONG).deliver(cases.delivery())
        os.kill(pids()[0], signal.SIGKILL)
        await until(lambda: len(pids()) == 2)
        (folder / "310116-330424-20261123-0001.1.receipt.json").unlink()
        assert await DropFolder(folder, SystemClock(), LONG).deliver(cases.delivery()) == first
        running.cancel()
        await asyncio.wait([running])
        await until(lambda: not is_there(pids()[1]))
    assert "receiver-ended" in [line["event"] for line in logs]
