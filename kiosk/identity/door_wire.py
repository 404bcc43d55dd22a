"""What the kiosk's page and the agent say to each other about cards: JSON in text frames, by hand the same in `kiosk/web/card_reader.ts`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from config.id_number import HIDDEN
from kiosk.identity.card import CardRead, Code, NotRead
from kiosk.operate.door_wire import Number, Said

LONGEST_READING = 120.0
"""Seconds."""


# --- the page says, after its `hello` ---


class ReadCard(Said, frozen=True):
    """Somebody stands there with a card. Answered once, by `card` or `no-card` with the same `n`; a newer one takes its place."""

    n: Number
    seconds: Annotated[float, Meta(gt=0, le=LONGEST_READING)]


class StopReading(Said, frozen=True):
    """No card is wanted any more: what goes on is answered by `no-card`, `stopped`."""


FromPage = ReadCard | StopReading


# --- the agent says ---


class Ready(Said, frozen=True):
    """The page has proved itself, and this kiosk has a reader."""


class CardFacts(Said, frozen=True, tag="card"):
    """What the card says; to this page and to nobody else."""

    n: Number
    name: str
    number: str
    valid_until: str | None
    """`2036-01-31`; null for a card without an end."""
    issuer: str
    sample: bool

    def __repr__(self) -> str:
        return f"CardFacts({HIDDEN})"


class NoCard(Said, frozen=True):
    """And why."""

    n: Number
    code: Code


FromAgent = Ready | CardFacts | NoCard

_READER: msgspec.json.Decoder[FromPage] = msgspec.json.Decoder(FromPage)
_WRITER = msgspec.json.Encoder()


def read(frame: str | bytes) -> FromPage:
    """What the page said. Raises ValueError for anything else."""
    if isinstance(frame, bytes):
        raise ValueError("the page speaks in text frames")
    said: FromPage = _READER.decode(frame)
    return said


def write(said: FromAgent) -> str:
    """As one text frame."""
    return _WRITER.encode(said).decode()


def answer(n: int, found: CardRead | NotRead) -> FromAgent:
    """To the page's question `n`."""
    if isinstance(found, NotRead):
        return NoCard(n, found.code)
    until = found.valid_until.isoformat() if found.valid_until is not None else None
    return CardFacts(n, found.name, found.id_number.text, until, found.issuer, found.sample)
