"""Which packets of a sender are asked for again, and when: retried, bounded, pure (RFC 4585 §6.2.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NackPolicy:
    """`interval` and `patience` in seconds; the pause between tries is the round trip, if that is longer."""

    tries: int = 10
    interval: float = 0.020
    patience: float = 2.0
    widest_gap: int = 500
    """A larger jump is an outage: a keyframe is cheaper than so many packets."""


class _Missing:
    __slots__ = ("next", "since", "tries")

    def __init__(self, since: float) -> None:
        self.since = since
        self.next = since
        self.tries = 0


class NackList:
    """The missing packets of one stream, by unwrapped sequence number."""

    def __init__(self, policy: NackPolicy | None = None) -> None:
        self._policy = policy or NackPolicy()
        self._missing: dict[int, _Missing] = {}
        self._highest: int | None = None
        self.outage = False
        """A gap was too wide to repair; reset by the reader."""

    def __len__(self) -> int:
        return len(self._missing)

    def received(self, ext_seq: int, now: float) -> bool:
        """A packet came; True when it had been missed. Gaps below it become missing."""
        highest = self._highest
        if highest is None:
            self._highest = ext_seq
            return False
        if ext_seq <= highest:
            return self._missing.pop(ext_seq, None) is not None
        self._highest = ext_seq
        if ext_seq == highest + 1:
            return False
        if ext_seq - highest > self._policy.widest_gap:
            self._missing.clear()
            self.outage = True
            return False
        for seq in range(highest + 1, ext_seq):
            self._missing[seq] = _Missing(now)
        return False

    def due(self, now: float, round_trip: float) -> tuple[list[int], int]:
        """Unwrapped numbers to ask for now, ascending, and how many were given up."""
        ask: list[int] = []
        given_up: list[int] = []
        pause = max(round_trip, self._policy.interval)
        for seq, entry in self._missing.items():
            if entry.next > now:
                continue
            if entry.tries >= self._policy.tries or now - entry.since > self._policy.patience:
                given_up.append(seq)
                continue
            entry.tries += 1
            entry.next = now + pause
            ask.append(seq)
        for seq in given_up:
            del self._missing[seq]
        return sorted(ask), len(given_up)

    def next_due(self) -> float | None:
        """When `due` has something to say again; None while nothing is missing."""
        return min((entry.next for entry in self._missing.values()), default=None)

    def clear(self) -> None:
        """Forget everything: the stream began anew."""
        self._missing.clear()
        self._highest = None
        self.outage = False
