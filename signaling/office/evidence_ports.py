"""What the office needs of the store for evidence: journals, ledgers beyond a session's steps, heads, incidents, views, approvals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from recordings.ledger import Entry
from signaling.domain.administration import Deed
from signaling.domain.approvals import Approval, Purpose
from signaling.domain.effects import Enter
from signaling.domain.incidents import Incident
from signaling.office.ports import Stored

Role = Literal["home", "host"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a writer's journal: its number in that life, and what it is as an entry of a session's ledger (None: of none)."""

    n: int
    session: str | None = None
    what: str = ""
    body: Mapping[str, Any] | None = None


def unseen(facts: Sequence[Fact], reached: int) -> list[Fact]:
    """Those behind what is entered, each once and in order: lines come again when they are told again."""
    found: list[Fact] = []
    for fact in facts:
        if fact.n > reached:
            found.append(fact)
            reached = fact.n
    return found


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A signed head: entries 1 to `seq`, the canonical bytes of its signature record, and the short code of the home's."""

    session: str
    seq: int
    role: Role
    by: str
    record: bytes
    code: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a session's evidence is signed: the newest entry of evidence, and the newest heads of home and host (0: none)."""

    session: str
    evidence: int
    home: int
    host: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a session's recording stays: who holds it, when it was marked for erasure, erased, and gone from the disks."""

    session: str
    held_by: str | None = None
    held_at: float | None = None
    marked_at: float | None = None
    erased_at: float | None = None
    gone_at: float | None = None


class Evidence(Protocol):
    """Facts, each method one transaction. Raises `StoreAway`."""

    async def keep(self, life: str, facts: Sequence[Fact], at: float) -> frozenset[str]:
        """Enter the lines of a journal that are not entered yet, all or none; the ids of sessions that nobody knows are returned."""
        ...

    async def note(self, session: str, entries: Sequence[Enter], at: float, actor: str) -> None:
        """Append to a session's ledger what is no step of it. Raises `Conflict` for a session that nobody knows."""
        ...

    async def session(self, session: str) -> Stored | None: ...

    async def ledger_of(self, session: str) -> list[Entry]: ...

    async def entries_of(self, session: str, named: Collection[str]) -> list[Entry]:
        """Those of its ledger that are called so, in order: an hour's ledger has thousands of others."""
        ...

    async def add_head(self, head: KeptHead, entry: Enter, at: float) -> None:
        """Keep a signed head with its entry in the ledger. One that is there already changes nothing."""
        ...

    async def heads_of(self, session: str) -> list[KeptHead]:
        """By number, the home's before the host's."""
        ...

    async def unattended(self) -> list[Standing]:
        """Sessions that are over (wrapped up or closed) and not signed as far as they could be, the oldest first."""
        ...

    async def session_of_code(self, code: str) -> str | None:
        """The session whose receipt bears this short code."""
        ...

    async def incidents(self, home: str, limit: int = 200) -> list[Incident]:
        """Of a home: those to do first, then the newest."""
        ...

    async def end_incident(self, incident: str, home: str, by: str, at: float) -> bool:
        """Whether it was there; one that is done stays as it was."""
        ...

    async def open_view(self, session: str, person: str, purpose: Purpose, at: float, entry: Enter) -> None:
        """Remember with which purpose a person looks at a session, and enter it."""
        ...

    async def view_since(self, session: str, person: str) -> float | None:
        """When this person's view was opened last."""
        ...

    async def ask(self, request: Approval, entry: Enter) -> None: ...

    async def request(self, request: str) -> Approval | None: ...

    async def requests_of(self, session: str) -> list[Approval]:
        """The newest first."""
        ...

    async def change_request(self, before: Approval, after: Approval, entry: Enter, at: float, actor: str) -> None:
        """Raises `Conflict` when somebody has changed it meanwhile."""
        ...

    async def keeping(self, session: str) -> Keeping | None: ...

    async def set_hold(self, session: str, by: str, entry: Enter, at: float, actor: str) -> None:
        """A mark for erasure is taken away with it. Raises `Conflict` when the recording has been erased."""
        ...

    async def release_hold(self, session: str, entry: Enter, at: float, actor: str) -> None: ...

    async def closed_before(self, at: float, after: str = "", limit: int = 500) -> list[tuple[Stored, Keeping | None]]:
        """Sessions that closed before `at` and whose recording is not gone: by id, those behind `after`."""
        ...

    async def mark(self, session: str, entry: Enter, at: float) -> bool:
        """Mark for erasure, unless it is held or marked; whether it was done."""
        ...

    async def erase(self, session: str, entry: Enter, at: float) -> bool:
        """From now on it is erased, unless it is held or not marked; whether it was done."""
        ...

    async def gone(self, session: str, at: float) -> None:
        """No file of it is left."""
        ...


class Record(Protocol):
    """Each jurisdiction's record of refusals and administrative acts, as far as the office writes it."""

    async def note(self, deed: Deed, at: float) -> None:
        """Append something that changed nothing. Raises `StoreAway`."""
        ...
