"""Recording as the node's rooms and its server see it: recorders made, journal lines passed on until they are acknowledged."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from pathlib import Path

from config.clock import Clock
from config.logs import Logger
from config.tasks import Tasks
from media.guard import Guard
from media.node_api import AckJournal, JournalLine, Record
from media.recorder import Recorder, Studio
from media.writer_line import WriterLine
from media.writer_process import WriterProcess
from recordings.names import BadName, jurisdiction_code, session_id
from recordings.writer_wire import FromWriter, OpenSession, Told, WantKeyframe

KEY_BYTES = 32


class BadRecord(ValueError):
    """The order to record cannot be obeyed; the sentence says why."""


class Recording:
    """`data` is the folder with the vaults, `options` go to the writer's command line. `tell` is set by whoever talks to the server."""

    def __init__(self, data: Path, options: list[str], clock: Clock, tasks: Tasks, guard: Guard, log: Logger) -> None:
        self.tell: Callable[[JournalLine], None] = lambda line: None
        self._clock = clock
        self._line = WriterLine(self._heard, guard.caught)
        self._line.on_broken = self._broken
        self._studio = Studio(self._line, clock, guard)
        self._writer = WriterProcess(data, options, self._line, tasks, log)
        self._lines: dict[str, dict[int, JournalLine]] = {}
        """Life → number → what the server has not acknowledged, both in order."""
        if any((data / vault / "journal").is_dir() for vault in ("recordings", "spill")):
            self._writer.ensure()  # to recover and to tell what earlier lives left

    # ---- orders

    def recorder(self, order: Record) -> Recorder:
        """Begin to record a session. Raises BadRecord."""
        try:
            key = base64.b64decode(order.home_key, validate=True)
            if len(key) != KEY_BYTES:
                raise BadRecord(f"the home's key has {len(key)} bytes, not {KEY_BYTES}")
            opened = OpenSession(session_id(order.session), order.origin, jurisdiction_code(order.home), key)
        except (BadName, binascii.Error) as error:
            raise BadRecord(str(error)) from error
        self._writer.ensure()
        self._line.tell(opened)
        return Recorder(self._studio, order.session, order.origin, order.publications)

    def acknowledge(self, order: AckJournal) -> None:
        """The server has these lines."""
        lines = self._lines.get(order.life, {})
        for number in [number for number in lines if number <= order.n]:
            del lines[number]
        if not lines:
            self._lines.pop(order.life, None)
        self._line.acknowledge(order.life, order.n)

    def unacknowledged(self) -> list[JournalLine]:
        """What a server that has just dialled must be told, in order."""
        return [line for lines in self._lines.values() for line in lines.values()]

    # ---- the writer

    def _heard(self, message: FromWriter) -> None:
        match message:
            case Told():
                self._told(message)
            case WantKeyframe():
                if (tap := self._studio.taps.get(message.track)) is not None:
                    tap.want_keyframe(self._clock.monotonic())

    def _told(self, told: Told) -> None:
        self._line.standing.noted(told.line)
        lines = self._lines.setdefault(told.life, {})
        if told.n not in lines:
            lines[told.n] = JournalLine(told.life, told.n, told.line)
            self.tell(lines[told.n])

    def _broken(self) -> None:
        """The writer died: pictures can only go on with a keyframe, and by the time it comes the next writer listens."""
        now = self._clock.monotonic()
        for tap in self._studio.taps.values():
            tap.want_keyframe(now)

    @property
    def waiting(self) -> int:
        """Bytes that no writer has taken yet."""
        return self._line.waiting

    async def close(self) -> None:
        """The node ends: let the writer finish."""
        await self._writer.close()
