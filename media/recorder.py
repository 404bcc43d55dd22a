"""The recorder of one room: a participant that takes every source, sends nothing, and leaves when the room closes."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from config.clock import Clock
from media.forwarder import Hub
from media.guard import Guard
from media.node_api import Participant, Source
from media.reel import Reel
from media.rtp_clock import SenderClock
from media.tap import Tap
from media.writer_line import WriterLine
from recordings.writer_wire import CloseSession, Interval, IntervalKind

NAME = "recorder"
"""As it stands among a source's consumers."""


class Studio:
    """What the recorders of a node share."""

    def __init__(self, line: WriterLine, clock: Clock, guard: Guard) -> None:
        self.line = line
        self.clock = clock
        self.guard = guard
        self.numbers = count(1)
        self.taps: dict[int, Tap] = {}
        """Track number → who can ask for a keyframe of it."""


class Recorder:
    """Records one session. `origin` is in milliseconds since 1970; `only` names the publications to record, None: all."""

    def __init__(self, studio: Studio, session: str, origin: int, only: Collection[str] | None) -> None:
        self.session = session
        self._studio = studio
        self._only = None if only is None else frozenset(only)
        self._zero = studio.clock.monotonic() - (studio.clock.now() - origin / 1000)
        self._taps: dict[tuple[Participant, Source], tuple[Hub, Tap, Reel]] = {}
        self._clocks: dict[tuple[Participant, int], SenderClock] = {}
        self._intervals: dict[tuple[str, IntervalKind], int] = {}
        """Publication (or `*`) and kind → when the running interval began."""
        self._suspended = False

    def _milliseconds(self, now: float) -> int:
        return max(0, round((now - self._zero) * 1000))

    # ---- who is recorded

    def watch(self, hub: Hub, now: float) -> None:
        """A source of the room, perhaps not published yet."""
        publication = f"{hub.participant}.{hub.source}"
        if (hub.participant, hub.source) in self._taps or (self._only is not None and publication not in self._only):
            return
        studio = self._studio
        numbers: list[int] = []

        def claim(track: int) -> None:
            while numbers:
                studio.taps.pop(numbers.pop(), None)
            numbers.append(track)
            studio.taps[track] = tap

        reel = Reel(studio.line, self.session, publication, self._zero, studio.numbers, claim)
        tap = Tap(
            hub.source,
            lambda epoch: self._clocks.setdefault((hub.participant, epoch), SenderClock()),
            reel,
            lambda when: hub.wish_keyframe(tap, when),
            studio.guard.caught,
        )
        self._taps[hub.participant, hub.source] = (hub, tap, reel)
        hub.subscribe(tap, NAME)
        tap.ready = not self._suspended
        if tap.ready:
            hub.admit(tap, now)
        if not hub.on:
            self._interval(publication, "mute", True, now)

    # ---- what the room does; `before_…` is said before the hubs change, so that it is known why they fall silent

    def before_hold(self, on: bool, now: float) -> None:
        self._interval("*", "hold", on, now)
        if on:
            for _, _, reel in self._taps.values():
                reel.excuse("hold", now)

    def before_source(self, participant: Participant, source: Source, on: bool, now: float) -> None:
        if (found := self._taps.get((participant, source))) is not None:
            self._interval(found[2].publication, "mute", not on, now)
            if not on:
                found[2].excuse("mute", now)

    def after_change(self, now: float) -> None:
        """Hubs were opened or closed: those that are open owe frames again."""
        for hub, _, reel in self._taps.values():
            if hub.flowing and not self._suspended:
                reel.resume(now)

    def set_suspended(self, on: bool, now: float) -> None:
        """While on nothing is taken, whatever flows; afterwards pictures begin with a keyframe that came after."""
        if on == self._suspended:
            return
        self._suspended = on
        self._interval("*", "suspension", on, now)
        for hub, tap, reel in self._taps.values():
            tap.ready = not on
            if on:
                reel.excuse("suspension", now)
                tap.pause()
            elif hub.current is not None:
                hub.current.forget()
                hub.wish_keyframe(tap, now)
        if not on:
            self.after_change(now)

    def before_leave(self, participant: Participant, now: float) -> None:
        for (who, _), (_, _, reel) in self._taps.items():
            if who == participant:
                reel.excuse("epoch", now)

    def _interval(self, publication: str, kind: IntervalKind, on: bool, now: float) -> None:
        began = self._intervals.get((publication, kind))
        if on and began is None:
            began = self._intervals[publication, kind] = self._milliseconds(now)
            self._studio.line.tell(Interval(self.session, publication, kind, began, None))
        elif not on and began is not None:
            del self._intervals[publication, kind]
            self._studio.line.tell(Interval(self.session, publication, kind, began, self._milliseconds(now)))

    # ---- life

    def beat(self, now: float) -> None:
        """Ten times a second."""
        for _, tap, _ in self._taps.values():
            tap.tick(now)

    def close(self, now: float) -> None:
        """Leave the room: what was taken is finished."""
        for hub, tap, reel in self._taps.values():
            reel.excuse("room", now)
            tap.pause()
            hub.unsubscribe(tap)
        for publication, kind in list(self._intervals):
            self._interval(publication, kind, False, now)
        for track in [track for track, tap in self._studio.taps.items() if any(tap is ours for _, ours, _ in self._taps.values())]:
            del self._studio.taps[track]
        self._studio.line.tell(CloseSession(self.session, self._milliseconds(now)))
