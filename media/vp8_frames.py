"""VP8 packets in order → whole pictures (RFC 7741, RFC 6386 §9.1). Pure; nothing is decoded."""

from __future__ import annotations

from typing import NamedTuple

from media.rtp import Packet
from recordings.vp8 import BadVp8, head


class Picture(NamedTuple):
    """One encoded picture. `ts` is its RTP timestamp, `first` and `last` the unwrapped numbers of its packets; width and height are 0
    for anything but a keyframe."""

    key: bool
    ts: int
    data: bytes
    width: int
    height: int
    first: int
    last: int


def descriptor_length(payload: bytes) -> int:
    """Bytes before the VP8 data (RFC 7741 §4.2); -1 when the payload is cut off in it or has nothing after it."""
    size = len(payload)
    if size < 2:
        return -1
    if not payload[0] & 0x80:
        return 1
    flags = payload[1]
    at = 2
    if flags & 0x80:
        if size < 3:
            return -1
        at += 2 if payload[2] & 0x80 else 1
    at += (1 if flags & 0x40 else 0) + (1 if flags & 0x30 else 0)
    return at if at < size else -1


class Assembler:
    """Feed it consecutive packets and say when some are missing; it hands out whole pictures only.

    `broken` is true from a loss to the next keyframe: what lies between is built on what nobody has.
    """

    def __init__(self) -> None:
        self.broken = True
        self.skipped = 0
        """Packets that were thrown away for want of a keyframe, or of the rest of their picture."""
        self._parts: list[bytes] = []
        self._ts = 0
        self._first = 0

    def push(self, packet: Packet) -> list[Picture]:
        """The next packet; at most two pictures come out (one that lacked its marker, one whole in this packet)."""
        payload = packet.payload
        if not payload:
            return []  # padding
        found: list[Picture] = []
        if self._parts and packet.ts != self._ts:
            self._finish(packet.ext_seq - 1, found)
        at = descriptor_length(payload)
        begins = payload[0] & 0x17 == 0x10
        if at < 0 or (not begins and not self._parts):
            self._damage(1)
            return found
        if not self._parts:
            self._ts, self._first = packet.ts, packet.ext_seq
        self._parts.append(payload[at:])
        if packet.marker:
            self._finish(packet.ext_seq, found)
        return found

    def lost(self) -> None:
        """Packets are missing before the next one."""
        self._damage(0)


    def _damage(self, packets: int) -> None:
        self.skipped += packets + len(self._parts)
        self._parts.clear()
        self.broken = True

    def _finish(self, last: int, found: list[Picture]) -> None:
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        count = len(self._parts)
        self._parts.clear()
        try:
            seen = head(data)
        except BadVp8:  # what follows may be built on it
            self.broken = True
            self.skipped += count
            return
        if self.broken and not seen.keyframe:
            self.skipped += count
            return
        self.broken = False
        found.append(Picture(seen.keyframe, self._ts, data, seen.width, seen.height, self._first, last))
