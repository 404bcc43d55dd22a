"""Packets of one stream put back in order, with patience for those that are still being repaired. Pure, the clock passed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from media.rtp import Packet

WIDEST = 2048
"""Packets that may wait; a stream that needs more has lost what it waits for."""


class Lost(NamedTuple):
    """Numbers `first` … `last` (unwrapped) never came."""

    first: int
    last: int

    @property
    def packets(self) -> int:
        return self.last - self.first + 1


class Reorder:
    """Begins with `first` (unwrapped number). A missing packet is waited for `patience` seconds from when its absence showed."""

    def __init__(self, first: int, patience: float) -> None:
        self.next = first
        """The number that is to come out next."""
        self._patience = patience
        self._waiting: dict[int, Packet] = {}
        self._since = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def passes(self, packet: Packet) -> bool:
        """Nearly always: it is the next one, and nothing waits. It then counts as taken."""
        if packet.ext_seq != self.next or self._waiting:
            return False
        self.next += 1
        return True

    def push(self, packet: Packet, now: float) -> Iterator[Packet | Lost]:
        """Take one packet; what can come out comes out in order, each number once."""
        ext = packet.ext_seq
        if ext < self.next:
            return  # came after it was given up
        if not self._waiting:
            self._since = now
        self._waiting[ext] = packet
        yield from self._release(now)
        while len(self._waiting) >= WIDEST:
            yield self._give_up()
            yield from self._release(now)

    def tick(self, now: float) -> Iterator[Packet | Lost]:
        """Call every tenth of a second: gives up what has been missing for too long."""
        while self._waiting and now - self._since >= self._patience:
            yield self._give_up()
            yield from self._release(self._since)

    def drain(self) -> Iterator[Packet | Lost]:
        """Everything that is here, now: the stream ends."""
        while self._waiting:
            yield self._give_up()
            yield from self._release(self._since)

    def _release(self, now: float) -> Iterator[Packet]:
        released = False
        while (packet := self._waiting.pop(self.next, None)) is not None:
            self.next += 1
            released = True
            yield packet
        if released:
            self._since = now  # the next hole, if there is one, gets patience of its own

    def _give_up(self) -> Lost:
        lowest = min(self._waiting)
        lost = Lost(self.next, lowest - 1)
        self.next = lowest
        return lost
