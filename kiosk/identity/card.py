"""What a card says, and whether it may be believed. Pure. Neither prints what it holds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.id_number import HIDDEN, IdNumber, is_sample

Code = Literal["no-reader", "no-card", "unreadable", "bad-number", "card-expired", "reader-fault", "stopped", "taken-over"]
"""Why there is no card: no reader is there (any more), none was laid on it in time, it could not be read, its number is forged, it has run
out, the reader itself fails, the page wanted no more, a newer reading took its place."""


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As a reader reads it, and nothing more than a visit needs: no address, no portrait, no fingerprint."""

    name: Annotated[str, Meta(max_length=60)]
    number: Annotated[str, Meta(max_length=40)]
    valid_until: dt.date | None
    """The last day; None for a card without an end (长期)."""
    issuer: Annotated[str, Meta(max_length=100)] = ""

    def __repr__(self) -> str:
        return f"Card({HIDDEN})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("card", HIDDEN)]


class CardRead(msgspec.Struct, frozen=True):
    """A card that was read, whole and valid."""

    name: str
    id_number: IdNumber
    valid_until: dt.date | None
    issuer: str
    sample: bool
    """Invented for a demonstration: it belongs to nobody, and everybody is told so."""

    def __repr__(self) -> str:
        return f"CardRead({HIDDEN})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("card", HIDDEN)]


class NotRead(msgspec.Struct, frozen=True):
    """No card, and why."""

    code: Code


def judge(card: Card, today: dt.date) -> CardRead | NotRead:
    """`today` is the day in Beijing. A card is valid on its last day."""
    name = card.name.strip()
    if not name or not name.isprintable():
        return NotRead("unreadable")
    try:
        number = IdNumber(card.number.strip().upper())
    except ValueError:
        return NotRead("bad-number")
    if number.birth_date > today:
        return NotRead("bad-number")
    if card.valid_until is not None and card.valid_until < today:
        return NotRead("card-expired")
    return CardRead(name, number, card.valid_until, card.issuer.strip(), is_sample(number.text))
