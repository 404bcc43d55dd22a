"""`office.press.Press` in a process of its own: a page of Chinese letters is a second of one core, and the event loop has other guests."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar

from signaling.domain.refusals import Refusal
from signaling.office.press import Job, Pressed, Sheet, pictured, pressed
from signaling.office.slip import Slip

A = TypeVar("A")
R = TypeVar("R")


class FormPress:
    """One printer, started when it is first needed and kept; one that dies is replaced."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def print(self, job: Job | Slip) -> Pressed:
        """Raises `Refusal`: `no-glyph`, `no-font`; `no-press` when the printer died."""
        outcome = await self._done(_print, job)
        if isinstance(outcome, Pressed):
            return outcome
        raise Refusal(*outcome)

    async def pictures(self, pdf: bytes) -> tuple[Sheet, ...]:
        """Raises `Refusal` `no-press` when the printer died."""
        return await self._done(pictured, pdf)

    async def _done(self, work: Callable[[A], R], argument: A) -> R:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_gone_with_the_server)  # nothing of the server's sockets goes along
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work, argument)
        except BrokenProcessPool as broken:
            if self._pool is pool:
                self._pool = None
            raise Refusal("no-press", str(broken)) from None

    def close(self) -> None:
        """What is being printed is not waited for."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _gone_with_the_server() -> None:
    """In the printer's process: it waits for work at a pipe that it holds itself, and would outlive a server that was killed."""
    parent = parent_process()
    assert parent is not None, "a pool has started it"

    def watch() -> None:
        parent.join()
        os._exit(0)

    Thread(target=watch, name="server watch", daemon=True).start()


def _print(job: Job | Slip) -> Pressed | tuple[str, str, str | None]:
    """A refusal comes back as its parts: exceptions of several arguments do not survive the way between processes."""
    try:
        return pressed(job)
    except Refusal as refusal:
        return refusal.code, refusal.reason, refusal.path
