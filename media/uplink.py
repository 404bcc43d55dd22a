"""One source of one participant as it arrives: numbers put right, duplicates and losses found, repair and keyframes asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from media.keyframes import KeyframeWish, starts_keyframe
from media.nack import NackList
from media.node_api import Source
from media.quality import StreamStatistics
from media.rtcp import Block, SenderReport
from media.rtp import Packet

REPLAY = 256
"""Packets that a late consumer may get after the last keyframe (a power of two); more would burst its line."""
REPLAY_SECONDS = 1.0


@dataclass(frozen=True)
class Codec:
    """A negotiated codec; payload types as the offer numbered them, `rtx` None where retransmission was not negotiated."""

    name: str
    kind: str
    clock_rate: int
    payload_type: int
    rtx: int | None = None


class Stream:
    """Identity of an unbroken run of one SSRC's sequence numbers and timestamps."""

    __slots__ = ("clock_rate", "codec", "epoch", "kind", "repairs", "report")

    def __init__(self, codec: Codec, epoch: int = 1, *, repairs: bool = False) -> None:
        self.epoch = epoch
        """Of the publish connection that it came on."""
        self.repairs = repairs
        """What is lost is asked for again."""
        self.codec = codec.name
        self.kind = codec.kind
        self.clock_rate = codec.clock_rate
        self.report: tuple[SenderReport, float] | None = None
        """The sender's last report and when it came."""


class Uplink:
    """Receives the packets of one m-line of a publish connection."""

    def __init__(self, source: Source, mid: str, codec: Codec, *, repairs: bool, epoch: int = 1) -> None:
        self.epoch = epoch
        self.source = source
        self.mid = mid
        self.codec = codec
        self.ssrc: int | None = None
        self.stream = Stream(codec, epoch, repairs=repairs)
        self.statistics = StreamStatistics(codec.clock_rate)
        self.lost_before = 0
        self.nacks = NackList() if repairs else None
        self.keyframes = KeyframeWish() if codec.kind == "video" else None
        self.last_arrival = float("-inf")
        self._keyframe_at = float("-inf")
        self._keyframe_ext = -1
        self._recent: list[Packet | None] = [None] * REPLAY

    @property
    def lost(self) -> int:
        """Packets that never came, over all streams of this uplink."""
        return self.lost_before + self.statistics.lost

    def receive(self, packet: Packet, now: float, *, recovered: bool) -> bool:
        """Take a packet of the primary SSRC (or out of its RTX): False when it was here before. Fills in what `Packet` leaves open."""
        statistics = self.statistics
        if packet.ssrc != self.ssrc:
            if recovered:
                return False
            self._begin(packet.ssrc)
            statistics = self.statistics
        ext = statistics.place(packet.seq)
        if ext < 0:
            return False
        if statistics.is_restart(ext):
            if recovered:
                return False
            self._begin(packet.ssrc)
            statistics = self.statistics
            ext = statistics.place(packet.seq)
        statistics.count(ext, packet.ts, now, recovered=recovered)
        self.last_arrival = now
        packet.arrival = now
        packet.ext_seq = ext
        packet.stream = self.stream
        if self.nacks is not None:
            self.nacks.received(ext, now)
            if self.nacks.outage:
                self.nacks.outage = False
                self.ask_keyframe(now)
        if self.keyframes is not None:
            if starts_keyframe(self.codec.name, packet.payload):
                packet.key = True
                self._keyframe_ext = ext
                self._keyframe_at = now
                self.keyframes.seen()
            self._recent[ext & (REPLAY - 1)] = packet
        return True

    def _begin(self, ssrc: int) -> None:
        """Another SSRC, or numbers far away: what follows is not the same stream."""
        if self.ssrc is not None:
            self.lost_before += self.statistics.lost
            self.stream = Stream(self.codec, self.epoch, repairs=self.nacks is not None)
            self.statistics = StreamStatistics(self.codec.clock_rate)
            if self.nacks is not None:
                self.nacks.clear()
        self.ssrc = ssrc
        self.forget()

    def forget(self) -> None:
        """Nothing that arrived so far may be shown to anybody who did not see it (a hold began)."""
        self._keyframe_ext = -1

    def since_keyframe(self, now: float) -> list[Packet]:
        """The last keyframe and what followed, if it is recent and whole at its start; otherwise empty."""
        first, last = self._keyframe_ext, self.statistics.highest
        if first < 0 or now - self._keyframe_at > REPLAY_SECONDS or last - first >= REPLAY:
            return []
        packets = [self._recent[ext & (REPLAY - 1)] for ext in range(first, last + 1)]
        return [packet for ext, packet in enumerate(packets, first) if packet is not None and packet.ext_seq == ext]

    def ask_keyframe(self, now: float) -> None:
        """A consumer needs one; sent when `keyframes.due` says so."""
        if self.keyframes is not None:
            self.keyframes.ask(now)

    def sender_report(self, report: SenderReport, now: float) -> None:
        """The source's clock (RFC 3550 §6.4.1); only of the stream that runs."""
        if report.ssrc == self.ssrc:
            self.stream.report = (report, now)

    def nacks_due(self, now: float, round_trip: float) -> list[int]:
        """16-bit numbers to ask for now, ascending; what is given up costs a keyframe."""
        if self.nacks is None:
            return []
        ask, given_up = self.nacks.due(now, round_trip)
        if given_up:
            self.ask_keyframe(now)
        return [ext & 0xFFFF for ext in ask]

    def block(self, now: float, *, at_least: int) -> Block | None:
        """Report block for the source, None before its first packet."""
        if self.ssrc is None:
            return None
        return self.statistics.block(self.ssrc, self.stream.report, now, at_least=at_least)
