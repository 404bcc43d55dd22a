"""The citizen's identity number: region, birth date, serial and check digit. Pure. Source: GB 11643-1999."""

from __future__ import annotations

import datetime as dt
import re

_SHAPE = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]")
_CHECK = "10X98765432"


def check_digit(first_17: str) -> str:
    """The last character for the first 17 digits (ISO 7064, MOD 11-2)."""
    return _CHECK[sum(int(digit) * (2 ** (17 - i) % 11) for i, digit in enumerate(first_17)) % 11]


def is_id_number(text: str) -> bool:
    """Whether these 18 characters (digits, at the end perhaps an upper-case X) are a number that can have been given out."""
    return _SHAPE.fullmatch(text) is not None and text[17] == check_digit(text[:17]) and birth_date(text) is not None


def masked(text: str) -> str:
    """What others than the serving clerk see of a number: its region and its last four characters."""
    return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}"


def birth_date(text: str) -> dt.date | None:
    """The day of birth in an identity number; None when its digits are no day."""
    try:
        return dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
