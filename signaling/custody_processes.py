"""The trial's custodies: one process a jurisdiction whose keys lie here, started again when it ends, gone with the server.

In earnest each home runs its own, under a user and in a house of its own (docs/keys.md); then nothing is started here.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from structlog.typing import FilteringBoundLogger

PAUSE, PAUSE_MOST = 0.3, 5.0
"""Seconds before one that ended is started again; the first is about what a killed server's takes to let its register go."""
LIVED_SECONDS = 10.0
END_SECONDS = 5.0


class CustodyProcesses:
    """`run` until cancelled."""

    def __init__(self, data: Path, jurisdictions: Sequence[str], log: FilteringBoundLogger) -> None:
        self._data = data
        self._jurisdictions = jurisdictions
        self._log = log

    async def run(self) -> None:
        """Keep them all running; each is begun when the one before it is ready, or has failed to be."""
        async with asyncio.TaskGroup() as group:
            for jurisdiction in self._jurisdictions:
                begun = asyncio.Event()
                group.create_task(self._keep(jurisdiction, begun))
                await begun.wait()

    async def _keep(self, jurisdiction: str, begun: asyncio.Event) -> None:
        pause = PAUSE
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                code = await self._live(jurisdiction, begun)
            except OSError as error:  # no process, no disk: both may be had again
                self._log.error("custody-not-started", jurisdiction=jurisdiction, error=str(error))
                code = None
            begun.set()
            pause = PAUSE if loop.time() - started > LIVED_SECONDS else min(pause * 2, PAUSE_MOST)
            self._log.warning("custody-ended", jurisdiction=jurisdiction, code=code, again=pause)
            await asyncio.sleep(pause)

    async def _live(self, jurisdiction: str, begun: asyncio.Event) -> int:
        """One life of a custody; its exit code."""
        logs = self._data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / f"custody-{jurisdiction}.log").open("ab") as log:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "recordings.custody", "--jurisdiction", jurisdiction, "--data", str(self._data), "--with-stdin",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            assert child.stdout is not None
            if await child.stdout.readline():
                self._log.info("custody-started", jurisdiction=jurisdiction, pid=child.pid)
            begun.set()
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
