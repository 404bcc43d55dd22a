"""A reader without a device, for demonstrations, training and tests: its cards are invented, belong to nobody and say so."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import msgspec

from config.id_number import SAMPLE_REGION, check_digit, is_id_number, is_sample
from config.problem import BadConfiguration, Problem
from kiosk.identity.card import Card, Code, NotRead

SECONDS = 1.5
"""From asking to the card, as long as a person takes to lay it on."""
MOST = 100


def sample_number(born: dt.date, serial: int) -> str:
    """A number that holds by its check digit and belongs to nobody: its region does not exist. `serial` 0 to 999, odd for men."""
    first = f"{SAMPLE_REGION}0000{born:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


SAMPLES = (
    Card("样本甲", sample_number(dt.date(1951, 3, 8), 1), None, "样本公安局"),
    Card("样本乙", sample_number(dt.date(1953, 10, 21), 2), None, "样本公安局"),
)
"""A couple."""


class StandIn:
    """Lays its cards on itself, one after the other and then from the first again; without any it waits for `lay`."""

    def __init__(self, cards: Sequence[Card | NotRead] = (), seconds: float = SECONDS) -> None:
        self._turns = cycle(cards) if cards else None
        self._seconds = seconds if cards else None
        self._lies: Card | NotRead | None = None
        self._changed = asyncio.Event()
        self._closed = False

    async def read(self) -> Card | NotRead:
        try:
            async with asyncio.timeout(self._seconds):
                await self._changed.wait()
        except TimeoutError:
            assert self._turns is not None, "only what lays cards by itself has a time"
            return next(self._turns)
        if self._closed or self._lies is None:
            return NotRead("no-reader")
        found, self._lies = self._lies, None
        self._changed.clear()
        return found

    def lay(self, card: Card | NotRead) -> None:
        """By hand: it lies there until it has been read, or another one is laid in its place."""
        self._lies = card
        self._changed.set()

    async def close(self) -> None:
        self._closed = True
        self._changed.set()


class _Trouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In place of a card: what goes wrong."""

    problem: Code


def read_cards(place: Path) -> tuple[Card | NotRead, ...]:
    """The cards of a JSON file, or of every `*.json` in a folder by name: one object, or a list of them, each a `Card` or `{"problem": CODE}`.

    Raises BadConfiguration `bad-cards`, also for a number that could belong to somebody.
    """
    found: list[Card | NotRead] = []
    for file in sorted(place.glob("*.json")) if place.is_dir() else [place]:
        try:
            content = msgspec.json.decode(file.read_bytes())
        except OSError as error:
            raise _bad(file, f"cannot be read: {error.strerror}") from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _bad(file, "is no JSON") from None
        found += [_card(file, each) for each in (content if isinstance(content, list) else [content])]
    if not 1 <= len(found) <= MOST:
        raise _bad(place, f"holds {len(found)} cards, not 1 to {MOST}")
    return tuple(found)


def _card(file: Path, content: object) -> Card | NotRead:
    try:
        if isinstance(content, dict) and "problem" in content:
            return NotRead(msgspec.convert(content, _Trouble).problem)
        card = msgspec.convert(content, Card)
    except msgspec.ValidationError as error:
        raise _bad(file, str(error)) from None
    if not is_id_number(card.number) or not is_sample(card.number):
        reason = f"a card's number is none, or could be somebody's: it begins with {SAMPLE_REGION} and ends with its check digit"
        raise _bad(file, reason)
    return card


def _bad(file: Path, reason: str) -> BadConfiguration:
    return BadConfiguration("bad-cards", [Problem(str(file), None, "", reason)])
