"""Upstream as we know it: these fail when a new release of aiortc, aioice or pylibsrtp changes what the node stands on."""

from __future__ import annotations

import asyncio
import inspect
import random
import re
from pathlib import Path

import aioice
import pylibsrtp
import pytest
from aioice.ice import CandidatePair, Connection, StunProtocol
from aioice.stun import Transaction
from aiortc import RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

import media
from media import aiortc_private
from media.aiortc_private import Engine, Protector, Unprotector, UpstreamChanged, check
from media.ice import RemoteCandidate, host_priority
from media.udp import Address, Endpoint, bind
from tests.waiting import LONG, until

ROOM = Path(media.__file__ or next(iter(media.__path__)) + "/x").parent
KEY = bytes(range(30))


def session(direction: int) -> Session:
    policy = Policy(key=KEY, ssrc_type=direction, srtp_profile=Policy.SRTP_PROFILE_AES128_CM_SHA1_80)
    policy.allow_repeat_tx = True
    return Session(policy)


def test_the_start_up_check_passes_with_what_is_installed() -> None:
    check()


@pytest.mark.parametrize(("module", "version"), [("aiortc", "1.17.0"), ("aioice", "0.14.0"), ("pylibsrtp", "2.0.0")])
def test_another_release_stops_the_node_at_its_start(monkeypatch: pytest.MonkeyPatch, module: str, version: str) -> None:
    monkeypatch.setattr(f"{module}.__version__", version)
    with pytest.raises(UpstreamChanged, match=version):
        check()


def test_a_name_that_is_gone_stops_the_node_at_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Connection, "check_incoming")
    with pytest.raises(UpstreamChanged, match="check_incoming"):
        check()


def test_signatures_are_those_we_call() -> None:
    def parameters(function: object) -> list[str]:
        return list(inspect.signature(function).parameters)  # type: ignore[arg-type]  # whatever it is, it must be callable

    assert parameters(Connection.check_incoming) == ["self", "message", "addr", "protocol"]
    assert parameters(Connection.build_request) == ["self", "pair", "nominate"]
    assert parameters(Connection.data_received) == ["self", "data", "component"]
    assert parameters(StunProtocol.__init__) == ["self", "receiver"]
    assert parameters(StunProtocol.request) == ["self", "request", "addr", "integrity_key", "retransmissions"]
    assert parameters(RTCDtlsTransport._set_role) == ["self", "role"]
    assert parameters(RTCIceTransport.addRemoteCandidate) == ["self", "candidate"]
    assert "integrity_key" in parameters(Transaction.__init__)
    assert CandidatePair.State.SUCCEEDED.name == "SUCCEEDED"


async def test_attributes_are_those_we_touch() -> None:
    connection = RTCIceGatherer(iceServers=[])._connection
    for name in ("_check_list", "_protocols", "_local_candidates", "_nominated"):
        assert len(getattr(connection, name)) == 0
    assert connection._local_candidates_start is connection._local_candidates_end is False
    assert connection.remote_username is connection.remote_password is None
    assert connection.ice_controlling is False
    assert aioice.Candidate.from_sdp("1 1 udp 1 192.0.2.1 5 typ host")._network_host == "192.0.2.1"  # type: ignore[no-untyped-call]  # not annotated upstream


def test_private_names_stand_in_one_file_only() -> None:
    """No file of the node but this one's subject reaches into an underscore of another object; its own are its own."""
    ours = set(re.findall(r"self\.(_[a-z]\w*)", "".join(path.read_text() for path in ROOM.glob("*.py"))))
    for path in ROOM.glob("*.py"):
        if path.name == "aiortc_private.py":
            continue
        text = path.read_text()
        for name in re.findall(r"(?<!self)\.(_[a-z]\w*)", text):
            assert name in ours, f"{path.name} touches {name}"
        if path.name not in ("end.py", "end_tracks.py"):
            assert not re.search(r"^\s*(from|import) (aiortc|aioice|pylibsrtp)", text, re.MULTILINE), path.name


@given(st.binary(max_size=1400), st.integers(0, 65535))
def test_srtp_in_place_is_the_srtp_of_the_library(payload: bytes, seq: int) -> None:
    packet = b"\x80\x60" + seq.to_bytes(2) + bytes(4) + b"\0\0\0\1" + payload
    protected = Protector(session(Policy.SSRC_ANY_OUTBOUND), 2048).rtp(packet)
    assert protected is not None
    if len(packet) <= 1356:
        assert bytes(protected) == session(Policy.SSRC_ANY_OUTBOUND).protect(packet)
    buffer = bytearray(2048)
    buffer[: len(protected)] = protected
    unprotector = Unprotector(session(Policy.SSRC_ANY_INBOUND), buffer)
    assert unprotector.rtp(len(protected)) == len(packet)
    assert buffer[: len(packet)] == packet
    buffer[: len(protected)] = protected
    assert unprotector.rtp(len(protected)) == -1  # a replay


@given(st.binary(max_size=400).map(lambda body: body + bytes(-len(body) % 4)))
def test_srtcp_in_place_is_the_srtcp_of_the_library(body: bytes) -> None:
    packet = b"\x80\xc9" + (1 + len(body) // 4).to_bytes(2) + b"\0\0\0\1" + body
    protected = Protector(session(Policy.SSRC_ANY_OUTBOUND), 2048).rtcp(packet)
    assert protected is not None
    assert session(Policy.SSRC_ANY_INBOUND).unprotect_rtcp(bytes(protected)) == packet
    buffer = bytearray(2048)
    buffer[: len(protected)] = protected
    assert Unprotector(session(Policy.SSRC_ANY_INBOUND), buffer).rtcp(len(protected)) == len(packet)
    assert buffer[: len(packet)] == packet


@given(st.binary(min_size=1, max_size=300))
def test_what_is_not_authentic_is_refused(data: bytes) -> None:
    buffer = bytearray(2048)
    buffer[: len(data)] = data
    unprotector = Unprotector(session(Policy.SSRC_ANY_INBOUND), buffer)
    assert unprotector.rtp(len(data)) == -1
    assert unprotector.rtcp(len(data)) == -1


def test_a_packet_that_does_not_fit_or_is_none_is_refused() -> None:
    protector = Protector(session(Policy.SSRC_ANY_OUTBOUND), 200)
    assert protector.rtp(b"\x80\x60" + bytes(199)) is None
    assert protector.rtp(b"\x80") is None
    assert pylibsrtp.Error is not None


class Side:
    """An engine with one socket on loopback."""

    def __init__(self) -> None:
        self.authentic = 0
        self.states: list[bool] = []
        self.buffer = bytearray(2048)
        self.engine = Engine(self._heard, lambda: self.states.append(self.engine.ended))
        self.endpoint = Endpoint(bind("127.0.0.1", None, random.Random()), self.buffer, self._datagram, self._failed)
        self.engine.attach(self.endpoint, host_priority(0))
        self.failures: list[BaseException] = []

    def _heard(self, endpoint: Endpoint, address: Address) -> None:
        assert endpoint is not None and address[1] > 0
        self.authentic += 1

    def _failed(self, error: BaseException) -> None:
        self.failures.append(error)

    def _datagram(self, endpoint: Endpoint, size: int, address: Address) -> None:
        data = bytes(self.buffer[:size])
        if data[0] < 4:
            assert self.engine.stun(endpoint, data, address)
        elif self.engine.validated(endpoint, address) and 20 <= data[0] < 64:
            self.engine.dtls(data)

    @property
    def candidate(self) -> RemoteCandidate:
        return RemoteCandidate("1", 1, 1, self.endpoint.host, self.endpoint.port, "host")


async def connect(one: Side, two: Side, *, known: bool = True) -> list[bool]:
    """`two` does not know a candidate of `one` unless `known`."""
    one.engine._connection.ice_controlling = True  # as the browser is
    return list(
        await asyncio.gather(
            one.engine.connect(
                ufrag=two.engine.ufrag,
                password=two.engine.password,
                fingerprint=two.engine.fingerprint,
                we_are_client=False,
                candidates=[two.candidate],
            ),
            two.engine.connect(
                ufrag=one.engine.ufrag,
                password=one.engine.password,
                fingerprint=one.engine.fingerprint,
                we_are_client=True,
                candidates=[one.candidate] if known else [],
            ),
        )
    )


@pytest.mark.parametrize("known", [True, False], ids=["candidate-known", "learnt-from-its-check"])
async def test_two_engines_connect_over_our_sockets_and_agree_on_keys(known: bool) -> None:
    one, two = Side(), Side()
    assert await connect(one, two, known=known) == [True, True]
    assert one.engine.secure and two.engine.secure
    assert two.authentic > 0
    selected = two.engine.selected()
    assert selected is not None and selected[1:] == (two.endpoint, (one.endpoint.host, one.endpoint.port))
    assert two.engine.selected_id() is selected[0]
    assert two.engine.validated(two.endpoint, (one.endpoint.host, one.endpoint.port))
    assert not two.engine.validated(two.endpoint, ("127.0.0.1", 9))
    _, protect = one.engine.keys(one.buffer)
    unprotect, _ = two.engine.keys(two.buffer)
    packet = b"\x80\x60" + bytes(10) + b"hello"
    data = protect.rtp(packet)
    assert data is not None
    two.buffer[: len(data)] = data
    assert unprotect.rtp(len(data)) == len(packet)
    assert await two.engine.probe() and await one.engine.probe()
    await asyncio.gather(one.engine.close(), two.engine.close())
    assert one.endpoint.is_closing() and two.endpoint.is_closing()
    assert one.engine.ended and two.engine.ended
    assert one.failures == two.failures == []


async def test_when_one_side_says_goodbye_the_other_knows() -> None:
    one, two = Side(), Side()
    assert await connect(one, two) == [True, True]
    await one.engine.close()
    await until(lambda: two.engine.ended)
    assert two.states[-1]
    assert not await two.engine.probe()
    await two.engine.close()


async def test_a_wrong_certificate_is_refused() -> None:
    one, two = Side(), Side()
    one.engine._connection.ice_controlling = True
    other = Side()
    results = await asyncio.gather(
        one.engine.connect(
            ufrag=two.engine.ufrag,
            password=two.engine.password,
            fingerprint=other.engine.fingerprint,
            we_are_client=False,
            candidates=[two.candidate],
        ),
        asyncio.wait_for(
            two.engine.connect(
                ufrag=one.engine.ufrag,
                password=one.engine.password,
                fingerprint=one.engine.fingerprint,
                we_are_client=True,
                candidates=[one.candidate],
            ),
            LONG,
        ),
    )
    assert results[0] is False
    await asyncio.gather(*(side.engine.close() for side in (one, two, other)), return_exceptions=True)


async def test_malformed_stun_is_said_and_not_raised() -> None:
    side = Side()
    for data in (
        b"\0\1\0\0\x21\x12\xa4\x42" + bytes(12),
        b"\0\1\0\4\x21\x12\xa4\x42" + bytes(12) + b"\0\x24\0\0",
        b"\0\1" + bytes(30),
    ):
        assert side.engine.stun(side.endpoint, data, ("127.0.0.1", 9)) in (True, False)
    assert side.engine.stun(side.endpoint, b"\0\1\0\4\x21\x12\xa4\x42" + bytes(12) + b"\0\x24\0\0", ("127.0.0.1", 9)) is False
    await side.engine.close()


async def test_an_ice_restart_is_a_change_of_the_other_sides_credentials() -> None:
    one, two = Side(), Side()
    assert await connect(one, two) == [True, True]
    one.engine._connection._local_username = "renewed"
    one.engine._connection._local_password = "n" * 22
    assert not await two.engine.probe()
    two.engine.restart("renewed", "n" * 22)
    assert await two.engine.probe()
    heard = two.authentic
    assert await one.engine.probe()
    assert two.authentic > heard
    await asyncio.gather(one.engine.close(), two.engine.close())


async def test_a_pair_whose_check_was_cancelled_is_followed_when_the_other_side_moves_to_it() -> None:
    one, two = Side(), Side()
    assert await connect(one, two) == [True, True]
    moved = Endpoint(bind("127.0.0.1", None, random.Random()), one.buffer, one._datagram, one._failed)
    one.engine.attach(moved, host_priority(1))
    connection = two.engine._connection
    there = aioice.Candidate("9", 1, "udp", 1, moved.host, moved.port, "host")
    connection._remote_candidates.append(there)
    stuck = CandidatePair(connection._protocols[0], there)
    connection._check_list.append(stuck)
    stuck.state = CandidatePair.State.IN_PROGRESS
    stuck.task = asyncio.get_running_loop().create_task(asyncio.sleep(0))
    stuck.task.cancel()  # as aioice does with all others when the first pair is nominated
    await asyncio.gather(stuck.task, return_exceptions=True)
    pair = CandidatePair(one.engine._protocols[moved], one.engine._connection.remote_candidates[0])
    one.engine._connection._check_list.append(pair)
    await one.engine._connection.check_start(pair)
    await until(lambda: two.engine.selected_id() is stuck)
    await asyncio.gather(one.engine.close(), two.engine.close())


def test_the_module_lists_its_versions() -> None:
    assert (aiortc_private.AIORTC, aiortc_private.AIOICE) == ("1.16.", "0.13.")
