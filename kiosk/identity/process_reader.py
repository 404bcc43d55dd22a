"""A reader of another house: its program as a child process that speaks JSON lines, so that no vendor's code runs within ours.

National readers come with closed libraries for Windows or Linux. What they print beside the lines is thrown away: some print the card.
"""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

from config.logs import Logger
from kiosk.identity import reader_wire as wire
from kiosk.identity.card import Card, NotRead

GRACE = 2.0
"""Seconds that the program has to end by itself."""


class ProcessReader:
    """`command` is started with the first reading, stays, and is started again when it has ended. No shell looks at it."""

    def __init__(self, command: Sequence[str], log: Logger) -> None:
        self._command, self._log = list(command), log
        self._process: Process | None = None
        self._n = 0
        self._closed = False
        self._listening = asyncio.Lock()
        """Held by whoever reads what the program says: an answer, or the rest of it at its end."""

    async def read(self) -> Card | NotRead:
        self._n += 1
        try:
            process = await self._running()
        except OSError as error:
            self._log.error("reader not started", errno=error.errno)
            return NotRead("no-reader")
        if process is None:
            return NotRead("no-reader")
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(wire.write(wire.Read(self._n)))
            await process.stdin.drain()
            async with self._listening:
                return await self._answer(process.stdout)
        except (EOFError, ConnectionError):
            await self._end(process)
            self._log.warning("reader ended", status=process.returncode)
            return NotRead("no-reader")
        except ValueError as error:
            self._log.error("reader not understood", reason=str(error))
            await self._end(process)
            return NotRead("reader-fault")
        except asyncio.CancelledError:
            with suppress(ConnectionError):
                process.stdin.write(wire.write(wire.Stop(self._n)))
            raise

    async def close(self) -> None:
        self._closed = True
        if self._process is not None:
            await self._end(self._process)

    async def _running(self) -> Process | None:
        """The program; None when it is not wanted any more. Raises OSError."""
        if self._process is None and not self._closed:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=wire.LONGEST, start_new_session=True
            )  # fmt: skip
            self._log.info("reader started", pid=self._process.pid)
            if self._closed:  # meanwhile
                await self._end(self._process)
        return None if self._closed else self._process

    async def _answer(self, lines: asyncio.StreamReader) -> Card | NotRead:
        """To the last question: whatever answers an earlier one is passed over. Raises EOFError, ValueError."""
        while True:
            try:
                line = await lines.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                raise ValueError("a line is too long") from None
            n, found = wire.read(line)
            if n == self._n:
                return found

    async def _end(self, process: Process) -> None:
        """Its input ends, then it must."""
        if self._process is process:
            self._process = None
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(GRACE):
                await self._ended(process)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # a wrapper's own children too: the device is free afterwards
            await self._ended(process)

    async def _ended(self, process: Process) -> None:
        """What it still says is read and thrown away: a full pipe would keep it alive, and a pipe that nobody reads stays open."""
        assert process.stdout is not None
        async with self._listening:  # who waits for an answer hears the end of it first
            while await process.stdout.read(wire.LONGEST):
                pass
        await process.wait()
