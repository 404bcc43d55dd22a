"""The citizen's identity number: its check, a value that does not show itself, and where one stands in a text. Pure. Source: GB 11643-1999.

It stands in this room because whoever writes a log must know one when it sees one, and so must the kiosk that reads a card.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import msgspec

LENGTH = 18
HIDDEN = "***"
SAMPLE_REGION = "99"
"""GB/T 2260 gives no region such a code: a number that begins so was invented, and belongs to nobody."""

_SHAPE = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]")
_CHECK = "10X98765432"

# In texts people write it in groups, and with the digits of a Chinese keyboard. It is looked for from every digit: more may stand before it.
_NARROW = {0xFF10 + digit: str(digit) for digit in range(10)} | dict.fromkeys(map(ord, "xＸｘⅩⅹ"), "X")
_WIDE = re.compile("[０-９]")
_PERHAPS = re.compile("[0-9][0-9 -]{15}")
_IN_TEXT = re.compile(r"(?=([1-9](?:[ -]?[0-9]){5}[ -]?(?:1[ -]?[89]|2[ -]?0)(?:[ -]?[0-9]){9}[ -]?[0-9X]))")


def check_digit(first_17: str) -> str:
    """The last character for the first 17 digits (ISO 7064, MOD 11-2)."""
    return _CHECK[sum(int(digit) * (2 ** (17 - i) % 11) for i, digit in enumerate(first_17)) % 11]


def is_id_number(text: str) -> bool:
    """Whether these 18 characters (digits, at the end perhaps an upper-case X) are a number that can have been given out."""
    return _SHAPE.fullmatch(text) is not None and text[17] == check_digit(text[:17]) and birth_date(text) is not None


def birth_date(text: str) -> dt.date | None:
    """The day of birth in an identity number; None when its digits are no day."""
    try:
        return dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def is_sample(text: str) -> bool:
    """Whether it was invented for a demonstration, and says so: no region has its first two digits."""
    return text.startswith(SAMPLE_REGION)


def masked(text: str) -> str:
    """For every eye but the serving clerk's: the first and the last character of a number, `3****************4`; of anything else nothing."""
    return f"{text[0]}{'*' * (LENGTH - 2)}{text[-1]}" if len(text) == LENGTH else HIDDEN


class IdNumber(msgspec.Struct, frozen=True):
    """A checked identity number that no log, message or traceback shows by accident: it prints as `IdNumber(***)`.

    Within a stored struct it is `{"text": "…"}`; encoding and `text` are the only ways to it. Raises ValueError for what is none, and
    the error does not repeat it (a decoder's ValidationError neither).
    """

    text: str

    def __post_init__(self) -> None:
        if not is_id_number(self.text):
            raise ValueError("not an identity number")

    @property
    def masked(self) -> str:
        """`3****************4`."""
        return masked(self.text)

    @property
    def birth_date(self) -> dt.date:
        """The day of birth that stands in it."""
        born = birth_date(self.text)
        assert born is not None, "checked when it was made"
        return born

    def __repr__(self) -> str:
        return f"IdNumber({HIDDEN})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("text", HIDDEN)]


def hide_numbers(text: str, mask: str = HIDDEN) -> str:
    """`text` with `mask` in place of every identity number in it, in groups or not, whatever digits stand around it."""
    parts, at = [], 0
    for start, end in _spans(text):
        if end <= at:
            continue
        if start >= at:
            parts += [text[at:start], mask]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def holds_number(text: str) -> bool:
    """Whether an identity number stands in it, as `hide_numbers` would find it."""
    return next(_spans(text), None) is not None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each, by start; two may overlap. Most lines of a log are done with after the first look: some µs."""
    plain = text if text.isascii() or _WIDE.search(text) is None else text.translate(_NARROW)
    if _PERHAPS.search(plain) is None:
        return
    for found in _IN_TEXT.finditer(plain.translate(_NARROW)):
        if is_id_number(found[1].replace(" ", "").replace("-", "")):
            yield found.span(1)
