"""The word by which the kiosk's own page proves itself to the agent: in a file that only the kiosk's user can read."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from config.problem import BadConfiguration, Problem
from config.secret import Secret, read_secret


def door_token(file: Path) -> Secret:
    """The file's word; a new one of 256 random bits where there is no file yet. Raises BadConfiguration `bad-secret`."""
    try:
        with suppress(FileExistsError):
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as new:
                new.write(secrets.token_urlsafe(32) + "\n")
    except OSError as error:
        raise BadConfiguration("bad-secret", [Problem(str(file), None, "", f"cannot be made: {error.strerror}")]) from None
    return read_secret(file)
