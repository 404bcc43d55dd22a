"""Addresses: what is offered, what is tried, and what nobody can make the node talk to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.ice import AddressPolicy, Local, candidate_lines, host_priority, local_addresses, offered, port_range, remote_candidate

MACHINE = [
    Local("127.0.0.1", "lo"),
    Local("192.0.2.2", "eth0"),
    Local("169.254.3.4", "eth0"),
    Local("172.17.0.1", "docker0"),
    Local("172.18.0.1", "br-1234"),
    Local("fd00::2", "eth0"),
    Local("fe80::1", "eth0"),
    Local("::1", "lo"),
]
TRIAL = AddressPolicy(loopback=True)


def test_loopback_link_local_and_bridges_are_not_offered() -> None:
    assert offered(MACHINE, AddressPolicy()) == ["192.0.2.2", "fd00::2"]


def test_a_trial_on_one_machine_adds_loopback() -> None:
    assert offered(MACHINE, TRIAL) == ["192.0.2.2", "fd00::2", "127.0.0.1"]


def test_a_list_is_taken_as_it_is() -> None:
    assert offered(MACHINE, AddressPolicy(listed=("127.0.0.1", "172.17.0.1"))) == ["127.0.0.1", "172.17.0.1"]


def test_a_machine_with_nothing_but_a_bridge_offers_it() -> None:
    assert offered([Local("10.0.0.2", "veth1")], AddressPolicy()) == ["10.0.0.2"]


def test_the_machines_own_addresses_are_found() -> None:
    assert "127.0.0.1" in {address for address, _ in local_addresses()}


def line(host: str, *, kind: str = "host", transport: str = "udp", port: str = "5000", component: str = "1") -> str:
    return f"candidate:842163049 {component} {transport} 1677729535 {host} {port} typ {kind} raddr 0.0.0.0 rport 0 generation 0"


@pytest.mark.parametrize("host", ["192.0.2.7", "10.1.2.3", "2001:db8::7"])
def test_an_ordinary_candidate_is_tried(host: str) -> None:
    for prefix in ("", "a="):
        found = remote_candidate(prefix + line(host), AddressPolicy())
        assert found is not None and (found.host, found.port, found.type) == (host, 5000, "host")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "169.254.169.254",
        "169.254.1.1",
        "fe80::1",
        "100.100.100.200",
        "fd00:ec2::254",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "b0f2a4f0.local",
        "localhost",
        "1.2.3",
        "0x7f000001",
        "2130706433",
        "",
    ],
)
def test_nobody_can_make_the_node_talk_to_itself_or_its_cloud(host: str) -> None:
    assert remote_candidate(line(host), AddressPolicy()) is None


def test_loopback_is_tried_in_a_trial_and_the_rest_is_not() -> None:
    assert remote_candidate(line("127.0.0.1"), TRIAL) is not None
    assert remote_candidate(line("169.254.169.254"), TRIAL) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "candidate:",
        "a=candidate:1 1 udp",
        line("192.0.2.7", transport="tcp"),
        line("192.0.2.7", component="2"),
        line("192.0.2.7", port="0"),
        line("192.0.2.7", port="70000"),
        line("192.0.2.7", port="x"),
        line("192.0.2.7", kind="token"),
        line("192.0.2.7").replace("typ", "type"),
        line("192.0.2.7").replace("1677729535", "-1"),
    ],
)
def test_what_cannot_be_tried_is_left_out(text: str) -> None:
    assert remote_candidate(text, AddressPolicy()) is None


@given(st.text(max_size=120))
def test_any_text_is_a_candidate_or_left_out(text: str) -> None:
    remote_candidate(text, AddressPolicy())
    remote_candidate("candidate:1 1 udp 1 " + text + " 5 typ host", AddressPolicy())


def test_a_public_address_stands_for_the_first_ipv4_one() -> None:
    endpoints = [("fd00::2", 4000, host_priority(0)), ("10.0.0.5", 4001, host_priority(1)), ("127.0.0.1", 4002, host_priority(2))]
    lines = candidate_lines(endpoints, AddressPolicy(public="203.0.113.7"))
    assert [text.split()[4:6] for text in lines] == [["fd00::2", "4000"], ["203.0.113.7", "4001"], ["127.0.0.1", "4002"]]
    assert [remote_candidate(text, TRIAL) is not None for text in lines] == [True] * 3
    priorities = [int(text.split()[3]) for text in lines]
    assert priorities == sorted(priorities, reverse=True) and max(priorities) < 1 << 31


@pytest.mark.parametrize("text", ["", "1-2", "50000", "50000-40000", "40000-70000", "a-b", "-1-5"])
def test_a_port_range_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="port range looks like"):
        port_range(text)


def test_a_port_range() -> None:
    assert port_range("40000-49999") == (40000, 49999)
