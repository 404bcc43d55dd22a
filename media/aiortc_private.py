"""Every private name of aiortc, aioice and pylibsrtp that the node touches, and nothing else; checked at start and by a test.

aiortc 1.16 is the engine for ICE, DTLS and the keys of SRTP. Its RTCPeerConnection is not used: its SDP half raises seven kinds of
exception, its receivers start a decoder thread each, and its transports pass every packet through a queue. Below it, the ORTC
classes (RTCIceTransport, RTCDtlsTransport) are public; what is missing there is named here.
"""

from __future__ import annotations

import inspect
import struct
from collections.abc import Callable
from typing import Any

import aioice.ice
import aiortc.rtcdtlstransport
import pylibsrtp
from aioice.ice import CandidatePair, Connection, StunProtocol
from aioice.stun import TransactionError
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc.rtcdtlstransport import RTCDtlsFingerprint, RTCDtlsParameters
from aiortc.rtcicetransport import RTCIceCandidate, RTCIceParameters
from pylibsrtp._binding import ffi, lib

from media.ice import RemoteCandidate
from media.udp import Address, Endpoint

AIORTC, AIOICE, PYLIBSRTP = "1.16.", "0.13.", "1."
COMPONENT = 1
TRAILER = 148
"""Bytes that SRTP or SRTCP may add (libsrtp's SRTP_MAX_SRTCP_TRAILER_LEN)."""


class UpstreamChanged(RuntimeError):
    """A library differs from what this file was written for; the node must not start."""


def check() -> None:
    """Raises `UpstreamChanged` unless the installed libraries have every name used here; called once when the node starts."""
    missing = [
        f"{version} is not {prefix}*"
        for version, prefix in (
            (f"aiortc {aiortc.__version__}", f"aiortc {AIORTC}"),
            (f"aioice {aioice.__version__}", f"aioice {AIOICE}"),
            (f"pylibsrtp {pylibsrtp.__version__}", f"pylibsrtp {PYLIBSRTP}"),
        )
        if not version.startswith(prefix)
    ]
    connection = set(inspect.getsource(Connection.__init__).split())
    missing += [
        name
        for name in (
            "self._check_list:",
            "self._local_candidates_end",
            "self._local_candidates_start",
            "self._nominated:",
            "self._protocols:",
            "self._queue:",
            "self._local_candidates:",
            "self._closed",
        )
        if name not in connection
    ]
    for owner, names in (
        (Connection, ("build_request", "check_incoming", "data_received")),
        (StunProtocol, ("connection_lost", "connection_made", "datagram_received", "request")),
        (RTCDtlsTransport, ("_set_role",)),
        (lib, ("srtp_protect", "srtp_protect_rtcp", "srtp_unprotect", "srtp_unprotect_rtcp")),
    ):
        missing += [f"{owner}.{name}" for name in names if not hasattr(owner, name)]
    dtls = inspect.getsource(RTCDtlsTransport)
    missing += [name for name in ("self._rx_srtp", "self._tx_srtp") if name not in dtls]
    if "self._srtp = " not in inspect.getsource(pylibsrtp.Session.__init__):
        missing.append("pylibsrtp.Session._srtp")
    if missing:
        raise UpstreamChanged("the media libraries have changed: " + ", ".join(missing))


class Unprotector:
    """Decrypts in place, in the one buffer of a transport."""

    def __init__(self, session: pylibsrtp.Session, buffer: bytearray) -> None:
        self._session = session  # owns the context below
        self._context = session._srtp[0]
        self._buffer = ffi.from_buffer(buffer)
        self._length = ffi.new("int *")

    def rtp(self, size: int) -> int:
        """New size of the packet in the buffer; -1 when it is not authentic or a replay."""
        self._length[0] = size
        return self._length[0] if lib.srtp_unprotect(self._context, self._buffer, self._length) == 0 else -1

    def rtcp(self, size: int) -> int:
        """As `rtp`, for SRTCP."""
        self._length[0] = size
        return self._length[0] if lib.srtp_unprotect_rtcp(self._context, self._buffer, self._length) == 0 else -1


class Protector:
    """Encrypts into a buffer of its own; the result is valid until the next call."""

    def __init__(self, session: pylibsrtp.Session, capacity: int) -> None:
        self._session = session  # owns the context below
        self._context = session._srtp[0]
        self._bytes = bytearray(capacity + TRAILER)
        self._view = memoryview(self._bytes)
        self._buffer = ffi.from_buffer(self._bytes)
        self._length = ffi.new("int *")
        self._capacity = capacity

    def _run(self, function: Any, packet: bytes) -> memoryview | None:
        size = len(packet)
        if size > self._capacity:
            return None
        self._view[:size] = packet
        self._length[0] = size
        return self._view[: self._length[0]] if function(self._context, self._buffer, self._length) == 0 else None

    def rtp(self, packet: bytes) -> memoryview | None:
        """The protected packet, or None when libsrtp refuses it."""
        return self._run(lib.srtp_protect, packet)

    def rtcp(self, packet: bytes) -> memoryview | None:
        """As `rtp`, for a compound RTCP packet."""
        return self._run(lib.srtp_protect_rtcp, packet)


class Engine:
    """ICE and DTLS of one transport, over sockets of ours. `on_authentic(endpoint, address)`: a STUN check that proved its password came."""

    def __init__(self, on_authentic: Callable[[Endpoint, Address], None], on_state: Callable[[], None]) -> None:
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice = RTCIceTransport(self._gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [RTCCertificate.generateCertificate()])
        self._connection: Connection = self._ice._connection
        self._protocols: dict[Endpoint, StunProtocol] = {}
        self._dtls.on("statechange", on_state)
        self._ice.on("statechange", on_state)
        accept = self._connection.check_incoming

        def authentic(message: Any, address: Address, protocol: StunProtocol) -> None:
            on_authentic(protocol.transport, address)  # type: ignore[arg-type]  # the Endpoint that `attach` gave it
            self._revive(address, protocol)
            accept(message, address, protocol)

        self._connection.check_incoming = authentic  # type: ignore[method-assign, assignment]  # the one place behind aioice's password check

    def _revive(self, address: Address, protocol: StunProtocol) -> None:
        """Checks that aioice cancelled when the first pair was nominated stay "in progress" and are never made again: the other
        side may then move to that pair, and aioice would never follow."""
        for pair in self._connection._check_list:
            if pair.protocol is not protocol or pair.remote_addr != address or pair.state is not CandidatePair.State.IN_PROGRESS:
                continue
            if pair.task is None or pair.task.done():
                pair.task = None
                pair.state = CandidatePair.State.FROZEN

    @property
    def ufrag(self) -> str:
        return self._connection.local_username

    @property
    def password(self) -> str:
        return self._connection.local_password

    @property
    def fingerprint(self) -> str:
        """SHA-256 of our certificate."""
        return next(f.value for f in self._dtls.getLocalParameters().fingerprints if f.algorithm == "sha-256")

    @property
    def secure(self) -> bool:
        """DTLS is through and has not ended."""
        return self._dtls.state == "connected"

    @property
    def ended(self) -> bool:
        """Nothing will come any more."""
        return self._dtls.state in ("closed", "failed") or self._ice.state in ("closed", "failed")

    def attach(self, endpoint: Endpoint, priority: int) -> None:
        """Give ICE a socket; the candidates count as gathered from then on."""
        protocol = StunProtocol(self._connection)
        protocol.local_candidate = aioice.Candidate(
            foundation=str(len(self._protocols) + 1),
            component=COMPONENT,
            transport="udp",
            priority=priority,
            host=endpoint.host,
            port=endpoint.port,
            type="host",
        )
        protocol.connection_made(endpoint)  # type: ignore[arg-type]  # an Endpoint has what aioice uses of a datagram transport
        endpoint.on_closed = protocol.connection_lost
        self._protocols[endpoint] = protocol
        self._connection._protocols.append(protocol)
        self._connection._local_candidates.append(protocol.local_candidate)
        self._connection._local_candidates_start = self._connection._local_candidates_end = True

    async def connect(
        self, *, ufrag: str, password: str, fingerprint: str, we_are_client: bool, candidates: list[RemoteCandidate]
    ) -> bool:
        """ICE, then DTLS; False when either fails. Without any candidate it waits for the other side's checks (peer-reflexive)."""
        self._dtls._set_role("client" if we_are_client else "server")
        await self.add_candidates(candidates)
        await self._ice.start(RTCIceParameters(usernameFragment=ufrag, password=password))
        if self._ice.state != "completed":
            return False
        await self._dtls.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", fingerprint)]))
        return self._dtls.state == "connected"

    async def add_candidates(self, candidates: list[RemoteCandidate]) -> None:
        """Candidates of the other side; the end of them is never told, for with none left aioice would give up."""
        for candidate in candidates:
            await self._ice.addRemoteCandidate(
                RTCIceCandidate(
                    component=candidate.component,
                    foundation=candidate.foundation,
                    ip=candidate.host,
                    port=candidate.port,
                    priority=candidate.priority,
                    protocol="udp",
                    type=candidate.type,
                )
            )

    def restart(self, ufrag: str, password: str) -> None:
        """ICE restart as seen from the controlled side: from now on the other side's checks carry new credentials (RFC 8445 §9)."""
        self._connection.remote_username = ufrag
        self._connection.remote_password = password

    def stun(self, endpoint: Endpoint, data: bytes, address: Address) -> bool:
        """A STUN datagram; False when it is malformed, which aioice says with whatever its parser stumbles over."""
        try:
            self._protocols[endpoint].datagram_received(data, address)
        except (ValueError, KeyError, IndexError, AssertionError, struct.error):
            return False
        return True

    def dtls(self, data: bytes) -> None:
        """A DTLS datagram from a validated address."""
        self._connection.data_received(data, COMPONENT)

    def validated(self, endpoint: Endpoint, address: Address) -> bool:
        """Whether a check to that address has succeeded over this socket, so that its owner holds the ICE password."""
        protocol = self._protocols[endpoint]
        return any(
            pair.protocol is protocol and pair.remote_addr == address
            for pair in [*self._connection._nominated.values(), *self._connection._check_list]
            if pair.state is CandidatePair.State.SUCCEEDED or pair.nominated
        )

    def selected(self) -> tuple[object, Endpoint, Address] | None:
        """The nominated pair's identity, socket and remote address, None before there is one."""
        pair = self._connection._nominated.get(COMPONENT)
        if pair is None:
            return None
        return pair, pair.protocol.transport, pair.remote_addr  # type: ignore[return-value]  # the Endpoint that `attach` gave it

    def selected_id(self) -> object:
        """Changes when another pair is nominated."""
        return self._connection._nominated.get(COMPONENT)

    async def probe(self) -> bool:
        """One STUN check over the nominated pair (RFC 7675); True when the other side proved that it is there."""
        pair, password = self._connection._nominated.get(COMPONENT), self._connection.remote_password
        if pair is None or password is None:
            return False
        request = self._connection.build_request(pair, nominate=False)
        try:
            await pair.protocol.request(request, pair.remote_addr, integrity_key=password.encode(), retransmissions=0)
        except TransactionError:
            return False
        return True

    def keys(self, buffer: bytearray) -> tuple[Unprotector, Protector]:
        """SRTP of a transport that is `secure`; receives in `buffer`."""
        return Unprotector(self._dtls._rx_srtp, buffer), Protector(self._dtls._tx_srtp, len(buffer))

    async def close(self) -> None:
        """End DTLS and ICE and close the sockets; what a library raises meanwhile is handed on after everything was tried."""
        failure: Exception | None = None
        for stop in (self._dtls.stop, self._ice.stop):
            try:
                await stop()
            except Exception as error:  # a half-built transport fails in many ways; the sockets must be closed all the same
                failure = error
        for endpoint in self._protocols:
            endpoint.close()
        if failure is not None:
            raise failure
