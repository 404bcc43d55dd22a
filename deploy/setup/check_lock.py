"""Compares what is installed beside this interpreter with a lock file: every package must stand there in the same version."""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

OWN = {"virtual-window", "pip", "setuptools", "wheel"}
"""The product itself, and what every virtual environment begins with."""


def plain(name: str) -> str:
    """The form in which names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text: str) -> dict[str, str]:
    """Name → version out of the lines `name==version`."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", text, re.MULTILINE)
    return {plain(name): version for name, version in found}


def differences(known: dict[str, str]) -> list[str]:
    """One sentence for each installed package that is not as locked."""
    installed = {plain(each.metadata["Name"]): each.version for each in distributions()}
    return [
        f"{name} {version}: the lock says {known.get(name, 'nothing')}"
        for name, version in sorted(installed.items())
        if name not in OWN and known.get(name) != version
    ]


def main() -> int:
    """The command line: `check_lock.py requirements.lock`."""
    wrong = differences(locked(Path(sys.argv[1]).read_text(encoding="utf-8")))
    for sentence in wrong:
        sys.stderr.write(f"{sentence}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
