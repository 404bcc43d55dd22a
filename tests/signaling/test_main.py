"""`virtual-window` itself: it knows its commands and says so to whoever types another."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "signaling", *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("arguments", [(), ("serv",), ("--verbose",)])
def test_whoever_types_no_command_is_shown_the_commands(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "virtual-window COMMAND" in done.stderr
    for command in ("serve", "demo", "admin", "custody", "verify"):
        assert command in done.stderr


def test_help_is_an_answer_and_no_mistake() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "serve" in done.stdout


@pytest.mark.parametrize("command", ["serve", "demo", "admin", "custody", "verify"])
def test_each_command_explains_itself(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert "--data" in done.stdout or command in ("admin", "verify")
