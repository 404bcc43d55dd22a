"""One publication on the writer's side: frames become segments, silences become facts, over its epochs and over the writer's lives. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from recordings import writer_wire as wire
from recordings.gap_joiner import GapJoiner
from recordings.scribe import Mark, Scribe
from recordings.segments import Began, Ended, Ending, Frame, Made, Missed, Piece, Publication, SegmentMaker, SegmentPolicy


@dataclass(frozen=True, slots=True)
class Due:
    """Time since when nothing covers, why, and how many packets that are known to be lost; told when frames come again, or when nothing is
    due any more."""

    since: int
    cause: wire.Cause
    lost: int = 0


class Opener(Protocol):
    """Whoever has a disk."""

    def scribe(
        self, publication: str, epoch: int, media: str, *, segment: int, start: int, width: int, height: int, first: int, clock_error: int
    ) -> Scribe: ...


class Strand:
    """`tell` takes what is missing; `numbers` are the next segments' numbers by epoch, where an earlier life has written some."""

    def __init__(self, publication: str, numbers: Mapping[int, int], tell: Callable[[Missed], None]) -> None:
        self.publication = publication
        self.epoch = 1
        self.covered: int | None = None
        """Until where segments or told gaps reach, in session ms."""
        self.due: Due | None = None
        self._tell = tell
        self._numbers = dict(numbers)
        self._policy = SegmentPolicy()
        self._joiner = GapJoiner()
        self._media: wire.Media = "audio/webm;codecs=opus"
        self._maker: SegmentMaker | None = None
        self._scribe: Scribe | None = None
        self._shift = 0
        """What is added to the times of frames, in ms; a segment's clock does not change within it."""
        self._frame: wire.Frame | None = None
        """The one that is being told to the maker."""

    # ---- what the node tells

    def open(self, track: wire.OpenTrack) -> None:
        """Frames of this epoch follow."""
        if (track.epoch, track.media) != (self.epoch, self._media):
            self.stop("epoch", None)
            self._maker = None
            self.epoch, self._media = track.epoch, track.media
        if track.resumed and self.due is None and self.covered is not None:
            self.due = Due(self.covered, "writer-crash")

    def frame(self, frame: wire.Frame, opener: Opener | None) -> bool:
        """One frame; `opener` is None while there is no disk. False: a keyframe is needed before anything can go on."""
        if opener is None:
            self._no_disk(frame)
            return True
        maker = self._maker or self._make()
        if self.due is not None:
            due, self.due = self.due, None
            maker.gap(due.cause, due.lost, due.since)
        self._frame = frame
        self._handle(maker.frame(_frame(frame, frame.at + self._shift), frame.shift - self._shift), opener)
        return maker.reach is not None or not maker.wants_keyframe

    def missing(self, missing: wire.Missing) -> None:
        """Something is missing before the next frame."""
        if self._maker is not None and self._maker.reach is not None:
            self._maker.gap(missing.cause, missing.lost)
        elif self.due is not None or self.covered is not None or missing.since is not None:
            before = self.due or Due(self.covered or 0, missing.cause)
            cause = before.cause if before.cause == "disk" else missing.cause  # what the line loses besides was lost anyway
            self.due = Due(max(before.since, missing.since or 0), cause, before.lost + missing.lost)

    def end_run(self, end: wire.EndRun) -> None:
        """Frames stop. What is due from here on is told when they come again, or when nothing is due any more."""
        self.stop(end.reason, end.at)
        if end.settled:
            self.settle(end.at or 0)
        elif self.due is None and self.covered is not None:
            self.due = Due(self.covered, "line")

    def settle(self, at: int) -> None:
        """What was due ends here."""
        due, self.due = self.due, None
        if due is not None:
            self._missed(Missed(self.publication, self.epoch, due.since, max(at, due.since), due.lost, 0, due.cause))

    # ---- time and ends

    def tick(self, now: int) -> None:
        """Time has passed; `now` in session ms."""
        if self._maker is not None:
            self._handle(self._maker.tick(now), None, flushed=True)
        self._say(self._joiner.passed(now))

    @property
    def running(self) -> bool:
        """A segment is open."""
        return self._scribe is not None

    def stop(self, reason: Ending, at: int | None) -> None:
        """The segment that is open ends."""
        if self._maker is not None:
            self._handle(self._maker.close(reason, at), None)

    def close(self, at: int) -> None:
        """The room has closed."""
        self.stop("room", at)
        self.settle(at)
        self._say(self._joiner.rest())

    def abandon(self, at: int) -> None:
        """The node is gone: whoever was running is missing from here on."""
        was_running = self.running
        self.stop("room", None)
        since = self.due.since if self.due is not None else self.covered
        self._say(self._joiner.rest())
        if since is not None and (was_running or self.due is not None):  # told however short: whoever goes on reads it
            lost = self.due.lost if self.due is not None else 0
            self._tell(Missed(self.publication, self.epoch, since, max(at, since), lost, 0, "node"))
        self.due = None

    def end_life(self) -> None:
        """The disk failed: what is open ends, what comes begins anew with a keyframe."""
        if self._maker is not None:
            owed_more = self.running or self._maker.is_missing
            self.stop("suspect", None)
            self._maker = None
            if owed_more and self.covered is not None and self.due is None:
                self.due = Due(self.covered, "disk")

    def suspect(self, scribe: Scribe) -> None:
        """This segment could not be written to its end. If that is where the strand stopped, the hole goes on until the next frame; after
        an earlier segment, or one that a hold had ended, it is a fact by itself."""
        if scribe is self._scribe:
            self.end_life()
        hole, due = scribe.hole, self.due
        if due is not None and due.cause == "disk" and due.since <= hole.end:
            self.due = Due(min(due.since, hole.start), "disk", due.lost + hole.lost)
        elif hole.lost or hole.end > hole.start:
            self._missed(Missed(self.publication, scribe.name.epoch, hole.start, hole.end, hole.lost, 0, "disk"))

    def _no_disk(self, frame: wire.Frame) -> None:
        """A frame that nobody can write. Each is counted: a hole in which nothing is lost is taken for the rounding of clocks when short."""
        if self.due is not None and self.due.cause != "disk":
            self.settle(frame.at)
        due = self.due or Due(frame.at if self.covered is None else self.covered, "disk")
        self.due = replace(due, lost=due.lost + frame.last - frame.first + 1)

    # ---- segments

    def _make(self) -> SegmentMaker:
        kind = "audio" if self._media.startswith("audio") else "video"
        facts = Publication(self.publication, self.epoch, kind)  # type: ignore[arg-type]  # one of the two
        self._maker = SegmentMaker(facts, self._policy, self._numbers.get(self.epoch, 0))
        return self._maker

    def _handle(self, made: Iterable[Made], opener: Opener | None, *, flushed: bool = False) -> None:
        """`flushed`: the pieces hold everything that was told."""
        for each in made:
            match each:
                case Began():
                    assert opener is not None and self._frame is not None, "a segment begins with a frame"
                    self._numbers[self.epoch] = each.segment + 1
                    self._shift += each.step
                    self._scribe = opener.scribe(
                        self.publication, self.epoch, each.media, segment=each.segment, start=each.start, width=each.width,
                        height=each.height, first=self._frame.first, clock_error=self._frame.error,
                    )  # fmt: skip
                case Piece():
                    assert self._scribe is not None and self._maker is not None
                    reach = self._maker.reach if flushed else None
                    mark = None if reach is None else Mark(reach.end, reach.frames, reach.last)
                    self._scribe.add(each.data, each.last, mark)
                case Ended():
                    assert self._scribe is not None
                    self._scribe.end(each)
                    self._scribe = None
                    self.covered = each.end
                case Missed():
                    self._missed(each)

    def _missed(self, missed: Missed) -> None:
        self.covered = max(self.covered or 0, missed.end)
        self._say(self._joiner.add(missed))

    def _say(self, missed: Iterable[Missed]) -> None:
        for each in missed:
            self._tell(each)


def _frame(frame: wire.Frame, at: int) -> Frame:
    return Frame(at, frame.keyframe, frame.data, frame.width, frame.height, frame.first, frame.last)
