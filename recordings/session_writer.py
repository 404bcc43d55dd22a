"""One session on the writer's side: its publications, its key in each life, its facts, and its end when everything is told. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recordings import writer_wire as wire
from recordings.life import Life, Line
from recordings.names import SegmentName, publication_name
from recordings.scribe import Scribe
from recordings.segments import Missed
from recordings.strand import Due, Strand

SHORTEST_ASKED = 500
"""Milliseconds between two keyframes that are asked for."""


@dataclass(slots=True)
class Past:
    """What earlier lives wrote of a session."""

    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    """Publication and epoch → the next segment's number."""
    ends: dict[str, int] = field(default_factory=dict)
    """Publication → until where it is told of, in session ms."""
    broken: dict[str, wire.Cause] = field(default_factory=dict)
    """Publications whose last fact is a gap that no frame has ended."""

    def take(self, line: Mapping[str, Any]) -> None:
        """A journal's line of this session, in order of time."""
        what = line["what"]
        if what == "room-closed":
            self.ends.clear()
            self.broken.clear()
        elif what in ("segment", "gap"):
            publication, end = line["publication"], line["end"]
            if end > self.ends.get(publication, -1):
                self.ends[publication] = end
                self.broken.pop(publication, None)
            if what == "gap" and line["cause"] in ("writer-crash", "node"):
                self.broken[publication] = line["cause"]

    def found(self, name: SegmentName) -> None:
        """A segment's file that is there."""
        key = (name.publication, name.epoch)
        self.numbers[key] = max(self.numbers.get(key, 0), name.segment + 1)


class SessionWriter:
    """`told` takes the facts for the journal. `zero` is when the session's clock began, in seconds of a clock that is never set."""

    def __init__(self, order: wire.OpenSession, past: Past, zero: float, told: Callable[[Line], None]) -> None:
        self.id = order.session
        self.closing: int | None = None
        """When the room closed, in session ms."""
        self._order = order
        self._past = past
        self._zero = zero
        self._told = told
        self._life: Life | None = None
        self._strands: dict[str, Strand] = {}
        self._asked: dict[str, int] = {}

    def live(self, life: Life | None) -> None:
        """The life in which to write from now on; None: no disk. Raises ValueError when the home's key is none."""
        self._life = life
        if life is not None:
            life.key_of(self.id, self._order.home, self._order.home_key)

    def milliseconds(self, now: float) -> int:
        """A moment of the clock that is never set on the session's."""
        return round((now - self._zero) * 1000)

    # ---- what the node tells

    def open_track(self, track: wire.OpenTrack) -> Strand:
        """The strand of the track's publication. Raises BadName."""
        strand = self._strands.get(track.publication)
        if strand is None:
            name = publication_name(track.publication)
            numbers = {epoch: number for (publication, epoch), number in self._past.numbers.items() if publication == name}
            strand = self._strands[name] = Strand(name, numbers, self._missed)
            strand.covered = self._past.ends.get(name)
            if strand.covered is not None and name in self._past.broken:
                strand.due = Due(strand.covered, self._past.broken[name])
        strand.open(track)
        return strand

    def frame(self, strand: Strand, frame: wire.Frame) -> bool:
        """Whether a keyframe should be asked for."""
        if strand.frame(frame, self if self._life is not None else None):
            return False
        due = frame.at - self._asked.get(strand.publication, -SHORTEST_ASKED) >= SHORTEST_ASKED
        if due:
            self._asked[strand.publication] = frame.at
        return due

    def interval(self, interval: wire.Interval) -> None:
        self._told({
            "what": "interval", "session": self.id, "publication": interval.publication, "kind": interval.kind,
            "start": interval.start, "end": interval.end,
        })  # fmt: skip

    def close(self, at: int) -> None:
        """The room has closed; `finished` is told when every segment is."""
        if self.closing is None:
            self.closing = at
            for strand in self._strands.values():
                strand.close(at)

    def finished(self) -> None:
        """Every segment is in the journal."""
        self._told({"what": "room-closed", "session": self.id, "end": self.closing})

    def abandoned(self, now: float) -> None:
        """The node is gone without closing the room: what was running is told to be missing from here on."""
        at = max(0, self.milliseconds(now))
        for strand in self._strands.values():
            strand.abandon(at)

    # ---- time, segments, disk

    def tick(self, now: float) -> None:
        """Time has passed."""
        for strand in self._strands.values():
            strand.tick(self.milliseconds(now))

    def scribe(
        self, publication: str, epoch: int, media: str, *, segment: int, start: int, width: int, height: int, first: int, clock_error: int
    ) -> Scribe:
        """Begin a segment's file."""
        assert self._life is not None, "strands are told when there is no disk"
        key = self._life.key_of(self.id, self._order.home, self._order.home_key)
        name = SegmentName(self.id, publication, epoch, segment)
        scribe = Scribe(
            key, name, media, self._order.origin, start=start, width=width, height=height, first=first, clock_error=clock_error
        )
        self._life.scribes.append(scribe)
        return scribe

    def suspect(self, scribe: Scribe) -> None:
        """The disk refused this segment."""
        if (strand := self._strands.get(scribe.name.publication)) is not None:
            strand.suspect(scribe)

    def end_life(self) -> None:
        """The disk failed."""
        for strand in self._strands.values():
            strand.end_life()
        self._life = None

    def _missed(self, missed: Missed) -> None:
        self._told({
            "what": "gap", "session": self.id, "publication": missed.publication, "epoch": missed.epoch, "start": missed.start,
            "end": missed.end, "lost": missed.lost, "cause": missed.cause,
        })  # fmt: skip
