"""What is said to the process that drives a reader, and what it answers: one JSON object a line, UTF-8. For vendors: docs/identity.md."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kiosk.identity.card import Card, NotRead

LONGEST = 16 * 1024
"""Bytes of a line."""
Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Read(msgspec.Struct, frozen=True, tag_field="do", tag="read"):
    """Wait for a card. Answered once, by `card` or `problem` with the same `n`."""

    n: Number


class Stop(msgspec.Struct, frozen=True, tag_field="do", tag="stop"):
    """Wait no longer. An answer that is on its way is passed over."""

    n: Number


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Either a card or a problem."""

    n: Number
    card: Card | None = None
    problem: Literal["no-reader", "unreadable"] | None = None


_READER = msgspec.json.Decoder(Answer)
_WRITER = msgspec.json.Encoder()


def read(line: bytes) -> tuple[int, Card | NotRead]:
    """To which question, and what. Raises ValueError for anything else; its text repeats nothing of the line."""
    try:
        said = _READER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ValueError("not an answer of a card reader") from None
    if said.card is not None and said.problem is None:
        return said.n, said.card
    if said.problem is not None and said.card is None:
        return said.n, NotRead(said.problem)
    raise ValueError("an answer is a card or a problem")


def write(said: Read | Stop) -> bytes:
    """As one line."""
    return _WRITER.encode(said) + b"\n"
