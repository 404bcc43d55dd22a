"""One kiosk, one clerk and the course of a visit between them, on a scripted server and stock media: for tests of the ends alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from signaling.wire import cases, desk, http, talk, visit
from signaling.wire.base import Command, Message
from signaling.wire.replies import Done, LineQuality, MediaAnswer, Refused
from tests.scripted_media import ScriptedMedia
from tests.scripted_server import ScriptedServer, Who

BOOTH: Who = ("kiosk", "haiyan-hall-1")
CLERK: Who = ("person", "clerk-1")
SESSION, CASE, NUMBER, SERVICE = "session-1", "JS-2026-000001", "B1", "marriage-registration"
BOTH = http.BothLanguages("婚姻登记", "Marriage registration")

CATALOGUE = http.Catalogue(
    jurisdictions=[http.CatalogueJurisdiction("jinshan", BOTH, BOTH, "#225588", True, None, False)],
    services=[
        http.CatalogueService(
            SERVICE, "jinshan", BOTH, "marriage", [],
            http.CatalogueEligibility(
                [http.CatalogueQuestion("both-free", BOTH), http.CatalogueQuestion("why", BOTH, [http.CatalogueOption("move", BOTH), http.CatalogueOption("work", BOTH)])],
                [http.CatalogueRule("staffed-window", BOTH, http.CatalogueCondition("both-free", "yes")), http.CatalogueRule("go-on", BOTH)],
            ),
            ["recording", "papers-to-home"], 30, 5, http.CatalogueFee(0), ["post"], BOTH, "remote-window", "guided-online", "card-seen", "in-person", http.CataloguePeople(1, 4), "2026-01-01", 1, True,
        )
    ],
    consents=[
        http.CatalogueConsent("recording", "2026-11-01", BOTH, BOTH, True),
        http.CatalogueConsent("identity-check", "2026-11-02", BOTH, BOTH, False),
        http.CatalogueConsent("papers-to-home", "2026-11-03", BOTH, BOTH, False),
    ],
    life_events=[],
    media=http.MediaProfile(*[http.MediaSource(320, 240, 10, 300_000)] * 4),
    staffed_window=BOTH,
    farewell_seconds=20,
)


class ScriptedOffice:
    """`phase` goes idle → waiting → ringing → talking → farewell → idle. With `clerk` false it plays the clerk itself."""

    def __init__(self, media: ScriptedMedia, clerk: bool) -> None:
        self.media, self.real_clerk = media, clerk
        self.server = ScriptedServer(self.carry_out, kiosks={"haiyan-hall-1": "k" * 32}, people={"clerk-1": "p" * 12})
        self.server.catalogue = msgspec.to_builtins(CATALOGUE)
        self.phase, self.room, self.reason, self.outcome = "idle", "room.1", "completed", "accepted"
        self.counter: str | None = None
        self.taken = {"jinshan-1"}
        self.wrap_up, self.session, self.visits = False, SESSION, 0
        self.offers: list[str] = []
        self.parties: list[cases.TalkParty] = []
        self.refuse: dict[type[Command], str] = {}
        self.then: Callable[[Command], Awaitable[None]] | None = None

    def show(self) -> None:
        """Everybody sees where things stand."""
        self.server.show(BOOTH, visit.KioskView("haiyan-hall-1", "Haiyan hall 1", "haiyan", self._screen()))
        if self.real_clerk:
            self.server.show(CLERK, self._desk())

    def enter(self, phase: str) -> None:
        self.phase = phase
        self.show()

    def move_to_another_room(self) -> None:
        """As after a media node was lost."""
        self.room = "room.2"
        self.show()

    def hear_no_more(self, who: Who, participant: str) -> None:
        self.server.tell(who, LineQuality(self.session, participant, "lost", "nothing was heard for 5 s"))

    async def carry_out(self, _server: ScriptedServer, who: Who, command: Any) -> Message | None:
        if type(command) in self.refuse:
            return Refused(code=self.refuse[type(command)], text="as the script says", re=command.id)
        answer: Message = Done(re=command.id, session=self.session)
        participant = "resident" if who == BOOTH else "clerk"
        match command:
            case talk.PublishOffer():
                self.offers.append(f"{participant} publish {self.room}")
                sdp, epoch = await self.media.publish(participant, command.sdp, command.sources)
                answer = MediaAnswer(re=command.id, epoch=epoch, sdp=sdp)
            case talk.SubscribeOffer():
                self.offers.append(f"{participant} subscribe {self.room}")
                wants = [(want.mid, want.participant, want.source) for want in command.wants]
                answer = MediaAnswer(re=command.id, epoch=1, sdp=await self.media.subscribe(participant, command.sdp, wants))
            case visit.TakeTicket():
                self.visits += 1
                self.phase, self.session = "waiting", f"session-{self.visits}"
                answer = Done(re=command.id, session=self.session)
                self._ring_if_possible()
            case visit.LeaveLine():
                self.phase, self.reason = "farewell", "left-line"
            case visit.EndVisit():
                self.phase, self.reason, self.outcome, self.wrap_up = "farewell", "ended-by-resident", None, self.real_clerk
            case visit.Forget():
                self.phase = "idle"
            case desk.StartShift() if command.counter in self.taken:
                return Refused(code="counter-taken", text="as the script says", re=command.id)
            case desk.StartShift():
                self.counter = command.counter
                self._ring_if_possible()
            case desk.AnswerRing():
                self.phase = "talking"
            case cases.ConfirmIdentity():
                self.parties[command.party] = msgspec.structs.replace(self.parties[command.party], level="card-seen")
            case desk.EndSession():
                self.phase, self.reason, self.outcome, self.wrap_up = "farewell", "completed", command.outcome, True
            case desk.CompleteWrapUp():
                self.wrap_up, self.outcome = False, command.outcome
            case desk.EndShift():
                self.counter = None
        self.show()
        if self.then is not None:
            await self.then(command)
        return answer

    def _ring_if_possible(self) -> None:
        if self.phase == "waiting" and (self.counter is not None or not self.real_clerk):
            self.phase = "ringing" if self.real_clerk else "talking"

    def _talk(self, me: str) -> talk.Talk:
        return talk.Talk(
            session=self.session, case=CASE, number=NUMBER, home="jinshan", service=SERVICE, service_name="婚姻登记", since=1.79e9, held=False,
            room=self.room, me=me, recording="recording", acceptable=True, parties=list(self.parties),
            ends=[talk.End("resident", "resident", "王", "Haiyan hall 1", True), talk.End("clerk", "clerk", "李", "Jinshan 3", True)],
            sources=[talk.SourceState(who, source, True) for who in ("resident", "clerk") for source in ("microphone", "camera")],  # type: ignore[arg-type] # literals widen
        )  # fmt: skip

    def _screen(self) -> Any:
        common = {"session": self.session, "number": NUMBER, "home": "jinshan", "service": SERVICE, "service_name": "婚姻登记"}
        match self.phase:
            case "waiting":
                return visit.Waiting(**common, place=1, minutes=3, counters=1)
            case "ringing":
                return visit.Ringing(**common, counter="Jinshan 3", until=1.79e9)
            case "talking":
                return visit.Talking(self._talk("resident"))
            case "parked":
                return visit.Parked(self.session, NUMBER, 1.79e9)
            case "farewell":
                return visit.Farewell(self.session, NUMBER, CASE, "婚姻登记", self.reason, self.outcome, None, None)  # type: ignore[arg-type] # a script may say anything
        return visit.Idle()

    def _desk(self) -> desk.DeskView:
        presence = {"ringing": "ringing", "talking": "busy"}.get(self.phase, "available")
        return desk.DeskView(
            login="clerk-1", name="李", jurisdiction="jinshan", counter=self.counter,
            counters=[desk.Counter(f"jinshan-{n}", f"{n}", f"jinshan-{n}" in self.taken) for n in (1, 2, 3)],
            presence="offline" if self.counter is None else "wrap-up" if self.wrap_up else presence,  # type: ignore[arg-type] # literals widen
            away_because="not-started" if self.counter is None else None, line=[],
            ring=desk.Ring(self.session, NUMBER, SERVICE, "婚姻登记", "王", "Haiyan hall 1", "haiyan", "zh-CN", [], 1.79e9, False)
            if self.phase == "ringing" and self.counter else None,
            talk=self._talk("clerk") if self.phase == "talking" else None, resident="王" if self.phase == "talking" else None, note="",
            wrap_up=desk.WrapUp(self.session, CASE, NUMBER, "婚姻登记", "王", self.outcome, True, "", 1.79e9) if self.wrap_up else None,  # type: ignore[arg-type] # as above
        )  # fmt: skip
