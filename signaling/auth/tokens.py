"""Secrets that the server makes: tokens and keys for programs, one-time codes for people. Stored as SHA-256 only.

A token has 256 bits from the system's generator: nobody guesses it, so a plain hash suffices, and a stolen database opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

RandomBytes = Callable[[int], bytes]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # https://www.crockford.com/base32.html: no I, L, O, U
_SPELLINGS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_CODE_CHARACTERS = 10
_LONGEST = 200


def new_token(random: RandomBytes) -> str:
    """256 random bits, 43 characters of the URL-safe alphabet (RFC 4648, 5)."""
    return base64.urlsafe_b64encode(random(32)).rstrip(b"=").decode()


def new_code(random: RandomBytes) -> str:
    """50 random bits to be read aloud and typed: `7K2MD-X90QA`."""
    bits = int.from_bytes(random(7), "big")
    characters = "".join(_CROCKFORD[bits >> (5 * i) & 31] for i in range(_CODE_CHARACTERS))
    return f"{characters[:5]}-{characters[5:]}"


def token_hash(token: str) -> str | None:
    """What is stored of a token; None for a text that can be none, whoever sent it."""
    if not 16 <= len(token) <= _LONGEST or not token.isascii():
        return None
    return hashlib.sha256(token.encode()).hexdigest()


def code_hash(typed: str) -> str | None:
    """What is stored of a code, however it was typed (case, spaces, O for 0); None for a text that can be none."""
    plain = typed.upper().translate(_SPELLINGS) if len(typed) <= _LONGEST else ""
    if len(plain) != _CODE_CHARACTERS or not set(plain) <= set(_CROCKFORD):
        return None
    return hashlib.sha256(plain.encode()).hexdigest()
