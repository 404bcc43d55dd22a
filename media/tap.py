"""The recorder's ear at one source: takes the packets its hub hands to every consumer, hands out whole frames. Pure, the clock passed in.

It comes after repair, waits longer than a viewer would for what is still missing, and says what never came. Pictures after a loss are
thrown away until the next keyframe, which it asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from media.node_api import Source
from media.reorder import Lost, Reorder
from media.rtp import Packet
from media.rtp_clock import SenderClock, StreamClock
from media.uplink import Stream
from media.vp8_frames import Assembler
from recordings.writer_wire import Cause, Media

MEDIA: dict[str, Media] = {"VP8": "video/webm;codecs=vp8", "OPUS": "audio/webm;codecs=opus"}
"""Codecs that can be recorded."""


@dataclass(frozen=True)
class TapPolicy:
    """Seconds."""

    patience: float = 0.8
    """A missing packet of a source that is repaired: several tries at a round trip of 200 ms."""
    patience_unrepaired: float = 0.4
    """A source without retransmission: only a packet that was overtaken can still come."""
    outage: float = 2.0
    """Packets missing over a silence this long: the line was down."""
    keyframe_every: tuple[tuple[Source, float], ...] = (("camera", 4.0), ("screen", 8.0), ("document", 8.0))
    """Asked for so long after the last one, if the picture has changed since: small text on a screen pulses with each."""
    keyframe_again: float = 1.0


class Outlet(Protocol):
    """Who takes what a tap hands out. Times are seconds of the node's clock."""

    def begin(self, epoch: int, media: Media) -> None:
        """Frames of this epoch follow."""
        ...

    def frame(
        self, at: float, shift: float, error: float, *, keyframe: bool, width: int, height: int, first: int, last: int, data: bytes
    ) -> bool:
        """One frame, or one packet of sound. False: it could not be taken, nor can the next ones before a keyframe."""
        ...

    def missing(self, lost: int, cause: Cause) -> None:
        """Between the last frame and the next one something is missing."""
        ...

    def end(self) -> None:
        """An unbroken run of frames is over."""
        ...


class Tap:
    """A consumer in the eyes of `media.forwarder.Hub`. `clock_of` finds the sender's clock in an epoch, `wish` asks for a keyframe, `caught`
    takes errors: whatever goes wrong with the recording, the other consumers get their packets."""

    def __init__(
        self,
        source: Source,
        clock_of: Callable[[int], SenderClock],
        outlet: Outlet,
        wish: Callable[[float], None],
        caught: Callable[[BaseException], None],
        policy: TapPolicy | None = None,
    ) -> None:
        self.ready = True
        self.shed = False
        self.sent = 0
        """Packets taken."""
        self.dropped = 0
        """Packets that could not be taken: of a codec that is not recorded."""
        self._policy = policy or TapPolicy()
        self._every = dict(self._policy.keyframe_every).get(source, 0.0)
        self._clock_of = clock_of
        self._outlet = outlet
        self._wish = wish
        self._caught = caught
        self._stream: Stream | None = None
        self._previous: Stream | None = None
        self._base = 0
        self._clock: StreamClock | None = None
        self._sender: SenderClock | None = None
        self._report: object = None
        self._pictures: Assembler | None = None
        self._order = Reorder(0, 0.0)
        self._ts: int | None = None
        self._arrived = 0.0
        """When the packet before came."""
        self._keyframe_at = float("-inf")
        self._changed = False
        self._asked = float("-inf")

    # ---- as the hub sees a consumer

    @property
    def waiting(self) -> bool:
        """Nothing flows until the next beginning (for video: the next keyframe)."""
        return self._stream is None

    def pause(self) -> None:
        """What comes next begins anew: the source was held, off, replaced or withdrawn."""
        if self._stream is None:
            return
        self._take(self._order.drain())
        self._previous, self._stream = self._stream, None
        self._outlet.end()

    def begin(self, packet: Packet, now: float) -> bool:
        """Let the stream of `packet` flow from this packet on; False when its codec is not recorded."""
        stream = packet.stream
        assert isinstance(stream, Stream)
        media = MEDIA.get(stream.codec)
        if media is None:
            return False
        if stream is not self._previous or self._clock is None:
            self._sender = self._clock_of(stream.epoch)
            self._clock = StreamClock(stream.clock_rate, self._sender)
            self._report = self._ts = None
        repaired = stream.repairs
        self._stream, self._previous = stream, None
        self._base = packet.ext_seq
        self._order = Reorder(packet.ext_seq, self._policy.patience if repaired else self._policy.patience_unrepaired)
        self._pictures = Assembler() if stream.kind == "video" else None
        self._arrived = packet.arrival
        self._outlet.begin(stream.epoch, media)
        return True

    def forward(self, packet: Packet, now: float, send_time: bytes) -> None:
        """Take one packet, if it belongs to what flows and is not older than its beginning."""
        if packet.stream is not self._stream or packet.ext_seq < self._base:
            return
        self.sent += 1
        if packet.ts != self._ts:  # the first packet of a frame waited least
            assert self._clock is not None
            self._ts = packet.ts
            self._clock.arrived(packet.ts, packet.arrival)
        self._take((packet,) if self._order.passes(packet) else self._order.push(packet, now))

    # ---- time

    def tick(self, now: float) -> None:
        """Call every tenth of a second."""
        if self._stream is None:
            return
        self._read_report()
        self._take(self._order.tick(now))
        if self._pictures is None or now - self._asked < self._policy.keyframe_again:
            return
        if self._pictures.broken or (self._changed and now - self._keyframe_at >= self._every):
            self._asked = now
            self._wish(now)

    def want_keyframe(self, now: float) -> None:
        """Nothing can go on without one."""
        if self._pictures is not None:
            self._asked = now
            self._wish(now)

    def _read_report(self) -> None:
        assert self._stream is not None and self._clock is not None and self._sender is not None
        latest = self._stream.report
        if latest is not None and latest is not self._report:
            self._report = latest
            self._sender.report(latest[0].ntp, latest[1])
            self._clock.reported(latest[0])

    # ---- frames

    def _take(self, items: Iterable[Packet | Lost]) -> None:
        missing: Lost | None = None
        try:
            for item in items:
                if isinstance(item, Lost):
                    missing = item
                    continue
                if missing is not None:
                    self._lose(missing, item)
                    missing = None
                self._arrived = item.arrival
                if self._pictures is None:
                    self._sound(item)
                else:
                    self._picture(self._pictures, item)
        except Exception as error:
            self._caught(error)

    def _lose(self, lost: Lost, after: Packet) -> None:
        """These packets never came; `after` is the first that did."""
        cause: Cause = "line" if after.arrival - self._arrived >= self._policy.outage else "loss"
        self._outlet.missing(lost.packets, cause)
        if self._pictures is not None:
            self._pictures.lost()

    def _sound(self, packet: Packet) -> None:
        if packet.payload:
            clock = self._clock
            assert clock is not None
            self._outlet.frame(
                clock.at(packet.ts), clock.shift, clock.error,
                keyframe=True, width=0, height=0, first=packet.ext_seq, last=packet.ext_seq, data=packet.payload,
            )  # fmt: skip

    def _picture(self, pictures: Assembler, packet: Packet) -> None:
        clock = self._clock
        assert clock is not None
        was_broken = pictures.broken
        for picture in pictures.push(packet):
            was_broken = False
            if picture.key:
                self._keyframe_at = packet.arrival
                self._changed = False
            else:
                self._changed = True
            taken = self._outlet.frame(
                clock.at(picture.ts), clock.shift, clock.error,
                keyframe=picture.key, width=picture.width, height=picture.height, first=picture.first, last=picture.last,
                data=picture.data,
            )  # fmt: skip
            if not taken:
                self.want_keyframe(packet.arrival)
        if pictures.broken and not was_broken:
            self._outlet.missing(0, "no-keyframe")  # whole packets, but no picture in them
