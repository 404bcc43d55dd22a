"""How a story is told: `Visit(state) >> event << effect`, and the states in which stories begin.

Second 0 is when the story begins. `>> After(20)` lets time pass; no effect may go unread; a refusal leaves everything as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec
import pytest

from signaling.domain.asks import AskPage, AskScreen, Ended, Kind
from signaling.domain.case_file import CaseFile, Still
from signaling.domain.effects import CloseRoom, Effect, Enter, OpenRoom, Plain, RecordRoom, SetHold, SetSourceOn, Wake
from signaling.domain.events import Event, NodeLost, RecordingLate
from signaling.domain.machine import Step
from signaling.domain.parties import Party
from signaling.domain.recording import Recording
from signaling.domain.refusals import NotNow
from signaling.domain.session import SessionPolicy, reopen, step
from signaling.domain.session_common import REQUIRED
from signaling.domain.states import (
    ENDS,
    AnyState,
    Closed,
    Consent,
    Earlier,
    End,
    EndReason,
    InSession,
    Missing,
    OnHold,
    Outcome,
    Parked,
    Reconnecting,
    Ringing,
    SealedTo,
    SteppedAway,
    Talk,
    Ticket,
    Waiting,
    WrappingUp,
    talk_of,
)

POLICY = SessionPolicy()
SEALED_TO = SealedTo("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=", "5e" * 32)
"""The public key of the home, as the ticket carries it."""
RECORDED = Recording(origin=0, since=0.0, light="on", began=True)
"""A talk of which bytes are on a disk."""
CLERK_AT = {"jinshan-3": "li", "jinshan-4": "chen", "jinshan-5": "wu"}
"""Who sits where in the stories."""


@dataclass(frozen=True)
class After:
    """Time passes."""

    seconds: float


class Visit:
    """A visit that is being told."""

    def __init__(self, state: AnyState, effects: tuple[Effect, ...] = (), now: float = 0.0) -> None:
        self.state, self.now = state, now
        self.unread = effects

    @classmethod
    def after_restart(cls, stored: AnyState, now: float = 0.0) -> Visit:
        """The server comes back and reads this from its store."""
        return cls(*reopen(stored, now, POLICY), now=now)

    @classmethod
    def from_step(cls, begun: Step, now: float = 0.0) -> Visit:
        return cls(*begun, now=now)

    def __rshift__(self, event: Event | After) -> Visit:
        assert not self.unread, f"the story forgot {self.unread}"
        if isinstance(event, After):
            self.now += event.seconds
        else:
            self.state, self.unread = step(self.state, event, self.now, POLICY)
        return self

    def __lshift__(self, effect: Effect) -> Visit:
        assert self.unread[:1] == (effect,), f"expected {effect}, got {self.unread}"
        self.unread = self.unread[1:]
        return self

    def refuses(self, event: Event, code: str = "not-now") -> Visit:
        """`event` cannot happen now, and the state is what it was."""
        before = self.state
        with pytest.raises(NotNow) as refusal:
            self >> event
        assert refusal.value.code == code
        assert self.state is before
        return self

    def begins_to_talk(self, room: str, *, origin: int | None = None) -> Visit:
        """Reads that the recording is ordered, and the orders for the talk's room. The session's clock begins now, unless it began before."""
        began = round(self.now * 1000) if origin is None else origin
        self << Enter("recording-ordered", {"origin": began, "home_key": SEALED_TO.fingerprint, "required": REQUIRED})
        return self.opens_room(room, origin=began)

    def opens_room(self, room: str, *, origin: int = 0, held: bool = False, late: float = 5) -> Visit:
        """Reads the orders for a fresh room in which everybody has microphone and camera on, and nothing else; it is recorded."""
        self << OpenRoom(room)
        for end in ENDS:
            self << SetSourceOn(room, end, "screen", on=False) << SetSourceOn(room, end, "document", on=False)
        self << RecordRoom(room, origin, "jinshan", SEALED_TO)
        if held:
            self << SetHold(room, on=True)
        return self << Wake(self.now + late, RecordingLate(self.now))

    def loses_its_node(self, generation: int) -> Visit:
        """The node dies; a recording that ran says so. The orders for the next room are still to be read."""
        talk = talk_of(self.state)
        assert talk is not None
        self >> NodeLost(generation) << entered("node-lost", generation=generation)
        if talk.recording.light == "on":
            self << entered("recording-light", on=False, reason="node-lost")
        return self << CloseRoom(talk.room)

    def ends(self, state: AnyState) -> None:
        """This is exactly how the story ends."""
        assert not self.unread, f"the story forgot {self.unread}"
        assert self.state == state

    def ends_in(self, kind: type[AnyState]) -> AnyState:
        """In this kind of state; returns it."""
        assert not self.unread, f"the story forgot {self.unread}"
        assert isinstance(self.state, kind), f"ended in {self.state}"
        return self.state


CASE = "310116-330424-20261123-0012"
"""Of the ticket J012."""


def settled(outcome: str = "accepted", case: str = CASE, to: str | None = None) -> Enter:
    """The line of the ledger that says what has become of a case."""
    return entered("case-settled", case=case, outcome=outcome, to=to)


def entered(what: str, **body: Plain) -> Enter:
    """A line of the ledger."""
    return Enter(what, body)


# --- where stories begin ----------------------------------------------------------------------------


def ticket(number: str = "J012", *, kiosk: str = "haiyan-1", home: str = "jinshan", service: str = "marriage-registration",
           taken_at: float = 0.0, recording: bool = True, papers: bool = True) -> Ticket:
    """A resident of Haiyan at a kiosk there, who needs something of Jinshan."""
    return Ticket(
        session=f"visit-{number}",
        number=number,
        case=f"310116-330424-20261123-{number[1:]:0>4}",
        kiosk=kiosk,
        host="haiyan",
        home=home,
        service=service,
        language="zh-CN",
        needs=(),
        parties=(Party("张明月"),),
        taken_at=taken_at,
        consents=(Consent("recording", "2026-11-01", "zh-CN", recording), Consent("papers-to-home", "2026-11-01", "zh-CN", papers)),
        sealed_to=SEALED_TO,
    )


def earlier_with(counter: str, *, origin: int = 0, generation: int = 1, resident_epoch: int = 0, clerk_epoch: int = 0) -> Earlier:
    """What an earlier talk at this counter left behind."""
    return Earlier(CLERK_AT[counter], origin, generation, resident_epoch, clerk_epoch, ticket().folder)


def waiting(number: str = "J012", *, in_front: bool = False, prefer: str | None = None, passed: tuple[str, ...] = (),
            earlier: Earlier | None = None) -> Waiting:
    return Waiting(ticket(number), since=0.0, in_front=in_front, prefer=prefer, passed=passed, earlier=earlier)


def stepped_away(number: str = "J012", *, since: float = 0.0) -> SteppedAway:
    return SteppedAway(waiting(number), since)


def ringing(number: str, counter: str, *, until: float = 20.0) -> Ringing:
    return Ringing(waiting(number), CLERK_AT[counter], counter, until)


def talk(number: str, counter: str, recording: Recording = RECORDED) -> Talk:
    return Talk(ticket(number), CLERK_AT[counter], counter, since=0.0, recording=recording, folder=ticket(number).folder)


def in_session(number: str, counter: str, recording: Recording = RECORDED) -> InSession:
    return InSession(talk(number, counter, recording))


def after(state: InSession, ask: str, what: Kind | Literal["grant"], because: str, by: End | None = None) -> InSession:
    """The same, with what became of the last question or permission."""
    return InSession(msgspec.structs.replace(state.talk, ended=Ended(ask, what, because, by)), state.ask, state.grant)


def on_hold(number: str, counter: str) -> OnHold:
    return OnHold(talk(number, counter), since=0.0)


def reconnecting(number: str, counter: str, *missing: End, held: bool = False) -> Reconnecting:
    """These ends have been missing since the story began."""
    before = on_hold(number, counter) if held else in_session(number, counter)
    return Reconnecting(before, tuple(Missing(end, 0.0) for end in missing))


def parked(number: str, counter: str, *, until: float = 600.0) -> Parked:
    return Parked(ticket(number), earlier_with(counter), until)


def wrapping_up(number: str, counter: str, outcome: Outcome | None = "accepted", *, reason: EndReason = "completed",
                until: float = 600.0, recording: Recording = RECORDED, due: str | None = None) -> WrappingUp:
    before = talk(number, counter, recording)
    if outcome is not None:
        before = msgspec.structs.replace(before, folder=before.folder.with_case(before.case.settled(outcome, due, None)))
    return WrappingUp(before, outcome, reason, until, due=due)


def closed(number: str, counter: str | None, *, reason: EndReason = "completed", outcome: Outcome | None = "accepted",
           at: float = 0.0, rated: bool = False, due: str | None = None, file: CaseFile | None = None) -> Closed:
    """A visit of one case; `file` is what is left of what was gathered for it."""
    case = msgspec.structs.replace(ticket(number).folder.case, file=file or CaseFile())
    cases = (case if outcome is None else case.settled(outcome, due, None),)
    return Closed(ticket(number), reason, outcome, CLERK_AT[counter] if counter else None, at, rated, due, cases)


STILLS = CaseFile((Still(1000, 0, 2000, 1400, kept=True), Still(2000, 1, 2000, 1400, ("glare",), "top-right")))
"""One page in the case, one that reflects light."""

EVERY_STATE: tuple[AnyState, ...] = (
    waiting(),
    waiting("J013", in_front=True, prefer="li", passed=("chen",), earlier=earlier_with("jinshan-3", resident_epoch=2, clerk_epoch=1)),
    stepped_away(),
    ringing("J012", "jinshan-3"),
    in_session("J012", "jinshan-3"),
    InSession(talk("J012", "jinshan-3"), AskScreen("ask-1", 45.0)),
    InSession(talk("J012", "jinshan-3").with_file(STILLS), AskPage("ask-2", 300.0, 1, "take-1")),
    in_session("J012", "jinshan-3", Recording(origin=0, since=0.0)),
    in_session("J012", "jinshan-3", Recording(origin=0, since=0.0, light="broken", began=True, suspended=1.0, word="zhou")),
    on_hold("J012", "jinshan-3"),
    reconnecting("J012", "jinshan-3", "resident"),
    reconnecting("J012", "jinshan-3", "clerk", held=True),
    reconnecting("J012", "jinshan-3", "clerk", "resident"),
    parked("J012", "jinshan-3"),
    wrapping_up("J012", "jinshan-3"),
    wrapping_up("J012", "jinshan-3", None, reason="ended-by-resident"),
    closed("J012", "jinshan-3"),
    closed("J012", None, reason="left-line", outcome=None),
)
"""At least one of every kind, for what must hold in all of them."""
