"""The first frame of a socket: a hello in time, or a reasoned farewell."""

from __future__ import annotations

import msgspec
import pytest

from signaling.door import Door
from signaling.link import LinkPolicy
from signaling.wire import PROTOCOL
from signaling.wire.link import Bye, Hello

HELLO = Hello(protocol=PROTOCOL, ticket="t" * 32)


def text(message: msgspec.Struct) -> str:
    return msgspec.json.encode(message).decode()


def farewell(door: Door) -> Bye:
    [frame] = door.frames()
    return msgspec.json.decode(frame, type=Bye)


def test_a_hello_opens() -> None:
    door = Door(LinkPolicy(), now=10)
    assert door.receive(text(HELLO), 11) == HELLO
    assert door.closed is None
    assert door.frames() == []


@pytest.mark.parametrize(("frame", "code", "socket_code"), [
    (b"\x00", "binary-refused", 1003),
    ('{"type":"hello","ticket":"' + "t" * 70_000 + '"}', "too-big", 1009),
    ("[" * 9 + "]" * 9, "too-deep", 1008),
    ('{"type":"ping","at":1}', "hello-expected", 1008),
    ("hello?", "hello-expected", 1008),
    ("\ud800", "hello-expected", 1008),
    (text(Hello(protocol=PROTOCOL + 1, ticket="t" * 32)), "protocol-version", 1008),
])
def test_anything_else_is_shown_out(frame: str | bytes, code: str, socket_code: int) -> None:
    door = Door(LinkPolicy(), now=10)
    assert door.receive(frame, 11) is None
    assert door.closed is not None
    assert (door.closed.code, door.closed.socket_code) == (code, socket_code)
    assert farewell(door).code == code
    assert door.receive(text(HELLO), 12) is None, "a closed door stays closed"


def test_silence_is_shown_out_at_the_deadline() -> None:
    door = Door(LinkPolicy(hello_within=5), now=10)
    door.tick(14.9)
    assert door.closed is None
    door.tick(door.deadline)
    assert farewell(door).code == "hello-expected"
    assert door.receive(text(HELLO), 15.1) is None


def test_the_owner_may_refuse_a_ticket() -> None:
    door = Door(LinkPolicy(), now=10)
    door.receive(text(HELLO), 10)
    door.refuse("bad-ticket", "this ticket was used", again=True)
    assert farewell(door) == Bye(code="bad-ticket", text="this ticket was used", again=True)
