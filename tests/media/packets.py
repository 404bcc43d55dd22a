"""Packets for tests of the pure modules."""

from __future__ import annotations

from media.downlink import Downlink, PayloadTypes
from media.rtp import ExtensionIds, Packet, parse
from media.uplink import Codec, Uplink

OPUS = Codec("OPUS", "audio", 48000, 111)
VP8 = Codec("VP8", "video", 90000, 96, 97)
IDS = ExtensionIds(1, 3, 2)


def picture(seq: int, *, key: bool = False, ssrc: int = 1, ts: int | None = None) -> Packet:
    """One VP8 packet that begins a frame."""
    return Packet(
        96,
        0x80,
        seq & 0xFFFF,
        (seq * 3000 if ts is None else ts) & 0xFFFFFFFF,
        ssrc,
        b"\x10" + (b"\0" if key else b"\1") + b"%d" % seq,
    )


def sound(seq: int, *, ssrc: int = 2) -> Packet:
    return Packet(111, 0, seq & 0xFFFF, seq * 960 & 0xFFFFFFFF, ssrc, b"s%d" % seq)


def camera() -> Uplink:
    return Uplink("camera", "1", VP8, repairs=True)


def microphone() -> Uplink:
    return Uplink("microphone", "0", OPUS, repairs=False)


class Sink:
    """What a consumer got, and the downlink that sends to it."""

    def __init__(self, source: str = "camera", *, types: PayloadTypes | None = None) -> None:
        self.packets: list[Packet] = []
        self.refuses = False
        self.downlink = Downlink(
            participant="resident",
            source=source,
            mid="5",
            types=types or PayloadTypes(VP8=(120, 121), OPUS=(109, None)),
            ids=IDS,  # type: ignore[arg-type]  # a plain str in tests
            ssrc=1000,
            rtx_ssrc=2000,
            first_seq=65536 + 65530,
            send=self._take,
        )
        self.downlink.ready = True

    def _take(self, data: bytes) -> bool:
        if self.refuses:
            return False
        self.packets.append(parse(data, len(data), IDS))
        return True

    @property
    def media(self) -> list[Packet]:
        return [packet for packet in self.packets if packet.ssrc == 1000]

    @property
    def payloads(self) -> list[bytes]:
        return [packet.payload for packet in self.media]

    def is_continuous(self) -> bool:
        """No gap in the numbers, no timestamp that goes back."""
        pairs = list(zip(self.media, self.media[1:], strict=False))
        return all(b.seq == a.seq + 1 & 0xFFFF and (b.ts - a.ts) & 0xFFFFFFFF < 1 << 31 for a, b in pairs)
