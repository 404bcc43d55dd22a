"""One source as one consumer gets it: SSRC, numbers, payload type and extensions its own, without a jump when the source changes. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from media.node_api import Source
from media.retransmit import SentPackets
from media.rtcp import Block, SenderReport
from media.rtp import ExtensionIds, HeaderWriter, Packet, wrap_retransmission
from media.uplink import Stream

Send = Callable[[bytes], bool]
"""Protects and sends a packet; False when it could not leave."""

REPORT_APART = 1.0
MAX_REPAIR = 64
"""Packets sent again for one request; a longer list is a line that is down."""


class PayloadTypes(dict[str, tuple[int, int | None]]):
    """Codec name → payload type and its RTX payload type, as the consumer numbered them."""


class Downlink:
    """Sends the packets of one wanted source to one consumer through `send`."""

    def __init__(
        self,
        *,
        participant: str,
        source: Source,
        mid: str,
        types: PayloadTypes,
        ids: ExtensionIds,
        ssrc: int,
        rtx_ssrc: int,
        first_seq: int,
        send: Send,
    ) -> None:
        self.participant = participant
        """Whose source it is."""
        self.source = source
        self.mid = mid
        self.ssrc = ssrc
        self.rtx_ssrc = rtx_ssrc
        self.ready = False
        """The consumer's transport is up."""
        self.shed = False
        """The consumer's line carries no video at present."""
        self.sent = 0
        self.sent_bytes = 0
        self.dropped = 0
        self.repaired = 0
        self.fraction_lost = 0
        """As the consumer reported last, in 1/256."""
        self.round_trip: float | None = None
        self._types = types
        self._writer = HeaderWriter(ssrc, mid, ids)
        self._rtx_writer = HeaderWriter(rtx_ssrc, mid, ids)
        self._rtx_seq = first_seq
        self._send = send
        self._stream: Stream | None = None
        self._type = 0
        self._rtx_type: int | None = None
        self._base_in = 0
        self._base_out = 0
        self._offset = 0
        self._last_out = first_seq - 1
        self._last_ts = 0
        self._last_at = float("-inf")
        self._previous: Stream | None = None
        self._kept = SentPackets()
        self._reports: deque[tuple[int, float]] = deque(maxlen=8)
        self._reported = float("-inf")
        self._used: tuple[SenderReport, float] | None = None

    @property
    def waiting(self) -> bool:
        """Nothing flows until the next beginning (for video: the next keyframe)."""
        return self._stream is None

    def pause(self) -> None:
        """What comes next begins anew: the source was held, off, shed or replaced."""
        if self._stream is not None:
            self._previous, self._stream = self._stream, None

    def begin(self, packet: Packet, now: float) -> bool:
        """Let the stream of `packet` flow from this packet on; False when the consumer cannot take its codec."""
        stream = packet.stream
        assert isinstance(stream, Stream)
        types = self._types.get(stream.codec)
        if types is None:
            return False
        self._type, self._rtx_type = types
        self._base_in = packet.ext_seq
        self._base_out = self._last_out + 1
        if stream is not self._previous and self._last_at > float("-inf"):
            elapsed = max(1, int((now - self._last_at) * stream.clock_rate))
            self._offset = self._last_ts + elapsed - packet.ts
            self._used = None
        self._stream = stream
        self._previous = None
        return True

    def forward(self, packet: Packet, now: float, send_time: bytes) -> None:
        """Send one packet on, if it belongs to what flows and is not older than its beginning."""
        distance = packet.ext_seq - self._base_in
        if packet.stream is not self._stream or distance < 0:
            return
        out = self._base_out + distance
        seq = out & 0xFFFF
        ts = (packet.ts + self._offset) & 0xFFFFFFFF
        payload = packet.payload
        if not self._send(self._writer.write(self._type, packet.marker, seq, ts, send_time, packet.audio_level, payload)):
            self.dropped += 1
            return
        self.sent += 1
        self.sent_bytes += len(payload)
        self._kept.keep(seq, self._type, packet.marker, ts, packet.audio_level, payload)
        if out > self._last_out:
            self._last_out = out
            self._last_ts = ts
            self._last_at = now

    def repair(self, seqs: tuple[int, ...], now: float, send_time: bytes) -> None:
        """Send what the consumer missed and we still have: as RTX where negotiated (RFC 4588), otherwise as it was."""
        for seq in seqs[:MAX_REPAIR]:
            sent = self._kept.find(seq, now)
            if sent is None:
                continue
            if self._rtx_type is not None:
                self._rtx_seq = (self._rtx_seq + 1) & 0xFFFF
                data = self._rtx_writer.write(
                    self._rtx_type,
                    sent.marker,
                    self._rtx_seq,
                    sent.ts,
                    send_time,
                    sent.level,
                    wrap_retransmission(seq, sent.payload),
                )
            else:
                data = self._writer.write(sent.payload_type, sent.marker, seq, sent.ts, send_time, sent.level, sent.payload)
            self.repaired += self._send(data)

    def report_due(self, now: float) -> SenderReport | None:
        """The source's clock in this stream's numbers: the newest pair, or the last one carried on; None when there is nothing new."""
        if self._stream is None or self._stream.report is None or not self.sent:
            return None
        report, came = self._stream.report
        if self._used is self._stream.report and now - self._reported < REPORT_APART:
            return None
        elapsed = now - came
        ntp = (report.ntp + int(elapsed * 4294967296)) & 0xFFFFFFFFFFFFFFFF
        rtp = (report.rtp + int(elapsed * self._stream.clock_rate) + self._offset) & 0xFFFFFFFF
        self._used = self._stream.report
        self._reported = now
        self._reports.append((ntp >> 16 & 0xFFFFFFFF, now))
        return SenderReport(self.ssrc, ntp, rtp, self.sent, self.sent_bytes)

    def heard(self, block: Block, now: float) -> None:
        """The consumer reported about this stream: its loss, and the round trip if it names a report of ours."""
        self.fraction_lost = block.fraction
        for middle, at in self._reports:
            if middle == block.last_report:
                self.round_trip = max(0.0, now - at - block.delay / 65536)
