"""A paper that the resident takes along, as what stands on it: heading, facts, lists, the code that proves it. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.text import Language, Text


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list. `note` is free text of a person, in the one language in which it was written."""

    text: Text
    more: Text | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """The code to write down, what stands in the square beside it, and what it is for."""

    code: str
    square: str
    words: Text


@dataclass(frozen=True, slots=True)
class Slip:
    """One paper. `at`: when it was made, in whole seconds since 1970-01-01 UTC. Chinese always stands there, the other language below it."""

    title: Text
    language: Language
    at: float
    facts: tuple[tuple[Text, Text], ...]
    sections: tuple[Section, ...]
    foot: str
    proof: Proof | None = None
    closing: tuple[Text, ...] = field(default_factory=tuple)
