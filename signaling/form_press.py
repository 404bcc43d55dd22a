"""`office.press.Press` in a process of its own: a page of Chinese letters is a second of one core, and the event loop has other guests."""

from __future__ import annotations

import asyncio
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from signaling.domain.refusals import Refusal
from signaling.office.press import Job, Pressed, pressed


class FormPress:
    """One printer, started when it is first needed and kept; one that dies is replaced."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def print(self, job: Job) -> Pressed:
        """Raises `Refusal`: `no-glyph`, `no-font`; `no-press` when the printer died."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))  # nothing of the server's sockets goes along
        pool = self._pool
        try:
            outcome = await asyncio.get_running_loop().run_in_executor(pool, _print, job)
        except BrokenProcessPool as broken:
            if self._pool is pool:
                self._pool = None
            raise Refusal("no-press", str(broken)) from None
        if isinstance(outcome, Pressed):
            return outcome
        raise Refusal(*outcome)

    def close(self) -> None:
        """What is being printed is not waited for."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _print(job: Job) -> Pressed | tuple[str, str, str | None]:
    """A refusal comes back as its parts: exceptions of several arguments do not survive the way between processes."""
    try:
        return pressed(job)
    except Refusal as refusal:
        return refusal.code, refusal.reason, refusal.path
