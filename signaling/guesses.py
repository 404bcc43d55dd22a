"""Codes of receipts that are tried at a kiosk or a staffed window are slowed down as passwords are: `api.receipt_handlers.Guesses` over `auth.backoff`. Wired in app.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from config.clock import Clock
from config.settings import Login
from signaling.auth.backoff import Backoff
from signaling.domain.permissions import Actor


class ReceiptGuesses:
    """A wrong code is charged to the kiosk, or the person, and to the address it comes from."""

    def __init__(self, policy: Login, clock: Clock) -> None:
        self._backoff = Backoff(policy.free_attempts, policy.backoff_seconds, policy.backoff_max_seconds)
        self._clock = clock

    def begin(self, who: Actor, address: str) -> Callable[[], None]:
        """Raises `TryLater`."""
        return partial(self._backoff.right, self._backoff.begin(who.name, address, self._clock.monotonic()))
