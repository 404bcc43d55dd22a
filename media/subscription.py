"""A participant's subscribe connection: what they want of others, and what they report about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from media.answer import Accepted, Sending, write_answer
from media.bandwidth import BandwidthPolicy, ConsumerLine, VideoAllowance
from media.downlink import Downlink, PayloadTypes
from media.forwarder import Hub
from media.ice import RemoteCandidate
from media.line import Line
from media.node_api import Source, Wanted
from media.rtcp import BadRtcp, KeyframeRequest, Nack, ReceiverReport, Remb, SenderReport, parse, write_names, write_sender_report
from media.rtp import send_time
from media.sdp import BadSdp, Offer, OfferedMedia
from media.transport import Surroundings, Transport

HubOf = Callable[[str, Source], Hub]


class Subscription:
    """One connection of `consumer`. `hub_of` finds or makes the hub of a wanted source, `name_of` the lasting CNAME of a participant."""

    def __init__(
        self,
        around: Surroundings,
        consumer: str,
        epoch: int,
        hub_of: HubOf,
        name_of: Callable[[str], str],
        on_up: Callable[[], None],
        on_down: Callable[[], None],
    ) -> None:
        self.epoch = epoch
        self.transport = Transport(around, on_rtp=self._rtp, on_rtcp=self._rtcp, on_up=self._up, on_down=on_down)
        self.line = Line(self.transport, around.clock.monotonic())
        self.unexpected = 0
        """Packets that a subscribe connection has no business to send."""
        self._around = around
        self._consumer = consumer
        self._hub_of = hub_of
        self._name_of = name_of
        self._on_up = on_up
        self._active: bool | None = None
        self._ssrc = around.chance.getrandbits(32)
        self._downlinks: dict[str, Downlink] = {}
        self._by_ssrc: dict[int, Downlink] = {}
        self._policy = BandwidthPolicy()
        self._allowance = VideoAllowance(self._policy)
        self._consumer_line = ConsumerLine(self._policy)

    # ---- negotiation

    def answer(self, offer: Offer, wants: list[Wanted], candidates: list[RemoteCandidate]) -> str:
        """Answer the first or a later offer; raises `BadSdp` before anything changes."""
        by_mid = {want.mid: want for want in wants}
        self._check(offer, wants, by_mid)
        if self._active is not None and offer.fingerprint != self.transport.remote_fingerprint:
            raise BadSdp("another certificate needs a new connection: set fresh")
        first = self._active is None
        if self._active is None:
            self._active = offer.setup != "active"
        accepted: list[Accepted | None] = []
        for media in offer.media:
            want = by_mid.get(media.mid)
            accepted.append(self._accept(media, want) if want is not None and not media.rejected and media.codecs else None)
        for mid in set(self._downlinks) - {
            media.mid for media, ours in zip(offer.media, accepted, strict=True) if ours is not None
        }:
            self._remove(mid)
        if first:
            self.transport.start(offer, candidates, active=self._active)
        else:
            self.transport.renew(offer)
            self.transport.add_candidates(candidates)
        return write_answer(offer, accepted, self.transport.local_side("active" if self._active else "passive"), self._ssrc)

    def _check(self, offer: Offer, wants: list[Wanted], by_mid: Mapping[str, Wanted]) -> None:
        if len(by_mid) != len(wants):
            raise BadSdp("one m-line for two wanted sources")
        unknown = set(by_mid) - {media.mid for media in offer.media}
        if unknown:
            raise BadSdp(f"no m-line with mid {', '.join(sorted(unknown))}")
        usable = 0
        for media in offer.media:
            want = by_mid.get(media.mid)
            if want is None or media.rejected:
                continue
            if media.kind != ("audio" if want.source == "microphone" else "video"):
                raise BadSdp(f"m-line {media.mid} is {media.kind}, which a {want.source} is not")
            if media.direction == "sendonly":
                raise BadSdp(f"m-line {media.mid} of a subscribe connection must be recvonly")
            usable += bool(media.codecs)
        if not usable:
            raise BadSdp("no m-line can be accepted")

    def _accept(self, media: OfferedMedia, want: Wanted) -> Accepted:
        types = PayloadTypes()
        for codec in media.codecs:
            types.setdefault(codec.name, (codec.payload_type, codec.rtx))
        codecs = tuple(codec for codec in media.codecs if types[codec.name][0] == codec.payload_type)
        downlink = self._downlinks.get(media.mid)
        if downlink is None or (downlink.participant, downlink.source) != (want.participant, want.source):
            if downlink is not None:
                self._remove(media.mid)
            chance = self._around.chance
            downlink = Downlink(
                participant=want.participant,
                source=want.source,
                mid=media.mid,
                types=types,
                ids=media.ids,
                ssrc=self._free_ssrc(),
                rtx_ssrc=self._free_ssrc(),
                first_seq=65536 + chance.getrandbits(15),
                send=self.transport.send_rtp,
            )
            self._downlinks[media.mid] = downlink
            self._by_ssrc[downlink.ssrc] = self._by_ssrc[downlink.rtx_ssrc] = downlink
            hub = self._hub_of(want.participant, want.source)
            hub.subscribe(downlink, self._consumer)
            if self.transport.up:
                self._admit(downlink)
        stream = want.participant if want.source in ("microphone", "camera") else f"{want.participant}-{want.source}"
        direction = "inactive" if media.direction == "inactive" else "sendonly"
        name = self._name_of(want.participant)
        return Accepted(
            direction, codecs, Sending(downlink.ssrc, downlink.rtx_ssrc, name, stream, f"{want.participant}-{want.source}")
        )

    def _free_ssrc(self) -> int:
        while (ssrc := self._around.chance.getrandbits(32)) in self._by_ssrc:
            continue
        return ssrc

    def _remove(self, mid: str) -> None:
        downlink = self._downlinks.pop(mid)
        self._by_ssrc = {ssrc: other for ssrc, other in self._by_ssrc.items() if other is not downlink}
        self._hub(downlink).unsubscribe(downlink)

    def _hub(self, downlink: Downlink) -> Hub:
        return self._hub_of(downlink.participant, downlink.source)

    # ---- life

    def _up(self) -> None:
        for downlink in self._downlinks.values():
            self._admit(downlink)
        self._on_up()

    def _admit(self, downlink: Downlink) -> None:
        downlink.ready = True
        downlink.shed = not self._allowance.on and downlink.source != "microphone"
        if not downlink.shed:
            self._hub(downlink).admit(downlink, self._around.clock.monotonic())

    def stop(self) -> None:
        """Nothing can be sent any more."""
        for downlink in self._downlinks.values():
            downlink.ready = False

    # ---- from the consumer

    def _rtp(self, buffer: bytearray, size: int, now: float) -> None:
        self.unexpected += 1

    def _rtcp(self, data: bytes, now: float) -> None:
        try:
            messages = parse(data)
        except BadRtcp:
            self.unexpected += 1
            return
        for message in messages:
            if isinstance(message, ReceiverReport | SenderReport):
                for block in message.blocks:
                    if (downlink := self._by_ssrc.get(block.ssrc)) is not None and downlink.ssrc == block.ssrc:
                        downlink.heard(block, now)
            elif isinstance(message, Nack):
                downlink = self._by_ssrc.get(message.media)
                if downlink is not None and self._hub(downlink).open:
                    downlink.repair(message.seqs, now, send_time(now))
            elif isinstance(message, KeyframeRequest):
                for ssrc in message.media:
                    if (downlink := self._by_ssrc.get(ssrc)) is not None:
                        self._hub(downlink).wish_keyframe(downlink, now)
            elif isinstance(message, Remb) and any(ssrc in self._by_ssrc for ssrc in message.media):
                self._consumer_line.reported(message.bitrate, now)

    # ---- to the consumer

    def beat(self, now: float) -> None:
        """Ten times a second: sender reports, and whether this line carries video."""
        if not self.transport.up:
            return
        reports: list[SenderReport] = []
        names: list[tuple[int, str]] = []
        for downlink in self._downlinks.values():
            if self._hub(downlink).open and (report := downlink.report_due(now)) is not None:
                reports.append(report)
                names.append((downlink.ssrc, self._name_of(downlink.participant)))
        if reports:
            self.transport.send_rtcp(b"".join(map(write_sender_report, reports)) + write_names(names))
        self._consumer_line.sent(sum(d.sent_bytes for d in self._downlinks.values() if d.source != "microphone"), now)
        limit, rate = self._consumer_line.limit(now), self._consumer_line.rate
        if self._allowance.look(limit, rate, now):
            self._around.log.info("video-allowed", consumer=self._consumer, on=self._allowance.on, carries=limit, sent=round(rate))
            for downlink in self._downlinks.values():
                if downlink.source != "microphone":
                    downlink.pause()
                    downlink.shed = not self._allowance.on
                    if not downlink.shed and downlink.ready:
                        self._hub(downlink).admit(downlink, now)

    @property
    def video(self) -> bool:
        """False while this line is too weak for video."""
        return self._allowance.on

    def shares(self, now: float) -> dict[str, float]:
        """Participant → bit/s of video that this consumer can take of them; only of those whose video flows."""
        limit = self._consumer_line.limit(now)
        flowing = {
            downlink.participant
            for downlink in self._downlinks.values()
            if downlink.source != "microphone"
            and downlink.ready
            and not downlink.waiting
            and not downlink.shed
            and self._hub(downlink).flowing
        }
        return {} if limit is None else {participant: limit / len(flowing) for participant in flowing}

    def audio_losses(self) -> dict[str, int]:
        """Participant → loss of their microphone as heard here, in 1/256."""
        return {d.participant: d.fraction_lost for d in self._downlinks.values() if d.source == "microphone" and d.ready}

    def close(self) -> None:
        """End it; nothing more is sent to it."""
        self.stop()
        for mid in list(self._downlinks):
            self._remove(mid)
        self.transport.close()
