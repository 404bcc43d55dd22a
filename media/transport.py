"""One transport of one connection: sockets, ICE, DTLS and the synchronous path from a datagram to its handler and back out.

The order of every datagram (RFC 7983): empty ones are dropped; STUN goes to aioice; anything else only from an address whose check
proved the ICE password; DTLS waits in aiortc's queue; SRTP is decrypted at once, in place, and handed on with its time of arrival.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from config.clock import Clock
from config.logs import Logger
from config.tasks import Tasks
from media.aiortc_private import Engine, Protector, Unprotector
from media.answer import LocalSide
from media.guard import Guard
from media.ice import AddressPolicy, RemoteCandidate, candidate_lines, host_priority, local_addresses, offered
from media.rtcp import is_rtcp
from media.sdp import Offer
from media.udp import DATAGRAM, Address, Endpoint, bind

CONNECT_SECONDS = 20.0
EARLY = 256
"""SRTP datagrams kept while our half of the DTLS handshake still finishes: the first keyframe is among them."""
MAX_VOUCHED = 256
MAX_SSRCS = 64
"""Of one other side: for each that proves authentic, libsrtp keeps a context for ever."""
STUN_COOKIE = b"\x21\x12\xa4\x42"


class NoAddress(OSError):
    """No local address can be offered, or no port is free."""


@dataclass(frozen=True)
class Surroundings:
    """What every transport of a node shares."""

    addresses: AddressPolicy
    clock: Clock
    tasks: Tasks
    guard: Guard
    log: Logger
    chance: random.Random


class Transport:
    """Carries one connection. `on_rtp(buffer, size, now)` and `on_rtcp(data, now)` get clear packets; `on_up()` and `on_down()` come once each."""

    def __init__(
        self,
        around: Surroundings,
        *,
        on_rtp: Callable[[bytearray, int, float], None],
        on_rtcp: Callable[[bytes, float], None],
        on_up: Callable[[], None],
        on_down: Callable[[], None],
    ) -> None:
        self._around = around
        self._now = around.clock.monotonic
        self._on_rtp, self._on_rtcp, self._on_up, self._on_down = on_rtp, on_rtcp, on_up, on_down
        self.buffer = bytearray(DATAGRAM)
        self.last_heard = self._now()
        self.round_trip = 0.1
        self.up = False
        self.closed = False
        self.foreign = 0
        """Datagrams from addresses that nobody vouched for."""
        self.forged = 0
        """Datagrams that SRTP did not authenticate, or that were of one SSRC too many."""
        self.malformed = 0
        """STUN datagrams that could not be read."""
        self._ssrcs: set[bytes] = set()
        self._down_told = False
        self._early: deque[tuple[bytes, Address]] = deque(maxlen=EARLY)
        self._vouched: set[tuple[Endpoint, Address]] = set()
        self._unprotect: Unprotector | None = None
        self._protect: Protector | None = None
        self._pair: object = None
        self._way: tuple[Endpoint, Address] | None = None
        self._engine = Engine(self._checked, self._engine_changed)
        self._remote_ufrag = ""
        self.remote_fingerprint = ""
        self._connecting: asyncio.Task[None] | None = None
        self._endpoints = [Endpoint(sock, self.buffer, self._datagram, around.guard.caught) for sock in self._bind()]
        for order, endpoint in enumerate(self._endpoints):
            self._engine.attach(endpoint, host_priority(order))

    def _bind(self) -> list[socket.socket]:
        """A socket on every offered address that can be bound; an address that vanished since is left out."""
        bound, failure = [], None
        for host in offered(local_addresses(), self._around.addresses):
            try:
                bound.append(bind(host, self._around.addresses.ports, self._around.chance))
            except OSError as error:
                failure = error
        if not bound:
            raise NoAddress("no local address to offer" if failure is None else str(failure)) from failure
        return bound

    # ---- set-up

    def local_side(self, setup: str) -> LocalSide:
        """Our half for the answer."""
        endpoints = [(endpoint.host, endpoint.port, host_priority(order)) for order, endpoint in enumerate(self._endpoints)]
        lines = tuple(candidate_lines(endpoints, self._around.addresses))
        return LocalSide(self._engine.ufrag, self._engine.password, self._engine.fingerprint, setup, lines)

    def start(self, offer: Offer, candidates: list[RemoteCandidate], *, active: bool) -> None:
        """Connect in the background; `active`: we begin the DTLS handshake."""
        self._remote_ufrag, self.remote_fingerprint = offer.ufrag, offer.fingerprint
        self._connecting = self._around.tasks.start(self._connect(offer, candidates, active=active), "connect")

    async def _connect(self, offer: Offer, candidates: list[RemoteCandidate], *, active: bool) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                through = await self._engine.connect(
                    ufrag=offer.ufrag,
                    password=offer.password,
                    fingerprint=offer.fingerprint,
                    we_are_client=active,
                    candidates=candidates,
                )
        except TimeoutError:
            through = False
        if self.closed:
            return
        if not through:
            self._tell_down()
            return
        self._unprotect, self._protect = self._engine.keys(self.buffer)
        self.up = True
        self._heard()
        self._on_up()
        early, self._early = self._early, deque(maxlen=0)
        for data, _ in early:
            self.buffer[: len(data)] = data
            try:
                self._secured(len(data), self._now())
            except Exception as error:  # as for any other datagram
                self._around.guard.caught(error)

    def add_candidates(self, candidates: list[RemoteCandidate]) -> None:
        """Candidates found later."""
        if candidates and not self.closed:
            self._around.tasks.start(self._engine.add_candidates(candidates), "add-candidates")

    def renew(self, offer: Offer) -> bool:
        """A later offer for this transport: an ICE restart when its ufrag is new (True); harmless otherwise."""
        if offer.ufrag == self._remote_ufrag:
            return False
        self._remote_ufrag = offer.ufrag
        self._engine.restart(offer.ufrag, offer.password)
        return True

    # ---- datagrams in

    def _heard(self) -> None:
        self.last_heard = self._now()

    def _checked(self, endpoint: Endpoint, address: Address) -> None:
        """Whoever proves the ICE password may send from there, even before our own check of that pair has come back."""
        self._heard()
        if len(self._vouched) < MAX_VOUCHED:
            self._vouched.add((endpoint, address))

    def _datagram(self, endpoint: Endpoint, size: int, address: Address) -> None:
        if size < 2:
            return
        first = self.buffer[0]
        if first < 4:
            if size >= 20 and self.buffer[4:8] == STUN_COOKIE:
                self.malformed += not self._engine.stun(endpoint, bytes(self.buffer[:size]), address)
            return
        if (endpoint, address) not in self._vouched:
            if not self._engine.validated(endpoint, address):
                self.foreign += 1
                return
            if len(self._vouched) < MAX_VOUCHED:
                self._vouched.add((endpoint, address))
        if 128 <= first < 192:
            if self._unprotect is None:
                self._early.append((bytes(self.buffer[:size]), address))
            else:
                self._secured(size, self._now())
        elif 20 <= first < 64:
            self._engine.dtls(bytes(self.buffer[:size]))

    def _secured(self, size: int, now: float) -> None:
        assert self._unprotect is not None
        for_rtcp = is_rtcp(self.buffer[1])
        ssrc = bytes(self.buffer[4:8] if for_rtcp else self.buffer[8:12])
        if ssrc not in self._ssrcs and len(self._ssrcs) >= MAX_SSRCS:
            self.forged += 1
            return
        size = self._unprotect.rtcp(size) if for_rtcp else self._unprotect.rtp(size)
        if size <= 0:
            self.forged += 1
            return
        self._ssrcs.add(ssrc)
        self.last_heard = now
        if for_rtcp:
            self._on_rtcp(bytes(self.buffer[:size]), now)
        else:
            self._on_rtp(self.buffer, size, now)

    # ---- packets out

    def _route(self) -> tuple[Endpoint, Address] | None:
        pair = self._engine.selected_id()
        if pair is not self._pair:
            selected = self._engine.selected()
            self._pair, self._way = (None, None) if selected is None else (selected[0], selected[1:])
        return self._way

    def send_rtp(self, packet: bytes) -> bool:
        """Protect and send; False when it could not leave."""
        way = self._route()
        if way is None or self._protect is None:
            return False
        data = self._protect.rtp(packet)
        return data is not None and way[0].sendto(data, way[1])

    def send_rtcp(self, packet: bytes) -> bool:
        """As `send_rtp`, for RTCP."""
        way = self._route()
        if way is None or self._protect is None:
            return False
        data = self._protect.rtcp(packet)
        return data is not None and way[0].sendto(data, way[1])

    def probe(self) -> None:
        """Ask the other side for a sign of life, in the background; it also measures the round trip."""
        if self.up and not self.closed:
            self._around.tasks.start(self._probe(), "probe")

    async def _probe(self) -> None:
        sent = self._now()
        if await self._engine.probe():
            self._heard()
            self.round_trip = 0.7 * self.round_trip + 0.3 * (self._now() - sent)

    # ---- end

    def _engine_changed(self) -> None:
        if self.up and self._engine.ended:
            self._tell_down()

    def _tell_down(self) -> None:
        self.up = False
        if not self._down_told and not self.closed:
            self._down_told = True
            self._on_down()

    @property
    def unsent(self) -> int:
        """Datagrams that the kernel did not take."""
        return sum(endpoint.unsent for endpoint in self._endpoints)

    def close(self) -> None:
        """End it, in the background. Idempotent."""
        if not self.closed:
            self.closed = True
            self.up = False
            self._around.tasks.start(self._close(), "close-transport")

    async def _close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        try:
            await self._engine.close()
        except Exception as error:  # closing half-built transports fails in many ways, all of them final
            self._around.guard.caught(error)
