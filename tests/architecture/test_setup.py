"""The set-up scripts: they can be read by any shell, find a Python that works, and speak when they find none."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.architecture.files import ROOT

SCRIPTS = sorted(file for file in [*(ROOT / "deploy/setup").iterdir(), ROOT / ".ci/run"] if file.is_file() and file.suffix != ".py")


def run(*command: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_any_shell_can_read_it(script: Path) -> None:
    done = run("/bin/sh", "-n", str(script), path=os.defpath)
    assert done.returncode == 0, done.stderr
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\n# ") == (script.suffix != ".sh")
    assert bool(script.stat().st_mode & 0o100) == (script.suffix != ".sh")


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_the_newest_python_that_works_is_found(tmp_path: Path) -> None:
    program(tmp_path, "python3.13", "exit 127")  # a shim for nothing
    program(tmp_path, "python3.12", "exit 0")
    program(tmp_path, "python3.11", "exit 0")
    done = run("/bin/sh", "deploy/setup/find-python", path=str(tmp_path))
    assert done.stdout.strip() == str(tmp_path / "python3.12"), done.stderr


def test_no_python_is_said_in_a_sentence(tmp_path: Path) -> None:
    program(tmp_path, "python3", "exit 1")  # too old
    done = run("/bin/sh", "deploy/setup/find-python", path=str(tmp_path))
    assert done.returncode == 1 and not done.stdout
    assert "no Python 3.11 to 3.14" in done.stderr and "apt install python3" in done.stderr


def test_a_lacking_component_is_a_sentence_for_a_person_and_a_failure_in_ci(tmp_path: Path) -> None:
    program(tmp_path, "fc-list", "exit 1")
    command = "CI={}; . deploy/setup/lib.sh; lacking 'no browser'; echo went on"
    person = run("/bin/sh", "-c", command.format(""), path=str(tmp_path))
    assert (person.returncode, person.stdout, person.stderr) == (0, "went on\n", "set-up: no browser\n")
    server = run("/bin/sh", "-c", command.format("true"), path=str(tmp_path))
    assert (server.returncode, server.stdout) == (1, "")


def test_the_machine_s_own_node_is_used_when_it_is_new_enough(tmp_path: Path) -> None:
    program(tmp_path, "node", "exit 0")
    program(tmp_path, "npm", 'echo "npm of the machine: $*"')
    done = run("/bin/sh", "deploy/setup/npm", "ci", "--no-audit", path=f"{tmp_path}:{os.defpath}")
    assert done.stdout == "npm of the machine: ci --no-audit\n", done.stderr
