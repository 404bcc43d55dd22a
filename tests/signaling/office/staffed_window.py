"""A visit that is over, and what is done with its receipt at staffed windows of its home, of its host, and of a third jurisdiction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from config.calendar import BEIJING
from config.clock import HandClock
from config.library import Library
from config.powers import Act, Hand, Power, Powers
from signaling.domain.permissions import Actor
from signaling.office.look_up import Finder
from signaling.office.once import Once
from signaling.office.safe import Safe
from signaling.office.windows import Windows
from signaling.wire import desk, visit
from signaling.wire.cases import Outcome
from signaling.wire.notices import GiveNotice, NoticeLine
from signaling.wire.window import WindowCase
from tests.signaling.office.world import Town, request

HELPER = Actor("helper", "zhang", "haiyan")
CLERK = Actor("clerk", "qian", "haiyan")
OWN_HELPER = Actor("helper", "sun", "jinshan")
THIRD = Actor("clerk", "zhou", "pinghu")
CARD = "jinshan-identity-card"
NOON = dt.datetime(2026, 11, 26, 12, 0, tzinfo=BEIJING).timestamp()
LAST_DAY = dt.date(2026, 11, 26)
EVERY: tuple[Hand, ...] = ("kiosk", "clerk", "helper")


def let(*grants: tuple[Act, tuple[Hand, ...]], to: dt.date | None = None) -> Callable[[Library], Powers]:
    """Jinshan lets Haiyan do this by these hands, until that day; nobody lets anybody do anything else."""
    return lambda of: Powers(
        [
            Power(
                grantor="jinshan", grantee="haiyan", act=act, services="all", agreement="2026-7", valid_from=dt.date(2026, 1, 1), valid_to=to, hands=list(hands)
            )
            for act, hands in grants
        ],
        of.jurisdictions, of.catalogue,
    )  # fmt: skip


ALL = let(("accept-papers", EVERY), ("one-time-notice", EVERY), ("deliver-outcome", ("kiosk", "clerk")))


class Window:
    """A visit of Jinshan at a kiosk of Haiyan that is over, and what is done with its receipt at staffed windows."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.session = self.code = ""
        self.once = Once(town.store.evidence, town.clock)
        evidence = town.store.evidence
        safe = Safe(town.album, town.album, town.office.keep, town.clock)
        self.windows = Windows(Finder(evidence, town.store, 0), evidence, town.store, town.books, safe, self.once, town.clock, town.office.noted)

    async def ended(self, outcome: Outcome = "accepted-with-gaps", **changes: Any) -> Window:
        """The whole visit, until the kiosk has forgotten it."""
        town = self.town
        kiosk, li, self.session = await town.talk(**changes)
        await self.tells(li, outcome)
        return await self.over(kiosk, li, outcome)

    async def tells(self, li: Actor, outcome: str) -> None:
        """What is lacking, or that nothing is and the resident did not go on."""
        if outcome == "accepted":
            return
        talk = self.town.mail.desk[li.id].talk
        assert talk is not None
        checklist = self.town.books.checklist(talk.service, self.town.clock.now())
        follows = outcome == "accepted-with-gaps"
        lines = [
            NoticeLine(n, "follows" if follows and material.need == "may-follow" else "seen" if follows else "not-brought")
            for n, material in enumerate(checklist) if material.need == "required" or (follows and material.need == "may-follow")
        ]  # fmt: skip
        await self.town.does(li, GiveNotice(request(), self.session, "materials", lines, "form-missing" if self._form(talk.service) and not follows else None, 5 if follows else None))

    def _form(self, service: str) -> bool:
        return self.town.books.form_of(service, self.town.clock.now()) is not None

    async def over(self, kiosk: Actor, li: Actor, outcome: Outcome) -> Window:
        town = self.town
        town.prints_receipts()
        await town.does(li, desk.EndSession(request(), self.session, outcome))
        town.says(town.writer.ends(self.session))
        await town.settle()
        await town.does(li, desk.CompleteWrapUp(request(), self.session, outcome, ""))
        await town.does(kiosk, visit.Forget(request(), self.session))
        self.code = next(str(head.code) for head in await town.store.evidence.heads_of(self.session) if head.code)
        return self

    async def case(self, person: Actor) -> WindowCase:
        (case,) = (await self.windows.look_up(person, self.code)).cases
        return case

    async def number(self) -> str:
        (record,) = await self.town.store.cases_of(self.session)
        return record.number

    async def takes_in(self, person: Actor, material: int, copies: int = 1) -> WindowCase:
        status = await self.windows.papers(person, self.code, await self.number(), material, copies)
        await self.town.settle()
        return status.cases[0]

    async def delivers(self, person: Actor) -> WindowCase:
        status = await self.windows.outcome(person, self.code, await self.number(), "applicant")
        await self.town.settle()
        return status.cases[0]

    async def entries(self, what: str) -> list[dict[str, Any]]:
        return [{"actor": entry.actor, **entry.body} for entry in await self.town.store.ledger_of(self.session) if entry.what == what]


def may(case: WindowCase) -> list[str]:
    return [each.act for each in case.may]


def at_noon(powers: Callable[[Library], Powers] = ALL) -> Town:
    return Town(clock=HandClock(NOON), powers=powers)
