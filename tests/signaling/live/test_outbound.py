"""Who is connected by which link, and what is sent to whom."""

from __future__ import annotations

import msgspec
import pytest

from config.clock import HandClock
from signaling.domain.permissions import Actor, ActorKind
from signaling.link import LinkPolicy, ServerLink
from signaling.live.outbound import Connection, Outbound, who_is
from signaling.wire import PROTOCOL
from signaling.wire.link import Hello
from signaling.wire.replies import Done, Notice

KIOSK, LI = Actor("kiosk", "haiyan-k1", "haiyan"), Actor("clerk", "li", "jinshan")


def connected(actor: Actor, clock: HandClock, link: ServerLink | None = None) -> Connection:
    """A connection whose link is greeted."""
    if link is None:
        link = ServerLink(LinkPolicy(), clock.monotonic())
        link.welcome(Hello(protocol=PROTOCOL, ticket="ticket-number-001"), "link-token-000001", clock.monotonic(), clock.now())
        link.frames(clock.monotonic())
    return Connection(who_is(actor), actor, link, "login-1")


def said(connection: Connection, clock: HandClock) -> list[str]:
    frames = [msgspec.json.decode(frame) for frame in connection.link.frames(clock.monotonic())]
    return [frame["body"].get("text", frame["body"]["type"]) for frame in frames if frame["type"] == "data"]


@pytest.mark.parametrize(("kind", "key"), [("kiosk", "kiosk"), ("clerk", "person"), ("supervisor", "person")])
def test_a_kiosk_and_a_person_of_the_same_name_are_two_ends(kind: ActorKind, key: str) -> None:
    assert who_is(Actor(kind, "haiyan-1", "haiyan")) == (key, "haiyan-1")


def test_messages_reach_the_end_they_are_for_and_wake_its_writer() -> None:
    clock = HandClock()
    outbound = Outbound(clock)
    kiosk, desk = connected(KIOSK, clock), connected(LI, clock)
    outbound.attach(kiosk)
    outbound.attach(desk)
    outbound.to_kiosk("haiyan-k1", Notice("a", "to the kiosk"))
    assert kiosk.wake.is_set() and not desk.wake.is_set()
    outbound.to_clerk("li", Notice("a", "to the desk"))
    outbound.to_clerk("haiyan-k1", Notice("a", "to nobody"))
    outbound.to_kiosk("li", Notice("a", "to nobody"))
    assert (said(kiosk, clock), said(desk, clock)) == (["to the kiosk"], ["to the desk"])


def test_the_newest_connection_is_the_ends_and_the_one_before_is_given_back() -> None:
    clock = HandClock()
    outbound = Outbound(clock)
    first, second = connected(KIOSK, clock), connected(KIOSK, clock)
    assert outbound.attach(first) is None
    assert outbound.attach(first) is None
    assert outbound.attach(second) is first
    assert outbound.connection(who_is(KIOSK)) is second
    outbound.to_kiosk("haiyan-k1", Notice("a", "once"))
    assert (said(first, clock), said(second, clock)) == ([], ["once"])
    assert not outbound.detach(first), "it is not the end's any more"
    assert outbound.connection(who_is(KIOSK)) is second
    assert outbound.detach(second)
    assert not outbound.detach(second)
    assert (len(outbound), outbound.all()) == (0, [])


def test_a_reply_to_a_link_that_has_moved_wakes_the_socket_it_has_moved_to() -> None:
    clock = HandClock()
    outbound = Outbound(clock)
    old = connected(KIOSK, clock)
    outbound.attach(old)
    new = connected(KIOSK, clock, old.link)
    outbound.attach(new)
    outbound.reply(old, Done("request-0001"))
    assert new.wake.is_set()
    assert said(new, clock) == ["done"]


def test_a_reply_to_an_end_that_is_gone_waits_on_its_link() -> None:
    clock = HandClock()
    outbound = Outbound(clock)
    kiosk = connected(KIOSK, clock)
    outbound.attach(kiosk)
    kiosk.link.lost(clock.monotonic())
    outbound.detach(kiosk)
    outbound.reply(kiosk, Done("request-0001"))
    assert said(kiosk, clock) == []
    kiosk.link.welcome(Hello(protocol=PROTOCOL, ticket="ticket-number-002", link="link-token-000001"), "link-token-000002", clock.monotonic(), clock.now())
    assert said(kiosk, clock) == ["done"]


def test_what_was_said_to_an_end_that_is_away_is_not_kept_it_will_be_shown_everything() -> None:
    clock = HandClock()
    outbound = Outbound(clock)
    outbound.to_kiosk("haiyan-k1", Notice("a", "lost"))
    kiosk = connected(KIOSK, clock)
    outbound.attach(kiosk)
    assert said(kiosk, clock) == []
