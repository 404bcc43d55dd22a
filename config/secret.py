"""Secrets that do not show themselves: masked wherever they are printed, read from files that only their owner can read."""

from __future__ import annotations

import hmac
import os
import stat
from pathlib import Path

from config.problem import BadConfiguration, Problem

LARGEST = 64 * 1024
"""Bytes; a longer file is no secret but a mistake."""


class Secret:
    """A text that must not reach a log, a traceback or a message by accident. `reveal()` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; call it where it is used, not before."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        # Constant time: how many characters were right is nobody's business.
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")


def read_secret(path: Path) -> Secret:
    """The first line of a file of mode 0600 or stricter that belongs to this user or root.

    Raises BadConfiguration `bad-secret`, whose text names the file and never its content.
    """
    try:
        # The open file is asked, not the name: between two looks a name may come to mean another file.
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            problem = _problem(about)
            content = b"" if problem else file.read(LARGEST + 1)
    except OSError as error:
        raise _bad(path, f"cannot be read: {error.strerror}") from None
    if problem:
        raise _bad(path, problem)
    if len(content) > LARGEST:
        raise _bad(path, f"holds more than {LARGEST} bytes")
    try:
        text = content.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise _bad(path, "is not UTF-8 text") from None
    if not text or "\n" in text:
        raise _bad(path, "must hold the secret in one line")
    return Secret(text)


def _problem(about: os.stat_result) -> str:
    if not stat.S_ISREG(about.st_mode):
        return "is not a regular file"
    if about.st_mode & 0o077:
        return f"can be read by others (mode {stat.S_IMODE(about.st_mode):04o}): chmod 600"
    if about.st_uid not in (0, os.geteuid()):
        return "belongs to another user"
    return ""


def _bad(path: Path, reason: str) -> BadConfiguration:
    return BadConfiguration("bad-secret", [Problem(str(path), None, "", reason)])
