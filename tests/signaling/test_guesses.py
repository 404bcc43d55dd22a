"""Codes that are tried at a kiosk cost time after a few; who holds a receipt does not wait for the one before them."""

from __future__ import annotations

import pytest

from config.clock import HandClock
from config.settings import Login
from signaling.auth.backoff import TryLater
from signaling.domain.permissions import Actor
from signaling.guesses import ReceiptGuesses

HERE, ELSEWHERE = Actor("kiosk", "haiyan-k1", "haiyan"), Actor("kiosk", "haiyan-k2", "haiyan")


def test_wrong_codes_are_slowed_down_at_their_kiosk_and_right_ones_are_free() -> None:
    clock = HandClock()
    guesses = ReceiptGuesses(Login(free_attempts=2), clock)
    for _ in range(10):
        guesses.begin(HERE, "10.0.0.1")()
    for _ in range(2):
        guesses.begin(HERE, "10.0.0.1")
    with pytest.raises(TryLater) as later:
        guesses.begin(HERE, "10.0.0.1")
    guesses.begin(ELSEWHERE, "10.0.0.2")()
    clock.advance(later.value.seconds)
    guesses.begin(HERE, "10.0.0.1")
