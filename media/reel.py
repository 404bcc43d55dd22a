"""What one publication sends to the writer: its tracks, its frames in session time, and the gap when the writer cannot keep up."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from media.writer_line import WriterLine
from recordings.writer_wire import Cause, Ending, EndRun, Frame, Media, Missing, OpenTrack


class Reel:
    """The outlet of one tap. `zero` is when the session's clock began, in seconds of the node's; `numbers` gives tracks their numbers,
    `claim` is told of each new one."""

    def __init__(
        self, line: WriterLine, session: str, publication: str, zero: float, numbers: count[int], claim: Callable[[int], None]
    ) -> None:
        self.publication = publication
        self._line = line
        self._session = session
        self._zero = zero
        self._numbers = numbers
        self._claim = claim
        self._track = 0
        self._epoch = 0
        self._media: Media | None = None
        self._flowing = False
        self._unexplained: Cause | None = None
        """Why there was nothing since the last run, if something was due."""
        self._since: int | None = None
        self._excuse: tuple[Ending, int] | None = None
        self._refused = 0
        """Packets in frames that found no room since it ran out."""

    def milliseconds(self, seconds: float) -> int:
        """A moment of the node's clock on the session's."""
        return round((seconds - self._zero) * 1000)

    # ---- what a tap hands out

    def begin(self, epoch: int, media: Media) -> None:
        cause = self._unexplained
        if cause == "line" and epoch == self._epoch:
            cause = "source-change"
        if (epoch, media) != (self._epoch, self._media):
            self._track, self._epoch, self._media = next(self._numbers), epoch, media
            self._claim(self._track)
        self._line.tell(OpenTrack(self._track, self._session, self.publication, epoch, media))
        if cause is not None:
            self._line.tell(Missing(self._track, 0, cause, self._since))
        self._flowing = True
        self._unexplained = self._since = self._excuse = None

    def frame(
        self, at: float, shift: float, error: float, *, keyframe: bool, width: int, height: int, first: int, last: int, data: bytes
    ) -> bool:
        if self._refused and not (keyframe and self._line.roomy):
            self._refused += last - first + 1
            return not self._line.roomy
        if self._refused:
            self._line.tell(Missing(self._track, self._refused, "writer-overflow"))
            self._refused = 0
        frame = Frame(
            self._track, self.milliseconds(at), round(shift * 1000), round(error * 1000), keyframe, width, height, first, last, data
        )
        if self._line.frame(frame):
            return True
        self._refused = last - first + 1
        return False

    def missing(self, lost: int, cause: Cause) -> None:
        self._line.tell(Missing(self._track, lost, cause))

    def end(self) -> None:
        """The run is over. Unless somebody has said why, something is due until the source is back."""
        if self._refused:
            self._line.tell(Missing(self._track, self._refused, "writer-overflow"))
            self._refused = 0
        reason, at = self._excuse or ("epoch", None)
        self._line.tell(EndRun(self._track, self._excuse is not None, reason, at))
        self._flowing = False
        self._unexplained = "line" if self._excuse is None else None

    # ---- what the room knows better

    def excuse(self, reason: Ending, seconds: float) -> None:
        """From now on nothing is due: the participant leaves, or a hold or mute begins. Said before the tap is paused."""
        self._excuse = (reason, self.milliseconds(seconds))
        if not self._flowing and self._unexplained is not None:
            if self._since is not None:  # nothing came after a hold
                self._line.tell(Missing(self._track, 0, self._unexplained, self._since))
                self._since = None
            self.end()

    def resume(self, seconds: float) -> None:
        """From now on something is due again, beginning with the next keyframe."""
        if self._track and not self._flowing:
            self._excuse, self._unexplained, self._since = None, "no-keyframe", self.milliseconds(seconds)
