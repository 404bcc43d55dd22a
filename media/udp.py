"""One UDP socket of a transport, read until it is empty; to aioice it looks like the datagram transport that it expects.

Its own reader instead of the loop's: a wake-up handles a burst, the datagram stays in one buffer in which it is decrypted.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

Address = tuple[str, int]
DATAGRAM = 2048
"""Bytes; nothing longer travels on a WebRTC path. A longer datagram is cut and then fails authentication."""
AT_ONCE = 64
"""Datagrams per wake-up, so that one flooded socket does not starve the others."""
BACKLOG = 512
"""Datagrams that wait for the kernel; more are dropped and counted."""
KERNEL_BUFFER = 4 << 20


class NoPortFree(OSError):
    """Every port of the configured range is taken."""


def bind(host: str, ports: tuple[int, int] | None, chance: random.Random) -> socket.socket:
    """A non-blocking UDP socket on `host`, on a port of the inclusive range `ports` if there is one; raises OSError or `NoPortFree`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    tries: Iterable[int] = (0,)
    if ports is not None:
        first, count = ports[0], ports[1] - ports[0] + 1
        start = chance.randrange(count)
        tries = (first + (start + step) % count for step in range(count))
    for port in tries:
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                sock.setsockopt(socket.SOL_SOCKET, option, KERNEL_BUFFER)
            sock.bind((host, port))
        except OSError:
            sock.close()
            if ports is None:
                raise
            continue
        return sock
    raise NoPortFree(f"no UDP port of {ports} is free on {host}")


class Endpoint:
    """A bound socket. `on_datagram(endpoint, size, address)` finds the datagram in `buffer[:size]`."""

    def __init__(
        self,
        sock: socket.socket,
        buffer: bytearray,
        on_datagram: Callable[[Endpoint, int, Address], None],
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        self._buffer = buffer
        self._on_datagram = on_datagram
        self._on_error = on_error
        self._waiting: deque[tuple[bytes, Address]] = deque()
        self._closed = False
        self.on_closed: Callable[[None], None] | None = None
        self.unsent = 0
        """Datagrams the kernel did not take."""
        self.host, self.port = sock.getsockname()[:2]
        self._loop.add_reader(sock.fileno(), self._readable)

    def _readable(self) -> None:
        receive, buffer = self._sock.recvfrom_into, self._buffer
        for _ in range(AT_ONCE):
            try:
                size, address = receive(buffer)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier datagram: says nothing about this one
            try:
                self._on_datagram(self, size, address[:2])
            except Exception as error:  # whatever a datagram does, the socket goes on
                self._on_error(error)
            if self._closed:
                return

    def sendto(self, data: bytes | memoryview, address: Address) -> bool:
        """Send now or as soon as the kernel takes it; False when the datagram is lost here."""
        if self._closed:
            return False
        if self._waiting:
            return self._wait(data, address)
        try:
            self._sock.sendto(data, address)
        except BlockingIOError:
            self._loop.add_writer(self._sock.fileno(), self._writable)
            return self._wait(data, address)
        except OSError:
            self.unsent += 1
            return False
        return True

    def _wait(self, data: bytes | memoryview, address: Address) -> bool:
        if len(self._waiting) >= BACKLOG:
            self.unsent += 1
            return False
        self._waiting.append((bytes(data), address))
        return True

    def _writable(self) -> None:
        while self._waiting:
            data, address = self._waiting[0]
            try:
                self._sock.sendto(data, address)
            except BlockingIOError:
                return
            except OSError:
                self.unsent += 1
            self._waiting.popleft()
        self._loop.remove_writer(self._sock.fileno())

    # ---- what aioice asks of a datagram transport

    def close(self) -> None:
        """Close the socket; `on_closed` is called soon, as a transport would call `connection_lost`."""
        if self._closed:
            return
        self._closed = True
        self._loop.remove_reader(self._sock.fileno())
        self._loop.remove_writer(self._sock.fileno())
        self._waiting.clear()
        self._sock.close()
        if self.on_closed is not None:
            self._loop.call_soon(self.on_closed, None)

    def is_closing(self) -> bool:
        return self._closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (self.host, self.port) if name == "sockname" else default
