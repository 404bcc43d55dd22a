"""Many small losses become one fact: a bad line would otherwise write a line for each lost packet of sound. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recordings.segment_facts import Missed


@dataclass(frozen=True, slots=True)
class JoinPolicy:
    """Milliseconds. A loss shorter than `small` is held back for `apart`, and told together with those that begin in that time, as
    long as all that spans no more than `longest`. A hole not longer than `nothing`, for which no packet is lost and no frame dropped, is
    the rounding of clocks."""

    small: int = 1000
    apart: int = 1000
    longest: int = 4000
    nothing: int = 100


class GapJoiner:
    """Of one publication. What is told covers all that was missed, and at most `apart` of what was not between two losses."""

    def __init__(self, policy: JoinPolicy | None = None) -> None:
        self._policy = policy or JoinPolicy()
        self._held: Missed | None = None

    def add(self, missed: Missed) -> list[Missed]:
        """The next hole; what can be told now, in order."""
        if not (missed.lost or missed.dropped) and missed.end - missed.start <= self._policy.nothing:
            return []
        if missed.cause != "loss" or missed.end - missed.start >= self._policy.small:
            return [*self.rest(), missed]
        held = self._held
        if held is not None and self._belongs(held, missed):
            self._held = replace(held, end=max(held.end, missed.end), lost=held.lost + missed.lost, dropped=held.dropped + missed.dropped)
            return []
        self._held = missed
        return [held] if held is not None else []

    def _belongs(self, held: Missed, missed: Missed) -> bool:
        return (
            held.epoch == missed.epoch
            and missed.start - held.end <= self._policy.apart
            and missed.end - held.start <= self._policy.longest
        )

    def passed(self, now_ms: int) -> list[Missed]:
        """Nothing has been missed until now: what nothing can join any more."""
        return self.rest() if self._held is not None and now_ms - self._held.end > self._policy.apart else []

    def rest(self) -> list[Missed]:
        """What is held back, now."""
        held, self._held = self._held, None
        return [held] if held is not None else []
