"""Guessing is slowed down, and nobody is locked out: after a few wrong attempts each further one has to wait, twice as long each time.

An attempt is charged before it is checked, so that a thousand at once are no way around it, and refunded when it was right. It is
charged to whom it is about *and* to the address it comes from. Where somebody has succeeded before from the same address, their
attempts there have an account of their own: a stranger who guesses at a clerk's password does not slow down the clerk's own desk.
Pure: the time is an argument, in monotonic seconds.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from signaling.domain.refusals import Refusal

ADDRESS_SHARE = 4
"""An address has this many times the free attempts of a person: an office shares one."""

QUIET_SECONDS = 3_600.0
"""After so long without a wrong attempt the account is clean again."""

MOST_ACCOUNTS = 20_000
"""Bound on memory; the accounts that were quiet for longest are forgotten first."""


class TryLater(Refusal):
    """Too many wrong attempts, or too much to do; `seconds` is the time to wait, for `Retry-After`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        super().__init__("try-later", f"in {self.seconds} s")


@dataclass(slots=True)
class _Account:
    wrong: int = 0
    until: float = 0.0
    last: float = 0.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that has been charged, and the wait that each charge began (0 for none)."""

    subject: str | None
    address: str
    charged: tuple[tuple[Hashable, float], ...]


class Backoff:
    """All accounts. `free` wrong attempts cost nothing; then `first` seconds, doubling, at most `longest`."""

    def __init__(self, free: int, first: float, longest: float) -> None:
        self._free, self._first, self._longest = free, first, longest
        self._accounts: OrderedDict[Hashable, _Account] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def begin(self, subject: str | None, address: str, now: float) -> Attempt:
        """Charge an attempt about `subject` (a person, a kiosk; None where there is nobody to protect). Raises `TryLater`."""
        address = network(address)
        accounts: list[Hashable] = [("address", address)] if address else []
        if subject is not None:
            accounts.append(("at", subject, address) if (subject, address) in self._known else ("about", subject))
        wait = max((self._account(key, now).until - now for key in accounts), default=0.0)
        if wait > 0:
            raise TryLater(wait)
        return Attempt(subject, address, tuple((key, self._charge(key, now)) for key in accounts))

    def right(self, attempt: Attempt) -> None:
        """It was no guess: the subject's account is clean, the address gets this one back."""
        self.undo(attempt)
        if attempt.subject is not None:
            self._accounts.pop(attempt.charged[-1][0], None)
            self._known[attempt.subject, attempt.address] = None
            self._known.move_to_end((attempt.subject, attempt.address))
            while len(self._known) > MOST_ACCOUNTS:
                self._known.popitem(last=False)

    def undo(self, attempt: Attempt) -> None:
        """It could not be checked, through no fault of whoever tried."""
        for key, until in attempt.charged:
            account = self._accounts.get(key)
            if account is not None:
                account.wrong = max(0, account.wrong - 1)
                if account.until == until:  # a wait that another, wrong attempt began stays
                    account.until = 0.0

    def _account(self, key: Hashable, now: float) -> _Account:
        account = self._accounts.get(key)
        if account is None or now - account.last >= QUIET_SECONDS:
            account = _Account(last=now)
        return account

    def _charge(self, key: Hashable, now: float) -> float:
        account = self._account(key, now)
        account.wrong += 1
        account.last = now
        over = account.wrong - self._free * (ADDRESS_SHARE if isinstance(key, tuple) and key[0] == "address" else 1)
        account.until = now + min(self._longest, self._first * 2.0 ** min(over, 60)) if over >= 0 else 0.0
        self._accounts[key] = account
        self._accounts.move_to_end(key)
        while len(self._accounts) > MOST_ACCOUNTS:
            self._accounts.popitem(last=False)
        return account.until


def network(address: str) -> str:
    """The address as it is charged: an IPv6 customer has a /64 of them, an IPv4 address may come dressed as IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
