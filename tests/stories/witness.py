"""A witness of one visit: sees every step, keeps what must be kept in mind, and objects as soon as a rule of the house is broken.

The random visits, the hypothesis machine and the simulated floor all show their steps to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from signaling.domain.control import FORM
from signaling.domain.effects import (
    CloseRoom,
    Effect,
    Enter,
    FindClerk,
    MarkAway,
    OpenRoom,
    RecordRoom,
    SetHold,
    SetSourceOn,
    SetSuspended,
    Wake,
)
from signaling.domain.events import (
    AskRanOut,
    ConnectionOffered,
    ControlRanOut,
    Declined,
    Event,
    GraceEnded,
    ParkingEnded,
    PassEnded,
    Rated,
    RecordingLate,
    RingUnanswered,
    SuspensionRanOut,
    WrapUpRanOut,
)
from signaling.domain.machine import SessionPolicy
from signaling.domain.recording import Recording
from signaling.domain.states import (
    ENDS,
    SHARES,
    SOURCES,
    AnyState,
    Closed,
    InSession,
    Parked,
    Reconnecting,
    Ringing,
    SteppedAway,
    Waiting,
    WrappingUp,
    holder_of,
    talk_of,
    ticket_of,
)
from signaling.domain.states import OnHold as Held
from signaling.domain.waiting_line import place_of

PLAIN_CODE = re.compile(r"[A-Za-z0-9._-]*")
WHAT = re.compile(r"[a-z]+(-[a-z]+)*")
FIELD = re.compile(r"[a-z]+([-_][a-z]+)*")
ENCODER, DECODER = msgspec.json.Encoder(), msgspec.json.Decoder(AnyState)
EVERY_SOURCE = frozenset((end, source) for end in ENDS for source in SOURCES)


class Room:
    """A room as a node that obeys has it: every source on until it is told otherwise."""

    def __init__(self) -> None:
        self.held = False
        self.off: set[tuple[str, str]] = set()
        self.recorded: int | None = None
        self.suspended = False


class Witness:
    """`timers` are the wakes that are still to come, as the office's alarm would have them."""

    def __init__(self, state: AnyState, effects: tuple[Effect, ...], now: float, policy: SessionPolicy) -> None:
        self.policy = policy
        self.ticket = ticket_of(state)
        self.timers: list[Wake] = []
        self.rooms: dict[str, Room] = {}
        self.rooms_ever: set[str] = set()
        self.generation = 0
        self.origin: int | None = None
        self.epochs = {"resident": 0, "clerk": 0}
        self.lost: set[str] = set()
        self.talked_with: str | None = None
        self.closed_entries = 0
        self.ratings = 0
        self.asked: str | None = None
        self.granted: str | None = None
        self.grants: list[str] = []
        self.shared: set[tuple[str, str]] = set()
        self._effects(effects, now)
        self._state(state)

    def saw(self, before: AnyState, event: Event, after: AnyState, effects: tuple[Effect, ...], now: float) -> None:
        """`event` led from `before` to `after`."""
        assert not isinstance(before, Closed) or isinstance(event, Rated), f"{event} after the end"
        assert type(before) is type(after) or any(isinstance(e, Enter) for e in effects), "a change without its line in the ledger"
        self._effects(effects, now)
        if isinstance(event, ConnectionOffered):
            self.epochs[event.end] += 1
        if isinstance(event, Declined) and isinstance(before, Ringing) and isinstance(after, Waiting):
            assert {*before.waiting.passed, event.clerk} == set(after.passed), "who declined may be rung again already"
        for effect in effects:
            if isinstance(effect, MarkAway):
                assert isinstance(before, Ringing) and effect.clerk == before.clerk, "away who was not rung"
        self._finds_a_clerk(before, after, effects)
        self._state(after)

    def saw_restart(self, after: AnyState, effects: tuple[Effect, ...], now: float) -> None:
        """The server was killed, with every timer and every link in it; the rooms stand on the node."""
        self.timers.clear()
        self.lost = set(ENDS) if isinstance(after, Reconnecting) else set()
        assert not any(isinstance(e, OpenRoom | CloseRoom) for e in effects), "a restart touched the media"
        self._effects(effects, now)
        self._state(after)

    def due(self, now: float) -> Iterator[Wake]:
        """Takes the timers that are due one after the other, the earliest first."""
        while self.timers and (first := min(self.timers, key=lambda t: t.at)).at <= now:
            self.timers.remove(first)
            yield first

    # --- effects --------------------------------------------------------------------------------

    def _effects(self, effects: tuple[Effect, ...], now: float) -> None:
        for effect in effects:
            match effect:
                case Wake(at, _):
                    assert at >= now, f"{effect} in the past"
                    self.timers.append(effect)
                case OpenRoom(room):
                    assert room not in self.rooms_ever, f"{room} twice"
                    assert not self.rooms, f"{room} beside {set(self.rooms)}"
                    self.rooms_ever.add(room)
                    self.rooms[room] = Room()
                case CloseRoom(room):
                    assert room in self.rooms, f"{room} is not open"
                    del self.rooms[room]
                case SetHold(room, on):
                    self.rooms[room].held = on
                case SetSourceOn(room, end, source, on):
                    off = self.rooms[room].off
                    off.discard((end, source)) if on else off.add((end, source))
                case RecordRoom(room, origin, home, sealed_to):
                    assert (home, sealed_to) == (self.ticket.home, self.ticket.sealed_to), "sealed to somebody else"
                    assert self.origin in (None, origin), "the session's clock began twice"
                    self.origin = self.rooms[room].recorded = origin
                case SetSuspended(room, on):
                    self.rooms[room].suspended = on
                case Enter(what, _):
                    self._entry(effect, what)
                case _:
                    pass

    def _entry(self, entry: Enter, what: str) -> None:
        assert WHAT.fullmatch(what), entry
        for key, value in entry.body.items():
            assert FIELD.fullmatch(key), entry
            texts = value if isinstance(value, tuple) else (value,)
            assert all(text is None or isinstance(text, str | int | float | bool) for text in texts), entry
            assert all(PLAIN_CODE.fullmatch(text) for text in texts if isinstance(text, str)), f"free text in {entry}"
        assert self.closed_entries == 0 or what == "rated", f"{what} after the end"
        match what:
            case "closed":
                self.closed_entries += 1
            case "rated":
                self.ratings += 1
                assert self.ratings == 1, "rated twice"
            case "line-lost":
                assert entry.body["end"] not in self.lost, "lost twice"
                self.lost.add(str(entry.body["end"]))
            case "line-back":
                self.lost.remove(str(entry.body["end"]))
            case "back-in-line" | "parked" | "talk-ended":
                self.lost.clear()
            case "asked":
                assert self.asked is None, "two questions at once"
                self.asked = str(entry.body["ask"])
            case "control-granted":
                assert self.granted is None, "two operations at once"
                self.granted = str(entry.body["grant"])
                self.grants.append(self.granted)
            case "control-used":
                assert entry.body["grant"] in self.grants[-1:], "something was operated that was not allowed"
            case "control-ended":
                assert entry.body["grant"] == self.granted, "an operation ended that was not allowed"
                self.granted = None
            case "ask-ended":
                assert entry.body["ask"] == self.asked, "a question ended that did not stand"
                self.asked = None
            case "source-on" | "source-off" if entry.body["source"] in SHARES:
                pair = (str(entry.body["end"]), str(entry.body["source"]))
                (self.shared.add if what == "source-on" else self.shared.discard)(pair)
            case "connection":
                assert entry.body["epoch"] == self.epochs[str(entry.body["end"])] + 1, "an epoch that is not the next"
            case _:
                pass

    def _finds_a_clerk(self, before: AnyState, after: AnyState, effects: tuple[Effect, ...]) -> None:
        """Whenever a clerk is free or a ticket may be rung for that could not be before, pairing is asked for."""
        freed = holder_of(before) is not None and holder_of(after) is None
        was, now = place_of(before), place_of(after)
        newly = now is not None and now.here and (was is None or not was.here or set(now.passed) < set(was.passed))
        if freed or newly:
            assert FindClerk() in effects, f"nobody pairs again after {type(before).__name__} -> {type(after).__name__}"

    # --- states ---------------------------------------------------------------------------------

    def _state(self, state: AnyState) -> None:
        assert ticket_of(state) == self.ticket, "the facts of the visit changed"
        assert DECODER.decode(ENCODER.encode(state)) == state, "what is stored is not what is read"
        talk = talk_of(state)
        ask = state.ask if isinstance(state, InSession) else None
        assert self.asked == (ask.id if ask is not None else None), "what is asked is not what the ledger says"
        assert self.shared == {pair for pair in (talk.on if talk is not None else ()) if pair[1] in SHARES}, "a share outlives the talk, or its entry"
        if talk is None:
            assert not self.rooms, f"{set(self.rooms)} left open in {type(state).__name__}"
        else:
            assert set(self.rooms) == {talk.room}, f"{set(self.rooms)} while the talk is in {talk.room}"
            assert talk.generation >= self.generation, "a generation went back"
            assert {e: talk.epoch(e) for e in ENDS} == self.epochs, "an epoch was lost or skipped"
            room = self.rooms[talk.room]
            assert not room.held or not self.shared, "something is shown while the talk is on hold"
            grant = state.grant if isinstance(state, InSession) else None
            allowed = talk.may_show or (grant is not None and grant.scope != FORM)
            assert ("resident", "screen") not in talk.on or allowed, "the kiosk's screen is shown, and nobody allowed it"
            assert self.granted == (grant.id if grant is not None else None), "what may be operated is not what the ledger says"
            assert grant is None or ask is None, "a question and an operation at once"
            assert room.held == isinstance(state.before if isinstance(state, Reconnecting) else state, Held), "the hold is not what it says"
            assert EVERY_SOURCE - room.off == set(talk.on), "a source is not what it says"
            assert room.recorded == talk.recording.origin, "a room that is not recorded"
            assert room.suspended == (talk.recording.suspended is not None), "a suspension is not what it says"
            self._recording_has_its_timers(talk.recording)
            self.generation, self.talked_with = talk.generation, talk.clerk
        self._has_its_timers(state)
        if isinstance(state, Closed):
            assert self.closed_entries == 1, "the ledger does not say that it is over"
            assert state.clerk == self.talked_with, "who served is not who is remembered"
            assert state.rated == (self.ratings == 1)

    def _recording_has_its_timers(self, recording: Recording) -> None:
        """No light stays off, and no suspension on, without somebody being told in the end."""
        coming = [t.event for t in self.timers]
        assert recording.light != "awaited" or RecordingLate(recording.since) in coming, "nobody would notice that nothing is recorded"
        assert recording.suspended is None or SuspensionRanOut(recording.suspended) in coming, "a suspension for ever"

    def _has_its_timers(self, state: AnyState) -> None:
        """Every state that nobody present could end has a timer under way that ends it."""
        awaited: list[Event] = []
        match state:
            case Waiting():
                awaited = [PassEnded(c) for c in state.passed]
            case SteppedAway():
                awaited = [GraceEnded("resident", state.since), *(PassEnded(c) for c in state.waiting.passed)]
            case Ringing():
                awaited = [RingUnanswered(state.until), *(PassEnded(c) for c in state.waiting.passed)]
            case Reconnecting():
                awaited = [GraceEnded(m.end, m.since) for m in state.missing]
                assert awaited, "reconnecting with nobody missing"
            case Parked():
                awaited = [ParkingEnded(state.until)]
            case InSession() if state.ask is not None:
                awaited = [AskRanOut(state.ask.id, state.ask.until)]
            case InSession() if state.grant is not None:
                awaited = [ControlRanOut(state.grant.id, state.grant.until)]
            case WrappingUp():
                awaited = [WrapUpRanOut(state.until)]
            case _:
                pass
        coming = [t.event for t in self.timers]
        for event in awaited:
            assert event in coming, f"{type(state).__name__} waits for {event}, which nobody will send"
