"""Who gets whose packets: hubs with real uplinks and downlinks, without a socket."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from media.forwarder import Hub
from media.rtp import Packet
from media.uplink import Uplink
from tests.media.packets import Sink, camera, microphone, picture, sound


def send(hub: Hub, uplink: Uplink, packet: Packet, now: float = 0.0, *, recovered: bool = False) -> None:
    """As the publish connection does."""
    if uplink.receive(packet, now, recovered=recovered):
        hub.take(uplink, packet, now, recovered=recovered)


def watched(*, consumers: int = 1) -> tuple[Hub, Uplink, list[Sink]]:
    hub, uplink, sinks = Hub("resident", "camera"), camera(), [Sink() for _ in range(consumers)]
    hub.publish(uplink)
    for number, sink in enumerate(sinks):
        hub.subscribe(sink.downlink, f"viewer-{number}")
    return hub, uplink, sinks


def test_everybody_gets_everything() -> None:
    hub, uplink, sinks = watched(consumers=3)
    for seq in range(20):
        send(hub, uplink, picture(seq, key=seq == 0))
    assert all(len(sink.media) == 20 and sink.is_continuous() for sink in sinks)
    figures = hub.figures()
    assert figures.forwarded == {"viewer-0": 20, "viewer-1": 20, "viewer-2": 20}
    assert (figures.received, figures.dropped, figures.lost) == (20, 0, 0)


def test_who_is_not_ready_misses_nothing_that_was_owed() -> None:
    hub, uplink, (sink,) = watched()
    sink.downlink.ready = False
    send(hub, uplink, picture(0, key=True))
    send(hub, uplink, picture(1))
    sink.downlink.ready = True
    hub.admit(sink.downlink, 0.1)
    assert len(sink.media) == 2
    send(hub, uplink, picture(2))
    assert len(sink.media) == 3 and sink.is_continuous()
    assert hub.figures().dropped == 0


def test_a_late_consumer_without_a_fresh_keyframe_waits_and_one_is_asked_for() -> None:
    hub, uplink, _ = watched()
    send(hub, uplink, picture(0, key=True), 0.0)
    late = Sink()
    hub.subscribe(late.downlink, "late")
    hub.admit(late.downlink, 30.0)
    send(hub, uplink, picture(1), 30.0)
    assert late.media == []
    assert uplink.keyframes is not None and uplink.keyframes.due(30.0)
    send(hub, uplink, picture(2, key=True), 30.1)
    assert len(late.media) == 1


def test_a_keyframe_whose_start_came_late_is_shown_with_what_followed_it() -> None:
    hub, uplink, (sink,) = watched()
    send(hub, uplink, picture(0))
    for seq in (2, 3, 4):
        send(hub, uplink, picture(seq))
    assert sink.media == []
    send(hub, uplink, picture(1, key=True), recovered=True)
    assert [payload[2:] for payload in sink.payloads] == [b"1", b"2", b"3", b"4"]
    assert sink.is_continuous()


def test_hold_shows_nothing_and_nothing_of_it_is_shown_later() -> None:
    hub, uplink, (sink,) = watched()
    send(hub, uplink, picture(0, key=True))
    hub.set_state(on=True, held=True, now=0.1)
    for seq in range(1, 10):
        send(hub, uplink, picture(seq, key=seq == 5), 0.1)
    hub.set_state(on=True, held=False, now=0.2)
    hub.admit(sink.downlink, 0.2)
    send(hub, uplink, picture(10), 0.2)
    send(hub, uplink, picture(11, key=True), 0.3)
    assert [payload[2:] for payload in sink.payloads] == [b"0", b"11"]
    assert sink.is_continuous()
    figures = hub.figures()
    assert (figures.withheld, figures.dropped, figures.received) == (9, 0, 12)


def test_sound_comes_back_from_hold_with_its_first_packet() -> None:
    hub, uplink, sink = Hub("resident", "microphone"), microphone(), Sink("microphone")
    hub.publish(uplink)
    hub.subscribe(sink.downlink, "clerk")
    send(hub, uplink, sound(0))
    hub.set_state(on=False, held=False, now=0.0)
    send(hub, uplink, sound(1))
    hub.set_state(on=True, held=False, now=0.0)
    send(hub, uplink, sound(2), 0.5)
    assert sink.payloads == [b"s0", b"s2"] and sink.is_continuous()


def test_setting_what_is_already_so_changes_nothing() -> None:
    hub, uplink, (sink,) = watched()
    send(hub, uplink, picture(0, key=True))
    for _ in range(3):
        hub.set_state(on=True, held=False, now=0.0)
    send(hub, uplink, picture(1))
    assert len(sink.media) == 2


def test_the_next_epoch_takes_over_with_its_first_keyframe() -> None:
    hub, old, (sink,) = watched()
    send(hub, old, picture(0, key=True), 1.0)
    new = camera()
    hub.publish(new)
    send(hub, old, picture(1), 1.1)
    send(hub, new, picture(500, ssrc=9), 1.2)
    assert hub.is_waiting(new)
    send(hub, old, picture(2), 1.3)
    send(hub, new, picture(501, ssrc=9, key=True), 1.4)
    send(hub, old, picture(3), 1.5)
    send(hub, new, picture(502, ssrc=9), 1.6)
    assert [payload[2:] for payload in sink.payloads] == [b"0", b"1", b"2", b"501", b"502"]
    assert sink.is_continuous()
    assert hub.figures().dropped == 0
    hub.withdraw(old)
    assert hub.current is new


def test_a_silent_predecessor_is_not_waited_for() -> None:
    hub, old, (sink,) = watched()
    send(hub, old, picture(0, key=True), 0.0)
    new = camera()
    hub.publish(new)
    send(hub, new, picture(7, ssrc=9), 5.0)
    assert hub.current is new
    assert sink.downlink.waiting
    send(hub, new, picture(8, ssrc=9, key=True), 5.1)
    assert len(sink.media) == 2


def test_an_epoch_that_ends_before_it_took_over_leaves_the_old_one() -> None:
    hub, old, (sink,) = watched()
    new = camera()
    hub.publish(new)
    hub.withdraw(new)
    send(hub, old, picture(0, key=True))
    assert len(sink.media) == 1
    hub.withdraw(old)
    assert hub.current is None and not hub.flowing


def test_losses_of_every_epoch_are_remembered() -> None:
    hub, old, _ = watched()
    for seq in (0, 2):
        send(hub, old, picture(seq, key=True))
    new = camera()
    hub.publish(new)
    for seq in (5, 8):
        send(hub, new, picture(seq, ssrc=9, key=True), 0.1)
    hub.withdraw(old)
    assert hub.figures().lost == 3
    hub.withdraw(new)
    assert hub.figures().lost == 3


def test_who_left_keeps_their_count_and_gets_no_more() -> None:
    hub, uplink, (sink,) = watched()
    send(hub, uplink, picture(0, key=True))
    hub.unsubscribe(sink.downlink)
    send(hub, uplink, picture(1))
    again = Sink()
    hub.subscribe(again.downlink, "viewer-0")
    hub.admit(again.downlink, 0.0)
    assert hub.figures().forwarded == {"viewer-0": 3}
    assert len(sink.media) == 1


def test_a_weak_consumer_loses_packets_and_they_are_counted() -> None:
    hub, uplink, (sink,) = watched()
    sink.downlink.shed = True
    send(hub, uplink, picture(0, key=True))
    assert sink.media == [] and hub.figures().dropped == 1


def test_a_wish_for_a_keyframe_counts_only_of_who_may_see() -> None:
    hub, uplink, (sink,) = watched()
    assert uplink.keyframes is not None
    hub.set_state(on=True, held=True, now=0.0)
    hub.wish_keyframe(sink.downlink, 0.0)
    assert not uplink.keyframes.open
    hub.set_state(on=True, held=False, now=0.0)
    uplink.keyframes.seen()
    hub.wish_keyframe(sink.downlink, 0.0)
    assert uplink.keyframes.open


class AnyCall(RuleBasedStateMachine):
    """Packets, losses, holds, epochs and consumers in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = Hub("resident", "camera")
        self.uplink = camera()
        self.hub.publish(self.uplink)
        self.sinks: list[Sink] = []
        self.now = 0.0
        self.seq = 65500
        self.ssrc = 1
        self.secret: set[bytes] = set()

    @rule(key=st.booleans(), lost=st.booleans())
    def packet(self, key: bool, lost: bool) -> None:
        self.seq += 1
        self.now += 0.033
        packet = picture(self.seq, key=key, ssrc=self.ssrc)
        if lost:
            return
        if self.hub.held:
            self.secret.add(packet.payload)
        send(self.hub, self.uplink, packet, self.now)

    @rule(on=st.booleans())
    def hold(self, on: bool) -> None:
        self.hub.set_state(on=self.hub.on, held=on, now=self.now)

    @rule()
    def reconnect(self) -> None:
        self.ssrc += 1
        old, self.uplink = self.uplink, camera()
        self.hub.publish(self.uplink)
        self.hub.withdraw(old)

    @rule()
    def join(self) -> None:
        if len(self.sinks) < 4:
            sink = Sink()
            self.sinks.append(sink)
            self.hub.subscribe(sink.downlink, f"viewer-{len(self.sinks)}")
            self.hub.admit(sink.downlink, self.now)

    @rule()
    def impatient(self) -> None:
        for sink in self.sinks:
            self.hub.wish_keyframe(sink.downlink, self.now)
            sink.downlink.repair(tuple(p.seq for p in sink.media[-3:]), self.now, b"\0\0\0")

    @invariant()
    def nothing_held_was_shown(self) -> None:
        assert all(self.secret.isdisjoint(sink.payloads) for sink in self.sinks)

    @invariant()
    def numbers_and_clocks_of_each_consumer_only_grow(self) -> None:
        for sink in self.sinks:
            for a, b in zip(sink.media, sink.media[1:], strict=False):
                assert 0 < (b.seq - a.seq) & 0xFFFF < 1 << 15
                assert (b.ts - a.ts) & 0xFFFFFFFF < 1 << 31
            assert not sink.media or sink.media[0].payload[1] == 0

    @invariant()
    def nothing_is_dropped(self) -> None:
        assert self.hub.figures().dropped == 0


AnyCall.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestAnyCall = AnyCall.TestCase
