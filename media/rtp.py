"""RTP packets as bytes: a header read cheaply, a header written anew for each consumer (RFC 3550, RFC 8285), all pure."""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

HEADER = Struct("!BBHII")
"""Version/padding/extension/CSRC count · marker/payload type · sequence · timestamp · SSRC."""

MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

ONE_BYTE = 0xBEDE
TWO_BYTES = 0x1000
_EXTENSION = Struct("!HH")


class BadRtp(ValueError):
    """The bytes are no RTP packet; the sentence says why."""


class ExtensionIds(NamedTuple):
    """Negotiated numbers of the three header extensions that we read and write; 0 where one was not negotiated."""

    mid: int = 0
    abs_send_time: int = 0
    audio_level: int = 0


class Packet:
    """One received packet without padding and extensions. `arrival`, `ext_seq`, `key`, `stream` are filled in by the uplink."""

    __slots__ = (
        "abs_send_time",
        "arrival",
        "audio_level",
        "ext_seq",
        "key",
        "marker",
        "payload",
        "payload_type",
        "raw_mid",
        "seq",
        "ssrc",
        "stream",
        "ts",
    )

    def __init__(self, payload_type: int, marker: int, seq: int, ts: int, ssrc: int, payload: bytes = b"") -> None:
        self.payload_type = payload_type
        self.marker = marker
        """0x80 or 0: the bit where it stands in the second byte."""
        self.seq = seq
        self.ts = ts
        self.ssrc = ssrc
        self.payload = payload
        self.raw_mid = b""
        self.abs_send_time = -1
        """24 bits of 6.18 fixed point seconds, or -1."""
        self.audio_level = -1
        """Voice bit and −dBov (RFC 6464), or -1."""
        self.arrival = 0.0
        """Seconds of the node's clock."""
        self.ext_seq = seq
        """Sequence number without wrapping."""
        self.key = False
        """A keyframe begins here."""
        self.stream: object = None
        """Identity of the unbroken stream that the packet belongs to."""

    @property
    def mid(self) -> str | None:
        """The m-line that the packet says it belongs to (RFC 9143)."""
        return self.raw_mid.decode("ascii", "replace") if self.raw_mid else None


def parse(data: bytes | bytearray, size: int, ids: ExtensionIds) -> Packet:
    """Read the RTP packet in `data[:size]`; raises `BadRtp`."""
    if size < 12:
        raise BadRtp("shorter than a header")
    first, second, seq, ts, ssrc = HEADER.unpack_from(data)
    if first & 0xC0 != 0x80:
        raise BadRtp("not version 2")
    start = 12 + 4 * (first & 0x0F)
    packet = Packet(second & 0x7F, second & 0x80, seq, ts, ssrc)
    if first & 0x10:
        if start + 4 > size:
            raise BadRtp("extension header cut off")
        profile, words = _EXTENSION.unpack_from(data, start)
        begin = start + 4
        start = begin + 4 * words
        if start > size:
            raise BadRtp("extension cut off")
        if profile == ONE_BYTE:
            _one_byte(packet, data, begin, start, ids)
        elif profile & 0xFFF0 == TWO_BYTES:
            _two_bytes(packet, data, begin, start, ids)
    end = size
    if first & 0x20:
        end -= data[size - 1]
        if data[size - 1] == 0:
            raise BadRtp("padding of no length")
    if end < start:
        raise BadRtp("more header or padding than packet")
    packet.payload = bytes(data[start:end])
    return packet


def _one_byte(packet: Packet, data: bytes | bytearray, at: int, end: int, ids: ExtensionIds) -> None:
    """Elements with a head of one byte (RFC 8285 §4.2), read where they stand: this runs for every packet."""
    mid, time, level = ids
    while at < end:
        head = data[at]
        if head == 0:
            at += 1
            continue
        number = head >> 4
        if number in (0, 15):
            return  # reserved: whatever follows is not to be read
        after = at + 2 + (head & 0x0F)
        if after > end:
            raise BadRtp("extension element cut off")
        if number == time:
            if after - at == 4:
                packet.abs_send_time = data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3]
        elif number == mid:
            packet.raw_mid = bytes(data[at + 1 : after])
        elif number == level:
            packet.audio_level = data[at + 1]
        at = after


def _two_bytes(packet: Packet, data: bytes | bytearray, at: int, end: int, ids: ExtensionIds) -> None:
    """Elements with a head of two bytes (RFC 8285 §4.3)."""
    while at < end:
        number = data[at]
        if number == 0:
            at += 1
            continue
        if at + 2 > end or (after := at + 2 + data[at + 1]) > end:
            raise BadRtp("extension element cut off")
        value = bytes(data[at + 2 : after])
        if number == ids.abs_send_time and len(value) == 3:
            packet.abs_send_time = int.from_bytes(value)
        elif number == ids.mid and value:
            packet.raw_mid = value
        elif number == ids.audio_level and value:
            packet.audio_level = value[0]
        at = after


class HeaderWriter:
    """Writes the headers of one outgoing stream; what never changes is put together once."""

    def __init__(self, ssrc: int, mid: str, ids: ExtensionIds) -> None:
        self.ssrc = ssrc
        self._mid = bytes([ids.mid << 4 | len(mid) - 1]) + mid.encode("ascii") if ids.mid and mid else b""
        self._ids = ids
        self._plain = self._frame(with_level=False)
        self._levelled = self._frame(with_level=True)
        self._first = 0x90 if self._plain[0] else 0x80
        self._has_time = bool(ids.abs_send_time)

    def _frame(self, *, with_level: bool) -> tuple[bytes, bytes]:
        """What stands before the 3 bytes of abs-send-time, and what stands after; the level byte, if any, comes last but padding."""
        before = self._mid
        changing = 0
        if self._ids.abs_send_time:
            before += bytes([self._ids.abs_send_time << 4 | 2])
            changing += 3
        after = b""
        if with_level and self._ids.audio_level:
            after = bytes([self._ids.audio_level << 4])
            changing += 1
        length = len(before) + changing + len(after)
        if not length:
            return b"", b""
        return _EXTENSION.pack(ONE_BYTE, (length + 3) // 4) + before, after

    def write(self, payload_type: int, marker: int, seq: int, ts: int, send_time: bytes, level: int, payload: bytes) -> bytes:
        """A whole packet; `send_time` is 3 bytes (see `send_time`), `level` is -1 where there is none."""
        if level >= 0 and self._ids.audio_level:
            before, after = self._levelled
            block = before + (send_time if self._has_time else b"") + after + bytes((level,))
            return HEADER.pack(0x90, marker | payload_type, seq, ts, self.ssrc) + block + b"\0" * (-len(block) % 4) + payload
        before, _ = self._plain
        head = HEADER.pack(self._first, marker | payload_type, seq, ts, self.ssrc)
        if not before:
            return head + payload
        if self._has_time:
            before += send_time
        return head + before + b"\0" * (-len(before) % 4) + payload


def send_time(seconds: float) -> bytes:
    """abs-send-time: 24 bits, 6.18 fixed point, of any clock that does not step."""
    return (int(seconds * 262144.0) & 0xFFFFFF).to_bytes(3)


def wrap_retransmission(original_seq: int, payload: bytes) -> bytes:
    """The payload of an RTX packet (RFC 4588 §4)."""
    return original_seq.to_bytes(2) + payload


def unwrap_retransmission(packet: Packet, ssrc: int, payload_type: int) -> Packet | None:
    """The packet inside an RTX packet, or None where it only pads (RFC 4588 §4)."""
    if len(packet.payload) < 3:
        return None
    original = Packet(payload_type, packet.marker, int.from_bytes(packet.payload[:2]), packet.ts, ssrc, packet.payload[2:])
    original.abs_send_time = packet.abs_send_time
    return original


def unwrap(seq: int, near: int, bits: int = 16) -> int:
    """The number congruent to `seq` modulo 2**bits that lies nearest to `near`."""
    half = 1 << (bits - 1)
    return near + ((seq - near + half) & ((1 << bits) - 1)) - half
