"""Who gets whose packets: one hub per source of a participant. Pure routing over packets; what is held or off stays here."""

from __future__ import annotations

from typing import Protocol

from media.node_api import Participant, Source, SourceFigures
from media.quality import SourceCounters
from media.rtp import Packet, send_time
from media.uplink import Uplink

TAKEOVER = 1.0
"""Seconds: a replaced source that was silent for so long makes way at once, without waiting for the new one's keyframe."""


class Consumer(Protocol):
    """Whoever takes packets: a `Downlink`, or the recorder's `Tap`. All of it is described at `Downlink`."""

    ready: bool
    shed: bool
    sent: int
    dropped: int

    @property
    def waiting(self) -> bool: ...

    def pause(self) -> None: ...

    def begin(self, packet: Packet, now: float) -> bool: ...

    def forward(self, packet: Packet, now: float, send_time: bytes) -> None: ...


class Hub:
    """A source of a participant, over all its epochs, and everybody who wants it (wanted sources need not exist yet)."""

    def __init__(self, participant: Participant, source: Source) -> None:
        self.participant = participant
        self.source = source
        self.on = True
        self.held = False
        self.counters = SourceCounters()
        self.current: Uplink | None = None
        self._next: Uplink | None = None
        self._consumers: dict[Consumer, str] = {}

    # ---- who takes part

    def publish(self, uplink: Uplink) -> None:
        """A new life of the source: it takes over with its first packet (video: with its first keyframe)."""
        if self.current is None:
            self._take_over(uplink)
        elif uplink is not self.current:
            self._next = uplink

    def withdraw(self, uplink: Uplink) -> None:
        """A life of the source ended."""
        if uplink is self._next:
            self._next = None
        elif uplink is self.current:
            self.counters.lost_before += uplink.lost
            self.current = None
            self._pause_all()
            if self._next is not None:
                successor, self._next = self._next, None
                self._take_over(successor)

    def is_waiting(self, uplink: Uplink) -> bool:
        """Whether this life of the source has yet to take over."""
        return uplink is self._next

    def subscribe(self, downlink: Consumer, consumer: Participant) -> None:
        self._consumers[downlink] = consumer
        self.counters.forwarded.setdefault(consumer, 0)

    def unsubscribe(self, downlink: Consumer) -> None:
        consumer = self._consumers.pop(downlink, None)
        if consumer is not None:
            self._settle(downlink, consumer)

    def _settle(self, downlink: Consumer, consumer: str) -> None:
        """Keep what a departed downlink counted."""
        self.counters.forwarded[consumer] += downlink.sent
        self.counters.dropped += downlink.dropped

    @property
    def consumers(self) -> list[Consumer]:
        return list(self._consumers)

    # ---- packets

    def take(self, uplink: Uplink, packet: Packet, now: float, *, recovered: bool) -> None:
        """A packet that the uplink has accepted as new."""
        counters = self.counters
        counters.received += 1
        counters.received_bytes += len(packet.payload)
        counters.recovered += recovered
        if not self.open:
            counters.withheld += 1
            uplink.forget()
            return
        if uplink is not self.current and not self._may_take_over(uplink, packet, now):
            return
        stamp = send_time(now)
        for downlink in self._consumers:
            if not downlink.ready:
                continue
            if downlink.shed:
                downlink.dropped += 1
            elif downlink.waiting:
                self._begin(downlink, uplink, packet, now, stamp)
            else:
                downlink.forward(packet, now, stamp)

    def _begin(self, downlink: Consumer, uplink: Uplink, packet: Packet, now: float, stamp: bytes) -> None:
        """Audio begins with any packet, video with a keyframe: a picture built on frames one has not seen is worse than none."""
        if uplink.keyframes is not None and not packet.key:
            if not uplink.keyframes.open:
                uplink.ask_keyframe(now)
            return
        if not downlink.begin(packet, now):
            downlink.dropped += 1
            return
        downlink.forward(packet, now, stamp)
        if uplink.keyframes is not None and uplink.statistics.highest > packet.ext_seq:
            for later in uplink.since_keyframe(now)[1:]:  # the keyframe's start came late, by retransmission
                downlink.forward(later, now, stamp)

    def _may_take_over(self, uplink: Uplink, packet: Packet, now: float) -> bool:
        if uplink is not self._next:
            return False
        current = self.current
        ripe = uplink.keyframes is None or packet.key or current is None or now - current.last_arrival > TAKEOVER
        if ripe:
            if current is not None:
                self.counters.lost_before += current.lost
            self._next = None
            self._take_over(uplink)
        elif uplink.keyframes is not None and not uplink.keyframes.open:
            uplink.ask_keyframe(now)
        return ripe

    def _take_over(self, uplink: Uplink) -> None:
        self.current = uplink
        self._pause_all()

    def _pause_all(self) -> None:
        for downlink in self._consumers:
            downlink.pause()

    # ---- hold, mute, wishes

    def set_state(self, *, on: bool, held: bool, now: float) -> None:
        """Nothing flows while off or held; afterwards everything begins anew, video with a keyframe."""
        was_open, is_open = self.on and not self.held, on and not held
        self.on, self.held = on, held
        if was_open == is_open:
            return
        self._pause_all()
        if self.current is not None:
            self.current.forget()
            if is_open and self._consumers:
                self.current.ask_keyframe(now)

    @property
    def open(self) -> bool:
        """Neither held nor off."""
        return self.on and not self.held

    @property
    def flowing(self) -> bool:
        return self.open and self.current is not None

    def admit(self, downlink: Consumer, now: float) -> None:
        """A consumer became able to receive: show it the last keyframe if that is fresh, otherwise ask for one."""
        uplink = self.current
        if uplink is None or not self.flowing or uplink.keyframes is None:
            return
        packets = uplink.since_keyframe(now)
        if packets and downlink.begin(packets[0], now):
            stamp = send_time(now)
            for packet in packets:
                downlink.forward(packet, now, stamp)
        else:
            uplink.ask_keyframe(now)

    def wish_keyframe(self, downlink: Consumer, now: float) -> None:
        """PLI or FIR of a consumer."""
        if self.current is not None and self.flowing and downlink.ready and not downlink.shed:
            self.current.ask_keyframe(now)

    def figures(self) -> SourceFigures:
        lives = [uplink for uplink in (self.current, self._next) if uplink is not None]
        figures = self.counters.figures(self.participant, self.source, sum(uplink.lost for uplink in lives))
        dropped = figures.dropped
        for downlink, consumer in self._consumers.items():
            figures.forwarded[consumer] = figures.forwarded.get(consumer, 0) + downlink.sent
            dropped += downlink.dropped
        return SourceFigures(
            participant=figures.participant,
            source=figures.source,
            received=figures.received,
            received_bytes=figures.received_bytes,
            recovered=figures.recovered,
            lost=figures.lost,
            forwarded=figures.forwarded,
            dropped=dropped,
            withheld=figures.withheld,
            keyframes_asked=figures.keyframes_asked,
        )
