"""What is installed is what is written down, and everything that the project asks for is written down."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

from tests.architecture.files import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def check(lock: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "deploy/setup/check_lock.py"), "/dev/stdin"]
    return subprocess.run(command, input=lock, capture_output=True, text=True, timeout=60)


def test_every_requirement_is_locked_to_one_version() -> None:
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9._-]+)==[^\s]+$", LOCK, re.MULTILINE)}
    wanted = [*PROJECT["dependencies"], *(each for extra in PROJECT["optional-dependencies"].values() for each in extra)]
    names = {re.match(r"[A-Za-z0-9._-]+", each)[0].lower().replace("_", "-") for each in wanted}  # type: ignore[index]  # every requirement begins with a name
    assert names <= locked
    assert all(re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[^\s;@]+", line) for line in LOCK.splitlines())


def test_what_is_installed_is_what_is_locked() -> None:
    done = check(LOCK)
    assert done.returncode == 0, done.stderr


def test_another_version_or_a_package_that_is_not_locked_is_told() -> None:
    done = check(re.sub(r"^msgspec==.*$", "msgspec==0.0.1", LOCK, flags=re.MULTILINE).replace("structlog==", "structless=="))
    assert done.returncode == 1
    assert "says 0.0.1" in done.stderr and "structlog" in done.stderr and "the lock says nothing" in done.stderr
