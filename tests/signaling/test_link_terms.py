"""What a sender is told about a message that cannot be read, and what a frame must be before it is looked at."""

from __future__ import annotations

import msgspec
import pytest

from signaling.link_terms import Closed, LinkPolicy, bad_message, unfit
from signaling.wire.visit import FromKiosk


@pytest.mark.parametrize(("raw", "path", "re"), [
    (b'{"type":"rate","id":"request-1","session":"session-1","stars":9}', "$.stars", "request-1"),
    (b'{"type":"rate","id":"request-1","session":"session-1","stars":3,"more":1}', "$", "request-1"),
    (b'{"type":"dance","id":"request-1"}', "$.type", "request-1"),
    (b'{"type":"rate","id":"<script>","session":"session-1","stars":3}', "$.id", None),
    (b'{"type":"rate"', None, None),
    (b"\xff\xfe", None, None),
])
def test_the_place_and_the_command_are_named(raw: bytes, path: str | None, re: str | None) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeError)) as refused:
        msgspec.json.decode(raw, type=FromKiosk)
    bad = bad_message(refused.value, raw)
    assert (bad.code, bad.re) == ("bad-message", re)
    assert bad.path == path or (path == "$" and bad.path is None)
    assert 0 < len(bad.text) <= 200


def test_a_fit_frame_is_let_through() -> None:
    assert unfit('{"type":"ack","ack":1}', LinkPolicy()) is None


@pytest.mark.parametrize(("closed", "code"), [
    (Closed("too-slow"), 1013), (Closed("binary-refused"), 1003), (Closed("too-big"), 1009), (Closed("too-fast"), 1008),
    (Closed("taken-over", again=True), 1000), (Closed("leaving", by="them"), 1000), (Closed("silent"), 1001),
])
def test_every_reason_has_a_socket_code(closed: Closed, code: int) -> None:
    assert closed.socket_code == code
