"""Stills from the document camera, read and marked in processes of their own: one still each, one process always waiting with everything imported.

    async with StillReader(on_error) as reader:
        still = await reader.read(data)
        copy = await reader.mark(still.corrected, ["已核对原件", "海盐1号自助舱 2026-11-28"])

Nothing here imports OpenCV: a server that uses it decodes nothing itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import msgspec

from config.tasks import OnError, Tasks
from media.judgement import Judgement
from media.picture_file import JPEG, PNG, examine
from media.still_wire import (
    ENVIRONMENT,
    FACES,
    HEAD,
    LARGEST,
    LARGEST_ANSWER,
    Answer,
    BadStill,
    Face,
    Mark,
    Order,
    Read,
    framed,
    length,
    printable,
)

AT_ONCE = 2
"""Stills that are read at a time; each may take 0.3 GB and a core."""
SECONDS = 10.0
"""From the bytes to the answer; a still of 8 Mpixel takes half of one on a busy machine."""
STARTING = 30.0
"""Seconds that a process may take to import, on a machine that is busy with something else."""
AHEAD = 1 << 20
"""Bytes of an answer that are read ahead of whoever takes them."""
ENDING = 1.0
"""Seconds that a process may live on after its answer."""
PROGRAM = (sys.executable, "-m", "media.still_reader")

_LOST = (OSError, EOFError, msgspec.DecodeError, TimeoutError)


class Still(msgspec.Struct, frozen=True, kw_only=True):
    """A still that was read; `original` and `corrected` are JPEG files without metadata."""

    width: int
    height: int
    """Pixels of `original`, upright."""
    original: bytes
    corrected: bytes
    """The page alone, upright; `original` where no whole page was found."""
    judgement: Judgement
    digest: str
    """SHA-256 of the bytes that came, hexadecimal: these are not kept."""


class _Unheard(Exception):
    """The process was gone before it could read the still: killed while it waited, say. The still may be good."""


class _Child:
    """One process, which ends with its one still."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self._in, self._out = process, process.stdin, process.stdout

    async def frame(self) -> bytes:
        """Raises EOFError when the process is gone or says too much."""
        size = length(await self._out.readexactly(HEAD))
        if size > LARGEST_ANSWER:
            raise EOFError("an answer over its bound")
        return await self._out.readexactly(size)

    async def ask(self, order: Order, data: bytes) -> tuple[Answer, list[bytes]]:
        """Raises _Unheard when the process was gone before it had the still, what is in _LOST when it went with it, and BadStill."""
        try:
            self._in.write(framed(msgspec.json.encode(order)) + framed(data))
            await self._in.drain()
            await self.frame()  # it has everything
        except (OSError, EOFError) as lost:
            raise _Unheard from lost
        answer = msgspec.json.decode(await self.frame(), type=Answer)
        if answer.code is not None:
            raise BadStill(answer.code, answer.text)
        return answer, [await self.frame() for _ in range(order.files)]

    def kill(self) -> None:
        """At once; nothing when it has ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def gone(self) -> None:
        """Return when nothing is left of it."""
        await self._process.wait()
        self._in.close()
        with contextlib.suppress(OSError):
            await self._in.wait_closed()


class StillReader:
    """Reads stills, `at_once` at a time. `on_error` hears of processes that could not be started."""

    def __init__(
        self, on_error: OnError, *, at_once: int = AT_ONCE, seconds: float = SECONDS, program: Sequence[str] = PROGRAM
    ) -> None:
        self._tasks = Tasks(on_error)
        self._places = asyncio.Semaphore(at_once)
        self._seconds, self._program = seconds, program
        self._spare: asyncio.Task[_Child] | None = None
        self._children: set[_Child] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        self._prepare()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Kill what runs, whatever it does, and wait until it is gone. A still that is being read ends as BadStill."""
        self._closed = True
        await self._tasks.close()  # a start that is under way kills its own
        for child in self._children:
            child.kill()
        await asyncio.gather(*(child.gone() for child in list(self._children)))
        self._children.clear()

    async def read(self, data: bytes) -> Still:
        """Read one still. Raises BadStill: `not-a-picture`, `picture-too-big`, `picture-damaged` (also when its process died of it or
        took too long), `no-reader`."""
        if not data.startswith((JPEG, PNG)):
            raise BadStill("not-a-picture", "neither JPEG nor PNG by its first bytes")
        answer, (original, corrected) = await self._done(Read(), data)
        digest = hashlib.sha256(data).hexdigest()
        return Still(
            width=answer.width,
            height=answer.height,
            original=original,
            corrected=corrected,
            judgement=answer.judgement,
            digest=digest,
        )

    async def mark(self, jpeg: bytes, lines: Sequence[str], faces: Sequence[Face] = FACES) -> bytes:
        """A copy of as many pixels: the whole picture a little smaller, the first line across it again and again, half transparent, and
        all lines in a box at its foot. The same bytes for the same order on one machine. Raises BadStill: what `read` raises, and
        `picture-too-small`, `bad-lines`, `no-font`, `no-glyph`."""
        if not jpeg.startswith(JPEG):
            raise BadStill("not-a-picture", "no JPEG by its first bytes")
        _, (copy,) = await self._done(Mark(printable(lines), tuple(faces)), jpeg)
        return copy

    async def _done(self, order: Order, data: bytes) -> tuple[Answer, list[bytes]]:
        if len(data) > LARGEST:
            raise BadStill("picture-too-big", f"{len(data)} bytes")
        async with self._places:
            try:
                answer, files = await self._answered(order, data)
            except _Unheard:
                answer, files = await self._answered(order, data, last=True)
        if not all(_is_clean(file) for file in files):
            raise BadStill("picture-damaged", "its reader answered something else than pictures")
        return answer, files

    async def _answered(self, order: Order, data: bytes, *, last: bool = False) -> tuple[Answer, list[bytes]]:
        child = await self._take()
        try:
            async with asyncio.timeout(self._seconds):
                return await child.ask(order, data)
        except _LOST as lost:
            if isinstance(lost, TimeoutError):
                child.kill()
            raise BadStill("picture-damaged", f"its reader did not come to an end: {type(lost).__name__}") from lost
        except _Unheard as gone:
            if last or self._closed:
                raise BadStill("no-reader", "twice its reader was gone before it was asked") from gone
            raise
        except asyncio.CancelledError:
            child.kill()
            raise
        finally:
            if not self._closed:
                self._tasks.start(self._bury(child), "still-reader-gone")
                self._prepare()  # not before: what it imports would take the time of the still that somebody waits for

    async def _take(self) -> _Child:
        """The process that waits, or else a new one. A cancelled caller ends the one that it waits for."""
        trouble: BaseException | None = None
        for starting in (self._spare, None):
            if self._closed:
                break
            self._spare = None
            try:
                child = await (starting or self._start())
            except _LOST as lost:
                trouble = lost  # the waiting one may have failed long ago, for want of memory: one more is tried
                continue
            except asyncio.CancelledError:
                caller = asyncio.current_task()
                if caller is None or caller.cancelling():
                    raise
                continue  # not the caller was cancelled but the start, since we are closing
            return child
        raise BadStill("no-reader", f"no process can be started to read it: {trouble!r}")

    def _prepare(self) -> None:
        if self._spare is None and not self._closed:
            self._spare = self._start()

    def _start(self) -> asyncio.Task[_Child]:
        return self._tasks.start(self._started(), "still-reader-start")

    async def _started(self) -> _Child:
        child = _Child(
            await asyncio.create_subprocess_exec(*self._program, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=ENVIRONMENT, limit=AHEAD)
        )
        self._children.add(child)
        try:
            async with asyncio.timeout(STARTING):
                await child.frame()  # it says that it is ready
        except BaseException:
            child.kill()
            if not self._closed:
                self._tasks.start(self._bury(child), "still-reader-gone")
            raise
        return child

    async def _bury(self, child: _Child) -> None:
        """It ends by itself as a rule, and one that has ended is better not killed: asyncio would miss its end and warn of it."""
        try:
            async with asyncio.timeout(ENDING):
                await child.gone()
        except TimeoutError:
            child.kill()
            await child.gone()
        self._children.discard(child)


def _is_clean(file: bytes) -> bool:
    """Whether it is a JPEG file with nothing in it but a picture: a decoder that was taken over can say no more than that."""
    try:
        return examine(file).content == file
    except BadStill:
        return False
