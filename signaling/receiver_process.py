"""The trial's receiver: one process for every home that has a folder here, started again when it ends, gone with the server.

In earnest each home has a system of its own; then nothing is started here.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from signaling.home_systems import TRIAL

PAUSE, PAUSE_MOST = 0.5, 10.0
"""Seconds before one that ended is started again."""
LIVED_SECONDS = 10.0
END_SECONDS = 5.0


class ReceiverProcess:
    """`run` until cancelled. `drops` are the folders that it takes cases from."""

    def __init__(self, data: Path, drops: Sequence[Path], log: FilteringBoundLogger) -> None:
        self._data = data
        self._drops = drops
        self._log = log

    async def run(self) -> None:
        """Keep it running."""
        pause, loop = PAUSE, asyncio.get_running_loop()
        while True:
            started, code = loop.time(), None
            try:
                code = await self._live()
            except OSError as error:  # no process, no disk: both may be had again
                self._log.error("receiver-not-started", error=str(error))
            pause = PAUSE if loop.time() - started > LIVED_SECONDS else min(pause * 2, PAUSE_MOST)
            self._log.warning("receiver-ended", code=code, again=pause)
            await asyncio.sleep(pause)

    async def _live(self) -> int:
        """One life of it; its exit code."""
        logs = self._data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        drops = [word for folder in self._drops for word in ("--drop", str(folder))]
        with (logs / "receiver.log").open("ab") as log:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "signaling.receiver.program", "--data", str(self._data / TRIAL), "--keys", str(self._data / "keys"),
                "--with-stdin", *drops, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            assert child.stdout is not None
            if await child.stdout.readline():
                self._log.info("receiver-started", pid=child.pid)
            return await child.wait()
        finally:
            if child.returncode is None:
                await _ended(child)


async def _ended(child: asyncio.subprocess.Process) -> None:
    assert child.stdin is not None
    child.stdin.close()
    try:
        await asyncio.wait_for(child.wait(), END_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
