"""An end stays connected through whatever the line and the server do, and no command is lost or doubled."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.clock import SystemClock
from config.ladder import Ladder
from config.secret import Secret
from signaling.participant import CommandRefused, KioskKey, Participant, ParticipantError, PersonKey, new_id
from signaling.wire.base import Command, Message
from signaling.wire.desk import SetPresence
from signaling.wire.replies import Done, LineQuality, Notice, Refused
from signaling.wire.visit import Forget, Idle, KioskView, Rate
from tests.scripted_server import ScriptedServer, Who
from tests.waiting import LONG, until

BOOTH: Who = ("kiosk", "haiyan-hall-1")
KEY = KioskKey("haiyan-hall-1", Secret("k" * 32))
QUICK = Ladder(first=0.02, highest=0.1)


def view(name: str) -> KioskView:
    return KioskView(kiosk="haiyan-hall-1", name=name, jurisdiction="haiyan", screen=Idle())


def rate(stars: int) -> Rate:
    return Rate(id=new_id(), session="session-1", stars=stars)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer(kiosks={"haiyan-hall-1": "k" * 32}, people={"clerk-1": "p" * 12}) as running:
        yield running


def kiosk(server: ScriptedServer) -> Participant[KioskView]:
    return Participant.kiosk(server.url, KEY, SystemClock(), ladder=QUICK)


async def test_a_kiosk_logs_in_asks_and_is_answered(server: ScriptedServer) -> None:
    async with kiosk(server) as booth:
        asked = rate(5)
        assert await booth.command(asked) == Done(re=asked.id)
        assert server.heard == [(BOOTH, asked)]
        assert booth.connected


async def test_a_person_is_a_person(server: ScriptedServer) -> None:
    clerk = Participant.person(server.url, PersonKey("clerk-1", Secret("p" * 12)), SystemClock(), ladder=QUICK)
    async with clerk as desk:
        await desk.command(SetPresence(id=new_id(), wish="away"))
    assert server.heard[0][0] == ("person", "clerk-1")


async def test_a_refusal_is_raised_with_its_code(server: ScriptedServer) -> None:
    async def refuse(_server: ScriptedServer, _who: Who, command: Command) -> Message:
        return Refused(code="not-now", text="不是现在", re=command.id, path="$.stars")

    server.script = refuse
    async with kiosk(server) as booth:
        with pytest.raises(CommandRefused) as refused:
            await booth.command(rate(1))
    assert (refused.value.code, refused.value.text, refused.value.path) == ("not-now", "不是现在", "$.stars")


async def test_the_newest_view_wins(server: ScriptedServer) -> None:
    async with kiosk(server) as booth:
        await until(lambda: booth.connected)
        for name in ("one", "two", "three"):
            server.show(BOOTH, view(name))
        await until(lambda: booth.view == view("three"))
        async with asyncio.timeout(LONG):
            async for seen in booth.views():
                assert seen == view("three")
                break
            watching = booth.views()
            assert await anext(watching) == view("three")
            server.show(BOOTH, view("four"))
            assert await anext(watching) == view("four")


async def test_news_reaches_whoever_asked_for_it(server: ScriptedServer) -> None:
    heard: list[LineQuality | Notice] = []
    async with kiosk(server) as booth:
        booth.on_news(heard.append)
        await until(lambda: booth.connected)
        server.tell(BOOTH, Notice(code="closing-soon", text="soon"))
        await until(lambda: heard == [Notice(code="closing-soon", text="soon")])


async def test_a_dropped_line_is_resumed_and_no_command_is_doubled(server: ScriptedServer) -> None:
    async with kiosk(server) as booth:
        await until(lambda: booth.connected)
        asked: list[Rate] = []
        for round_ in range(5):
            waiting = []
            async with asyncio.TaskGroup() as group:
                for stars in (1, 2, 3):
                    asked.append(rate(stars))
                    waiting.append(group.create_task(booth.command(asked[-1])))
                if round_ % 2:
                    await until(lambda: len(server.heard) > 0)
                server.drop()
            await until(lambda: booth.connected)
        assert [command for _, command in server.heard] == asked
        assert server.logins == ["haiyan-hall-1"], "the cookie served every time"


async def test_a_command_given_while_the_line_is_down_is_carried_out_afterwards(server: ScriptedServer) -> None:
    async with kiosk(server) as booth:
        await until(lambda: booth.connected)
        await server.stop()
        await until(lambda: not booth.connected)
        async with asyncio.TaskGroup() as group:
            asked = rate(4)
            answer = group.create_task(booth.command(asked))
            await server.start()
        assert answer.result() == Done(re=asked.id)
        assert server.heard == [(BOOTH, asked)]


async def test_a_server_that_forgot_everything_is_told_again_what_it_did_not_answer(server: ScriptedServer) -> None:
    silent = True

    async def script(_server: ScriptedServer, _who: Who, command: Command) -> Message | None:
        return None if silent else Done(re=command.id)

    server.script = script
    async with kiosk(server) as booth, asyncio.TaskGroup() as group:
        first, second = rate(1), Forget(id=new_id(), session="session-1")
        answers = [group.create_task(booth.command(command)) for command in (first, second)]
        await until(lambda: len(server.heard) == 2)
        await server.stop()
        server.forget()
        silent = False
        await server.start()
        assert [await answer for answer in answers] == [Done(re=first.id), Done(re=second.id)]
        assert server.heard == [(BOOTH, first), (BOOTH, second)] * 2, "with the same ids and in the same order"
        assert server.logins == ["haiyan-hall-1"] * 2, "the cookie was refused, so it logged in anew"


async def test_a_server_that_goes_away_politely_is_come_back_to(server: ScriptedServer) -> None:
    async with kiosk(server) as booth:
        await until(lambda: booth.connected)
        server.bye(BOOTH, "restarting", again=True)
        await until(lambda: booth.connects == 2)
        await booth.command(rate(3))


@pytest.mark.parametrize("code", ["taken-over", "protocol-version"])
async def test_an_end_that_is_not_wanted_gives_up_with_the_reason(server: ScriptedServer, code: str) -> None:
    async with kiosk(server) as booth:
        await until(lambda: booth.connected)
        server.refuse_socket = (code, "as the script says", False)
        server.bye(BOOTH, code, again=False)
        with pytest.raises(ParticipantError) as reason:
            async for _ in booth.views():
                pass
        assert (reason.value.code, reason.value.again) == (code, False)
        with pytest.raises(ParticipantError, match=code):
            await booth.command(rate(1))


async def test_a_wrong_secret_is_final(server: ScriptedServer) -> None:
    wrong = Participant.kiosk(server.url, KioskKey("haiyan-hall-1", Secret("wrong")), SystemClock(), ladder=QUICK)
    async with wrong as booth:
        with pytest.raises(ParticipantError) as reason:
            await booth.command(rate(1))
    assert reason.value.code == "bad-login"
    assert len(server.logins) == 1


async def test_a_busy_server_is_given_the_time_it_asks_for(server: ScriptedServer) -> None:
    server.refuse_http = (429, {"code": "try-later", "text": "later"}, {"Retry-After": "1"})
    async with kiosk(server) as booth:
        await until(lambda: len(server.logins) == 1)
        server.refuse_http = None
        await booth.command(rate(1))
        assert len(server.logins) == 2


async def test_a_command_that_nobody_answers_is_told_so(server: ScriptedServer) -> None:
    async def nothing(_server: ScriptedServer, _who: Who, _command: Command) -> None:
        return None

    server.script = nothing
    async with kiosk(server) as booth:
        with pytest.raises(ParticipantError, match="no-answer"):
            await booth.command(rate(1), seconds=0.1)


async def test_leaving_says_bye(server: ScriptedServer) -> None:
    async with kiosk(server) as booth:
        await until(lambda: booth.connected)
        _, link = server.sockets[BOOTH]
    await until(lambda: link.dead)


@pytest.mark.parametrize("address", ["ftp://here", "here", "http://"])
def test_an_address_must_be_one(address: str) -> None:
    with pytest.raises(ParticipantError, match="bad-address"):
        Participant.kiosk(address, KEY, SystemClock())


# --- TLS ------------------------------------------------------------------------------------------


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for 127.0.0.1 that signs itself, and the file that trusts it."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "scripted")])
    now = datetime.datetime.fromtimestamp(SystemClock().now(), datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trust, secret = folder / "ca.pem", folder / "key.pem"
    trust.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption(),
    ))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trust, secret)
    return context, trust


async def test_a_local_authority_is_trusted_when_named_and_only_then(tmp_path: Path) -> None:
    context, trust = certificate(tmp_path)
    server = ScriptedServer(kiosks={"haiyan-hall-1": "k" * 32})
    url = await server.start(context)
    try:
        async with Participant.kiosk(url, KEY, SystemClock(), ca=trust, ladder=QUICK) as booth:
            await booth.command(rate(5))
        async with Participant.kiosk(url, KEY, SystemClock(), ladder=QUICK) as stranger:
            with pytest.raises(ParticipantError, match="certificate-refused"):
                await stranger.command(rate(5))
    finally:
        await server.stop()


def test_a_file_that_is_no_authority_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ParticipantError, match=r"bad-ca: .*ca\.pem"):
        Participant.kiosk("https://127.0.0.1", KEY, SystemClock(), ca=tmp_path / "ca.pem")


def test_a_secret_is_not_shown() -> None:
    assert "kkkk" not in repr(KEY)


async def test_a_file_is_fetched_with_and_without_a_cookie(server: ScriptedServer) -> None:
    async with kiosk(server) as booth:
        fetched = [await booth.exchange("GET", "catalogue?as=kiosk", None, {}) for _ in range(2)]
        assert [msgspec.json.decode(raw) for raw in fetched] == [server.catalogue] * 2
        server.forget()
        assert msgspec.json.decode(await booth.exchange("GET", "catalogue?as=kiosk", None, {})) == server.catalogue
    assert len(server.logins) >= 2, "a cookie that is no longer good is replaced"


async def test_a_file_that_is_refused_says_why_and_a_server_that_is_away_may_be_tried_again(server: ScriptedServer) -> None:
    async with kiosk(server) as booth:
        await until(lambda: booth.connected)
        with pytest.raises(ParticipantError) as refused:
            await booth.exchange("POST", "sessions/session-1/stills?ask=ask-1", b"a picture", {"Content-Type": "image/jpeg"})
        assert (refused.value.code, refused.value.again) == ("http-404", False)
        await server.stop()
        with pytest.raises(ParticipantError) as away:
            await booth.exchange("GET", "catalogue?as=kiosk", None, {})
        assert (away.value.code, away.value.again) == ("server-unreachable", True)
        await server.start()
