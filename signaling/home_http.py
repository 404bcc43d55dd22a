"""A home's system that takes CloudEvents 1.0 over HTTPS, in binary mode: attributes and signature as headers, the electronic file as body."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

import aiohttp
import msgspec

from recordings.handover import NotHandedOver, attributes, receipt_number
from signaling.office.handover_ports import Delivery, HomeAway, HomeFailed, HomeRefused

CONNECT_SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024
LATER = frozenset({408, 425, 429, 502, 503, 504})
"""Statuses by which a system, or what stands before it, says: not now."""
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


class EventsOverHttp:
    """`address`: where events are POSTed to. `seconds` for the whole of a delivery. `ca`: an authority of one's own (PEM), beside nothing else."""

    def __init__(self, address: str, seconds: float, ca: Path | None = None) -> None:
        self._address = address
        self._seconds = seconds
        self._ca = ca
        self._http: aiohttp.ClientSession | None = None

    async def deliver(self, delivery: Delivery) -> str:
        """The number of the receipt. Raises HomeAway, HomeFailed, HomeRefused."""
        told = attributes(delivery.statement, delivery.record)
        headers = {"Content-Type": told.pop("datacontenttype"), **{f"ce-{name}": value for name, value in told.items()}}
        delivery.file.seek(0)
        try:
            async with self._session().post(self._address, headers=headers, data=delivery.file.read(), allow_redirects=False) as answer:
                return _judged(answer, await _body(answer), delivery)
        except (aiohttp.ClientError, TimeoutError, OSError, ssl.SSLError) as error:
            raise HomeAway("home-away", f"{self._address}: {str(error) or type(error).__name__}") from None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=self._seconds, sock_connect=CONNECT_SECONDS)
            context = ssl.create_default_context(cafile=str(self._ca) if self._ca else None)
            # Not asked to be closed: a system that answers twice would then break the protocol. What comes behind an answer ends the connection.
            connector = aiohttp.TCPConnector(ssl=context)
            self._http = aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=False, cookie_jar=aiohttp.DummyCookieJar())
        return self._http


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for piece in answer.content.iter_chunked(8192):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise HomeFailed("bad-receipt", f"the answer has more than {LARGEST_ANSWER} bytes")
    return body


def _judged(answer: aiohttp.ClientResponse, body: bytes, delivery: Delivery) -> str:
    if answer.status in (200, 201):
        try:
            return receipt_number(body, delivery.statement)
        except NotHandedOver as error:
            raise HomeFailed("bad-receipt", str(error)) from None
    if answer.status in LATER:
        raise HomeAway("home-busy", f"HTTP status {answer.status}", _seconds(answer.headers.get("Retry-After", "")))
    code = _code(body)
    if 400 <= answer.status < 500 and code is not None:
        raise HomeRefused(code, f"HTTP status {answer.status}")
    raise HomeFailed(f"http-{answer.status}", "no answer of a receiver")


def _code(body: bytes) -> str | None:
    """The stable code of a refusal, `{"error": "…"}`; None where there is none, and something between here and there has answered."""
    try:
        code = msgspec.json.decode(body, type=dict[str, object]).get("error")
    except msgspec.DecodeError:
        return None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0.0
