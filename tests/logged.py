"""The log of this process as a text, for as long as a test wants it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog

from config.logs import configure


@contextmanager
def logged(level: str = "debug", format: Literal["console", "json"] = "json") -> Iterator[io.StringIO]:
    """What is logged meanwhile; afterwards the logging is as it was."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, before = root.handlers[:], root.level
    configure(level, format, stream)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
        logging.captureWarnings(False)
        structlog.reset_defaults()
