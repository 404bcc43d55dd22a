"""What a step asks of the world, in the imperative. `Enter` is written with the state; the others are carried out after that.

What the ends *show* is no effect: it is read from the state (`office/views.py`) and sent whole after every step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from signaling.domain.events import Event
from signaling.domain.states import End, Source

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Enter:
    """An entry of the session's ledger: ids and codes only, never a name, a number of a person or free text."""

    what: str
    body: Mapping[str, Plain] = field(default_factory=dict)


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


Effect = Enter | Wake | FindClerk | MarkAway | OpenRoom | CloseRoom | SetHold | SetSourceOn
