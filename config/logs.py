"""Logs as data: one event is one line, nothing in it can pretend to be another line, and no person stands in it.

Programs call `configure` once; libraries take a logger. What other packages say through `logging` goes the same way.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

import structlog

from config.id_number import LENGTH, hide_numbers, holds_number

Event = MutableMapping[str, Any]
Logger = structlog.typing.FilteringBoundLogger

MASK = "***"
PERSONAL = frozenset({
    "resident", "person", "person_name", "display_name", "note", "phone", "id_number", "address_line",
    "password", "key", "token", "secret", "cookie", "authorization", "code_entered", "sdp",
})  # fmt: skip
"""Keys whose values never reach a log, whoever adds them."""

# Resident identity card (GB 11643: 17 digits and a check character) and mobile number, wherever they stand in a text.
_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")

_AS_LARGE = 10 ** (LENGTH - 1)


def configure(level: str = "info", format: Literal["console", "json"] = "console", stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (default: standard error). Calling it again replaces what was set before."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # a logger made before `configure` obeys it too
    )
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_persons,
                as_json if format == "json" else as_text,
            ],
        )
    )
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("aiohttp.access", "aioice", "aiortc", "alembic", "websockets"):
        # Their "info" is one line per packet or request, and holds addresses.
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def get_logger(name: str, **fields: Any) -> Logger:
    """A logger of the room or program `name`, with `fields` in each of its events. It may be made before `configure` is called."""
    logger: Logger = structlog.get_logger(name, **fields)
    return logger


def without_persons(_logger: object, _method: str, event: Event) -> Event:
    """Masks personal keys, however deep they stand, and identity card and telephone numbers in any text."""
    return {key: _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if key.lower() in PERSONAL:
        return MASK
    if isinstance(value, str):
        return _NUMBERS.sub(MASK, value)
    if isinstance(value, Mapping):
        return {str(inner): _masked(str(inner), below) for inner, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(key, each) for each in value]
    if isinstance(value, int) and abs(value) >= _AS_LARGE:
        return MASK if holds_number(str(value)) else value  # as a number in JSON it could not be hidden in the line
    if value is None or isinstance(value, bool | float | int):
        return value
    return _NUMBERS.sub(MASK, str(value))


def as_json(_logger: object, _method: str, event: Event) -> str:
    """One JSON object in one line, UTF-8, safe to print on a terminal."""
    first = {key: event.pop(key) for key in ("at", "level", "logger", "event") if key in event}
    return _sent(json.dumps({**first, **event}, ensure_ascii=False, default=str))


def as_text(_logger: object, _method: str, event: Event) -> str:
    """One line for people: time, level, logger, what happened, and its fields."""
    head = [str(event.pop(key, "")) for key in ("at", "level", "logger", "event")]
    head[1] = head[1].ljust(7)
    fields = [f"{key}={json.dumps(value, ensure_ascii=False, default=str)}" for key, value in event.items()]
    return _sent(" ".join([*head, *fields]))


def _sent(text: str) -> str:
    """The net under all the rest: no identity number leaves in a line, wherever in it it stands (a key, a path, a traceback)."""
    return hide_numbers(one_line(text), MASK)


def one_line(text: str) -> str:
    r"""`text` with whatever could break the line, move the cursor or turn the reading direction written as in JSON: `\n`, `\u202e`."""
    if text.isprintable():
        return text
    # Not printable: control (Cc), format (Cf: bidi, zero width, tags), surrogates, unassigned, and separators other than the space.
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)
