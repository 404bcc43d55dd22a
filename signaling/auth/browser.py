"""What browsers do for us: cookies that only our own pages send back, and the origin that a request comes from. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal
from urllib.parse import urlsplit

from config.settings import is_loopback

LOGIN_COOKIE = "__Host-login"
KIOSK_COOKIE = "__Host-kiosk"
CookieName = Literal["__Host-login", "__Host-kiosk"]

_PORTS = {"http": 80, "https": 443}


def cookie(name: CookieName, token: str, seconds: float) -> dict[str, Any]:
    """The keyword arguments of aiohttp's `set_cookie`. `__Host-` binds it to this host and to TLS (RFC 6265bis, 4.1.3.2).

    Browsers take a Secure cookie over plain HTTP from loopback addresses, and from nowhere else.
    """
    return {"name": name, "value": token, "max_age": int(seconds), "path": "/", "secure": True, "httponly": True, "samesite": "Strict"}


def no_cookie(name: CookieName) -> dict[str, Any]:
    """The keyword arguments that take the cookie back; a browser wants to see the same attributes."""
    return cookie(name, "", 0)


def origin_allowed(origin: str | None, host: str, allowed: Collection[str]) -> bool:
    """Whether a POST or a socket may come from a page of `origin` (RFC 6454); asked for every one, whatever its cookies.

    `host` is the request's Host header. With `allowed` origins only those are good; without, only the server's own address, over
    plain HTTP only when that is this machine. A missing or `null` origin is never good.
    """
    found = _parts(origin)
    if found is None:
        return False
    if allowed:
        return found in {_parts(each) for each in allowed}
    scheme, name, _ = found
    own = _parts(f"{scheme}://{host}")
    return own == found and (scheme == "https" or is_loopback(name))


def _parts(origin: str | None) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what is no origin, for instance `null`, or one with a path or a user."""
    if not origin or not origin.isascii() or any(c <= " " for c in origin):
        return None
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or origin.count("/") != 2 or "?" in origin or "#" in origin or "\\" in origin:
        return None
    return parts.scheme, parts.hostname, port if port is not None else _PORTS[parts.scheme]
