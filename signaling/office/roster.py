"""The clerks: whose shift runs, who is connected, who is spoken for. Shifts are stored; being connected and reserved is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from signaling.domain.pairing import ClerkAtWork
from signaling.domain.permissions import Actor
from signaling.domain.presence import Presence, Shift, presence
from signaling.domain.states import AnyState

Holding = Callable[[str], AnyState | None]
"""The session that a clerk holds now, if any."""


class Roster:
    """In-memory view of the clerks, rebuilt from the stored shifts at start."""

    def __init__(self, shifts: Iterable[Shift], holding: Holding) -> None:
        self.shifts = {shift.clerk: shift for shift in shifts}
        self._holding = holding
        self._connected: dict[str, Actor] = {}
        self._reserved: set[str] = set()
        self._served_until: dict[str, float] = {}

    def connect(self, clerk: Actor) -> None:
        self._connected[clerk.id] = clerk

    def disconnect(self, login: str) -> None:
        self._connected.pop(login, None)

    def is_connected(self, login: str) -> bool:
        return login in self._connected

    @property
    def connected(self) -> Iterable[Actor]:
        """Every clerk with a desk open."""
        return list(self._connected.values())

    def reserve(self, login: str) -> bool:
        """Speak for a clerk until `release`: between choosing and storing nobody else may choose them. False when they are not free."""
        if login in self._reserved or self._holding(login) is not None:
            return False
        self._reserved.add(login)
        return True

    def release(self, login: str) -> None:
        self._reserved.discard(login)

    def served(self, login: str, until: float) -> None:
        """A clerk held a session until now: whoever has been free longer is rung before them."""
        self._served_until[login] = until

    def presence(self, login: str) -> Presence:
        """The one word for it."""
        return presence(self.shifts.get(login), connected=login in self._connected, holds=self._holding(login))

    def counter_of(self, login: str) -> str | None:
        shift = self.shifts.get(login)
        return shift.counter if shift else None

    def taken(self, counter: str) -> bool:
        """Whether somebody's shift runs at this counter."""
        return any(shift.counter == counter for shift in self.shifts.values())

    def available(self) -> list[ClerkAtWork]:
        """Clerks who may be rung now."""
        return [
            ClerkAtWork(
                login, self.shifts[login].counter, actor.jurisdiction, actor.skills,
                max(self.shifts[login].since, self._served_until.get(login, 0.0)),
            )
            for login, actor in self._connected.items()
            if self.presence(login) == "available" and login not in self._reserved
        ]

    def at_work(self, home: str, service: str) -> int:
        """Counters open for a service, whether free or in a talk: what the estimate of the wait counts with."""
        return sum(
            1
            for login, actor in self._connected.items()
            if actor.jurisdiction == home and service in actor.skills and self.presence(login) not in ("offline", "away")
        )
