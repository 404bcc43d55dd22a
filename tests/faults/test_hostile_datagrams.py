"""Attacks on a media port, from sockets that are nobody's: empty, garbage, forged and early datagrams change nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import socket
import struct
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pylibsrtp
import pytest
import pytest_asyncio

from media import node_api as api
from media import rtcp
from tests.media.node_process import Node, Server, dialled, running_node
from tests.media.raw_end import RawEnd, publishing, subscribing, vp8
from tests.waiting import LONG, until


@pytest_asyncio.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running_node(tmp_path / "node") as running:
        yield running
        assert running.errors() == []


@pytest_asyncio.fixture
async def server(node: Node) -> AsyncIterator[Server]:
    async with dialled(node) as orders:
        await orders.do(api.OpenRoom, room="r")
        yield orders


def client_hello() -> bytes:
    """A DTLS 1.2 ClientHello that offers only the NULL cipher: whoever answers it has lost the handshake of the real end."""
    body = b"\xfe\xfd" + os.urandom(32) + b"\0\0" + struct.pack("!H", 2) + b"\0\0" + b"\x01\0"
    handshake = b"\x01" + len(body).to_bytes(3) + b"\0\0" + b"\0\0\0" + len(body).to_bytes(3) + body
    return b"\x16\xfe\xfd" + b"\0" * 8 + struct.pack("!H", len(handshake)) + handshake


def stun(attributes: bytes, kind: int = 1) -> bytes:
    return struct.pack("!HHI12s", kind, len(attributes), 0x2112A442, os.urandom(12)) + attributes


def every_kind() -> list[bytes]:
    chance = random.Random(1)
    return [
        b"",
        *(bytes([first]) for first in range(256)),
        *(chance.randbytes(chance.randint(1, 1400)) for _ in range(300)),
        *(bytes([0x80, 111]) + chance.randbytes(60) for _ in range(100)),
        *(bytes([0x80, 200]) + chance.randbytes(60) for _ in range(100)),
        *(bytes([22, 254, 253]) + chance.randbytes(60) for _ in range(100)),
        b"\x80" * 60_000,
        bytes([21, 254, 253]) + b"\0" * 8 + b"\0\2\1\0",
        bytes([21, 254, 253]) + b"\0" * 8 + b"\0\2\2\x28",
        client_hello(),
        stun(b""),
        stun(struct.pack("!HH", 0x0020, 0)),
        stun(struct.pack("!HH", 0x0020, 4) + b"abcd"),
        stun(struct.pack("!HH", 0x0024, 1) + b"a\0\0\0"),
        stun(struct.pack("!HH", 6, 3) + b"\xff\xfe\xfd\0"),
        stun(struct.pack("!HH", 6, 60_000)),
        stun(b"\0" * 7),
        stun(b"", 0x0101),
        stun(b"", 0x0111),
        stun(struct.pack("!HH", 9, 4) + b"\0\0\4\1", 0x0111),
    ]


def ports(sdp: str) -> list[tuple[str, int]]:
    """Where the answer says that the node listens."""
    return [
        (host, int(port)) for host, port in re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", sdp) if ":" not in host
    ]


class Attacker:
    """A socket that is nobody's."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sent = 0

    def spray(self, where: list[tuple[str, int]], datagrams: list[bytes]) -> None:
        for address in where:
            for datagram in datagrams:
                self._socket.sendto(datagram, address)
                self.sent += 1

    def close(self) -> None:
        self._socket.close()


async def still_flows(resident: RawEnd, clerk: RawEnd, numbers: range) -> None:
    payloads = [vp8(n, key=n == numbers.start) for n in numbers]
    for number, payload in zip(numbers, payloads, strict=True):
        await resident.send("0", payload, ts=number * 3000)
    await until(lambda: {p.payload for p in clerk.of("0")} >= set(payloads))
    assert resident.pc.connectionState == clerk.pc.connectionState == "connected"


async def test_in_a_call_nothing_from_a_stranger_is_noticed(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    attacker = Attacker()
    for end in (resident, clerk):
        attacker.spray(ports(end.pc.remoteDescription.sdp), every_kind())
    await still_flows(resident, clerk, range(10))
    figures = await server.figures("r", "resident", "camera")
    assert (figures.received, figures.lost, figures.dropped) == (10, 0, 0)
    assert not [n for n in server.news if isinstance(n, api.OfferWanted | api.LineChanged)]
    attacker.close()
    await asyncio.gather(resident.close(), clerk.close())


@pytest.mark.parametrize(
    "make",
    [client_hello, lambda: b"", lambda: bytes([21, 254, 253]) + b"\0" * 8 + b"\0\2\2\x28"],
    ids=["client-hello", "empty", "fatal-alert"],
)
@pytest.mark.parametrize("setup", ["actpass", "active"], ids=["node-is-client", "node-is-server"])
async def test_a_race_against_the_set_up_is_lost(server: Server, make: Callable[[], bytes], setup: str) -> None:
    end = RawEnd()
    sdp = await end.offer(["video"], "sendonly")
    reply = await server.do(
        api.Publish,
        room="r",
        participant="resident",
        epoch=1,
        sdp=sdp.replace("a=setup:actpass", f"a=setup:{setup}"),
        sources={"0": "camera"},
    )
    attacker = Attacker()
    stop = asyncio.Event()

    async def race() -> None:
        while not stop.is_set():
            attacker.spray(ports(reply.sdp), [make()] * 5)
            await asyncio.sleep(0.002)

    racing = asyncio.get_running_loop().create_task(race())
    await end.answer(reply.sdp)
    await server.up("resident", "publish")
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    await still_flows(end, clerk, range(5))
    stop.set()
    await racing
    assert attacker.sent > 0
    attacker.close()
    await asyncio.gather(end.close(), clerk.close())


async def test_an_authenticated_end_that_sends_rubbish_harms_only_itself(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    villain = await publishing(server, "r", "helper", ["camera"])
    chance = random.Random(3)
    for number in range(300):
        head = struct.pack(
            "!BBHII",
            0x80 | chance.getrandbits(6) & 0x2F,
            97 | chance.getrandbits(1) << 7,
            number,
            chance.getrandbits(32),
            villain.local("0").sender._ssrc,
        )
        with contextlib.suppress(pylibsrtp.Error):  # the villain's own libsrtp refuses the worst of it
            await villain.transport._send_rtp(head + chance.randbytes(chance.randint(0, 400)))
        kind = chance.choice([200, 201, 202, 203, 204, 205, 206, 207])
        with contextlib.suppress(pylibsrtp.Error):
            await villain.send_rtcp(bytes([0x80 | chance.getrandbits(5), kind]) + chance.randbytes(chance.randint(2, 100)))
    await still_flows(resident, clerk, range(10))
    assert not [n for n in server.news if isinstance(n, api.OfferWanted) and n.participant != "helper"]
    await asyncio.gather(resident.close(), clerk.close(), villain.close())


async def test_two_thousand_ssrcs_of_one_end_cost_no_memory(server: Server, node: Node) -> None:
    villain = await publishing(server, "r", "helper", ["camera"])
    await villain.send("0", vp8(0, key=True), ts=0)
    before = resident_memory(node.process.pid)
    for number in range(2_000):
        await villain.send("0", vp8(1, size=20), ts=number, ssrc=1000 + number)
        if number % 200 == 0:
            await asyncio.sleep(0.005)
    async with asyncio.timeout(LONG):
        while (await server.figures("r", "helper", "camera")).received < 7:
            await asyncio.sleep(0.02)
    assert (await server.figures("r", "helper", "camera")).received == 7  # eight SSRCs to an m-line, one of them its RTX
    assert resident_memory(node.process.pid) - before < 2 << 20
    await villain.close()


def resident_memory(pid: int) -> int:
    """Bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def test_requests_for_what_never_was_are_not_answered(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    await still_flows(resident, clerk, range(3))
    before = len(clerk.packets)
    for seq in range(0, 65536, 17):
        await clerk.send_rtcp(rtcp.write_nack(1, clerk.remote_ssrc("0"), [seq]))
    await still_flows(resident, clerk, range(3, 6))
    repeated = [p for p in clerk.packets[before:] if p.ssrc == clerk.remote_ssrc("0", repeats=True)]
    assert len(repeated) <= 3
    await asyncio.gather(resident.close(), clerk.close())
