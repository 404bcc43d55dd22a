"""A clerk's shift without a browser: sit down, answer the ring, talk, give an outcome, write the case up, go home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.clock import Clock
from config.logs import Logger
from media.capture import Image
from media.end import EndFigures, as_json
from media.end_keeper import EndKeeper
from signaling.participant import CommandRefused, Participant, TalkMedia, new_id
from signaling.wire.base import Command
from signaling.wire.cases import ConfirmIdentity, Outcome
from signaling.wire.desk import (
    AnswerRing,
    CompleteWrapUp,
    DeskView,
    EndSession,
    EndShift,
    SetPresence,
    StartShift,
    WrapUp,
)
from signaling.wire.notices import GiveNotice
from signaling.wire.talk import Talk


class ShiftFailed(Exception):
    """The clerk could not work. `code` is stable."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True)
class Duty:
    """What the clerk does."""

    counter: str | None = None
    """None: the first one that is free."""
    seconds: float | None = None
    """The clerk ends the talk after so long; None: the resident does."""
    outcome: Outcome = "accepted"
    note: str = ""
    sessions: int | None = 1
    """How many to serve before going home; None: until stopped."""


@dataclass(frozen=True, slots=True)
class SessionResult:
    """What one session came to."""

    session: str
    case: str
    outcome: str
    figures: EndFigures | None
    resident: Image | None
    """The last picture of the resident."""

    def as_json(self) -> dict[str, Any]:
        """The line that `simulate` prints."""
        figures = self.figures
        first = [] if figures is None else list(figures.first_frame_ms.values())
        return {
            "session": self.session,
            "case": self.case,
            "outcome": self.outcome,
            "epochs": figures.epochs if figures else 0,
            "first_frame_ms": min(first) if first else None,
            "sent": as_json(figures.sent) if figures else {},
            "received": as_json(figures.received_by_source()) if figures else {},
        }


class ClerkShift:
    """One shift over a clerk's line. `stop` asks the clerk to finish what runs and go home."""

    def __init__(
        self,
        line: Participant[DeskView],
        duty: Duty,
        make_media: Callable[[], TalkMedia[EndKeeper]],
        tell: Callable[[SessionResult], None],
        stop: asyncio.Event,
        clock: Clock,
        log: Logger,
    ) -> None:
        self._line, self._duty, self._make_media, self._tell = line, duty, make_media, tell
        self._stop, self._clock, self._log = stop, clock, log
        self._media = make_media()
        self._served, self._ended = 0, False
        self._answered = ""
        self._talk_since: float | None = None
        self._presence = self._written = ""

    async def run(self) -> int:
        """Sit down, serve, go home; returns how many sessions were served. Raises ShiftFailed or ParticipantError."""
        deaf = self._line.on_news(lambda news: self._media.heard(news))
        view: DeskView | None = None
        try:
            while True:
                before, view = view, await self._line.changed(view, self._rest())
                if view is None:
                    if self._stop.is_set():
                        return self._served
                    continue
                if view is not before:
                    await self._see(view)
                if view.talk is not None and not self._ended and (self._stop.is_set() or self._rest() == 0.0):
                    self._ended = True
                    outcome = self._outcome(self._duty.outcome, acceptable=view.talk.acceptable)
                    await self._tell_why(view.talk.session, outcome, given=view.notice is not None)
                    await self._ask(EndSession(id=new_id(), session=view.talk.session, outcome=outcome))
                idle = view.talk is None and view.wrap_up is None and view.presence not in ("busy", "wrap-up")
                if idle and (self._stop.is_set() or self._served == self._duty.sessions):
                    await self._go_home()
                    return self._served
        finally:
            deaf()
            await self._media.close()

    def _rest(self) -> float | None:
        """Seconds until the clerk ends the talk; whoever is going to accept the case waits until it is recorded."""
        if self._talk_since is None or self._duty.seconds is None or self._ended:
            return None
        talk = self._line.view.talk if self._line.view is not None else None
        if talk is not None and self._outcome(self._duty.outcome, acceptable=talk.acceptable) != self._duty.outcome:
            return None
        return max(0.0, self._talk_since + self._duty.seconds - self._clock.monotonic())

    @staticmethod
    def _outcome(wanted: Outcome, *, acceptable: bool) -> Outcome:
        """What nobody could prove is not accepted."""
        return wanted if acceptable or wanted not in ("accepted", "accepted-with-gaps") else "returned"

    async def _see(self, view: DeskView) -> None:
        if view.presence != self._presence:
            self._presence = view.presence
            self._log.info("desk", presence=view.presence, counter=view.counter)
        if view.ring is None:
            self._answered = ""  # the same resident may ring again
        if view.counter is None and self._served != self._duty.sessions and not self._stop.is_set():
            return await self._sit_down(view)
        if view.talk is not None:
            return await self._talk(view.talk)
        self._media.follow(None)
        if view.wrap_up is not None:
            return await self._write_up(view.wrap_up)
        if view.presence == "away" and view.counter is not None and not self._stop.is_set():
            return await self._ask(SetPresence(id=new_id(), wish="available"))
        if view.ring is not None and view.ring.session != self._answered:
            self._answered = view.ring.session
            await self._ask(AnswerRing(id=new_id(), session=view.ring.session))

    async def _sit_down(self, view: DeskView) -> None:
        """At the counter that was asked for, or at the first free one that nobody else takes at the same moment."""
        wanted = self._duty.counter
        for counter in [each for each in view.counters if each.id == wanted or (wanted is None and not each.taken)]:
            try:
                await self._line.command(StartShift(id=new_id(), counter=counter.id))
            except CommandRefused as refused:
                self._log.info("counter not free", counter=counter.id, code=refused.code)
            else:
                self._log.info("shift started", counter=counter.id)
                return
        raise ShiftFailed("no-counter", f"no free counter{f' {wanted}' if wanted else ''} in {view.jurisdiction}")

    async def _talk(self, talk: Talk) -> None:
        if self._media.talking is not None and self._media.talking.session != talk.session:
            await self._begin_anew()  # the one before was taken from us: its resident went, and another rang
        if self._talk_since is None:
            self._talk_since = self._clock.monotonic()
            self._log.info("talking", session=talk.session, case=talk.case)
        self._media.follow(talk)
        for place, party in enumerate(talk.parties):  # the resident is as simulated as the card
            if party.level == "declared":
                await self._ask(ConfirmIdentity(id=new_id(), session=talk.session, party=place))

    async def _write_up(self, wrap_up: WrapUp) -> None:
        """The media of the talk is over; the case gets its outcome, and the result is told."""
        if wrap_up.session == self._written:
            return  # a view that was under way while the case was closed
        self._written = wrap_up.session
        keeper = self._media.keeper
        resident = keeper.end.picture("resident") if keeper is not None else None
        await self._media.close()
        figures = await keeper.figures() if keeper is not None else None
        outcome = wrap_up.outcome or self._outcome(self._duty.outcome, acceptable=wrap_up.acceptable and wrap_up.known)
        await self._tell_why(wrap_up.session, outcome, given=wrap_up.notice is not None)
        await self._ask(CompleteWrapUp(id=new_id(), session=wrap_up.session, outcome=outcome, note=self._duty.note or wrap_up.note))
        self._served += 1
        self._tell(SessionResult(wrap_up.session, wrap_up.case, outcome, figures, resident))
        await self._begin_anew()

    async def _tell_why(self, session: str, outcome: Outcome, *, given: bool) -> None:
        """Nobody is sent home without a notice."""
        if outcome == "returned" and not given:
            await self._ask(GiveNotice(id=new_id(), session=session, because="technical"))

    async def _begin_anew(self) -> None:
        await self._media.close()
        self._media, self._talk_since, self._ended, self._answered = self._make_media(), None, False, ""

    async def _go_home(self) -> None:
        view = self._line.view
        if view is not None and view.counter is not None:
            await self._ask(EndShift(id=new_id()))

    async def _ask(self, command: Command) -> None:
        """A command that the course of things may have overtaken: a refusal changes nothing, the next view tells the rest."""
        try:
            await self._line.command(command)
        except CommandRefused as refused:
            self._log.info("refused", command=type(command).__name__, code=refused.code)
