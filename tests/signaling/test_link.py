"""The link told as a story of two halves and a line between them that may break at any moment."""

from __future__ import annotations

import math

import msgspec
import pytest

from signaling.link import BadMessage, Closed, EndLink, Established, LinkPolicy, Received, ServerLink
from signaling.shelf import Shelf
from signaling.wire.base import Message
from signaling.wire.link import Ack, Bye, Data, FromServer, Hello, Ping, Pong, Welcome
from signaling.wire.visit import FromKiosk, Rate

TICKET = "t" * 32


def text(message: Message) -> str:
    return msgspec.json.encode(message).decode()


def frames(link: ServerLink | EndLink, now: float) -> list[Message]:
    return [msgspec.json.decode(frame, type=FromServer | Hello) for frame in link.frames(now)]


def data(seq: int, body: str = "{}", ack: int = 0) -> str:
    return text(Data(seq=seq, ack=ack, body=msgspec.Raw(body.encode())))


def greeted(policy: LinkPolicy | None = None, now: float = 0.0) -> ServerLink:
    """A server's half just after the welcome, its first frame and event read."""
    link = ServerLink(policy or LinkPolicy(), now)
    link.welcome(Hello(protocol=1, ticket=TICKET), "first-token-" + "x" * 10, now, wall=1.79e9)
    assert isinstance(frames(link, now)[0], Welcome)
    assert link.events() == [Established(False)]
    return link


def closed(link: ServerLink | EndLink) -> Closed:
    return next(event for event in link.events() if isinstance(event, Closed))


# --- one half and what it is told -----------------------------------------------------------------


def test_bodies_are_numbered_and_acknowledged_by_what_goes_back() -> None:
    link = greeted()
    link.receive(data(1, '{"a":1}'), 1)
    link.receive(data(2, '{"b":2}'), 1)
    link.send(b'{"c":3}', 1)
    assert link.events() == [Received(1, b'{"a":1}'), Received(2, b'{"b":2}')]
    assert frames(link, 1) == [Data(seq=1, ack=2, body=msgspec.Raw(b'{"c":3}'))]
    assert link.deadline() > 2, "nothing is left to acknowledge"


def test_an_acknowledgement_waits_a_moment_for_company() -> None:
    link = greeted()
    link.receive(data(1), 1.0)
    assert frames(link, 1.1) == []
    assert link.deadline() == 1.25
    assert frames(link, 1.25) == [Ack(ack=1)]
    assert frames(link, 1.3) == []


def test_much_is_acknowledged_at_once() -> None:
    link = greeted(LinkPolicy(ack_messages=3))
    for seq in (1, 2, 3):
        link.receive(data(seq), 1)
    assert frames(link, 1) == [Ack(ack=3)]


def test_a_duplicate_is_dropped_and_acknowledged_again() -> None:
    link = greeted()
    link.receive(data(1), 1)
    assert frames(link, 2) == [Ack(ack=1)]
    link.events()
    link.receive(data(1), 3)
    assert link.events() == []
    assert frames(link, 4) == [Ack(ack=1)]


@pytest.mark.parametrize(("frame", "code"), [
    (data(2), "sequence-gap"),
    (data(1, ack=1), "sequence-gap"),
    (text(Ack(ack=1)), "sequence-gap"),
    (b"\x00", "binary-refused"),
    (data(1, '"' + "x" * 70_000 + '"'), "too-big"),
    (data(1, "[" * 8 + "]" * 8), "too-deep"),
])
def test_what_ends_a_link_at_once(frame: str | bytes, code: str) -> None:
    link = greeted()
    link.receive(frame, 1)
    assert closed(link).code == code
    [bye] = frames(link, 1)
    assert isinstance(bye, Bye)
    assert bye.code == code
    assert link.dead
    link.receive(data(1), 2)
    assert link.events() == [], "what comes after the end is not looked at"


def test_five_mistakes_within_a_minute_end_it_and_each_is_told() -> None:
    link = greeted()
    wrong = ["{", '{"type":"dance"}', '{"type":"data","seq":0,"ack":0,"body":{}}', text(Hello(protocol=1, ticket=TICKET))]
    for second, frame in enumerate(wrong):
        link.receive(frame, second)
    told = link.events()
    assert all(isinstance(event, BadMessage) for event in told)
    assert [event.path for event in told if isinstance(event, BadMessage)] == [None, "$.type", "$.seq", "$.type"]
    link.receive(data(1, '{"type":"rate","id":"request-1"}'), 5)
    [received] = link.events()
    assert isinstance(received, Received)
    refused = link.read(msgspec.json.Decoder(FromKiosk), received.body, 5)
    assert isinstance(refused, BadMessage)
    assert refused.re == "request-1"
    assert closed(link).code == "too-many-mistakes"


def test_a_good_body_is_read() -> None:
    link = greeted()
    rate = Rate(id="request-1", session="session-1", stars=5)
    assert link.read(msgspec.json.Decoder(FromKiosk), msgspec.json.encode(rate), 1) == rate
    assert link.events() == []


def test_a_flood_ends_it() -> None:
    link = greeted(LinkPolicy(per_second=20, burst=40))
    for _ in range(40):
        link.receive(text(Ping(at=0)), 1)
    assert link.open
    link.receive(text(Ping(at=0)), 1)
    assert closed(link).code == "too-fast"


@pytest.mark.parametrize(("policy", "bodies"), [(LinkPolicy(outbox_messages=3), [b"{}"] * 4), (LinkPolicy(outbox_bytes=9), [b'"1234"', b'"12"'])])
def test_an_outbox_that_nobody_empties_ends_it(policy: LinkPolicy, bodies: list[bytes]) -> None:
    link = greeted(policy)
    for body in bodies[:-1]:
        link.send(body, 1)
    assert link.open
    link.send(bodies[-1], 1)
    assert (end := closed(link)).code == "too-slow"
    assert end.socket_code == 1013
    assert frames(link, 1)[-1] == Bye(code="too-slow", text=end.text, again=True)


def test_a_lost_link_whose_outbox_overflows_cannot_be_resumed() -> None:
    link = greeted(LinkPolicy(outbox_messages=1))
    link.lost(1)
    link.send(b"{}", 2)
    link.send(b"{}", 3)
    assert link.dead
    assert not link.resumes(Hello(protocol=1, ticket=TICKET, link="first-token-" + "x" * 10))


def test_silence_is_pinged_twice_and_then_ends_the_socket_but_not_the_link() -> None:
    link = greeted(LinkPolicy(heartbeat=4))
    assert link.deadline() == 4
    sent = []
    for now in (4, 8, 12):
        link.tick(now)
        sent += frames(link, now)
    assert sent[:2] == [Ping(at=4), Ping(at=8)]
    assert isinstance(sent[2], Bye)
    assert (end := closed(link)).code == "silent"
    assert end.resumable
    assert (link.lost_at, link.dead, link.deadline()) == (12, False, math.inf)


def test_a_process_that_slept_asks_before_it_gives_up() -> None:
    link = greeted(LinkPolicy(heartbeat=4))
    link.tick(1000)
    assert frames(link, 1000) == [Ping(at=1000)]
    assert link.deadline() == 1004


def test_any_frame_is_a_sign_of_life_and_a_pong_measures() -> None:
    link = greeted(LinkPolicy(heartbeat=4))
    link.tick(4)
    link.receive(text(Pong(at=4)), 4.03)
    assert link.rtt == pytest.approx(0.03)
    assert link.deadline() == pytest.approx(8.03)
    link.receive(text(Pong(at=4)), 7)
    assert link.rtt == pytest.approx(0.03), "an old pong measures nothing"


def test_a_ping_is_answered() -> None:
    link = greeted()
    link.receive(text(Ping(at=17.5)), 1)
    assert frames(link, 1) == [Pong(at=17.5)]


def test_a_bye_of_the_other_side_is_final() -> None:
    link = greeted()
    link.receive(text(Bye(code="leaving", again=False)), 1)
    assert closed(link) == Closed("leaving", by="them")
    assert link.dead
    assert frames(link, 1) == []


def test_what_is_waiting_goes_before_the_bye() -> None:
    link = greeted()
    link.send(b'"last"', 1)
    link.close("restarting", "back in a moment", 1, again=True)
    assert [type(frame) for frame in frames(link, 1)] == [Data, Bye]


# --- the resume token -----------------------------------------------------------------------------


def hello(link: str | None, received: int = 0) -> Hello:
    return Hello(protocol=1, ticket=TICKET, link=link, received=received)


def test_the_token_rotates_once_the_end_was_heard() -> None:
    first, second, third = (f"token-number-{n:03}" for n in range(3))
    link = ServerLink(LinkPolicy(), 0)
    link.welcome(hello(None), first, 0, 0)
    link.lost(1)
    link.welcome(hello(first), second, 2, 0)
    link.lost(3)
    assert link.resumes(hello(first)), "the welcome with the second token may have been lost with the line"
    link.welcome(hello(second), third, 4, 0)
    assert not link.resumes(hello(first)), "an end that knew the second has shown it"
    link.receive(text(Ack(ack=0)), 5)
    link.lost(6)
    assert not link.resumes(hello(second))
    assert link.resumes(hello(third))
    assert not link.resumes(hello(None))
    with pytest.raises(ValueError, match="does not take up"):
        link.welcome(hello(second), first, 7, 0)


def test_the_welcome_is_the_first_frame_of_a_socket_also_when_the_old_one_seemed_open() -> None:
    link = greeted()
    link.receive(text(Ping(at=1)), 1)
    link.send(b'"waiting"', 1)
    link.welcome(hello("first-token-" + "x" * 10), "second-token-xxxx", 2, 0)
    assert [type(frame) for frame in frames(link, 2)] == [Welcome, Data]


def test_what_the_other_side_says_it_received_leaves_the_outbox() -> None:
    link = greeted(LinkPolicy(outbox_messages=2))
    for _ in range(2):
        link.send(b"{}", 1)
    link.frames(1)
    link.lost(2)
    link.welcome(hello("first-token-" + "x" * 10, received=2), "second-token-xxxx", 3, 0)
    for _ in range(2):
        link.send(b"{}", 3)
    assert link.open
    assert [frame.seq for frame in frames(link, 3) if isinstance(frame, Data)] == [3, 4]


def test_an_end_asks_for_its_welcome_in_time() -> None:
    end = EndLink(LinkPolicy(hello_within=5), 0)
    end.hello(TICKET, 1)
    assert frames(end, 1) == [hello(None)]
    end.tick(end.deadline())
    assert closed(end).code == "welcome-expected"
    end.hello(TICKET, 8)
    assert frames(end, 8) == [hello(None)]
    end.receive(text(Welcome(link="a-new-token-1234", resumed=False, received=0, heartbeat=3, now=0)), 9)
    assert end.events() == [Established(False)]
    assert frames(end, 9) == [Ack(ack=0)], "tells the server that the welcome has come"


def test_an_end_renumbers_what_a_forgetful_server_did_not_acknowledge() -> None:
    end = EndLink(LinkPolicy(), 0, keep=lambda body: body != b'"stale"')
    for body in (b'"one"', b'"stale"', b'"two"'):
        end.send(body, 0)
    end.hello(TICKET, 1)
    frames(end, 1)
    end.receive(text(Welcome(link="a-new-token-1234", resumed=False, received=0, heartbeat=3, now=0)), 1)
    assert [(frame.seq, bytes(frame.body)) for frame in frames(end, 1) if isinstance(frame, Data)] == [(1, b'"one"'), (2, b'"two"')]


def test_an_end_never_sends_faster_than_the_server_allows() -> None:
    policy = LinkPolicy()
    end, server = EndLink(policy, 0), greeted(policy)
    for number in range(200):
        end.send(str(number).encode(), 0)
    end.hello(TICKET, 0)
    frames(end, 0)
    end.receive(text(Welcome(link="a-new-token-1234", resumed=False, received=0, heartbeat=3, now=0)), 0)
    now, received = 0.0, list[int]()
    while len(received) < 200:
        for frame in end.frames(now):
            server.receive(frame, now)
        received += [event.seq for event in server.events() if isinstance(event, Received)]
        assert server.open
        now = max(now, min(end.deadline(), server.deadline()))
        end.tick(now)
        server.tick(now)
        for frame in server.frames(now):
            end.receive(frame, now)
    assert received == list(range(1, 201))


def test_a_server_that_forgot_everything_hears_it_again_from_one() -> None:
    policy = LinkPolicy()
    end, first = EndLink(policy, 0), ServerLink(policy, 0)
    end.hello(TICKET, 0)
    first.welcome(msgspec.json.decode(end.frames(0)[0], type=Hello), "token-of-the-first", 0, 0)
    end.receive(first.frames(0)[0], 0)
    end.send(b'"before"', 0)
    first.send(b'"from the first"', 0)
    for frame in first.frames(0):
        end.receive(frame, 0)
    for frame in end.frames(0):
        first.receive(frame, 0)
    for frame in first.frames(1):
        end.receive(frame, 1)
    end.send(b'"during"', 1)
    end.frames(1)
    end.lost(2)
    end.send(b'"after"', 2)
    second: Shelf[str] = Shelf(policy)
    end.hello(TICKET, 3)
    link = second.greet(msgspec.json.decode(end.frames(3)[0], type=Hello), "kiosk", "token-of-the-second", 3, 0)
    end.receive(link.frames(3)[0], 3)
    link.send(b'"from the second"', 3)
    for frame in link.frames(3):
        end.receive(frame, 3)
    assert end.events() == [Established(False), Received(1, b'"from the first"'), Established(False), Received(1, b'"from the second"')]
    for frame in end.frames(3):
        link.receive(frame, 3)
    assert link.events() == [Established(False), Received(1, b'"during"'), Received(2, b'"after"')]
