"""What a broken or hostile end may say to a real server: a stable code comes back, nothing changes, and the talk next door goes on."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from yarl import URL

from config.clock import SystemClock
from config.logs import get_logger
from config.secret import read_secret
from kiosk.agent import Booth
from kiosk.agent import connect as at_kiosk
from kiosk.simulate import Wishes, answers, consents, people
from signaling.participant import CommandRefused, KioskKey, new_id
from signaling.store.sqlite import FILE_NAME
from signaling.wire.replies import Done
from signaling.wire.talk import PublishOffer, SetSource, SubscribeOffer, Want
from signaling.wire.visit import TakeTicket, Talking
from tests.serving import Served, serving
from tests.simulated import clerk, resident
from tests.waiting import until

DEEP = "[" * 60 + "]" * 60


class Intruder:
    """A kiosk with a valid key and no manners: frames are written by hand."""

    def __init__(self, served: Served, http: aiohttp.ClientSession) -> None:
        self.served = served
        self.http = http

    async def ticket(self) -> str:
        async with self.http.post(f"{self.served.url}/api/v1/socket-tickets", json={"as": "kiosk"}) as answer:
            return str((await answer.json())["ticket"])

    @contextlib.asynccontextmanager
    async def socket(self, origin: str | None = "own") -> AsyncIterator[ClientConnection]:
        url = self.served.url.replace("http", "ws", 1) + "/api/v1/socket"
        headers = {} if origin is None else {"Origin": self.served.url if origin == "own" else origin}
        async with connect(url, additional_headers=headers, proxy=None, compression=None, max_size=1 << 20) as line:
            yield line

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncIterator[ClientConnection]:
        """A socket that has been greeted."""
        async with self.socket() as line:
            await line.send(json.dumps({"type": "hello", "protocol": 1, "ticket": await self.ticket()}))
            assert json.loads(await line.recv())["type"] == "welcome"
            yield line


async def until_type(line: ClientConnection, kind: str) -> dict[str, Any]:
    """The first frame, or message in a frame, of this type."""
    while True:
        frame = json.loads(await line.recv())
        body = frame.get("body", frame)
        if body["type"] == kind:
            found: dict[str, Any] = body
            return found


async def farewell(line: ClientConnection) -> str:
    """The code of the bye, or of the closed socket."""
    try:
        return str((await until_type(line, "bye"))["code"])
    except ConnectionClosed as closed:
        return str(closed.rcvd.code if closed.rcvd else "dropped")


@contextlib.asynccontextmanager
async def intruder(served: Served) -> AsyncIterator[Intruder]:
    """Logged in at Haiyan's second kiosk."""
    kiosk = served.kiosk("haiyan", 1)
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=[URL(served.url)])
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": served.url}) as http:
        async with http.post(f"{served.url}/api/v1/kiosks/login", json={"kiosk": kiosk["id"], "key": kiosk["key"]}) as answer:
            assert answer.status == 200
        yield Intruder(served, http)


def facts(served: Served) -> list[tuple[Any, ...]]:
    """Every session's version and every ledger entry but those of the writer, who records the talk all the while."""
    with contextlib.closing(sqlite3.connect(f"file:{served.data / FILE_NAME}?mode=ro", uri=True)) as db:
        return [*db.execute("select id, version from session order by id"), *db.execute(
            "select session, actor, what from ledger where actor not like 'writer:%' order by session, seq"
        )]  # fmt: skip


def data(seq: int, body: dict[str, Any]) -> str:
    return json.dumps({"type": "data", "seq": seq, "ack": 0, "body": body})


async def test_whatever_an_intruder_says_the_talk_next_door_goes_on(tmp_path: Path) -> None:
    async with (
        serving(tmp_path / "data", VIRTUAL_WINDOW_LIMITS_HELLO_SECONDS="60") as served,
        clerk(served) as li,
        resident(served) as wang,
        intruder(served) as mallory,
    ):
        await wang.says("first frame")
        await li.says("first frame")
        session = next(line.split('session="')[1].split('"')[0] for line in wang.lines if "ticket taken" in line)
        await until(lambda: any(what == "recording-light" for *_, what in facts(served)))  # the last thing that happens by itself
        before = facts(served)

        # Who one is, and from where.
        for origin in (None, "null", "https://evil.example"):
            try:
                async with mallory.socket(origin):
                    raise AssertionError(f"let in from {origin}")
            except InvalidStatus as refused:
                assert refused.response.status_code == 403
        ticket = await mallory.ticket()
        for expected in ("welcome", "bye"):
            async with mallory.socket() as line:
                await line.send(json.dumps({"type": "hello", "protocol": 1, "ticket": ticket}))
                answer = json.loads(await line.recv())
                assert answer["type"] == expected
        assert answer["code"] == "bad-ticket", "a ticket is used once"
        async with mallory.socket() as line:
            await line.send(json.dumps({"type": "hello", "protocol": 99, "ticket": await mallory.ticket()}))
            assert await farewell(line) == "protocol-version"
        async with mallory.socket() as line:
            await line.send("good evening")
            assert await farewell(line) == "hello-expected"

        # Frames that end the connection.
        for frame, code in ((b"\x00\x01", "binary-refused"), (DEEP, "too-deep"), ("x" * 70_000, ("too-big", "1009"))):
            async with mallory.line() as line:
                await line.send(frame)
                assert await farewell(line) in code

        # Messages that are refused, with the place of the mistake.
        async with mallory.line() as line:
            for seq, (body, path) in enumerate(
                (
                    ({"type": "make-me-administrator", "id": "request-01"}, "$.type"),
                    ({"type": "take-ticket", "id": "request-02", "home": 7}, "$.home"),
                    ({"type": "forget", "id": "request-03", "session": session, "role": "clerk"}, None),
                ),
                1,
            ):
                await line.send(data(seq, body))
                refused_body = await until_type(line, "refused")
                assert refused_body["code"] == "bad-message"
                assert path is None or refused_body["path"] == path

        # Somebody else's session does not exist; a clerk's command is not a kiosk's.
        commands: list[tuple[dict[str, Any], str]] = [
            ({"type": "end-visit", "session": session}, "unknown-session"),
            ({"type": "rate", "session": session, "stars": 1}, "unknown-session"),
            ({"type": "set-source", "session": session, "source": "camera", "on": False}, "unknown-session"),
            ({"type": "publish-offer", "session": session, "sdp": "v=0", "sources": {"0": "camera"}}, "unknown-session"),
            ({"type": "subscribe-offer", "session": "no-such-one", "sdp": "v=0", "wants": [{"mid": "0", "participant": "clerk", "source": "camera"}]}, "unknown-session"),
            ({"type": "hold", "session": session}, "bad-message"),
        ]
        async with mallory.line() as line:
            for seq, (body, code) in enumerate(commands, 1):
                await line.send(data(seq, {"id": f"request-1{seq}", **body}))
                assert (await until_type(line, "refused"))["code"] == code
        async with mallory.line() as line:
            await line.send(data(1, {"type": "publish-offer", "id": "request-21", "session": session, "sdp": "v" * 50_000, "sources": {"0": "camera"}}))
            assert (await until_type(line, "refused"))["path"] == "$.sdp"

        # Five mistakes end it.
        async with mallory.line() as line:
            for seq in range(1, 7):
                with contextlib.suppress(ConnectionClosed):
                    await line.send(data(seq, {"type": "nonsense"}))
            assert await farewell(line) == "too-many-mistakes"

        tried = [each for each in facts(served) if each not in before]
        assert tried == [(session, "kiosk:haiyan-k2", "access-refused")] * 4, "nothing has changed but that it is known what was tried"
        async with mallory.http.get(f"{served.url}/readyz") as answer:
            assert answer.status == 200
        await finish(served, li, wang)


async def finish(served: Served, li: Any, wang: Any) -> None:
    """Both ends of the talk next door are still in it."""
    assert li.process.returncode is None
    assert wang.process.returncode is None
    async with aiohttp.ClientSession() as http, http.get(f"{served.url}/metrics") as answer:
        assert "virtual_window_talks 1.0" in await answer.text()


NO_OFFERS = (
    "v=0",
    "v=0\r\n" * 2_000,
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 400,
    "\x00" * 40,
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n",
)


async def test_an_offer_that_is_no_offer_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    """From an end that may offer: the talk, its epochs and its ledger are as before."""
    async with serving(tmp_path / "data") as served, clerk(served):
        kiosk = served.kiosk("haiyan", 1)
        booth = Booth(served.url, KioskKey(kiosk["id"], read_secret(served.secret("guest.key", kiosk["key"]))), None)
        async with at_kiosk(booth, SystemClock(), get_logger("test")) as line:
            catalogue = await line.catalogue()
            service = next(s.code for s in catalogue.services if s.home == "jinshan")
            wishes = Wishes("jinshan", service, "王小明")
            given, said = consents(catalogue, wishes), answers(catalogue, wishes)
            await line.command(TakeTicket(id=new_id(), home="jinshan", service=service, parties=people(catalogue, wishes), language="zh-CN", consents=given, answers=said))
            view = await line.changed(None, None)
            while view is None or not isinstance(view.screen, Talking):
                view = await line.changed(view, None)
            session = view.screen.talk.session

            def of_this_end() -> list[tuple[Any, ...]]:
                return [fact for fact in facts(served) if fact[0] == session and fact[-1] == "connection"]

            before = len(of_this_end())
            for sdp in NO_OFFERS:
                for offer in (
                    PublishOffer(id=new_id(), session=session, sdp=sdp, sources={"0": "camera"}),
                    SubscribeOffer(id=new_id(), session=session, sdp=sdp, wants=[Want("0", "clerk", "camera")]),
                ):
                    with pytest.raises(CommandRefused) as refused:
                        await line.command(offer)
                    assert refused.value.code == "bad-sdp"
            # The clerk's end connects meanwhile; ours has not one epoch more.
            assert len(of_this_end()) - before <= 1
            after = await line.command(SetSource(id=new_id(), session=session, source="camera", on=False))
            assert isinstance(after, Done), "the talk goes on"
