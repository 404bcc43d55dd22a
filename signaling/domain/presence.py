"""Presence of a clerk: derived from the shift they declared, whether they are connected, and the session they hold."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.domain.states import AnyState, Ringing, WrappingUp

Presence = Literal["offline", "available", "ringing", "busy", "wrap-up", "away"]
AwayBecause = Literal["break", "missed"]


class Shift(msgspec.Struct, frozen=True):
    """What a clerk declared: where they sit, and whether they want rings. Stored; being connected is not."""

    clerk: str
    counter: str
    available: bool
    because: AwayBecause | None
    since: float


def start_shift(clerk: str, counter: str, now: float) -> Shift:
    """Sit down at a counter, available."""
    return Shift(clerk, counter, available=True, because=None, since=now)


def wish(shift: Shift, *, available: bool, now: float) -> Shift:
    """The clerk's own choice: ready for rings, or away for a break."""
    if shift.available and available:
        return shift  # saying it twice does not make one less idle
    return msgspec.structs.replace(shift, available=available, because=None if available else "break", since=now)


def missed_a_ring(shift: Shift, now: float) -> Shift:
    """Away until they say that they are back."""
    return msgspec.structs.replace(shift, available=False, because="missed", since=now)


def presence(shift: Shift | None, *, connected: bool, holds: AnyState | None) -> Presence:
    """The one word for it. A clerk who holds a session is busy even while their line is being repaired."""
    match holds:
        case Ringing():
            return "ringing"
        case WrappingUp():
            return "wrap-up"
        case None:
            pass
        case _:
            return "busy"
    if shift is None or not connected:
        return "offline"
    return "available" if shift.available else "away"
