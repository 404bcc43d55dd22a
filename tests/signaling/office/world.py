"""A world for office tests: a real in-memory store, a clock turned by hand, a node that writes down its orders."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from config.clock import HandClock
from config.library import Library, load_library
from config.powers import Powers
from config.tasks import Tasks
from config.words import load_words
from media.node_api import JournalLine, Wanted
from signaling.domain.effects import Enter
from signaling.domain.machine import SessionPolicy
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.domain.states import AnyState, talk_of
from signaling.live.inbound import Inbound
from signaling.office.books import ConfiguredBooks
from signaling.office.case_tools import CaseTools
from signaling.office.office import Office, World
from signaling.office.ports import Cause, NodeRefused, Opening, Post, Stored
from signaling.office.safe import Safe
from signaling.store.memory import MemoryStore
from signaling.wire.base import Command
from signaling.wire.cases import PartyComing
from signaling.wire.desk import AnswerRing, DeskView
from signaling.wire.forms import FormWelcome
from signaling.wire.notices import GiveNotice
from signaling.wire.replies import Done, MediaAnswer
from signaling.wire.visit import ConsentGiven, KioskView, TakeTicket
from tests.signaling.office.album import BlindReader, MemoryAlbum, PaperPress
from tests.signaling.office.keyring import MemoryCustodians, MemorySeals
from tests.signaling.office.writer import Writer

ids = itertools.count(1)
FINGERPRINT = ":".join(["AB"] * 32)
SDP = "\r\n".join([
    "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1",
    *(line for mid, kind, codec in ((0, "audio", "111 opus/48000/2"), (1, "video", "96 VP8/90000")) for line in (
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {codec.split()[0]}", "c=IN IP4 0.0.0.0", f"a=mid:{mid}", "a=sendonly", "a=rtcp-mux", "a=setup:actpass",
        "a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuv", f"a=fingerprint:sha-256 {FINGERPRINT}", f"a=rtpmap:{codec}",
    )),
    "",
])  # fmt: skip
"""The smallest offer of microphone and camera that can be read."""


@functools.cache
def library(always_open: bool) -> Library:
    """What is shipped; reading it takes longer than most tests."""
    return load_library(always_open=always_open)


def request() -> str:
    """A fresh command id."""
    return f"request-{next(ids):08d}"


class SlowStore(MemoryStore):
    """A store whose writes of sessions wait while `open` is not set, as on a disk that stalls."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()
        self.open.set()

    async def open_session(self, session: str, home: str, day: str, make: Callable[[int], Opening], at: float, cause: Cause) -> Stored:
        await self.open.wait()
        return await super().open_session(session, home, day, make, at, cause)

    async def advance(self, before: Stored, after: AnyState, entries: Sequence[Enter], at: float, cause: Cause) -> Stored:
        await self.open.wait()
        return await super().advance(before, after, entries, at, cause)


async def at_once(work: Callable[..., Any], *arguments: Any) -> Any:
    """No thread: what takes long is done here and now, so that a story knows when nothing more happens."""
    return work(*arguments)


class HandAlarm:
    """Rings when the clock has been turned far enough."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._set: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def at(self, when: float, call: Callable[[], None]) -> None:
        self._set.append((when, next(self._order), call))

    def ring(self) -> None:
        due = sorted(entry for entry in self._set if entry[0] <= self._clock.now())
        self._set = [entry for entry in self._set if entry[0] > self._clock.now()]
        for _, _, call in due:
            call()


class Mailbox:
    """Everything that was sent, newest view by end."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.kiosk: dict[str, KioskView] = {}
        self.desk: dict[str, DeskView] = {}

    def to_kiosk(self, kiosk: str, message: Any) -> None:
        self.sent.append((kiosk, message))
        if isinstance(message, KioskView):
            self.kiosk[kiosk] = message

    def to_clerk(self, login: str, message: Any) -> None:
        self.sent.append((login, message))
        if isinstance(message, DeskView):
            self.desk[login] = message


class OrderBook:
    """A node that does nothing and forgets nothing."""

    def __init__(self) -> None:
        self.orders: list[tuple[Any, ...]] = []
        self.acknowledged: list[tuple[str, int]] = []
        self.refuse: str | None = None

    def open_room(self, room: str) -> None:
        self.orders.append(("open", room))

    def close_room(self, room: str) -> None:
        self.orders.append(("close", room))

    def set_hold(self, room: str, on: bool) -> None:
        self.orders.append(("hold", room, on))

    def set_source_on(self, room: str, participant: str, source: str, on: bool) -> None:
        self.orders.append(("source", room, participant, source, on))

    def record(self, room: str, session: str, origin: int, home: str, home_key: str) -> None:
        self.orders.append(("record", room, session, origin, home, home_key))

    def set_suspended(self, room: str, on: bool) -> None:
        self.orders.append(("suspend", room, on))

    def acknowledge(self, life: str, n: int) -> None:
        self.acknowledged.append((life, n))

    async def publish(self, room: str, participant: str, epoch: int, sdp: str, sources: Mapping[str, Any]) -> str:
        if self.refuse:
            raise NodeRefused(self.refuse)
        self.orders.append(("publish", room, participant, epoch))
        return f"answer to {sdp}"

    async def subscribe(self, room: str, participant: str, sdp: str, wants: Sequence[Wanted], *, fresh: bool) -> str:
        if self.refuse:
            raise NodeRefused(self.refuse)
        self.orders.append(("subscribe", room, participant, [(w.participant, w.source) for w in wants]))
        return f"answer to {sdp}"

    async def add_candidates(self, room: str, participant: str, connection: str, candidates: Sequence[str]) -> None:
        if self.refuse:
            raise NodeRefused(self.refuse)
        self.orders.append(("candidates", room, participant, connection, list(candidates)))


class Town:
    """An office with everything around it. `async with Town() as town`."""

    def __init__(
        self, store: MemoryStore | None = None, clock: HandClock | None = None, *, post: Post | None = None, always_open: bool = True,
        node: Any = None, custodians: MemoryCustodians | None = None, powers: Callable[[Library], Powers] | None = None,
    ) -> None:
        self.clock = clock or HandClock()
        self.alarm = HandAlarm(self.clock)
        self.store = store if store is not None else MemoryStore()
        self.mail = Mailbox()
        self.node: Any = node or OrderBook()
        self.writer = Writer()
        self.seals = MemorySeals()
        self.custodians = custodians or MemoryCustodians()
        shipped = library(always_open)
        self.library = shipped if powers is None else shipped._replace(powers=powers(shipped))
        self.jurisdictions, self.catalogue = self.library.jurisdictions, self.library.catalogue
        self.failed: list[tuple[str, BaseException]] = []
        self.tasks = Tasks(lambda name, error: self.failed.append((name, error)))
        self.books = ConfiguredBooks(self.library, self.clock)
        sessions = itertools.count(1)
        self.office = Office(
            World(
                store=self.store, evidence=self.store.evidence, post=self.mail if post is None else post, nodes=self.node,
                books=self.books, seals=self.seals, custodians=self.custodians, clock=self.clock,
                alarm=self.alarm, tasks=self.tasks, log=structlog.get_logger(), new_id=lambda: f"session-{next(sessions):04d}",
                aside=at_once,
            ),
            SessionPolicy(),
        )  # fmt: skip
        self.first_frames: list[tuple[str, float]] = []
        self.album = MemoryAlbum()
        self.reader = BlindReader()
        self.press = PaperPress()
        safe = Safe(self.album, self.album, self.office.keep, self.clock)
        salts = itertools.count(1)
        self.tools = CaseTools(
            self.office.floor, safe, self.reader, self.press, self.books, self.mail if post is None else post, self.store.evidence, self.clock,
            self.tasks, structlog.get_logger(), load_words(), lambda: f"{next(salts):032x}",
        )  # fmt: skip
        self.office.on_step = self.tools.stepped
        self.inbound = Inbound(self.office, self.tools, lambda end, seconds: self.first_frames.append((end, seconds)))

    async def __aenter__(self) -> Town:
        await self.office.open()
        self.tools.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.tasks.close()
        assert not self.failed, self.failed

    async def settle(self) -> None:
        """Until nothing more happens by itself."""
        for _ in range(100):
            await asyncio.sleep(0)

    async def later(self, seconds: float) -> None:
        """Time passes, second by second, timers ring."""
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            self.clock.advance(min(1.0, end - self.clock.now()))
            self.alarm.ring()
            await self.settle()

    async def does(self, who: Actor, message: Command) -> Any:
        """`who` asks for it; the answer, once nothing more happens by itself."""
        answer = await self.inbound.handle(who, message)
        await self.settle()
        return answer

    async def refuses(self, who: Actor, message: Command) -> Refusal:
        """`who` asks for it and is refused, and nothing has changed."""
        before = await self.facts()
        try:
            answer: Done | MediaAnswer | FormWelcome = await self.inbound.handle(who, message)
        except Refusal as refusal:
            await self.settle()
            assert await self.facts() == before, f"{refusal.code}, and yet something changed"
            return refusal
        raise AssertionError(f"{message} was not refused: {answer}")

    async def facts(self) -> dict[str, Any]:
        """Everything that the store knows."""
        records = [record for home in self.jurisdictions for record in await self.store.sessions_of(home)]
        return {"shifts": await self.store.shifts()} | {
            r.session: (await self.store.session(r.session), await self.store.ledger_of(r.session)) for r in records
        }

    def says(self, *lines: JournalLine | list[JournalLine]) -> None:
        """The node passes these lines of a journal on."""
        for line in lines:
            for each in line if isinstance(line, list) else [line]:
                self.office.talks.node_says(each)

    async def recorded(self, session: str) -> None:
        """Bytes of a talk that begins now are on a disk."""
        state = self.office.floor.state(session)
        talk = talk_of(state) if state is not None else None
        assert talk is not None
        self.says(self.writer.begins(session, round(self.clock.now() * 1000) - talk.recording.origin))
        await self.settle()

    def prints_receipts(self) -> None:
        """As the server does; it is one signature more, so stories about other things do without."""
        self.office.on_receipt, self.tools.receipts.made = self.tools.receipts.signed, self.office.receipt_made

    async def tells(self, clerk: Actor, session: str) -> None:
        """Why nothing comes of it, in writing: nobody is sent home without."""
        await self.does(clerk, GiveNotice(request(), session, "withdrawn"))

    async def ledger(self, session: str) -> list[str]:
        """What happened in a session, by name."""
        return [entry.what for entry in await self.store.ledger_of(session)]

    # --- people -------------------------------------------------------------------------------------

    def services_of(self, home: str) -> frozenset[str]:
        return frozenset(offer.service.code for offer in self.catalogue.of_home(home, self.clock.now()))

    def kiosk(self, number: int = 1, host: str = "haiyan") -> Actor:
        return Actor("kiosk", f"{host}-k{number}", host)

    async def kiosk_comes(self, number: int = 1, host: str = "haiyan") -> Actor:
        kiosk = self.kiosk(number, host)
        self.office.kiosk_connected(kiosk)
        await self.settle()
        return kiosk

    async def clerk_comes(self, login: str, counter: int = 1, home: str = "jinshan", skills: frozenset[str] | None = None) -> Actor:
        clerk = Actor("clerk", login, home, self.services_of(home) if skills is None else skills, login.title())
        self.office.clerk_connected(clerk)
        await self.office.desks.start_shift(clerk, f"{home}-{counter}", request())
        self.office.desk_changed(clerk)
        await self.settle()
        return clerk

    def wish(self, home: str = "jinshan", **changes: Any) -> TakeTicket:
        now = self.clock.now()
        offer = next(o for o in self.catalogue.offered_at("haiyan", now) if o.home == home)
        consents = [
            ConsentGiven(text=code, version=self.catalogue.consent(code, now).version, language="zh-CN", given=True) for code in offer.service.consents
        ]
        chosen = self.catalogue.service(changes.get("service", offer.service.code), now)
        answers = chosen.service.rules.first_going() if chosen is not None else {}
        couple = [PartyComing("王小明", "330424199003074516", read=True), PartyComing("李思雨", "330424199206154524", read=True)]
        fields = {
            "id": request(), "home": home, "service": offer.service.code,
            "parties": couple[: chosen.service.parties.least if chosen is not None else 1],
            "language": "zh-CN", "consents": consents, "answers": answers,
        }  # fmt: skip
        return TakeTicket(**(fields | changes))

    async def ticket(self, kiosk: Actor, **changes: Any) -> str:
        session = await self.office.visits.take_ticket(kiosk, self.wish(**changes))
        await self.settle()
        return session

    async def talk(self, number: int = 1, **changes: Any) -> tuple[Actor, Actor, str]:
        """A kiosk and the clerk `li` in session, recorded; returns kiosk, clerk and the session's id."""
        kiosk, clerk = await self.kiosk_comes(number), await self.clerk_comes("li")
        session = await self.ticket(kiosk, **changes)
        await self.does(clerk, AnswerRing(request(), session))
        await self.recorded(session)
        return kiosk, clerk, session

    def state(self, session: str) -> str | None:
        """The name of the state a session is in; None when it has left the floor."""
        state = self.office.floor.state(session)
        return None if state is None else type(state).__name__
