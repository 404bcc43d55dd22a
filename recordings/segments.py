"""Encoded frames become segments: when one begins and ends, its bytes as they come to be, what it covers and what is missing. Pure.

One `SegmentMaker` for each publication and epoch. What it is told (frames, gaps, the passing of time, a hold) it answers with facts
and bytes, in the order in which they happened: `Began`, `Piece` …, `Ended`, and `Missed` for time that no frame covers. The rules are
those of docs/recording.md, "Publication, epoch, segment".
"""

from __future__ import annotations

from dataclasses import dataclass

from recordings import opus, webm
from recordings.pieces import Pieces
from recordings.segment_facts import Began, Cause, Ended, Ending, Frame, Made, Missed, Piece, Publication, Reach, SegmentPolicy

__all__ = [
    "Began", "Cause", "Ended", "Ending", "Frame", "Made", "Missed", "Piece", "Publication", "Reach", "SegmentMaker", "SegmentPolicy",
]  # fmt: skip

# Later than any clock shows; whatever lasts from here on still ends at a time that can be written.
_LATEST_MS = webm.LATEST_MS - webm.LONGEST_MS


@dataclass(slots=True)
class _Open:
    """The segment that is being written. `at` is the time of its last frame."""

    number: int
    writer: webm.Writer
    pieces: Pieces
    width: int
    height: int
    start: int
    first: int
    at: int
    lasts: int  # how long the last frame is expected to last
    last: int
    frames: int = 0
    nudged: int = 0
    bytes: int = 0


@dataclass(slots=True)
class _Gap:
    """Time that nothing covers so far."""

    start: int
    until: int
    lost: int
    cause: Cause
    dropped: int = 0


class SegmentMaker:
    """One publication in one epoch. `first_segment`: the number to go on with when an earlier writer has written some."""

    def __init__(self, publication: Publication, policy: SegmentPolicy | None = None, first_segment: int = 0) -> None:
        self.publication = publication
        self.policy = policy or SegmentPolicy()
        self._audio = publication.kind == "audio"
        self._next = first_segment
        self._open: _Open | None = None
        self._gap: _Gap | None = None
        self._waiting = not self._audio  # for a keyframe: nothing before it can be decoded
        self._covered: int | None = None  # until where, since the last close
        self._floor = 0  # no frame may stand before it
        self._lasts = self.policy.first_picture_ms

    @property
    def wants_keyframe(self) -> bool:
        """Whether a keyframe would help: nothing can be decoded without one, or the segment is old enough to end."""
        old = self._open is not None and self._open.at - self._open.start >= self.policy.length_ms
        return not self._audio and (self._waiting or old)

    @property
    def is_missing(self) -> bool:
        """Something is missing that is not told yet, because it has not ended."""
        return self._gap is not None

    @property
    def reach(self) -> Reach | None:
        """How far the open segment reaches with everything told so far."""
        open_ = self._open
        return None if open_ is None else Reach(open_.start, open_.at + open_.lasts, open_.frames, open_.last)

    def frame(self, frame: Frame, step: int = 0) -> list[Made]:
        """The next frame in the order of its packets. Its clock is to be moved by `step` ms where that does no harm: if this frame begins a
        segment. `Began` says by how much it was."""
        lasts = self._length_of(frame)
        if lasts is None or (self._waiting and not frame.keyframe):
            return self._drop(frame)
        at = max(frame.at_ms, self._floor)
        made: list[Made] = []
        self._notice_a_jump(at)
        reason = self._reason_to_end(frame, at)
        step = self._step(at, step, reason)
        meant = frame.at_ms + step
        at = max(meant, self._floor)
        if reason is not None:
            made += self._end(reason, None if reason == "gap" else at)
            at = max(at, self._floor)
        made += self._end_gap(at)
        self._waiting = False
        return made + self._write(frame, at, lasts, step, nudged=at != meant)

    def gap(self, cause: Cause, lost: int = 0, at_ms: int | None = None) -> list[Made]:
        """Something is missing between the frames told before and those told after. It begins where the frames before it end, or
        at `at_ms` when nothing was told since the beginning or the last close. It is told as `Missed` when its end is known."""
        if self._gap is not None:
            self._gap.lost += lost
            return []
        start = self._expected_end()
        if start is None:
            start = self._floor if at_ms is None else max(at_ms, self._floor)
        self._gap = _Gap(start, max(start, at_ms or 0), lost, cause)
        self._waiting = not self._audio
        return []

    def tick(self, now_ms: int) -> list[Made]:
        """Half a second has passed: what waits goes out, and what nothing follows ends. `now_ms` is the session's clock."""
        made = self._flush()
        open_ = self._open
        if open_ is not None and self._gap is not None and now_ms - self._gap.start > self.policy.gap_ms:
            made += self._end("gap", None)
        elif open_ is not None and self._audio and now_ms - open_.start >= self.policy.longest_audio_ms:
            made += self._end("age", None)
        return made

    def close(self, reason: Ending, at_ms: int | None = None) -> list[Made]:
        """Hold, mute, the end of an epoch or a room, at `at_ms`: a picture that was still there lasts until then, sound does not."""
        if at_ms is not None:
            self._notice_a_jump(at_ms)
        made = self._end(reason, None if at_ms is None or self._audio or self._gap is not None else at_ms)
        if self._gap is not None:
            made += self._end_gap(max(self._gap.until, at_ms or 0))
        self._covered = None
        self._waiting = not self._audio
        return made

    # --- what is missing ----------------------------------------------------------------------------

    def _drop(self, frame: Frame) -> list[Made]:
        if self._gap is None:
            start = self._expected_end()
            start = max(frame.at_ms, self._floor) if start is None else start
            self._gap = _Gap(start, start, 0, "no-keyframe" if self._waiting else "loss")
            self._waiting = not self._audio  # what builds upon an unusable picture cannot be used either
        self._gap.dropped += 1
        if frame.at_ms <= _LATEST_MS:
            self._gap.until = max(self._gap.until, frame.at_ms)
        over = self._gap.until - self._gap.start > self.policy.gap_ms
        return self._end("gap", None) if over else []

    def _notice_a_jump(self, at: int) -> None:
        """Sound that stops and goes on later is not covered in between, even when no packet is missing. A still picture is."""
        end = self._expected_end()
        if self._audio and self._gap is None and end is not None and at - end > self.policy.gap_ms:
            self._gap = _Gap(end, end, 0, "source-change")

    def _end_gap(self, at: int) -> list[Made]:
        gap, self._gap = self._gap, None
        if gap is None:
            return []
        start = min(gap.start, at)
        return [Missed(self.publication.name, self.publication.epoch, start, at, gap.lost, gap.dropped, gap.cause)]

    # --- segments -----------------------------------------------------------------------------------

    def _length_of(self, frame: Frame) -> int | None:
        """How long a frame is expected to last, None when it cannot be written."""
        if not frame.data or frame.at_ms > _LATEST_MS:
            return None
        if not self._audio:
            return self._lasts
        try:
            return max(1, round(opus.duration_us(frame.data) / 1000))
        except opus.BadOpus:
            return None

    def _expected_end(self) -> int | None:
        return self._covered if self._open is None else self._open.at + self._open.lasts

    def _reason_to_end(self, frame: Frame, at: int) -> Ending | None:
        if self._open is None:
            return None
        if self._gap is not None and at - self._gap.start > self.policy.gap_ms:
            return "gap"
        if not self._audio and frame.keyframe and (frame.width, frame.height) != (self._open.width, self._open.height):
            return "size"
        # A hole in the sound stays inside of one segment: whoever plays it knows both of its edges.
        hole = self._audio and self._end_before(at) != at
        if (self._audio or frame.keyframe) and not hole and at - self._open.start >= self.policy.length_ms:
            return "age"
        return None

    def _step(self, at: int, wished: int, reason: Ending | None) -> int:
        """By how much to move the clock at the frame that stands at `at`."""
        open_ = self._open
        if open_ is None or reason == "gap":
            return wished
        if reason is None:
            return 0
        if self._audio:  # further on than this its last packet does not last: a hole that nobody would bridge between two files
            return min(wished, open_.lasts // 2)
        return wished  # for pictures too, always: keyframes that come just after four seconds would put it off for good

    def _begin(self, frame: Frame, at: int, step: int) -> list[Made]:
        track = webm.Opus() if self._audio else webm.Vp8(frame.width, frame.height)
        writer = webm.Writer(track, self.policy.cluster_ms)
        pieces = Pieces(self.policy.piece_ms)
        self._open = _Open(self._next, writer, pieces, frame.width, frame.height, at, frame.seq_first, at, 0, frame.seq_last)
        self._next += 1
        return [Began(self._open.number, webm.media(track), at, frame.width, frame.height, step)]

    def _write(self, frame: Frame, at: int, lasts: int, step: int, nudged: bool) -> list[Made]:
        made: list[Made] = []
        if self._open is None:
            made += self._begin(frame, at, step)
        else:
            made += self._settle(self._end_before(at))
        open_ = self._open
        assert open_ is not None
        if not self._audio and open_.frames:
            self._lasts = lasts = max(1, min(at - open_.at, self.policy.gap_ms))
        open_.pieces.add(at, open_.writer.frame(at, frame.keyframe, frame.data))
        open_.at, open_.lasts, open_.last = at, lasts, frame.seq_last
        open_.frames += 1
        open_.nudged += nudged
        self._floor = at + 1
        return made

    def _end_before(self, at: int) -> int:
        """Where the last frame ends when the next one stands at `at`: there, unless sound is missing in between."""
        assert self._open is not None
        lost = self._audio and at - self._open.at > self._open.lasts * 3 // 2
        return self._open.at + self._open.lasts if lost else at

    def _settle(self, end: int) -> list[Made]:
        """The last frame ends at `end`."""
        open_ = self._open
        assert open_ is not None
        return [piece for data in open_.pieces.settle(open_.writer.until(end), end) for piece in self._hand_on(data, False)]

    def _end(self, reason: Ending, at: int | None) -> list[Made]:
        """End the segment; its last frame lasts until `at`, None: as long as expected, or until the gap that follows it."""
        open_ = self._open
        if open_ is None:
            return []
        if at is not None:
            end = self._end_before(at) if at > open_.at else open_.at + 1
        else:
            end = max(open_.at + 1, open_.at + open_.lasts)
        made = self._settle(end)
        made += self._hand_on(open_.pieces.rest(), True)
        self._open, self._covered, self._floor = None, end, end
        made.append(
            Ended(
                self.publication.name, self.publication.epoch, open_.number, webm.media(open_.writer.track), open_.start, end, open_.frames,
                open_.bytes, open_.width, open_.height, open_.first, open_.last, open_.nudged, reason,
            )
        )  # fmt: skip
        return made

    def _flush(self) -> list[Made]:
        rest = b"" if self._open is None else self._open.pieces.rest()
        return self._hand_on(rest, False) if rest else []

    def _hand_on(self, data: bytes, last: bool) -> list[Made]:
        assert self._open is not None
        self._open.bytes += len(data)
        largest = self.policy.piece_bytes
        parts = [data[at : at + largest] for at in range(0, len(data), largest)] or [b""]
        return [Piece(self._open.number, part, last and number == len(parts)) for number, part in enumerate(parts, 1)]
