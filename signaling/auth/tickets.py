"""One-time tickets for sockets: a page fetches one over HTTPS with its cookie and shows it in the socket's first frame.

A page of somebody else can open a socket with our cookies; it cannot fetch a ticket (ASVS 5.0, 4.4.3). In memory only.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

from signaling.auth.tokens import RandomBytes, new_token

Bearer = TypeVar("Bearer")

MOST_TICKETS = 50_000
"""Bound on memory, above ten thousand ends that come back at once; the oldest are forgotten first."""


class Tickets(Generic[Bearer]):
    """Tickets that nobody has used yet; each stands for a bearer and is good for `seconds`. `now` is monotonic."""

    def __init__(self, seconds: float, random: RandomBytes) -> None:
        self._seconds, self._random = seconds, random
        self._unused: OrderedDict[bytes, tuple[Bearer, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._unused)

    def issue(self, bearer: Bearer, now: float) -> str:
        """A fresh ticket that stands for `bearer`."""
        while self._unused and (len(self._unused) >= MOST_TICKETS or next(iter(self._unused.values()))[1] <= now):
            self._unused.popitem(last=False)
        ticket = new_token(self._random)
        self._unused[_key(ticket)] = (bearer, now + self._seconds)
        return ticket

    def redeem(self, ticket: str, now: float) -> Bearer | None:
        """Whom it stands for, once; None for a ticket that is unknown, used or too old."""
        bearer, until = self._unused.pop(_key(ticket), (None, 0.0))
        return bearer if now < until else None


def _key(ticket: str) -> bytes:
    # Looked up by hash: how long a look-up takes tells nothing about tickets that exist.
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).digest()
