"""RTCP as bytes: compound packets read into small values and written from them (RFC 3550 §6, RFC 4585, RFC 5104, REMB), all pure."""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct, error, pack
from typing import NamedTuple

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
_HEAD = Struct("!BBH")
_BLOCK = Struct("!IIIIII")
_SENDER = Struct("!IQIII")
_TWO = Struct("!II")
_NACK_ITEM = Struct("!HH")
MAX_BLOCKS = 31


class BadRtcp(ValueError):
    """The bytes are no RTCP compound packet; the sentence says why."""


class Block(NamedTuple):
    """A report block about one SSRC. `fraction` in 1/256, `lost` cumulative, `jitter` in timestamp units, `delay` in 1/65536 s."""

    ssrc: int
    fraction: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


class SenderReport(NamedTuple):
    """The wall clock (NTP, 32.32 fixed point) at an RTP timestamp."""

    ssrc: int
    ntp: int
    rtp: int
    packets: int
    octets: int
    blocks: tuple[Block, ...] = ()


class ReceiverReport(NamedTuple):
    ssrc: int
    blocks: tuple[Block, ...]


class Nack(NamedTuple):
    """Packets that were missed (RFC 4585 §6.2.1)."""

    media: int
    seqs: tuple[int, ...]


class KeyframeRequest(NamedTuple):
    """PLI (RFC 4585 §6.3.1) or FIR (RFC 5104 §4.3.1): the SSRCs whose keyframe is asked for."""

    media: tuple[int, ...]


class Remb(NamedTuple):
    """The most that the receiver can take, in bit/s, over all SSRCs of the transport (draft-alvestrand-rmcat-remb-03)."""

    bitrate: int
    media: tuple[int, ...]


class Bye(NamedTuple):
    ssrcs: tuple[int, ...]


Message = SenderReport | ReceiverReport | Nack | KeyframeRequest | Remb | Bye


def parse(data: bytes) -> list[Message]:
    """The known messages of a compound packet, in order; unknown kinds are skipped; raises `BadRtcp`."""
    found: list[Message] = []
    at, end = 0, len(data)
    while at < end:
        if at + 4 > end:
            raise BadRtcp("header cut off")
        first, kind, words = _HEAD.unpack_from(data, at)
        if first & 0xC0 != 0x80:
            raise BadRtcp("not version 2")
        after = at + 4 + 4 * words
        if after > end:
            raise BadRtcp("packet cut off")
        body = data[at + 4 : after]
        if first & 0x20:
            if not body or not 0 < body[-1] <= len(body):
                raise BadRtcp("padding longer than the packet")
            body = body[: -body[-1]]
        try:
            message = _read(kind, first & 0x1F, body)
        except error as cause:
            raise BadRtcp(f"kind {kind} cut off") from cause
        if message is not None:
            found.append(message)
        at = after
    return found


def _read(kind: int, count: int, body: bytes) -> Message | None:
    if kind == SR:
        ssrc, ntp, rtp, packets, octets = _SENDER.unpack_from(body)
        return SenderReport(ssrc, ntp, rtp, packets, octets, _blocks(body, _SENDER.size, count))
    if kind == RR:
        return ReceiverReport(int.from_bytes(body[:4]), _blocks(body, 4, count)) if len(body) >= 4 else None
    if kind == BYE:
        if len(body) < 4 * count:
            raise BadRtcp("bye cut off")
        return Bye(tuple(int.from_bytes(body[4 * i : 4 * i + 4]) for i in range(count)))
    if kind == RTPFB and count == 1:
        _, media = _TWO.unpack_from(body)
        seqs: list[int] = []
        for at in range(8, len(body) - 3, 4):
            first, more = _NACK_ITEM.unpack_from(body, at)
            seqs.append(first)
            seqs += [(first + 1 + bit) & 0xFFFF for bit in range(16) if more >> bit & 1]
        return Nack(media, tuple(seqs))
    if kind == PSFB:
        return _read_payload_feedback(count, body)
    return None


def _read_payload_feedback(count: int, body: bytes) -> Message | None:
    _, media = _TWO.unpack_from(body)
    if count == 1:
        return KeyframeRequest((media,))
    if count == 4:
        return KeyframeRequest(tuple(int.from_bytes(body[at : at + 4]) for at in range(8, len(body) - 7, 8)))
    if count == 15 and body[8:12] == b"REMB" and len(body) >= 16:
        if len(body) < 16 + 4 * body[12]:
            raise BadRtcp("REMB cut off")
        mantissa = (body[13] & 3) << 16 | body[14] << 8 | body[15]
        ssrcs = tuple(int.from_bytes(body[16 + 4 * i : 20 + 4 * i]) for i in range(body[12]))
        return Remb(mantissa << (body[13] >> 2), ssrcs)
    return None


def _blocks(body: bytes, at: int, count: int) -> tuple[Block, ...]:
    found = []
    for index in range(count):
        ssrc, losses, highest, jitter, last, delay = _BLOCK.unpack_from(body, at + index * _BLOCK.size)
        lost = losses & 0xFFFFFF
        found.append(Block(ssrc, losses >> 24, lost - (1 << 24) if lost & 0x800000 else lost, highest, jitter, last, delay))
    return tuple(found)


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return _HEAD.pack(0x80 | count, kind, len(body) // 4) + body


def _write_block(block: Block) -> bytes:
    lost = max(-(1 << 23), min(block.lost, (1 << 23) - 1)) & 0xFFFFFF
    return _BLOCK.pack(
        block.ssrc,
        block.fraction << 24 | lost,
        block.highest & 0xFFFFFFFF,
        block.jitter & 0xFFFFFFFF,
        block.last_report,
        block.delay,
    )


def write_sender_report(report: SenderReport) -> bytes:
    body = _SENDER.pack(report.ssrc, report.ntp, report.rtp & 0xFFFFFFFF, report.packets & 0xFFFFFFFF, report.octets & 0xFFFFFFFF)
    return _packet(SR, len(report.blocks), body + b"".join(map(_write_block, report.blocks)))


def write_receiver_report(ssrc: int, blocks: Iterable[Block]) -> bytes:
    """At most 31 blocks fit; the rest is left out."""
    chosen = list(blocks)[:MAX_BLOCKS]
    return _packet(RR, len(chosen), ssrc.to_bytes(4) + b"".join(map(_write_block, chosen)))


def write_names(names: Iterable[tuple[int, str]]) -> bytes:
    """SDES with one CNAME per SSRC (RFC 3550 §6.5); a compound packet must carry one."""
    chunks = []
    for ssrc, name in names:
        text = name.encode()[:255]
        chunk = ssrc.to_bytes(4) + bytes([1, len(text)]) + text
        chunks.append(chunk + b"\0" * (4 - len(chunk) % 4))
    return _packet(SDES, min(len(chunks), MAX_BLOCKS), b"".join(chunks[:MAX_BLOCKS]))


def write_nack(sender: int, media: int, seqs: Iterable[int]) -> bytes:
    """`seqs` ascending; neighbours within 16 share an item."""
    items: list[list[int]] = []
    for seq in seqs:
        if items and 0 < (distance := (seq - items[-1][0]) & 0xFFFF) <= 16:
            items[-1][1] |= 1 << (distance - 1)
        else:
            items.append([seq, 0])
    return _packet(RTPFB, 1, _TWO.pack(sender, media) + b"".join(_NACK_ITEM.pack(*item) for item in items))


def write_pli(sender: int, media: int) -> bytes:
    return _packet(PSFB, 1, _TWO.pack(sender, media))


def write_remb(sender: int, bitrate: int, media: tuple[int, ...]) -> bytes:
    """`bitrate` in bit/s, rounded down to 18 bits of mantissa."""
    exponent = max(0, bitrate.bit_length() - 18)
    mantissa = bitrate >> exponent
    head = bytes([len(media), exponent << 2 | mantissa >> 16, mantissa >> 8 & 0xFF, mantissa & 0xFF])
    return _packet(PSFB, 15, _TWO.pack(sender, 0) + b"REMB" + head + b"".join(pack("!I", ssrc) for ssrc in media))


def is_rtcp(second_byte: int) -> bool:
    """Whether a packet with this second byte is RTCP rather than RTP (RFC 5761 §4)."""
    return 192 <= second_byte <= 223
