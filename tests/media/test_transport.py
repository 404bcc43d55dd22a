"""One transport against an end of aiortc's engine: nothing early is lost, a new path is followed, strangers are counted."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aioice.ice import CandidatePair

from config.clock import SystemClock
from config.logs import get_logger
from config.tasks import Tasks
from media import transport as module
from media.guard import Guard
from media.ice import AddressPolicy, host_priority
from media.rtp import ExtensionIds, HeaderWriter, parse
from media.sdp import Offer
from media.transport import NoAddress, Surroundings, Transport
from media.udp import Endpoint, bind
from tests.media.test_aiortc_private import Side
from tests.waiting import until


class World:
    """Surroundings, and the transports that must be closed with them."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.tasks = Tasks(lambda name, error: self.failures.append(f"{name}: {error!r}"))
        self.guard = Guard(get_logger("test"))
        self.around = Surroundings(
            AddressPolicy(listed=("127.0.0.1",)), SystemClock(), self.tasks, self.guard, get_logger("test"), random.Random(3)
        )

    def transport(self) -> Heard:
        return Heard(self.around)


class Heard:
    """A transport and what came over it."""

    def __init__(self, around: Surroundings) -> None:
        self.payloads: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.ups = self.downs = 0
        self.transport = Transport(
            around, on_rtp=self._rtp, on_rtcp=lambda data, now: self.rtcp.append(data), on_up=self._up, on_down=self._down
        )

    def _rtp(self, buffer: bytearray, size: int, now: float) -> None:
        self.payloads.append(parse(buffer, size, ExtensionIds()).payload)

    def _up(self) -> None:
        self.ups += 1

    def _down(self) -> None:
        self.downs += 1


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    await until(lambda: not len(world.tasks))
    assert world.failures == []
    assert dict(world.guard.counts) == {}


async def meet(heard: Heard, side: Side) -> None:
    """Connect them, the other end being the one that offers (and so controls)."""
    side.engine._connection.ice_controlling = True
    offer = Offer((), side.engine.ufrag, side.engine.password, side.engine.fingerprint, "actpass", ())
    local = heard.transport.local_side("active")
    heard.transport.start(offer, [], active=True)
    there = heard.transport._endpoints[0]
    candidate = side.candidate._replace(host=there.host, port=there.port)
    assert await side.engine.connect(
        ufrag=local.ufrag, password=local.password, fingerprint=local.fingerprint, we_are_client=False, candidates=[candidate]
    )


def sender(side: Side, endpoint: Endpoint | None = None, *, ssrc: int = 1) -> Any:
    """Sends an RTP packet from the other end; its sequence number runs on."""
    _, protect = side.engine.keys(side.buffer)
    writer = HeaderWriter(ssrc, "", ExtensionIds())
    numbers = iter(range(65536))

    def send(payload: bytes, *, over: Endpoint | None = None) -> None:
        data = protect.rtp(writer.write(96, 0, next(numbers), 0, b"", -1, payload))
        selected = side.engine.selected()
        assert data is not None and selected is not None
        (over or endpoint or selected[1]).sendto(data, selected[2])

    return send


async def test_what_is_sent_the_moment_the_other_end_is_through_arrives(world: World) -> None:
    for _ in range(10):
        heard, side = world.transport(), Side()
        await meet(heard, side)
        send = sender(side)
        for number in range(20):
            send(b"%d" % number)
        await until(lambda heard=heard: len(heard.payloads) == 20)
        assert heard.payloads == [b"%d" % number for number in range(20)]
        assert (heard.ups, heard.downs) == (1, 0)
        heard.transport.close()
        await side.engine.close()


async def test_packets_go_both_ways_and_rtcp_is_told_from_rtp(world: World) -> None:
    heard, side = world.transport(), Side()
    assert not heard.transport.send_rtp(b"\x80" + bytes(20))
    assert not heard.transport.send_rtcp(b"\x80\xc9" + bytes(20))
    await meet(heard, side)
    await until(lambda: heard.transport.up)
    got: list[bytes] = []
    unprotect, protect = side.engine.keys(side.buffer)
    plain = side._datagram

    def datagram(endpoint: Endpoint, size: int, address: tuple[str, int]) -> None:
        if side.buffer[0] < 128:
            plain(endpoint, size, address)
        elif (clear := unprotect.rtp(size)) > 0:
            got.append(bytes(side.buffer[:clear]))

    side.endpoint._on_datagram = datagram
    packet = HeaderWriter(5, "", ExtensionIds()).write(96, 0, 1, 2, b"", -1, b"hello")
    assert heard.transport.send_rtp(packet)
    await until(lambda: got)
    assert got == [packet]
    assert heard.transport.send_rtp(packet[:5]) is False
    report = b"\x80\xc9\x00\x01\x00\x00\x00\x05"
    data, selected = protect.rtcp(report), side.engine.selected()
    assert data is not None and selected is not None
    side.endpoint.sendto(data, selected[2])
    await until(lambda: heard.rtcp)
    assert heard.rtcp == [report] and heard.payloads == []
    heard.transport.close()
    await side.engine.close()


async def test_a_new_path_of_the_same_end_is_followed(world: World) -> None:
    heard, side = world.transport(), Side()
    await meet(heard, side)
    send = sender(side)
    send(b"old path")
    await until(lambda: heard.payloads == [b"old path"])
    moved = Endpoint(bind("127.0.0.1", None, random.Random()), side.buffer, side._datagram, side._failed)
    send(b"not vouched for", over=moved)
    await until(lambda: heard.transport.foreign == 1)

    connection = side.engine._connection
    connection._local_username, connection._local_password = "renewed", "n" * 22
    assert heard.transport.renew(Offer((), "renewed", "n" * 22, side.engine.fingerprint, "actpass", ()))
    assert not heard.transport.renew(Offer((), "renewed", "n" * 22, side.engine.fingerprint, "actpass", ()))
    side.engine.attach(moved, host_priority(1))
    pair = CandidatePair(side.engine._protocols[moved], connection.remote_candidates[0])
    connection._check_list.append(pair)
    await connection.check_start(pair)
    side.endpoint.close()
    await until(lambda: heard.transport._route() == (heard.transport._endpoints[0], (moved.host, moved.port)))
    send(b"new path")
    await until(lambda: heard.payloads == [b"old path", b"new path"])
    assert await side.engine.probe()
    heard.transport.close()
    await side.engine.close()


async def test_strangers_forgers_and_rubbish_are_counted_and_dropped(world: World) -> None:
    heard, side = world.transport(), Side()
    await meet(heard, side)
    await until(lambda: heard.transport.up)
    there = heard.transport._endpoints[0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for data in (b"\x80" * 50, b"\x16" * 50, b"", b"\x00", b"\x00\x01" + bytes(30)):
            stranger.sendto(data, (there.host, there.port))
        stranger.sendto(b"\0\1\0\4\x21\x12\xa4\x42" + bytes(12) + b"\0\x24\0\0", (there.host, there.port))
    side.endpoint.sendto(b"\x80\x60" + bytes(40), (there.host, there.port))
    await until(lambda: heard.transport.forged == 1)
    assert (heard.transport.foreign, heard.transport.malformed) == (2, 1)
    assert heard.payloads == [] and heard.transport.up
    heard.transport.close()
    await side.engine.close()


async def test_more_ssrcs_than_are_allowed_cost_nothing(world: World) -> None:
    heard, side = world.transport(), Side()
    await meet(heard, side)
    for ssrc in range(1, module.MAX_SSRCS + 10):
        sender(side, ssrc=ssrc)(b"%d" % ssrc)
    await until(lambda: heard.transport.forged == 9)
    assert len(heard.payloads) == module.MAX_SSRCS
    heard.transport.close()
    await side.engine.close()


async def test_an_end_that_never_comes_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.2)
    heard = world.transport()
    heard.transport.start(Offer((), "nobody", "x" * 22, "00", "actpass", ()), [], active=True)
    await until(lambda: heard.downs)
    assert (heard.ups, heard.downs) == (0, 1)
    heard.transport.close()


async def test_closing_is_final_at_any_moment_and_tells_nobody(world: World) -> None:
    never_started = world.transport()
    never_started.transport.close()
    half_way = world.transport()
    half_way.transport.start(Offer((), "nobody", "x" * 22, "00", "actpass", ()), [], active=True)
    await asyncio.sleep(0)
    half_way.transport.close()
    half_way.transport.close()
    connected, side = world.transport(), Side()
    await meet(connected, side)
    await until(lambda: connected.transport.up)
    connected.transport.close()
    await until(lambda: side.engine.ended)
    assert not connected.transport.send_rtp(bytes(20))
    for heard in (never_started, half_way, connected):
        heard.transport.probe()
        assert heard.downs == 0
        await until(heard.transport._endpoints[0].is_closing)
    await side.engine.close()


async def test_when_the_other_end_closes_it_is_told_once(world: World) -> None:
    heard, side = world.transport(), Side()
    await meet(heard, side)
    await until(lambda: heard.transport.up)
    await side.engine.close()
    await until(lambda: heard.downs)
    assert (heard.downs, heard.transport.up) == (1, False)
    heard.transport.close()


async def test_without_an_address_there_is_no_transport(world: World) -> None:
    around = Surroundings(
        AddressPolicy(listed=("192.0.2.250",)), SystemClock(), world.tasks, world.guard, get_logger("test"), random.Random(3)
    )
    with pytest.raises(NoAddress):
        Heard(around)
