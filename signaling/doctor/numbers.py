"""Identity numbers where none may stand: in logs, in ledgers, in what a supervisor is told. Known by shape, day and check digit, whoever they belong to."""

from __future__ import annotations

import re

from config.id_number import LENGTH, holds_number

REACH = 3 * LENGTH
"""Bytes over which one may stretch: in groups, or in wide digits."""

_PERHAPS, _WIDE = re.compile(rb"[0-9][0-9 -]{15}"), re.compile(rb"\xef\xbc[\x90-\x99]")
"""Without so many digits, or wide ones, a line is done with: two looks, since one expression for both would try every byte."""
_DIGEST = re.compile(rb"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{32,}(?![0-9A-Za-z])")
"""One of a million digests has such digits in it by chance; there are millions."""


def number_stands_in(text: bytes) -> bool:
    """Whether an identity number does, outside of digests."""
    if _PERHAPS.search(text) is None and _WIDE.search(text) is None:
        return False
    return holds_number(_DIGEST.sub(b"", text).decode("utf-8", "replace"))
