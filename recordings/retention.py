"""How long a recording is kept: by what became of the case, by the service, and never less than a legal hold asks for. Pure.

Deletion has two phases: when its time is over a recording is marked, and only a week later is its key erased, so that whoever must
object has time to. What stays for ever is the ledger: that there was a recording, of which digests, and that it was erased when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAY_SECONDS = 86_400.0
SECOND_LOOK_DAYS = 7
"""Between the mark and the erasure."""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Days after the close of a session: `usual` by outcome (`none` where nothing was decided), `services` those that differ."""

    usual: Mapping[str, int]
    services: Mapping[str, int]

    def keep_until(self, closed_at: float, outcome: str | None, service: str) -> float:
        """When the recording may be marked, in seconds since 1970. A service's own time counts where it is longer."""
        days = max(self.usual[outcome or "none"], self.services.get(service, 0))
        return closed_at + days * DAY_SECONDS


def erase_after(marked_at: float) -> float:
    """When a marked recording may be erased."""
    return marked_at + SECOND_LOOK_DAYS * DAY_SECONDS
