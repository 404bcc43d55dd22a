"""Which pages may talk to this server: its own addresses and those of the settings, nobody else. Pure but for one listing."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from config.settings import is_loopback
from media.ice import local_addresses

ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
"""What an operator writes to listen on every address."""


def own_names(bind: str) -> list[str]:
    """Names and addresses under which a server bound to `bind` is reached."""
    if bind in ANY_ADDRESS:
        return sorted({"localhost", socket.gethostname(), *(local.address for local in local_addresses())})
    if is_loopback(bind):
        return sorted({"localhost", "127.0.0.1", bind})
    return [bind]


def origins(scheme: str, names: Iterable[str], port: int) -> frozenset[str]:
    """`https://name:port` for each, in lower case and without the scheme's own port, as browsers write it (RFC 6454 §4, §6.2)."""
    usual = {"http": 80, "https": 443}[scheme]
    tail = "" if port == usual else f":{port}"
    return frozenset(f"{scheme}://{f'[{name}]' if ':' in name else name.lower()}{tail}" for name in names)
