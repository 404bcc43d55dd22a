"""A program that the server keeps running beside itself: started again when it ends, gone with the server.

It is told by the end of its standard input that the server is gone, also when that was killed, and says by a line that it is ready.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path

from structlog.typing import FilteringBoundLogger

LIVED_SECONDS = 10.0
"""Whoever has lived so long is started again as soon as the first time."""
END_SECONDS = 5.0
"""After the end of its input it may live so long."""


class KeptProcess:
    """`words` follow `python -m`; its standard error goes to the file `said`. `pause` is the seconds before it is started again, at first
    and at most: each early end doubles them. `log` hears `NAME-started`, `NAME-ended` and `NAME-not-started`."""

    def __init__(self, name: str, words: Sequence[str], said: Path, pause: tuple[float, float], log: FilteringBoundLogger) -> None:
        self._name, self._words, self._said = name, words, said
        self._pause, self._pause_most = pause
        self._log = log

    async def run(self, begun: Callable[[], object] = lambda: None) -> None:
        """Keep it running until cancelled. `begun` is called whenever it is ready, or has failed to be."""
        pause, loop = self._pause, asyncio.get_running_loop()
        while True:
            started, code = loop.time(), None
            try:
                code = await self._live(begun)
            except OSError as error:  # no process, no disk: both may be had again
                self._log.error(f"{self._name}-not-started", error=str(error))
            begun()
            pause = self._pause if loop.time() - started > LIVED_SECONDS else min(pause * 2, self._pause_most)
            self._log.warning(f"{self._name}-ended", code=code, again=pause)
            await asyncio.sleep(pause)

    async def _live(self, begun: Callable[[], object]) -> int:
        """One life of it; its exit code."""
        self._said.parent.mkdir(parents=True, exist_ok=True)
        with self._said.open("ab") as said:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self._words, stdin=PIPE, stdout=PIPE, stderr=said, start_new_session=True
            )
        try:
            assert child.stdout is not None
            if await child.stdout.readline():
                self._log.info(f"{self._name}-started", pid=child.pid)
            begun()
            return await child.wait()
        finally:
            if child.returncode is None:
                await _ended(child)


async def _ended(child: Process) -> None:
    assert child.stdin is not None
    child.stdin.close()
    try:
        await asyncio.wait_for(child.wait(), END_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
