"""The writer as a child process of the node: started when there is something to record or to recover, started again when it dies."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

from config.logs import Logger
from config.tasks import Tasks
from media.writer_line import WriterLine

BUFFER = 1 << 20
"""Bytes that the kernel keeps between the two; what lies there when the writer dies is lost."""
PAUSE = 0.1
"""Seconds between two starts; doubles up to PAUSE_MOST while writers do not live for LIVED seconds."""
PAUSE_MOST = 1.0
LIVED = 10.0
FINISH = 10.0
"""Seconds that a writer gets to finish its files when the node ends; then it finishes them alone."""


class WriterProcess:
    """Keeps a writer at the other end of `line`. `options` go to its command line."""

    def __init__(self, data: Path, options: list[str], line: WriterLine, tasks: Tasks, log: Logger) -> None:
        self._arguments = [sys.executable, "-m", "recordings.writer", "--data", str(data), *options]
        self._line = line
        self._tasks = tasks
        self._log = log
        self._keeping: asyncio.Task[None] | None = None
        self._ending = False

    def ensure(self) -> None:
        """There is work for a writer. Idempotent."""
        if self._keeping is None and not self._ending:
            self._keeping = self._tasks.start(self._keep(), "keep-writer")

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = PAUSE
        while not self._ending:
            began = loop.time()
            try:
                await self._live()
            except OSError as error:  # no process, no memory: both may be had again
                self._log.error("writer-not-started", error=str(error))
            pause = PAUSE if loop.time() - began > LIVED else min(pause * 2, PAUSE_MOST)
            if not self._ending:
                await asyncio.sleep(pause)

    async def _live(self) -> None:
        """One writer, from its start to its end."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                for sock in (ours, theirs):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
                child = await asyncio.create_subprocess_exec(
                    *self._arguments, "--fd", str(theirs.fileno()), pass_fds=(theirs.fileno(),),
                    stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
                )  # fmt: skip
        except BaseException:
            ours.close()
            raise
        self._log.info("writer-started", pid=child.pid)
        self._line.connect(ours)
        if self._ending:
            self._line.end()
        status = await child.wait()
        self._line.drain()
        if status or not self._ending:
            self._log.error("writer-died", pid=child.pid, status=status)

    async def close(self) -> None:
        """Let the writer finish. Bounded; an unfinished one goes on alone."""
        self._ending = True
        if self._keeping is None:
            return
        self._line.end()
        _, running = await asyncio.wait([self._keeping], timeout=FINISH)
        if running:
            self._log.error("writer-unfinished", waiting=self._line.waiting)
            self._keeping.cancel()
