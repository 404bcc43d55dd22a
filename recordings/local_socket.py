"""A UNIX socket in a folder of any depth: its address holds 108 bytes (unix(7)), a path may be longer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST = 107
"""Bytes of a path that fit into an address with the zero that ends it."""


@contextmanager
def address(path: Path) -> Iterator[str]:
    """The path to bind or connect to, good while the context lasts: a long one is said by a handle of its folder. Raises OSError."""
    if len(os.fsencode(path)) <= LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
