"""One event is one line; nothing in it can pretend to be another; no person stands in it."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config import logs
from config.id_number import check_digit, holds_number
from config.logs import configure, get_logger, one_line
from config.secret import Secret


@pytest.fixture(autouse=True)
def restore() -> Iterator[None]:
    """The logging of this process is put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def written(format: Literal["console", "json"] = "json", level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    configure(level, format, stream)
    return stream


def events(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


EVIL = "ok\n2026-01-01 error forged\r\x1b[2J\x1b]0;title\x07 \u202etxt.exe \u2066x\u2069 \u2028 \x85 \ud800 \U000e0041"


@pytest.mark.parametrize("format", ["console", "json"])
def test_one_event_is_one_printable_line(format: Literal["console", "json"]) -> None:
    stream = written(format)
    get_logger("media").info("room opened", room=EVIL, nested={EVIL: [EVIL]})
    try:
        raise ValueError(EVIL)
    except ValueError:
        get_logger("media").exception("failed")
    logging.getLogger("other").warning("said %s", EVIL)
    text = stream.getvalue()
    assert text.count("\n") == 3
    assert text.replace("\n", "").isprintable()


def test_json_gives_back_what_was_said() -> None:
    stream = written()
    get_logger("media.node", node="n1").info("room opened", room=EVIL, count=3, ratio=0.5, on=True, none=None)
    (event,) = events(stream)
    at = event.pop("at")
    assert str(at).endswith("Z")
    assert event == {
        "level": "info", "logger": "media.node", "event": "room opened", "node": "n1", "room": EVIL, "count": 3, "ratio": 0.5, "on": True, "none": None,
    }  # fmt: skip


@pytest.mark.parametrize("format", ["console", "json"])
def test_no_person_is_written_down(format: Literal["console", "json"]) -> None:
    stream = written(format)
    log = get_logger("office")
    log.info(
        "ticket taken", resident="张三canary", note="canary-note", password="canary-pass", ticket=Secret("canary-secret"),
        deep={"person_name": "canary-deep", "list": [{"sdp": "canary-sdp"}]}, said="call 13812345678", card=["11010519491231002X"],
    )  # fmt: skip
    try:
        raise ValueError("card 330424199001011234 of a resident")
    except ValueError:
        log.exception("failed")
    logging.getLogger("other").error("phone 13912345678")
    for canary in ("canary", "13812345678", "11010519491231002X", "330424199001011234", "13912345678"):
        assert canary not in stream.getvalue()
    assert logs.MASK in stream.getvalue()


def test_times_and_counts_are_not_taken_for_numbers_of_persons() -> None:
    stream = written()
    get_logger("x").info("took", nanoseconds=1790000000123456789, text="1790000000123456789 and 1790000000.123")
    (event,) = events(stream)
    assert event["nanoseconds"] == 1790000000123456789
    assert event["text"] == "1790000000123456789 and 1790000000.123"


def test_levels_warnings_and_context() -> None:
    before = get_logger("early", node="n1")
    stream = written(level="warning")
    structlog.contextvars.bind_contextvars(session="s1")
    before.info("not written")
    before.warning("written")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("careful", stacklevel=1)
    first, second = events(stream)
    assert (first["event"], first["session"], first["node"], first["logger"], first["level"]) == ("written", "s1", "n1", "early", "warning")
    assert "careful" in str(second["event"])


def test_packets_and_requests_of_other_packages_are_not_logged_at_info() -> None:
    stream = written()
    logging.getLogger("aioice.ice").info("check 10.0.0.1")
    logging.getLogger("aiohttp.access").info("GET / 10.0.0.1")
    logging.getLogger("aiohttp.server").error("kept")
    assert [event["event"] for event in events(stream)] == ["kept"]


@given(st.text())
def test_any_text_becomes_one_printable_line(text: str) -> None:
    assert one_line(text).isprintable()
    if text.isprintable():
        assert one_line(text) == text


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    first = f"{draw(st.integers(100000, 999999))}{draw(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + check_digit(first)


@pytest.mark.parametrize("format", ["console", "json"])
@given(number=identity_numbers(), around=st.text(max_size=20))
def test_no_identity_number_leaves_in_a_line(format: Literal["console", "json"], number: str, around: str) -> None:
    """Wherever somebody put it: the sentence, a field, a key, a number of the machine's, a traceback, another package's line."""
    stream = written(format)
    text = around + number + around
    log = get_logger("office")
    log.info(text, **{f"of {text}": 1}, deep={text: [text]}, spoken=f"{number[:6]} {number[6:14]} {number[14:]}", glued=f"1{number}9")
    if number.isdigit():
        log.info("counted", count=int(number), below=-int(number), each=[int(number)], more=int(f"{number}0"))
    logging.getLogger("other").warning("said %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("failed")
    assert number not in stream.getvalue()
    assert not holds_number(stream.getvalue().replace("\n", "\n\n"))
    if format == "json":
        events(stream)  # every line is still one object
