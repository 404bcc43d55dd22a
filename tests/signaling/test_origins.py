"""Which pages may talk to a server: exactly those that it serves itself, as a browser writes their origin."""

from __future__ import annotations

import socket

import pytest

from media.ice import local_addresses
from signaling.origins import ANY_ADDRESS, origins, own_names


@pytest.mark.parametrize(
    ("scheme", "names", "port", "expected"),
    [
        ("http", ["localhost"], 8080, {"http://localhost:8080"}),
        ("https", ["window.example"], 443, {"https://window.example"}),
        ("http", ["window.example"], 80, {"http://window.example"}),
        ("http", ["window.example"], 443, {"http://window.example:443"}),
        ("https", ["::1", "10.0.0.7"], 8443, {"https://[::1]:8443", "https://10.0.0.7:8443"}),
        ("https", ["Hall-PC.Local"], 8443, {"https://hall-pc.local:8443"}),
        ("https", [], 8443, set()),
    ],
)
def test_an_origin_is_written_as_a_browser_writes_it(scheme: str, names: list[str], port: int, expected: set[str]) -> None:
    assert origins(scheme, names, port) == expected


def test_there_is_no_origin_of_another_scheme() -> None:
    with pytest.raises(KeyError):
        origins("ftp", ["window.example"], 21)


@pytest.mark.parametrize("bind", ["127.0.0.1", "localhost", "::1", "127.0.0.5"])
def test_on_loopback_one_is_reached_by_every_name_of_loopback_and_no_other(bind: str) -> None:
    assert set(own_names(bind)) == {"localhost", "127.0.0.1", bind}


@pytest.mark.parametrize("bind", ["192.0.2.7", "2001:db8::7", "window.example"])
def test_on_one_address_one_is_reached_by_that_one_only(bind: str) -> None:
    assert own_names(bind) == [bind]


@pytest.mark.parametrize("bind", ANY_ADDRESS)
def test_on_every_address_one_is_reached_by_each_of_them_and_by_name(bind: str) -> None:
    names = own_names(bind)
    assert names == sorted(set(names))
    assert {"localhost", socket.gethostname()} <= set(names)
    assert {local.address for local in local_addresses()} <= set(names)
    assert not set(ANY_ADDRESS) & set(names), "nobody types that"
