"""What a socket may cost and what it may say: each breach has its code, changes nothing, harms nobody else, and is over with the socket."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp
import msgspec
import pytest

from signaling.link import LinkPolicy
from signaling.wire import desk, visit
from signaling.wire.link import Data
from signaling.wire.replies import LineQuality
from signaling.wire.talk import PublishOffer
from tests.signaling.live.hall import LIMITS, ORIGIN, Caller, Hall
from tests.signaling.live.test_sockets import hello
from tests.signaling.office.world import request
from tests.waiting import LONG, until


def data(body: bytes, seq: int = 1) -> str:
    return msgspec.json.encode(Data(seq=seq, ack=0, body=msgspec.Raw(body))).decode()


# --- one bad message ------------------------------------------------------------------------------

WRONG: dict[str, tuple[bytes, str | None]] = {
    "unknown type": (b'{"type":"open-door","id":"request-0001"}', "$.type"),
    "no type": (b'{"id":"request-0001"}', None),
    "another conversation's": (b'{"type":"answer-ring","id":"request-0001","session":"session-0001"}', "$.type"),
    "the server's own": (b'{"type":"done","re":"request-0001"}', "$.type"),
    "a field too many": (b'{"type":"leave-line","id":"request-0001","session":"session-0001","admin":true}', None),
    "a field too few": (b'{"type":"leave-line","id":"request-0001"}', None),
    "a wrong kind": (b'{"type":"rate","id":"request-0001","session":"session-0001","stars":"five"}', "$.stars"),
    "out of bounds": (b'{"type":"rate","id":"request-0001","session":"session-0001","stars":6}', "$.stars"),
    "a path for an id": (b'{"type":"leave-line","id":"request-0001","session":"../../etc/passwd"}', "$.session"),
    "a long name": (b'{"type":"take-ticket","id":"request-0001","home":"jinshan","service":"x","parties":[{"name":"' + b"x" * 61 + b'"}],"language":"en","consents":[]}', "$.parties[0].name"),
    "a huge sdp": (msgspec.json.encode({"type": "publish-offer", "id": "request-0001", "session": "session-0001", "sdp": "x" * 49_153, "sources": {"0": "microphone"}}), "$.sdp"),
    "seventeen m-lines": (msgspec.json.encode({"type": "publish-offer", "id": "request-0001", "session": "session-0001", "sdp": "v=0", "sources": {str(n): "camera" for n in range(17)}}), "$.sources"),
    "too many candidates": (msgspec.json.encode({"type": "ice-candidates", "id": "request-0001", "session": "session-0001", "connection": "publish", "candidates": ["c"] * 101}), "$.candidates"),
    "an object for an array": (b'{"type":"ice-candidates","id":"request-0001","session":"session-0001","connection":"publish","candidates":{}}', "$.candidates"),
    "a number": (b"17", None),
    "an empty object": (b"{}", None),
}  # fmt: skip


@pytest.mark.parametrize(("body", "path"), WRONG.values(), ids=WRONG)
async def test_what_cannot_be_read_is_answered_with_its_place_and_changes_nothing(body: bytes, path: str | None) -> None:
    async with Hall() as hall:
        kiosk = await hall.kiosk()
        before = await hall.town.facts()
        await kiosk.send(body)
        await until(lambda: any(m["type"] == "refused" for m in kiosk.messages))
        refused = next(m for m in kiosk.messages if m["type"] == "refused")
        assert refused["code"] == "bad-message"
        if path is not None:
            assert refused["path"] == path
        assert refused.get("re") == ("request-0001" if b'"id":"request-0001"' in body else None)
        assert len(refused["text"]) <= 200
        assert await hall.town.facts() == before
        assert (await kiosk.ask(hall.town.wish()))["type"] == "done", "one mistake is forgiven"
        assert hall.counts == {"bad-message": 1}


async def test_the_fifth_mistake_is_one_too_many() -> None:
    async with Hall() as hall:
        kiosk, li = await hall.kiosk(), await hall.clerk("li")
        for n in range(5):
            await kiosk.send(b'{"type":"open-door","id":"request-000%d"}' % n)
        await kiosk.gone()
        assert kiosk.bye is not None
        assert (kiosk.bye.code, kiosk.close_code) == ("too-many-mistakes", 1008)
        assert hall.counts["bad-message"] == 5
        assert (await li.ask(desk.StartShift(request(), "jinshan-1")))["type"] == "done"
        assert (await hall.kiosk()).established == [False]


async def test_a_frame_of_the_link_that_cannot_be_read_is_answered_too() -> None:
    async with Hall() as hall:
        kiosk = await hall.kiosk()
        await kiosk.socket.send_str('{"type":"data","seq":-1,"ack":0,"body":{}}')
        await until(lambda: any(m["type"] == "refused" for m in kiosk.messages))
        assert kiosk.messages[-1]["path"] == "$.seq"
        assert (await kiosk.ask(hall.town.wish()))["type"] == "done"


# --- what ends a socket at once -------------------------------------------------------------------

DEEP = '{"a":' * 9 + "1" + "}" * 9
OFFENCES: dict[str, tuple[str | bytes, str, int]] = {
    "deep": (data(DEEP.encode()), "too-deep", 1008),
    "very deep": ("[" * 60_000, "too-deep", 1008),
    "binary": (b"\x00" * 100, "binary-refused", 1003),
    "a number left out": (data(b"{}", seq=7), "sequence-gap", 1008),
    "an acknowledgement of what was never sent": ('{"type":"ack","ack":4711}', "sequence-gap", 1008),
}


@pytest.mark.parametrize(("frame", "code", "close"), OFFENCES.values(), ids=OFFENCES)
async def test_a_breach_ends_the_socket_with_its_code_and_the_server_serves_on(frame: str | bytes, code: str, close: int) -> None:
    async with Hall() as hall:
        kiosk, li = await hall.kiosk(), await hall.clerk("li")
        before = await hall.town.facts()
        await (kiosk.socket.send_str(frame) if isinstance(frame, str) else kiosk.socket.send_bytes(frame))
        await kiosk.gone()
        assert kiosk.bye is not None
        assert (kiosk.bye.code, kiosk.close_code) == (code, close)
        assert await hall.town.facts() == before
        assert hall.counts == {code: 1}
        assert (await li.ask(desk.StartShift(request(), "jinshan-1")))["type"] == "done"
        assert (await (await hall.kiosk()).ask(hall.town.wish()))["type"] == "done"


async def test_a_frame_beyond_the_bound_ends_the_socket_and_is_counted() -> None:
    async with Hall() as hall:
        kiosk = await hall.kiosk()
        await kiosk.socket.send_str(data(b'{"a":"' + b"x" * 70_000 + b'"}'))
        await kiosk.gone()
        assert kiosk.close_code == 1009
        assert hall.counts == {"too-big": 1}
        assert (await hall.kiosk()).established == [False]


async def test_more_messages_than_the_limit_end_the_socket() -> None:
    async with Hall(policy=LinkPolicy()) as hall:
        kiosk, li = await hall.kiosk(), await hall.clerk("li")
        for _ in range(3 * LinkPolicy().burst):
            await kiosk.socket.send_str('{"type":"ping","at":1}')
        await kiosk.gone()
        assert kiosk.bye is not None
        assert (kiosk.bye.code, kiosk.close_code) == ("too-fast", 1008)
        assert hall.counts == {"too-fast": 1}
        assert (await li.ask(desk.StartShift(request(), "jinshan-1")))["type"] == "done"


async def test_an_unreadable_offer_over_the_socket_begins_nothing() -> None:
    async with Hall() as hall:
        kiosk, li = await hall.kiosk(), await hall.clerk("li")
        await li.ask(desk.StartShift(request(), "jinshan-1"))
        session = (await kiosk.ask(hall.town.wish()))["session"]
        await li.ask(desk.AnswerRing(request(), session))
        before = await hall.town.facts()
        for sdp in ("v=1", "v=0\r\n" + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * 400, "\x00" * 1000):
            refused = await kiosk.ask(PublishOffer(request(), session, sdp, {"0": "microphone"}))
            assert (refused["code"], refused["path"]) == ("bad-sdp", "$.sdp")
        assert await hall.town.facts() == before
        assert not [order for order in hall.town.node.orders if order[0] == "publish"]


async def test_ids_of_another_kiosk_and_another_jurisdiction_are_unknown_over_the_socket() -> None:
    async with Hall() as hall:
        kiosk, stranger, hu = await hall.kiosk(1), await hall.kiosk(2), await hall.clerk("hu", home="pinghu")
        await hu.ask(desk.StartShift(request(), "pinghu-1"))
        session = (await kiosk.ask(hall.town.wish()))["session"]
        before = hall.town.office.floor.state(session), await hall.town.ledger(session)
        for caller, message in ((stranger, visit.LeaveLine(request(), session)), (stranger, visit.Forget(request(), session)), (hu, desk.PickTicket(request(), session)), (hu, desk.SaveNote(request(), session, "x"))):
            assert (await caller.ask(message))["code"] == "unknown-session"
        assert (await hu.ask(desk.StartShift(request(), "jinshan-1")))["code"] == "unknown-counter"
        state, ledger = before
        assert hall.town.office.floor.state(session) == state
        assert await hall.town.ledger(session) == [*ledger, *["access-refused"] * 4], "nothing happened but that it was tried"


# --- who does not read ----------------------------------------------------------------------------


def mutter(hall: Hall, kiosk: str, messages: int, size: int = 4000) -> None:
    """The office has much to say to a kiosk."""
    for _ in range(messages):
        hall.outbound.to_kiosk(kiosk, LineQuality("session-0001", "resident", "good", "x" * size))


async def test_an_end_that_acknowledges_nothing_is_closed_before_it_fills_the_memory_and_others_go_on() -> None:
    async with Hall() as hall:
        li = await hall.clerk("li")
        async with hall.http.ws_connect(hall.url, headers={"Origin": ORIGIN}, max_msg_size=0) as deaf:
            await deaf.send_str(hello(hall.ticket(hall.town.kiosk())))
            await until(lambda: len(hall.outbound) == 2)
            mutter(hall, "haiyan-k1", LinkPolicy().outbox_messages + 1, size=10)
            last = b""
            async for message in deaf:
                last = message.data
            assert msgspec.json.decode(last)["code"] == "too-slow"
            assert deaf.close_code == 1013
        assert hall.counts == {"too-slow": 1}
        assert (await li.ask(desk.StartShift(request(), "jinshan-1")))["type"] == "done"


class Deaf:
    """A client without a reader: a socket whose small buffer fills up, with the handshake and the hello done by hand."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setblocking(False)
        await loop.sock_connect(self.socket, ("127.0.0.1", self._hall.port))
        key = b64encode(b"0123456789abcdef").decode()
        await loop.sock_sendall(self.socket, (
            f"GET /api/v1/socket HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {ORIGIN}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode())  # fmt: skip
        answer = await loop.sock_recv(self.socket, 4096)
        assert answer.startswith(b"HTTP/1.1 101")
        body = hello(self._hall.ticket(self._hall.town.kiosk())).encode()
        assert len(body) < 126, "or the frame has a longer head"
        await loop.sock_sendall(self.socket, struct.pack("!BB4x", 0x81, 0x80 | len(body)) + body)
        await until(lambda: len(self._hall.outbound) >= 1)

    async def read_all(self) -> bytes:
        """What comes until the end, as it was sent."""
        loop, got = asyncio.get_running_loop(), bytearray()
        with contextlib.suppress(ConnectionError):
            while chunk := await loop.sock_recv(self.socket, 1 << 16):
                got += chunk
        return bytes(got)


async def test_an_end_that_does_not_read_is_closed_with_try_again_later_and_others_go_on() -> None:
    async with Hall(limits=replace(LIMITS, send_seconds=5.0), send_buffer=8192) as hall:
        deaf = Deaf(hall)
        await deaf.connect()
        li = await hall.clerk("li")
        mutter(hall, "haiyan-k1", 200)
        assert (await li.ask(desk.StartShift(request(), "jinshan-1")))["type"] == "done", "nobody waits for the deaf one"
        await until(lambda: hall.counts["too-slow"] == 1)
        got = await asyncio.wait_for(deaf.read_all(), LONG)
        assert got.endswith(struct.pack("!BBH", 0x88, 2, 1013)), got[-50:]
        await until(lambda: len(hall.outbound) == 1)
        deaf.socket.close()


async def test_an_end_that_never_reads_at_all_is_cut_off() -> None:
    async with Hall(limits=replace(LIMITS, send_seconds=0.3), send_buffer=8192) as hall:
        deaf = Deaf(hall)
        await deaf.connect()
        mutter(hall, "haiyan-k1", 200)
        await hall.at_rest()
        assert hall.counts == {"too-slow": 1}
        deaf.socket.close()


# --- all of it at once ----------------------------------------------------------------------------


async def test_a_hundred_ends_that_come_and_go_leave_nothing_behind() -> None:
    async with Hall(limits=replace(LIMITS, greeting_per_address=200, keep_seconds=0.05)) as hall:
        manners: list[Callable[[Caller], Any]] = [
            lambda caller: caller.socket.close(),
            lambda caller: asyncio.sleep(0, caller.cut()),
            lambda caller: caller.socket.send_bytes(b"\0"),
            lambda caller: caller.socket.send_str("[" * 100),
            lambda caller: caller.socket.send_str("x" * 70_000),
        ]

        async def one(n: int) -> None:
            caller = Caller(hall, hall.town.kiosk(n % 4 + 1) if n % 2 else hall.town.kiosk(n % 3 + 1, "jinshan"), "login-1")
            await caller.connect()
            try:
                await manners[n % len(manners)](caller)
            except (ConnectionError, aiohttp.ClientError):
                assert caller.bye is None or caller.bye.code in ("taken-over", "too-many-sockets")
            await caller.gone()

        for batch in range(10):
            await asyncio.gather(*(one(batch * 10 + n) for n in range(10)))
        await hall.at_rest()
        await until(lambda: len(hall.sockets._shelf) == 0)  # the shelf is what must not grow
        assert (await hall.kiosk()).established == [False]
