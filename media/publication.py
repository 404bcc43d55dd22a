"""A participant's publish connection: its packets go to the hubs, its repairs, reports and limits go back to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from media.answer import Accepted, write_answer
from media.bandwidth import BandwidthPolicy, RembTimer, allowed
from media.choice import choose_published
from media.estimate import LineEstimate
from media.forwarder import Hub
from media.ice import RemoteCandidate
from media.line import Line
from media.node_api import Source
from media.rtcp import BadRtcp, SenderReport, parse, write_nack, write_names, write_pli, write_receiver_report, write_remb
from media.rtp import BadRtp, ExtensionIds, Packet, unwrap_retransmission
from media.rtp import parse as parse_rtp
from media.sdp import BadSdp, Offer
from media.transport import Surroundings, Transport
from media.uplink import Codec, Uplink

REPORT_APART = 1.0
MAX_SSRCS = 8
"""Per m-line: those in the offer and those learnt from the MID extension."""
QUIET = 1.5
"""Seconds without video after which the estimate of the line is worth nothing."""
FIRST_NACK = 0.002
"""Seconds: a packet that was merely overtaken is not asked for again."""


class Publication:
    """One epoch of a participant's sources. `hub_of` finds the hub of a source of this participant."""

    def __init__(
        self,
        around: Surroundings,
        epoch: int,
        name: str,
        hub_of: Callable[[Source], Hub],
        on_up: Callable[[], None],
        on_down: Callable[[], None],
    ) -> None:
        self.epoch = epoch
        self.transport = Transport(around, on_rtp=self._rtp, on_rtcp=self._rtcp, on_up=on_up, on_down=on_down)
        self.line = Line(self.transport, around.clock.monotonic())
        self.first_packet: float | None = None
        self.unknown = 0
        """Packets that belong to no m-line, or to no more SSRCs than are allowed."""
        self._around = around
        self._name = name
        self._hub_of = hub_of
        self._uplinks: dict[str, Uplink] = {}
        self._by_ssrc: dict[int, tuple[Uplink, Hub, bool]] = {}
        self._ids = ExtensionIds()
        self._ssrc = around.chance.getrandbits(32)
        self._active: bool | None = None
        self._estimate = LineEstimate()
        self._remb = RembTimer()
        self._policy = BandwidthPolicy()
        self._last_video = float("-inf")
        self._reported = 0.0
        self._nacking: asyncio.TimerHandle | None = None

    # ---- negotiation

    def answer(self, offer: Offer, sources: Mapping[str, Source], candidates: list[RemoteCandidate]) -> str:
        """Answer the first or a later offer; raises `BadSdp` before anything changes."""
        chosen = choose_published(offer, sources)
        if self._active is not None and offer.fingerprint != self.transport.remote_fingerprint:
            raise BadSdp("another certificate needs a new connection, with the next epoch")
        first = self._active is None
        if self._active is None:
            self._active = offer.setup != "active"
        self._install(offer, sources, chosen)
        if first:
            self.transport.start(offer, candidates, active=self._active)
        else:
            if self.transport.renew(offer):
                self._estimate.reset()
            self.transport.add_candidates(candidates)
        return write_answer(offer, chosen, self.transport.local_side("active" if self._active else "passive"), self._ssrc)

    def _install(self, offer: Offer, sources: Mapping[str, Source], chosen: list[Accepted | None]) -> None:
        self._by_ssrc.clear()
        mid = time = level = 0
        for media, ours in zip(offer.media, chosen, strict=True):
            if ours is None:
                continue
            offered = ours.codecs[0]
            codec = Codec(offered.name, media.kind, offered.clock_rate, offered.payload_type, offered.rtx)
            uplink = self._uplinks.get(media.mid)
            hub = self._hub_of(sources[media.mid])
            if uplink is None or uplink.codec != codec or uplink.source != hub.source:
                if uplink is not None:
                    self._hub_of(uplink.source).withdraw(uplink)
                uplink = self._uplinks[media.mid] = Uplink(
                    hub.source, media.mid, codec, repairs="nack" in offered.feedback, epoch=self.epoch
                )
                hub.publish(uplink)
            for ssrc, rtx in media.ssrcs:
                self._by_ssrc[ssrc] = (uplink, hub, False)
                if rtx is not None:
                    self._by_ssrc[rtx] = (uplink, hub, True)
            mid, time, level = mid or media.ids.mid, time or media.ids.abs_send_time, level or media.ids.audio_level
        self._ids = ExtensionIds(mid, time, level)

    # ---- from the participant

    def _rtp(self, buffer: bytearray, size: int, now: float) -> None:
        try:
            packet = parse_rtp(buffer, size, self._ids)
        except BadRtp:
            self.unknown += 1
            return
        known = self._by_ssrc.get(packet.ssrc) or self._learn(packet)
        if known is None:
            self.unknown += 1
            return
        uplink, hub, repeated = known
        if packet.abs_send_time >= 0:
            self._estimate.add(now, packet.abs_send_time, size)
            self._last_video = now
        if repeated:
            if uplink.ssrc is None or (original := unwrap_retransmission(packet, uplink.ssrc, uplink.codec.payload_type)) is None:
                return
            packet = original
        if self.first_packet is None:
            self.first_packet = now
        if uplink.receive(packet, now, recovered=repeated):
            hub.take(uplink, packet, now, recovered=repeated)
            if uplink.nacks and self._nacking is None:
                self._nacking = asyncio.get_running_loop().call_later(FIRST_NACK, self._send_nacks)

    def _learn(self, packet: Packet) -> tuple[Uplink, Hub, bool] | None:
        """An SSRC that the offer did not name: by its MID (RFC 9143), or by a payload type that only one m-line has."""
        uplink = self._uplinks.get(packet.mid) if packet.mid is not None else None
        if uplink is None:
            owners = [u for u in self._uplinks.values() if packet.payload_type in (u.codec.payload_type, u.codec.rtx)]
            if packet.mid is not None or len(owners) != 1:
                return None
            uplink = owners[0]
        if packet.payload_type not in (uplink.codec.payload_type, uplink.codec.rtx):
            return None
        if sum(known[0] is uplink for known in self._by_ssrc.values()) >= MAX_SSRCS:
            return None
        entry = (uplink, self._hub_of(uplink.source), packet.payload_type == uplink.codec.rtx)
        self._by_ssrc[packet.ssrc] = entry
        return entry

    def _rtcp(self, data: bytes, now: float) -> None:
        try:
            messages = parse(data)
        except BadRtcp:
            self.unknown += 1
            return
        for message in messages:
            if isinstance(message, SenderReport) and (known := self._by_ssrc.get(message.ssrc)) is not None:
                known[0].sender_report(message, now)

    # ---- to the participant

    def _send_nacks(self) -> None:
        self._nacking = None
        if self.transport.closed:
            return
        now = self._around.clock.monotonic()
        following: list[float] = []
        for uplink in self._uplinks.values():
            if uplink.nacks is None or uplink.ssrc is None:
                continue
            if due := uplink.nacks_due(now, self.transport.round_trip):
                self.transport.send_rtcp(write_nack(self._ssrc, uplink.ssrc, due))
            if (later := uplink.nacks.next_due()) is not None:
                following.append(later)
        if following:
            self._nacking = asyncio.get_running_loop().call_later(max(0.005, min(following) - now), self._send_nacks)

    def beat(self, now: float, shares: list[float], audio_loss: int) -> None:
        """Ten times a second: reports, keyframe requests and the limit. `shares` (bit/s) are what consumers can take,
        `audio_loss` (1/256) the worst that a consumer hears."""
        if not self.transport.up:
            return
        for uplink in self._uplinks.values():
            if uplink.keyframes is not None and uplink.ssrc is not None and uplink.keyframes.due(now):
                self.transport.send_rtcp(write_pli(self._ssrc, uplink.ssrc))
                self._hub_of(uplink.source).counters.keyframes_asked += 1
        if now - self._reported >= REPORT_APART:
            self._reported = now
            blocks = [
                uplink.block(now, at_least=audio_loss if uplink.keyframes is None else 0) for uplink in self._uplinks.values()
            ]
            self.transport.send_rtcp(
                write_receiver_report(self._ssrc, [block for block in blocks if block is not None])
                + write_names([(self._ssrc, self._name)])
            )
        self._limit(now, shares)

    def _limit(self, now: float, shares: list[float]) -> None:
        videos = tuple(uplink.ssrc for uplink in self._uplinks.values() if uplink.ssrc is not None and uplink.keyframes is not None)
        if self._last_video == float("-inf") or not videos:
            return
        if now - self._last_video > QUIET:  # what was measured is stale: lift the limit for when video returns
            self._last_video = float("-inf")
            self._estimate.reset()
            rate: float | None = self._policy.start
        else:
            rate = allowed(self._estimate.bitrate, shares, self._policy)
        if rate is not None and self._remb.due(rate, now):
            self.transport.send_rtcp(write_remb(self._ssrc, int(rate), videos))

    # ---- state

    @property
    def sources(self) -> list[Source]:
        return [uplink.source for uplink in self._uplinks.values()]

    def has_taken_over(self) -> bool:
        """Every source of this epoch that sends has replaced its predecessor."""
        return not any(
            uplink.ssrc is not None and self._hub_of(uplink.source).is_waiting(uplink) for uplink in self._uplinks.values()
        )

    def close(self) -> None:
        """End it; its sources are withdrawn."""
        if self._nacking is not None:
            self._nacking.cancel()
            self._nacking = None
        for uplink in self._uplinks.values():
            self._hub_of(uplink.source).withdraw(uplink)
        self.transport.close()
