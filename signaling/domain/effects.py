"""What a step asks of the world, in the imperative. `Enter` is written with the state; the others are carried out after that.

What the ends *show* is no effect: it is read from the state (`office/views.py`) and sent whole after every step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from signaling.domain.events import Event
from signaling.domain.states import End, SealedTo, Source

Plain = str | int | float | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enter:
    """An entry of the session's ledger: ids and codes only, never a name, a number of a person or free text."""

    what: str
    body: Mapping[str, Any] = field(default_factory=dict)
    """Values are `Plain`; what is told of a recording may hold lists of objects."""


@dataclass(frozen=True, slots=True)
class Wake:
    """Tell the session `event` at `at` (seconds since 1970)."""

    at: float
    event: Event


@dataclass(frozen=True, slots=True)
class FindClerk:
    """The line has changed: pair again."""


@dataclass(frozen=True, slots=True)
class MarkAway:
    """The clerk missed a ring."""

    clerk: str


@dataclass(frozen=True, slots=True)
class OpenRoom:
    room: str


@dataclass(frozen=True, slots=True)
class CloseRoom:
    room: str


@dataclass(frozen=True, slots=True)
class SetHold:
    room: str
    on: bool


@dataclass(frozen=True, slots=True)
class SetSourceOn:
    room: str
    end: End
    source: Source
    on: bool


@dataclass(frozen=True, slots=True)
class RecordRoom:
    """Record what happens in the room from now on, on the session's clock (`origin`, milliseconds since 1970), sealed to its home."""

    room: str
    origin: int
    home: str
    sealed_to: SealedTo


@dataclass(frozen=True, slots=True)
class SetSuspended:
    """While on, the talk goes on and nothing of it is recorded."""

    room: str
    on: bool


Effect = Enter | Wake | FindClerk | MarkAway | OpenRoom | CloseRoom | SetHold | SetSourceOn | RecordRoom | SetSuspended
