"""A socket that hands on every datagram, survives whatever its handler does, and loses nothing quietly."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable

import pytest

from media.udp import BACKLOG, Address, Endpoint, NoPortFree, bind
from tests.waiting import until


class Recorder:
    """An endpoint on loopback and what it heard."""

    def __init__(self, react: Callable[[bytes], None] | None = None) -> None:
        self.heard: list[tuple[bytes, Address]] = []
        self.errors: list[BaseException] = []
        self._react = react
        self.buffer = bytearray(2048)
        self.endpoint = Endpoint(bind("127.0.0.1", None, random.Random(1)), self.buffer, self._datagram, self.errors.append)

    def _datagram(self, endpoint: Endpoint, size: int, address: Address) -> None:
        data = bytes(self.buffer[:size])
        self.heard.append((data, address))
        if self._react is not None:
            self._react(data)


async def test_datagrams_come_in_order_with_their_address_empty_ones_too() -> None:
    one, two = Recorder(), Recorder()
    sent = [b"", b"a", b"b" * 1400, *(b"%d" % n for n in range(200))]
    for data in sent:
        assert two.endpoint.sendto(data, (one.endpoint.host, one.endpoint.port))
    await until(lambda: len(one.heard) == len(sent))
    assert [data for data, _ in one.heard] == sent
    assert {address for _, address in one.heard} == {(two.endpoint.host, two.endpoint.port)}
    one.endpoint.close()
    two.endpoint.close()


async def test_a_handler_that_fails_does_not_end_the_socket() -> None:
    def fail(data: bytes) -> None:
        if data == b"bad":
            raise RuntimeError("on purpose")

    one, two = Recorder(fail), Recorder()
    for data in (b"bad", b"good", b"bad", b"good"):
        two.endpoint.sendto(data, (one.endpoint.host, one.endpoint.port))
    await until(lambda: len(one.heard) == 4)
    assert [str(error) for error in one.errors] == ["on purpose"] * 2
    one.endpoint.close()
    two.endpoint.close()


async def test_a_closed_socket_says_so_once_and_sends_no_more() -> None:
    recorder = Recorder()
    told: list[None] = []
    recorder.endpoint.on_closed = told.append
    recorder.endpoint.close()
    recorder.endpoint.close()
    await until(lambda: told)
    assert told == [None] and recorder.endpoint.is_closing()
    assert recorder.endpoint.sendto(b"x", ("127.0.0.1", 9)) is False


async def test_a_handler_may_close_the_socket_that_calls_it() -> None:
    closing = Recorder(lambda data: closing.endpoint.close())
    other = Recorder()
    for _ in range(5):
        other.endpoint.sendto(b"x", (closing.endpoint.host, closing.endpoint.port))
    await until(lambda: closing.endpoint.is_closing())
    assert len(closing.heard) == 1 and closing.errors == []
    other.endpoint.close()


class Stubborn(socket.socket):
    """A socket whose kernel takes nothing until it is told to."""

    full = True

    def sendto(self, *arguments: object) -> int:  # type: ignore[override]  # one of its overloads is enough here
        if self.full:
            raise BlockingIOError
        return super().sendto(*arguments)  # type: ignore[arg-type]  # as given


async def test_what_the_kernel_does_not_take_waits_in_order_up_to_a_bound() -> None:
    receiver = Recorder()
    sock = Stubborn(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    sock.bind(("127.0.0.1", 0))
    sender = Endpoint(sock, bytearray(100), lambda *ignored: None, receiver.errors.append)
    where = (receiver.endpoint.host, receiver.endpoint.port)
    accepted = [sender.sendto(b"%d" % number, where) for number in range(BACKLOG + 3)]
    assert accepted == [True] * BACKLOG + [False] * 3
    assert sender.unsent == 3
    sock.full = False
    await until(lambda: len(receiver.heard) == BACKLOG)
    assert [data for data, _ in receiver.heard] == [b"%d" % number for number in range(BACKLOG)]
    sender.close()
    receiver.endpoint.close()


async def test_an_address_that_cannot_be_reached_costs_one_datagram() -> None:
    recorder = Recorder()
    assert recorder.endpoint.sendto(b"x", ("256.1.1.1", 9)) is False
    assert recorder.endpoint.unsent == 1
    recorder.endpoint.close()


def test_ports_come_from_the_range_until_it_is_used_up() -> None:
    chance = random.Random(4)
    sockets = [bind("127.0.0.1", (23100, 23102), chance) for _ in range(3)]
    assert sorted(sock.getsockname()[1] for sock in sockets) == [23100, 23101, 23102]
    with pytest.raises(NoPortFree):
        bind("127.0.0.1", (23100, 23102), chance)
    for sock in sockets:
        sock.close()
    bind("127.0.0.1", (23100, 23102), chance).close()


def test_an_address_that_is_not_ours_cannot_be_bound() -> None:
    with pytest.raises(OSError):
        bind("192.0.2.250", None, random.Random(1))


async def test_aioice_finds_what_it_asks_of_a_transport() -> None:
    recorder = Recorder()
    assert recorder.endpoint.get_extra_info("sockname") == (recorder.endpoint.host, recorder.endpoint.port)
    assert recorder.endpoint.get_extra_info("peername", "?") == "?"
    await asyncio.sleep(0)
    recorder.endpoint.close()
