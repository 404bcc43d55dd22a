"""Keyframes: recognising where one begins, and how often a sender is asked for one."""

from __future__ import annotations

from dataclasses import dataclass


def starts_keyframe(codec: str, payload: bytes) -> bool:
    """Whether a video keyframe begins in this RTP payload; `codec` is `VP8` (RFC 7741 §4) or `H264` (RFC 6184 §5)."""
    return _vp8(payload) if codec == "VP8" else _h264(payload) if codec == "H264" else False


def _vp8(payload: bytes) -> bool:
    if not payload or payload[0] & 0x17 != 0x10:  # S bit set, partition 0; the N bit does not matter
        return False
    at = 1
    if payload[0] & 0x80:
        if len(payload) < 2:
            return False
        flags = payload[1]
        at = 2
        if flags & 0x80:
            if len(payload) < 3:
                return False
            at += 2 if payload[2] & 0x80 else 1
        at += (1 if flags & 0x40 else 0) + (1 if flags & 0x30 else 0)
    return len(payload) > at and not payload[at] & 1


_IDR, _SPS, _STAP_A, _FU_A = 5, 7, 24, 28


def _h264(payload: bytes) -> bool:
    if not payload:
        return False
    kind = payload[0] & 0x1F
    if kind == _FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F in (_IDR, _SPS)
    if kind != _STAP_A:
        return kind in (_IDR, _SPS)
    at = 1
    while at + 2 < len(payload):
        if payload[at + 2] & 0x1F in (_IDR, _SPS):
            return True
        at += 2 + int.from_bytes(payload[at : at + 2])
    return False


@dataclass(frozen=True)
class KeyframePolicy:
    """Seconds. A request goes out at most every `apart`, again after 1, 2, 4 … times that up to `slowest`, until one is seen."""

    apart: float = 0.5
    slowest: float = 2.0
    give_up: float = 10.0


class KeyframeWish:
    """Whether a picture-loss indication (PLI) is to be sent now, for one sender."""

    def __init__(self, policy: KeyframePolicy | None = None) -> None:
        self._policy = policy or KeyframePolicy()
        self._wanted_since: float | None = None
        self._next = 0.0
        self._pause = self._policy.apart
        self._last_sent = float("-inf")
        self.given_up = False
        """The last wish ended without a keyframe."""

    @property
    def open(self) -> bool:
        """A keyframe is wanted and has not been seen."""
        return self._wanted_since is not None

    def ask(self, now: float) -> None:
        """Somebody needs a keyframe; several wishes within the pause become one request."""
        if self._wanted_since is None:
            self._next = max(now, self._last_sent + self._policy.apart)
            self._pause = self._policy.apart
        self._wanted_since = now
        self.given_up = False

    def due(self, now: float) -> bool:
        """True when a request is to be sent now; it then counts as sent."""
        if self._wanted_since is None or now < self._next:
            return False
        if now - self._wanted_since > self._policy.give_up:
            self._wanted_since = None
            self.given_up = True
            return False
        self._last_sent = now
        self._next = now + self._pause
        self._pause = min(self._pause * 2, self._policy.slowest)
        return True

    def seen(self) -> None:
        """A keyframe began."""
        self._wanted_since = None
        self.given_up = False
