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
from media.node_api import AckJournal, JournalLine, Record, RecordingState
from media.recorder import Recorder, Studio
from media.writer_line import WriterLine
from media.writer_process import WriterProcess
from media.writer_watch import WriterWatch
from recordings.names import BadName, jurisdiction_code, session_id
from recordings.writer_wire import FromWriter, Health, OpenSession, Told, WantKeyframe

KEY_BYTES = 32


class BadRecord(ValueError):
    """The order to record cannot be obeyed; the sentence says why."""


class Recording:
    """`data` is the folder with the vaults, `options` go to the writer's command line. `tell` is set by whoever talks to the server."""

    def __init__(self, data: Path, options: list[str], clock: Clock, tasks: Tasks, guard: Guard, log: Logger) -> None:
        self.tell: Callable[[JournalLine | RecordingState], None] = lambda news: None
        self._clock = clock
        self._log = log
        self._watch = WriterWatch()
        self._line = WriterLine(self._heard, guard.caught)
        self._line.on_broken = self._broken
        self._studio = Studio(self._line, clock, guard)
        self._writer = WriterProcess(data, options, self._line, tasks, log)
        self._lines: dict[str, dict[int, JournalLine]] = {}
        """Life → number → what the server has not acknowledged, both in order."""
        if any((data / vault / "journal").is_dir() for vault in ("recordings", "spill")):
            self._want_writer()  # to recover and to tell what earlier lives left

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
        self._want_writer()
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

    def owed(self) -> list[JournalLine | RecordingState]:
        """What a server that has just dialled must be told, in order: whether nothing reaches a disk, lines that nobody has acknowledged."""
        trouble = [] if self._watch.state.ok else [self._watch.state]
        return [*trouble, *(line for lines in self._lines.values() for line in lines.values())]

    # ---- the writer

    def _want_writer(self) -> None:
        self._writer.ensure()
        self._watch.wanted(self._clock.monotonic())

    def beat(self, now: float) -> None:
        """Ten times a second: tell the server when what is recorded reaches no disk, and when it does again."""
        news = self._watch.beat(now)
        if news is not None:
            (self._log.info if news.ok else self._log.warning)("recording-state", ok=news.ok, reason=news.reason)
            self.tell(news)

    def _heard(self, message: FromWriter) -> None:
        now = self._clock.monotonic()
        self._watch.heard(message, now)
        match message:
            case Told():
                self._told(message)
            case WantKeyframe():
                if (tap := self._studio.taps.get(message.track)) is not None:
                    tap.want_keyframe(now)
            case Health():
                pass  # the watch has heard it

    def _told(self, told: Told) -> None:
        self._line.standing.noted(told.line)
        lines = self._lines.setdefault(told.life, {})
        if told.n not in lines:
            lines[told.n] = JournalLine(told.life, told.n, told.line)
            self.tell(lines[told.n])

    def _broken(self) -> None:
        """The writer died: pictures can only go on with a keyframe, and by the time it comes the next writer listens."""
        now = self._clock.monotonic()
        self._watch.gone(now)
        for tap in self._studio.taps.values():
            tap.want_keyframe(now)

    @property
    def waiting(self) -> int:
        """Bytes that no writer has taken yet."""
        return self._line.waiting

    async def close(self) -> None:
        """The node ends: let the writer finish."""
        await self._writer.close()
