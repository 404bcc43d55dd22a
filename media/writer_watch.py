"""Whether what the node records reaches a disk, as far as the writer's words and its silence tell. Pure, the clock passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from media.node_api import RecordingState
from recordings.writer_wire import FromWriter, Health, Trouble


@dataclass(frozen=True)
class WatchPolicy:
    """Seconds. A writer speaks once a second; one that was killed is back within one."""

    silent: float = 3.0
    """A longer silence is told."""
    unwatched: float = 1.0
    """A longer pause between two looks is the node's own: it is not held against the writer."""


class WriterWatch:
    """`state` is what a server was told last, or would have been."""

    def __init__(self, policy: WatchPolicy | None = None) -> None:
        self.state = RecordingState(True, "")
        self._policy = policy or WatchPolicy()
        self._said: Trouble = ""
        self._spoken = False
        """The writer that is there has spoken."""
        self._heard: float | None = None
        """Since when there is silence; None: no writer is wanted."""
        self._looked = 0.0

    def wanted(self, now: float) -> None:
        """There is work for a writer. Idempotent."""
        if self._heard is None:
            self._heard = self._looked = now

    def heard(self, message: FromWriter, now: float) -> None:
        """The writer says something; whatever it is, it is there."""
        self._spoken, self._heard = True, now
        if isinstance(message, Health):
            self._said = message.reason

    def gone(self, now: float) -> None:
        """The writer is gone; another is on its way. One that never said a word is no reason to wait longer for the next."""
        if self._spoken:
            self._spoken, self._heard = False, now

    def beat(self, now: float) -> RecordingState | None:
        """Look again: the news, if it is any."""
        if self._heard is None:
            return None
        pause, self._looked = now - self._looked, now
        if pause > self._policy.unwatched:
            self._heard += pause
        reason: Literal["", "no-writer", "no-disk", "stalled"] = self._said
        if now - self._heard > self._policy.silent:
            reason = "stalled" if self._spoken else "no-writer"
        if reason == self.state.reason:
            return None
        self.state = RecordingState(not reason, reason)
        return self.state
