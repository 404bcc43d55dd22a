"""Addresses: which of ours are offered, which of theirs are tried, which ports are used (RFC 8445, RFC 8839). Pure but for one listing."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import ifaddr

BRIDGES = re.compile(r"^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|cali|lxc|lxd|podman|kube|ifb|tailscale)")
METADATA = frozenset(
    {ipaddress.ip_address("169.254.169.254"), ipaddress.ip_address("100.100.100.200"), ipaddress.ip_address("fd00:ec2::254")}
)
"""Where clouds tell a machine its secrets: nothing of ours ever sends there."""
HOST_PREFERENCE = 126


@dataclass(frozen=True)
class AddressPolicy:
    """What may be offered and tried. `listed` replaces the search for local addresses; `public` stands in the answer in place of
    the first IPv4 address (one-to-one NAT); `ports` is an inclusive range; loopback is for a trial on one machine."""

    listed: tuple[str, ...] = ()
    loopback: bool = False
    public: str | None = None
    ports: tuple[int, int] | None = None


class Local(NamedTuple):
    """An address of this machine and the name of its interface."""

    address: str
    interface: str


class RemoteCandidate(NamedTuple):
    """A candidate of the other side, checked (RFC 8839 §5.1)."""

    foundation: str
    component: int
    priority: int
    host: str
    port: int
    type: str


def local_addresses() -> list[Local]:
    """Every IPv4 and global IPv6 address that the machine has now."""
    found = []
    for adapter in ifaddr.get_adapters():
        for entry in adapter.ips:
            if isinstance(entry.ip, str):
                found.append(Local(entry.ip, adapter.nice_name))
            elif entry.ip[2] == 0:
                found.append(Local(entry.ip[0], adapter.nice_name))
    return found


def offered(addresses: Iterable[Local], policy: AddressPolicy) -> list[str]:
    """The addresses to bind and to offer: no loopback unless allowed, no link-local, and no bridges to containers unless nothing else is left."""
    if policy.listed:
        return list(policy.listed)
    real: list[str] = []
    bridges: list[str] = []
    for address, interface in addresses:
        if not _reachable(ipaddress.ip_address(address), loopback=False):
            continue
        (bridges if BRIDGES.match(interface) else real).append(address)
    chosen = real or bridges
    return [*chosen, "127.0.0.1"] if policy.loopback else chosen


def _reachable(address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, loopback: bool) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return _reachable(mapped, loopback=loopback)
    if address in METADATA or address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if str(address) == "255.255.255.255":
        return False
    return loopback or not address.is_loopback


def remote_candidate(line: str, policy: AddressPolicy) -> RemoteCandidate | None:
    """The candidate in an SDP attribute (`candidate:…`, with or without `a=`), or None when it is not to be tried.

    Not tried are: TCP, names (mDNS: the browser's check will show its address), other components, and addresses that could turn
    the node against its own machine or network (loopback, link-local, metadata, multicast).
    """
    words = line.removeprefix("a=").removeprefix("candidate:").split()
    if len(words) < 8 or words[6] != "typ" or words[2].lower() != "udp" or words[7] not in ("host", "srflx", "prflx", "relay"):
        return None
    try:
        component, priority, port = int(words[1]), int(words[3]), int(words[5])
        address = ipaddress.ip_address(words[4])
    except ValueError:
        return None
    if component != 1 or not 0 < port < 65536 or not 0 <= priority < 1 << 32 or not words[0] or len(words[0]) > 32:
        return None
    if not _reachable(address, loopback=policy.loopback):
        return None
    kind = "host" if words[7] == "prflx" else words[7]
    return RemoteCandidate(words[0], component, priority, str(address), port, kind)


def candidate_lines(endpoints: Iterable[tuple[str, int, int]], policy: AddressPolicy) -> list[str]:
    """`candidate:…` attributes for the answer, from (host, port, priority); a public address takes the place of the first IPv4 one."""
    lines = []
    public = policy.public
    for number, (host, port, priority) in enumerate(endpoints, 1):
        shown = host
        if public is not None and ":" not in host:
            shown, public = public, None
        lines.append(f"candidate:{number} 1 udp {priority} {shown} {port} typ host")
    return lines


def host_priority(order: int) -> int:
    """Priority of our `order`-th host candidate, the first being preferred (RFC 8445 §5.1.2.1)."""
    return HOST_PREFERENCE << 24 | (65535 - order) << 8 | 255


def port_range(text: str) -> tuple[int, int]:
    """`"40000-49999"` → (40000, 49999); raises ValueError with a sentence."""
    match = re.fullmatch(r"(\d{1,5})-(\d{1,5})", text)
    if not match or not 1024 <= int(match[1]) <= int(match[2]) <= 65535:
        raise ValueError(f"a port range looks like 40000-49999 and lies within 1024-65535, not {text!r}")
    return int(match[1]), int(match[2])
