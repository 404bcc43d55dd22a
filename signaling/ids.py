"""Ids that nobody can guess, of sessions and requests."""

from __future__ import annotations

import secrets

_BYTES = 12


def fresh_id() -> str:
    """16 of `A-Z a-z 0-9 _ -`, of which the first is a letter or a digit: it can begin a file's name, and on a command line it is no option."""
    while True:
        drawn = secrets.token_urlsafe(_BYTES)
        if drawn[0].isalnum():
            return drawn
