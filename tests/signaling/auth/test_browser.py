"""Which pages may talk to the server, and what keeps its cookies its own."""

from __future__ import annotations

import pytest

from signaling.auth.browser import KIOSK_COOKIE, LOGIN_COOKIE, cookie, no_cookie, origin_allowed

OFFICE = ["https://window.haiyan.example"]


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("https://window.haiyan.example", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example:443", "10.0.0.5:8443", OFFICE),
        ("https://WINDOW.haiyan.example", "x", OFFICE),
        ("http://127.0.0.1:8443", "127.0.0.1:8443", []),
        ("http://localhost:8443", "localhost:8443", []),
        ("http://[::1]:8443", "[::1]:8443", []),
        ("https://10.0.0.5:8443", "10.0.0.5:8443", []),
        ("https://window.example", "window.example:443", []),
    ],
)
def test_our_own_pages_are_welcome(origin: str, host: str, allowed: list[str]) -> None:
    assert origin_allowed(origin, host, allowed)


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "127.0.0.1:8443", []),
        ("", "127.0.0.1:8443", []),
        ("null", "127.0.0.1:8443", []),
        ("null", "null", ["null"]),
        ("https://evil.example", "127.0.0.1:8443", []),
        ("http://127.0.0.1:9000", "127.0.0.1:8443", []),
        ("http://localhost:8443", "127.0.0.1:8443", []),
        ("http://10.0.0.5:8443", "10.0.0.5:8443", []),  # plain HTTP only on this machine
        ("http://evil.example:8443", "evil.example:8443", []),  # a name that somebody pointed at us (DNS rebinding), over plain HTTP
        ("http://window.haiyan.example", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example:8443", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example.evil.example", "window.haiyan.example", OFFICE),
        ("https://evilwindow.haiyan.example", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example@evil.example", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example/", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example?x", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example#x", "window.haiyan.example", OFFICE),
        ("https://evil.example\\window.haiyan.example", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example\r\nX: y", "window.haiyan.example", OFFICE),
        (" https://window.haiyan.example", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example:99999", "window.haiyan.example", OFFICE),
        ("https://window.haiyan.example:x", "window.haiyan.example", OFFICE),
        ("https://[window", "[window", []),
        ("file://", "", []),
        ("chrome-extension://abcdef", "abcdef", []),
        ("https://window.ha\u0131yan.example", "window.haiyan.example", OFFICE),
        # An allow-list replaces the server's own address.
        ("http://127.0.0.1:8443", "127.0.0.1:8443", OFFICE),
    ],
)
def test_everybody_elses_are_not(origin: str | None, host: str, allowed: list[str]) -> None:
    assert not origin_allowed(origin, host, allowed)


def test_cookies_are_out_of_reach_of_scripts_of_other_hosts_and_of_other_sites() -> None:
    assert cookie(LOGIN_COOKIE, "token", 3600.9) == {
        "name": "__Host-login", "value": "token", "max_age": 3600, "path": "/", "secure": True, "httponly": True, "samesite": "Strict",
    }
    gone = no_cookie(KIOSK_COOKIE)
    assert (gone["name"], gone["value"], gone["max_age"]) == ("__Host-kiosk", "", 0)
    assert gone.keys() == cookie(KIOSK_COOKIE, "x", 1).keys()
