"""The trial's custodies: one process a jurisdiction whose keys lie here.

In earnest each home runs its own, under a user and in a house of its own (docs/keys.md); then nothing is started here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from signaling.kept_process import KeptProcess

PAUSE = (0.3, 5.0)
"""Seconds before one that ended is started again, at first and at most; the first is about what a killed server's takes to let its register go."""


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
                group.create_task(self._custody(jurisdiction).run(begun.set))
                await begun.wait()

    def _custody(self, jurisdiction: str) -> KeptProcess:
        words = ["recordings.custody", "--jurisdiction", jurisdiction, "--data", str(self._data), "--with-stdin"]
        said = self._data / "logs" / f"custody-{jurisdiction}.log"
        return KeptProcess("custody", words, said, PAUSE, self._log.bind(jurisdiction=jurisdiction))
