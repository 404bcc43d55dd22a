"""The socket route: a hello with a one-time ticket, then commands and views; the newest connection wins; drops cost nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import aiohttp
import msgspec
import pytest

from signaling.domain.permissions import Actor, ActorKind
from signaling.link import LinkPolicy
from signaling.wire import PROTOCOL, desk, visit
from signaling.wire.link import Hello
from tests.signaling.live.hall import LIMITS, ORIGIN, POLICY, Hall
from tests.signaling.office.world import SlowStore, request
from tests.waiting import LONG, until

HASTY_GREETING = replace(POLICY, hello_within=0.2)
QUIET = replace(POLICY, heartbeat=3600.0)
"""No heartbeat comes to the help of what should have happened at once."""


async def farewell(hall: Hall, frame: str | bytes | None) -> tuple[str, int | None]:
    """What a socket is told that begins with this frame: code of the bye, and of the close."""
    async with hall.http.ws_connect(hall.url, headers={"Origin": ORIGIN}) as socket:
        if isinstance(frame, str):
            await socket.send_str(frame)
        elif frame is not None:
            await socket.send_bytes(frame)
        message = await asyncio.wait_for(socket.receive(), LONG)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        bye = msgspec.json.decode(message.data)
        assert bye["type"] == "bye"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        return bye["code"], socket.close_code


def hello(ticket: str, protocol: int = PROTOCOL) -> str:
    return msgspec.json.encode(Hello(protocol=protocol, ticket=ticket)).decode()


# --- until the hello ------------------------------------------------------------------------------


async def test_a_ticket_opens_the_line_and_the_end_is_shown_where_it_stands() -> None:
    async with Hall() as hall:
        kiosk, li = await hall.kiosk(), await hall.clerk("li")
        assert (kiosk.established, li.established) == ([False], [False])
        assert kiosk.view is not None and kiosk.view["screen"]["screen"] == "idle"
        assert li.view is not None and li.view["away_because"] == "not-started"
        assert not hall.tickets
        assert len(hall.outbound) == 2


@pytest.mark.parametrize("origin", [None, "null", "https://window.example.evil.test", "http://window.example", "https://WINDOW.example", ""])
async def test_a_foreign_or_missing_origin_gets_no_socket(origin: str | None) -> None:
    async with Hall() as hall:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await hall.http.ws_connect(hall.url, headers={} if origin is None else {"Origin": origin})
        assert refused.value.status == 403
        async with hall.http.get(hall.url, headers={} if origin is None else {"Origin": origin}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (403, "foreign-origin")
        assert hall.counts["foreign-origin"] == 2


async def test_whoever_is_no_websocket_is_told_so() -> None:
    async with Hall() as hall, hall.http.get(hall.url, headers={"Origin": ORIGIN}) as answer:
        assert answer.status == 400


async def test_a_ticket_that_is_unknown_used_or_of_another_protocol_opens_nothing() -> None:
    async with Hall() as hall:
        ticket = hall.ticket(hall.town.kiosk())
        before = await hall.town.facts()
        assert await farewell(hall, hello("never-issued-ticket")) == ("bad-ticket", 1000)
        assert await farewell(hall, hello(ticket, protocol=PROTOCOL + 1)) == ("protocol-version", 1008)
        hall.tickets.clear()
        assert await farewell(hall, hello(ticket)) == ("bad-ticket", 1000)
        assert (hall.counts["bad-ticket"], hall.counts["protocol-version"]) == (2, 1)
        assert await hall.town.facts() == before
        used = hall.ticket(hall.town.kiosk())
        async with hall.http.ws_connect(hall.url, headers={"Origin": ORIGIN}) as socket:
            await socket.send_str(hello(used))
            assert (await socket.receive_json())["type"] == "welcome"
            assert await farewell(hall, hello(used)) == ("bad-ticket", 1000)


@pytest.mark.parametrize(
    ("frame", "code", "close"),
    [
        ("hello?", "hello-expected", 1008),
        ('{"type":"ping","at":1}', "hello-expected", 1008),
        ('{"type":"hello","protocol":1,"ticket":"' + "x" * 300 + '"}', "hello-expected", 1008),
        ('{"type":"hello","protocol":1,"ticket":"../../../../etc/passwd"}', "hello-expected", 1008),
        ("[" * 20 + "]" * 20, "too-deep", 1008),
        (b"\x00\x01\x02", "binary-refused", 1003),
    ],
    ids=["no JSON", "another message", "a long ticket", "a path for a ticket", "deep", "binary"],
)
async def test_whoever_does_not_greet_properly_is_told_why_and_the_server_serves_on(frame: str | bytes, code: str, close: int) -> None:
    async with Hall() as hall:
        assert await farewell(hall, frame) == (code, close)
        assert hall.counts == {code: 1}
        assert (await hall.kiosk()).established == [False]


async def test_whoever_says_nothing_is_sent_away() -> None:
    async with Hall(policy=HASTY_GREETING) as hall:
        assert await farewell(hall, None) == ("hello-expected", 1008)
        assert hall.counts == {"hello-expected": 1}


async def test_whoever_leaves_before_the_hello_leaves_nothing() -> None:
    async with Hall() as hall:
        socket = await hall.http.ws_connect(hall.url, headers={"Origin": ORIGIN})
        await socket.close()
        await hall.at_rest()
        assert not hall.counts


async def test_one_address_cannot_hold_every_socket_open_without_a_hello() -> None:
    async with Hall(limits=replace(LIMITS, greeting_per_address=3)) as hall:
        silent = [await hall.http.ws_connect(hall.url, headers={"Origin": ORIGIN}) for _ in range(3)]
        async with hall.http.get(hall.url, headers={"Origin": ORIGIN}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (429, "too-many-sockets")
        assert hall.counts == {"too-many-sockets": 1}
        await silent.pop().close()
        assert (await hall.kiosk()).established == [False], "who has greeted does not count"
        assert (await hall.kiosk(2)).established == [False]
        for socket in silent:
            await socket.close()


@pytest.mark.parametrize("kind", ["helper", "supervisor", "system-administrator", "security-administrator", "audit-administrator", "nobody"])
async def test_a_role_without_a_desk_gets_none(kind: ActorKind) -> None:
    async with Hall() as hall:
        assert await farewell(hall, hello(hall.ticket(Actor(kind, "chen", "jinshan")))) == ("not-allowed", 1008)
        assert len(hall.outbound) == 0


async def test_whose_login_is_revoked_is_sent_away_and_nobody_is_because_the_store_is_away() -> None:
    async with Hall() as hall:
        kiosk, li = await hall.kiosk(), await hall.clerk("li")
        hall.town.store.away = True
        asked = hall.asked
        await until(lambda: hall.asked > asked + 3)
        assert len(hall.outbound) == 2
        hall.town.store.away = False
        hall.revoked.add("li")
        await li.gone()
        assert li.bye is not None
        assert (li.bye.code, li.bye.again, li.close_code) == ("not-allowed", False, 1008)
        assert (await kiosk.ask(hall.town.wish()))["type"] == "done"


async def test_one_end_cannot_hold_more_sockets_open_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets of one end that are being taken over one by another, faster than they close."""
    async with Hall(limits=replace(LIMITS, per_end=0)) as hall:
        kiosk = hall.town.kiosk()
        assert await farewell(hall, hello(hall.ticket(kiosk))) == ("too-many-sockets", 1000)


# --- in the course of a visit ---------------------------------------------------------------------


async def test_while_the_store_is_away_people_are_told_so() -> None:
    async with Hall() as hall:
        kiosk = await hall.kiosk()
        hall.town.store.away = True
        assert (await kiosk.ask(hall.town.wish()))["code"] == "store-away"
        hall.town.store.away = False
        assert (await kiosk.ask(hall.town.wish()))["type"] == "done"


async def test_a_mistake_of_ours_is_told_as_one_and_nothing_of_it_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Hall() as hall:
        kiosk = await hall.kiosk()

        async def broken(*_: object) -> str:
            raise RuntimeError("the secret of the house")

        with monkeypatch.context() as patch:
            patch.setattr(hall.town.office.visits, "take_ticket", broken)
            refused = await kiosk.ask(hall.town.wish())
        assert refused["code"] == "internal"
        assert "secret" not in str(kiosk.messages)
        assert (await kiosk.ask(hall.town.wish()))["type"] == "done"


# --- the newest wins ------------------------------------------------------------------------------


async def test_a_desk_that_is_opened_elsewhere_moves_there_and_the_older_one_is_told() -> None:
    async with Hall(policy=QUIET) as hall:
        kiosk, old = await hall.kiosk(), await hall.clerk("li")
        await old.ask(desk.StartShift(request(), "jinshan-1"))
        session = (await kiosk.ask(hall.town.wish()))["session"]
        await old.ask(desk.AnswerRing(request(), session))
        new = await hall.clerk("li")
        await old.gone()
        assert old.bye is not None
        assert (old.bye.code, old.bye.again, old.close_code) == ("taken-over", False, 1008)
        view = await new.sees(lambda view: view["talk"] is not None)
        assert view["talk"]["session"] == session
        assert hall.town.state(session) == "InSession", "the talk moved, it was not lost"
        assert "line-lost" not in await hall.town.ledger(session)
        assert (await new.ask(desk.Hold(request(), session)))["type"] == "done"
        assert hall.counts == {"taken-over": 1}
        assert len(hall.outbound) == 2


async def test_two_logins_with_one_kiosks_key_at_once_are_a_copied_key() -> None:
    async with Hall() as hall:
        first = await hall.caller(hall.town.kiosk(), "login-1")
        second = await hall.caller(hall.town.kiosk(), "login-2")
        await second.gone()
        assert second.bye is not None and second.bye.code == "kiosk-in-use"
        assert hall.counts == {"kiosk-in-use": 1}
        assert (await first.ask(hall.town.wish()))["type"] == "done", "the first is not harmed"
        again = await hall.caller(hall.town.kiosk(), "login-1")
        await first.gone()
        assert first.bye is not None and first.bye.code == "taken-over"
        assert again.view is not None and again.view["screen"]["screen"] == "waiting"
        await again.leave()
        await until(lambda: len(hall.outbound) == 0)
        assert (await hall.caller(hall.town.kiosk(), "login-2")).bye is None


# --- drops ----------------------------------------------------------------------------------------


async def test_a_line_that_drops_is_noticed_and_resumed_and_the_talk_goes_on() -> None:
    async with Hall() as hall:
        kiosk, li = await hall.kiosk(), await hall.clerk("li")
        await li.ask(desk.StartShift(request(), "jinshan-1"))
        session = (await kiosk.ask(hall.town.wish()))["session"]
        await li.ask(desk.AnswerRing(request(), session))
        for n in range(1, 4):
            kiosk.cut()
            await li.sees(lambda view: not view["talk"]["ends"][0]["present"])
            await kiosk.connect()
            await li.sees(lambda view: view["talk"]["ends"][0]["present"])
            await until(lambda n=n: kiosk.established == [False, *[True] * n])
        assert hall.town.state(session) == "InSession"
        assert (await hall.town.ledger(session)).count("line-back") == 3


async def test_a_reply_that_was_missed_comes_once_when_the_line_is_resumed() -> None:
    store = SlowStore()
    async with Hall(store) as hall:
        kiosk, wish = await hall.kiosk(), hall.town.wish()
        store.open.clear()
        await kiosk.send(msgspec.json.encode(wish))
        await until(lambda: len(hall.tasks) > hall.idle_tasks + 1)
        kiosk.cut()
        await kiosk.gone()
        await until(lambda: len(hall.outbound) == 0)
        store.open.set()
        await until(lambda: list(hall.town.office.floor.states))
        assert not kiosk.replies(wish.id)
        await kiosk.connect()
        await kiosk.sees(lambda view: view["screen"]["screen"] == "waiting")
        again = await kiosk.ask(visit.Rate(request(), "no-such-session", 3))
        assert again["code"] == "unknown-session"
        assert [reply["type"] for reply in kiosk.replies(wish.id)] == ["done"]
        assert len(list(hall.town.office.floor.states)) == 1


async def test_a_line_is_resumed_while_the_server_still_believes_in_the_old_socket() -> None:
    async with Hall(policy=QUIET) as hall:
        kiosk = await hall.kiosk()
        old = kiosk.socket
        session = (await kiosk.ask(hall.town.wish()))["session"]
        kiosk.link.lost(hall.clock.monotonic())
        await kiosk.connect()
        await until(lambda: kiosk.established == [False, True])
        await until(lambda: old.closed)
        assert old.close_code == 1000
        assert len(hall.outbound) == 1
        assert hall.town.state(session) == "Waiting"
        assert "resident-away" not in await hall.town.ledger(session)
        leave = visit.LeaveLine(request(), session)
        assert (await kiosk.ask(leave))["type"] == "done"
        assert len(kiosk.replies(leave.id)) == 1


async def test_what_was_sent_and_not_received_is_sent_again_in_its_order_without_gaps() -> None:
    async with Hall() as hall:
        li = await hall.clerk("li")
        await li.ask(desk.StartShift(request(), "jinshan-1"))
        asked = []
        for n in range(30):
            message = desk.SetPresence(request(), "away" if n % 2 else "available")
            asked.append(message.id)
            li.link.send(msgspec.json.encode(message), hall.clock.monotonic())
            if n in (7, 19):
                await li.pump()
                li.cut()
                await li.gone()
                await li.connect()
        await li.pump()
        await until(lambda: all(li.replies(each) for each in asked))
        assert [len(li.replies(each)) for each in asked] == [1] * 30
        assert hall.town.office.floor.roster.presence("li") == "away"


async def test_a_link_that_nobody_comes_back_for_is_taken_down_and_a_fresh_one_is_given() -> None:
    async with Hall(limits=replace(LIMITS, keep_seconds=0.05)) as hall:
        kiosk = await hall.kiosk()
        kiosk.cut()
        await kiosk.gone()
        await until(lambda: len(hall.outbound) == 0)
        await until(lambda: len(hall.sockets._shelf) == 0)  # the shelf is what must not grow
        await kiosk.connect()
        await until(lambda: len(kiosk.established) == 2)
        assert kiosk.established == [False, False]


async def test_an_end_that_has_fallen_silent_is_gone_for_the_office() -> None:
    async with Hall(policy=replace(POLICY, heartbeat=0.1)) as hall:
        async with hall.http.ws_connect(hall.url, headers={"Origin": ORIGIN}, autoping=True) as mute:
            await mute.send_str(hello(hall.ticket(hall.town.kiosk())))
            await until(lambda: len(hall.outbound) == 1)
            await until(lambda: len(hall.outbound) == 0)
        assert hall.counts == {"silent": 1}


def test_the_policy_of_these_tests_is_the_real_one_but_for_its_rate() -> None:
    assert replace(POLICY, per_second=LinkPolicy().per_second, burst=LinkPolicy().burst) == LinkPolicy()

