"""Whether what is recorded reaches a disk, as the writer itself knows it; and when it must say so. Pure, the clock passed in."""

from __future__ import annotations

from recordings.writer_wire import Health, Trouble

STALLED = 3.0
"""Seconds: a disk that has not answered for longer takes nothing, whatever the reason."""
EVERY = 1.0
"""Seconds between two words of a writer with which nothing has changed: whoever hears none knows that it is not running."""


class Pulse:
    """Trouble lasts until a round has completed: not what is tried counts, but what lies on a disk."""

    def __init__(self) -> None:
        self._trouble: Trouble = ""
        self._has_disk = True
        self._since: float | None = None
        self._told: Health | None = None
        self._told_at = 0.0

    # ---- what happens

    def asked(self, now: float) -> None:
        """The disk has been asked for something."""
        self._since = now

    def answered(self) -> None:
        """It has done it, or refused."""
        self._since = None

    def sought(self, found: bool) -> None:
        """A disk has been looked for; not found also when the next search has to wait."""
        self._has_disk = found

    def written(self) -> None:
        """A round has completed: everything that waited is on the disk."""
        self._trouble = ""

    # ---- what is told

    def look(self, now: float, *, recording: bool) -> Health:
        """How it is now. Without a session that is `recording` nothing is owed to a disk, and all is well."""
        if not recording:
            self._trouble = ""
        elif not self._has_disk:
            self._trouble = "no-disk"
        elif self._since is not None and now - self._since > STALLED:
            self._trouble = "stalled"
        return Health(not self._trouble, self._trouble)

    def word(self, now: float, *, recording: bool) -> Health | None:
        """What the node must hear now: the first word, a change, or that we are still here."""
        health = self.look(now, recording=recording)
        if health == self._told and now - self._told_at < EVERY:
            return None
        self._told, self._told_at = health, now
        return health
