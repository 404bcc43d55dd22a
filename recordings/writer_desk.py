"""The writer's desk: what the node says, taken apart and handed to its session; what the journals say, told to the node."""

from __future__ import annotations

import asyncio

from config.clock import Clock
from config.logs import Logger
from recordings import writer_wire as wire
from recordings.disks import Disks
from recordings.press import Press
from recordings.session_writer import SessionWriter
from recordings.strand import Strand
from recordings.teller import Teller

READ = 256 * 1024
TICK = 0.25
"""Seconds: no piece of media waits longer in memory. Twice in the longest piece, so that each ends where it is known to end."""


class Desk:
    """`send` leads to the node."""

    def __init__(self, disks: Disks, clock: Clock, log: Logger, send: asyncio.StreamWriter) -> None:
        self._disks = disks
        self._clock = clock
        self._log = log
        self._send = send
        self._sessions: dict[str, SessionWriter] = {}
        self._tracks: dict[int, tuple[SessionWriter, Strand]] = {}
        self._teller = Teller(
            lambda life, n, line: self._tell(wire.Told(life, n, line)), lambda error: log.error("journal-unreadable", error=error)
        )
        self._press = Press(disks, clock, log, self._teller, self._sessions.values, self._settled)

    def _tell(self, message: wire.Message) -> None:
        if not self._send.is_closing():
            self._send.write(wire.encode(message))

    async def run(self, receive: asyncio.StreamReader) -> None:
        """Until the node closes its end and everything is on the disk."""
        await self._press.look_back()
        self._tell(wire.Health(True, ""))  # from now on we read: until this first word the node keeps what it has
        async with asyncio.TaskGroup() as group:
            ticking = group.create_task(self._ticks())
            pressing = group.create_task(self._press.run())
            await self._listen(receive)
            ticking.cancel()
            now = self._clock.monotonic()
            for session in self._sessions.values():
                if session.closing is None:
                    session.abandoned(now)
            self._press.end()
            await pressing

    async def _ticks(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            now = self._clock.monotonic()
            for session in self._sessions.values():
                session.tick(now)
            self._press.wake()
            if (word := self._press.pulse.word(now, recording=bool(self._sessions))) is not None:
                self._tell(word)

    async def _listen(self, receive: asyncio.StreamReader) -> None:
        reader = wire.at_writer()
        while True:
            await self._press.roomy.wait()
            try:
                data = await receive.read(READ)
                for message in reader.feed(data):
                    self._take(message)
            except (OSError, wire.BadLine) as error:
                self._log.error("node-line-broken", error=str(error))
                return
            if not data:
                return
            self._press.wake(always=False)

    # ---- messages

    def _take(self, message: wire.ToWriter) -> None:
        try:
            self._obey(message)
        except ValueError as error:  # one session's bad order is not the others' end; names that are none are ValueErrors
            self._log.error("order-refused", kind=type(message).__name__, error=str(error))

    def _obey(self, message: wire.ToWriter) -> None:
        match message:
            case wire.Frame():
                found = self._tracks.get(message.track)
                if found is not None and found[0].frame(found[1], message):
                    self._tell(wire.WantKeyframe(message.track))
            case wire.OpenSession():
                self._open(message)
            case wire.OpenTrack():
                if (session := self._sessions.get(message.session)) is not None:
                    self._tracks[message.track] = (session, session.open_track(message))
            case wire.Missing() | wire.EndRun():
                if (found := self._tracks.get(message.track)) is not None:
                    if isinstance(message, wire.Missing):
                        found[1].missing(message)
                    else:
                        found[1].end_run(message)
            case wire.Interval():
                if (session := self._sessions.get(message.session)) is not None:
                    session.interval(message)
            case wire.CloseSession():
                if (session := self._sessions.get(message.session)) is not None:
                    session.close(message.at)
                    self._press.wake()
            case wire.Ack():
                self._teller.acknowledge(message.life, message.n)

    def _open(self, order: wire.OpenSession) -> None:
        if order.session not in self._sessions:
            self._press.begin()
            past = self._disks.past(order.session, order.origin)
            zero = self._clock.monotonic() - (self._clock.now() - order.origin / 1000)
            session = SessionWriter(order, past, zero, self._press.fact)
            session.live(self._press.life)
            self._sessions[order.session] = session
            self._log.info("session-opened", session=order.session)

    def _settled(self, busy: set[str]) -> None:
        """Sessions whose room has closed, and of which no segment is open any more, are over."""
        for session in list(self._sessions.values()):
            if session.closing is not None and session.id not in busy:
                session.finished()
                del self._sessions[session.id]
                self._tracks = {number: found for number, found in self._tracks.items() if found[0] is not session}
                if self._press.life is not None:
                    self._press.life.forget(session.id)
                self._log.info("session-closed", session=session.id)
