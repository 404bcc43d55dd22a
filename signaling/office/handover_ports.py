"""What handing over needs of the outside: the outbox in the store, and the home's own system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from recordings.handover import Statement
from signaling.domain.effects import Enter
from signaling.domain.handover import HandOver, HandOverState


class Outbox(Protocol):
    """Hand-overs, each method one transaction. A row is put in with the step that closes its visit. Raises `StoreAway`."""

    async def next_of(self, home: str) -> HandOver | None:
        """Of those that are queued for this home the one whose turn comes first."""
        ...

    async def overdue(self, home: str, before: float, limit: int = 100) -> list[HandOver]:
        """Those that are queued since before that moment and of which nobody has been told."""
        ...

    async def change(self, before: HandOver, after: HandOver, entries: Sequence[Enter], at: float, actor: str) -> None:
        """With what the session's ledger says of it. Raises `Conflict` when it is not as it was."""
        ...

    async def handovers(self, home: str | None = None, state: HandOverState | None = None, limit: int = 1000) -> list[HandOver]:
        """The newest first."""
        ...

    async def handovers_of_case(self, case: str) -> list[HandOver]:
        """By home and number."""
        ...

    async def waiting(self) -> int:
        """How many are queued or refused, of all homes."""
        ...

    async def owes(self, session: str) -> bool:
        """Whether anything that is made of this visit's papers is queued or refused."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is handed over: the electronic file, whose SHA-256 the statement names, and the canonical bytes of the signed record."""

    statement: Statement
    record: bytes
    file: BinaryIO


class HomeSystem(Protocol):
    """A home's own system. Delivering the same again is right whenever one does not know what became of it."""

    async def deliver(self, delivery: Delivery) -> str:
        """The number of its receipt. Raises HomeAway, HomeFailed, HomeRefused."""
        ...

    async def close(self) -> None: ...


class HomeAway(Exception):
    """No answer, or none now: whatever else waits for this home waits too. `after`: seconds that it asks for."""

    def __init__(self, code: str, text: str, after: float = 0.0) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.after = after


class HomeFailed(Exception):
    """An answer that says nothing about the others: this one again later."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class HomeRefused(Exception):
    """It does not want this case as it is. `code` is the home's, a stable code in kebab case."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
