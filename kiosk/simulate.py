"""A resident's whole visit without a browser: ticket, line, ring, talk, rating, forgetting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from config.clock import Clock
from config.eligibility import Eligibility
from config.logs import Logger
from kiosk.resident import DocumentCamera, Resident
from media.capture import Image
from media.end import as_json
from media.end_keeper import EndKeeper
from signaling.participant import CommandRefused, Participant, TalkMedia, new_id
from signaling.wire.base import Language
from signaling.wire.cases import PartyComing
from signaling.wire.http import Catalogue, CatalogueService
from signaling.wire.visit import (
    ConsentGiven,
    ContinueVisit,
    EndVisit,
    Farewell,
    Forget,
    Idle,
    KioskView,
    LeaveLine,
    Parked,
    Rate,
    Ringing,
    TakeTicket,
    Talking,
    Waiting,
)

FORGET_SECONDS = 30.0
HAPPY = ("completed", "ended-by-resident")


class VisitFailed(Exception):
    """The visit did not come to its end. `code` is stable."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the resident wants."""

    home: str
    service: str
    name: str
    language: Language = "zh-CN"
    seconds: float | None = None
    """The resident ends the talk after so long; None: the clerk does."""
    stars: int = 5


@dataclass(frozen=True, slots=True)
class VisitResult:
    """What one visit came to."""

    farewell: Farewell
    keeper: EndKeeper | None
    clerk: Image | None
    """The last picture of the clerk."""

    async def as_json(self) -> dict[str, Any]:
        """The line that `simulate` prints."""
        figures = None if self.keeper is None else await self.keeper.figures()
        first = [] if figures is None else list(figures.first_frame_ms.values())
        return {
            "session": self.farewell.session,
            "case": self.farewell.case,
            "outcome": self.farewell.outcome,
            "reason": self.farewell.reason,
            "epochs": figures.epochs if figures else 0,
            "first_frame_ms": min(first) if first else None,
            "sent": as_json(figures.sent) if figures else {},
            "received": as_json(figures.received_by_source()) if figures else {},
        }


class Visit:
    """One visit over a kiosk's line. `stop` asks the resident to leave at once, wherever they are; `papers` is where pages are laid."""

    def __init__(
        self, line: Participant[KioskView], wishes: Wishes, make_media: Callable[[], TalkMedia[EndKeeper]], stop: asyncio.Event, clock: Clock, log: Logger,
        papers: DocumentCamera | None = None,
    ) -> None:  # fmt: skip
        self._line, self._wishes, self._media = line, wishes, make_media()
        self._stop, self._clock, self._log = stop, clock, log
        self._resident = Resident(line, wishes.name, wishes.language, papers, log)
        self._talk_since: float | None = None
        self._left = False
        self._session: str | None = None
        self._screen = ""
        self._shown = False  # whether a screen of our session has been seen: an idle one before it is only old news

    async def run(self) -> VisitResult | None:
        """From the idle screen to the idle screen; None when it was stopped before a ticket was taken.

        A visit that runs already on this kiosk is taken up where it stands. Raises VisitFailed or ParticipantError.
        """
        deaf = self._line.on_news(self._media.heard)
        view: KioskView | None = None
        try:
            while True:
                before, view = view, await self._line.changed(view, self._rest())
                if self._session is None and self._stop.is_set():
                    return None
                if view is not None and view is not before and (done := await self._see(view)) is not None:
                    return done
                if view is not None and (self._stop.is_set() or self._rest() == 0.0):
                    await self._leave(view)
        finally:
            deaf()
            await self._resident.close()
            await self._media.close()

    def _rest(self) -> float | None:
        """Seconds until the resident ends the talk by themselves."""
        if self._talk_since is None or self._wishes.seconds is None or self._left:
            return None
        return max(0.0, self._talk_since + self._wishes.seconds - self._clock.monotonic())

    async def _leave(self, view: KioskView) -> None:
        """Say once that the resident goes, as it is said on this screen."""
        if self._left or self._session is None:
            return
        if isinstance(view.screen, Waiting | Ringing):
            self._left = True
            await self._ask(LeaveLine(id=new_id(), session=self._session))
        elif isinstance(view.screen, Talking):
            self._left = True
            await self._ask(EndVisit(id=new_id(), session=self._session))

    async def _see(self, view: KioskView) -> VisitResult | None:
        screen = view.screen
        name = type(screen).__name__
        if name != self._screen:
            self._screen = name
            self._log.info("screen", shows=name, session=self._session)
        if isinstance(screen, Idle):
            if self._shown:
                raise VisitFailed("visit-lost", "the kiosk became idle in the middle of the visit")
            if self._session is None and not self._stop.is_set():
                await self._take_ticket()
            return None
        session = screen.talk.session if isinstance(screen, Talking) else screen.session
        if self._session not in (None, session):
            return None
        self._session, self._shown = session, True
        if isinstance(screen, Talking):
            self._talk_since = self._clock.monotonic() if self._talk_since is None else self._talk_since
            self._media.follow(screen.talk)
            self._resident.follow(screen.talk)
        else:
            self._media.follow(None)
        if isinstance(screen, Parked):
            await self._ask(ContinueVisit(id=new_id(), session=session))
        return await self._farewell(screen) if isinstance(screen, Farewell) else None

    async def _take_ticket(self) -> None:
        catalogue = await self._line.catalogue()
        answer = await self._line.command(
            TakeTicket(
                id=new_id(),
                home=self._wishes.home,
                service=self._wishes.service,
                parties=people(catalogue, self._wishes),
                language=self._wishes.language,
                consents=consents(catalogue, self._wishes),
                answers=answers(catalogue, self._wishes),
            )
        )
        self._session = getattr(answer, "session", None)
        self._log.info("ticket taken", session=self._session)

    async def _farewell(self, screen: Farewell) -> VisitResult:
        keeper = self._media.keeper
        clerk = keeper.end.picture("clerk") if keeper is not None else None
        await self._media.close()
        if screen.reason in HAPPY:
            await self._ask(Rate(id=new_id(), session=screen.session, stars=self._wishes.stars))
        await self._ask(Forget(id=new_id(), session=screen.session))
        await self._until_forgotten(screen.session)
        if screen.reason not in HAPPY and not self._stop.is_set():
            raise VisitFailed(f"visit-{screen.reason}", "the visit ended before the talk had")
        return VisitResult(screen, keeper, clerk)

    async def _until_forgotten(self, session: str) -> None:
        """The next visit must not meet this one's farewell."""
        view = self._line.view
        async with asyncio.timeout(FORGET_SECONDS):
            while view is None or (isinstance(view.screen, Farewell) and view.screen.session == session):
                view = await self._line.changed(view)

    async def _ask(self, command: LeaveLine | ContinueVisit | EndVisit | Rate | Forget) -> None:
        """A command that the course of things may have overtaken: a refusal changes nothing, the next view tells the rest."""
        try:
            await self._line.command(command)
        except CommandRefused as refused:
            self._log.info("refused", command=type(command).__name__, code=refused.code)


def people(catalogue: Catalogue, wishes: Wishes) -> list[PartyComing]:
    """Who asks, as they say: the resident, and as many with them as the service wants, called after them."""
    least = _service(catalogue, wishes).parties.least
    return [PartyComing(wishes.name), *(PartyComing(f"{wishes.name[:50]} ({n})") for n in range(2, least + 1))]


def consents(catalogue: Catalogue, wishes: Wishes) -> list[ConsentGiven]:
    """Every consent that the service asks for, in the version of today, given."""
    service = _service(catalogue, wishes)
    asked = [text for text in catalogue.consents if text.required or text.text in service.consents]
    given = [{"text": text.text, "version": text.version, "language": wishes.language, "given": True} for text in asked]
    return msgspec.convert(given, list[ConsentGiven])


def answers(catalogue: Catalogue, wishes: Wishes) -> dict[str, str]:
    """The first answers with which the visit goes on, as few as settle it."""
    rules = msgspec.convert(_service(catalogue, wishes).eligibility, Eligibility, from_attributes=True)
    return rules.first_going()


def _service(catalogue: Catalogue, wishes: Wishes) -> CatalogueService:
    """Raises VisitFailed `unknown-service`."""
    service = next((each for each in catalogue.services if (each.home, each.code) == (wishes.home, wishes.service)), None)
    if service is None:
        offered = ", ".join(each.code for each in catalogue.services if each.home == wishes.home)
        raise VisitFailed("unknown-service", f"{wishes.home} offers here: {offered or 'nothing'}")
    return service
