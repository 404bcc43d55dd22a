"""Files of a size that one can hold in the head, each with its purpose in the first line, and no trace of one machine in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.files import ROOMS, ROOT, ours

LONGEST = 350
ALONE = {"recordings/verify.py": 850}
"""What must be whole by itself, and its own bound: an auditor gets this one file, with nothing of ours beside it, and reads it from top to bottom."""
PRINTED = re.compile(r"(^|/)(migrations/versions|generated)/|\.generated\.")
"""Made by a program, read by none."""

# Put together here, or this file would find itself.
FOREIGN = {
    "a folder of one machine": re.compile("|".join([r"(?<![\w.])/" + r"work/\w", r"(?<![\w.])/ro" + r"ot/", r"(?<![\w.])/ho" + r"me/[a-z]+/", r"/tm" + r"p/w\b"])),
    "a package registry": re.compile("registry" + r"\.npmjs\.org|files\." + r"pythonhosted\.org|pypi\.org/" + "simple"),
    "a merge left behind": re.compile(r"^(<{7}|>{7}) ", re.MULTILINE),
}


@pytest.mark.parametrize("suffix", [".py", ".ts"])
def test_no_file_is_too_long(suffix: str) -> None:
    long = {}
    for file in ours(suffix):
        lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
        if lines > ALONE.get(file.as_posix(), LONGEST) and not PRINTED.search(file.as_posix()):
            long[file.as_posix()] = lines
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = []
    for file in ours(".py"):
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        if (tree.body or file.name != "__init__.py") and not ast.get_docstring(tree) and not PRINTED.search(file.as_posix()):
            silent.append(file.as_posix())
    assert not silent


def test_every_page_script_says_what_it_is_for() -> None:
    files = [file for file in ours(".ts") if not PRINTED.search(file.as_posix())]
    assert not [file.as_posix() for file in files if not (ROOT / file).read_text(encoding="utf-8").startswith("/**")]


@pytest.mark.parametrize("what", FOREIGN)
def test_nothing_of_one_machine_is_left_in_the_files(what: str) -> None:
    found = []
    for file in ours():
        try:
            text = (ROOT / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file}: {hit[0]}" for hit in FOREIGN[what].finditer(text)]
    assert not found


def test_every_room_has_its_page() -> None:
    for room in ROOMS:
        page = ROOT / room / "README.md"
        assert page.exists(), f"{room}/README.md is missing"
        assert 10 <= len(page.read_text(encoding="utf-8").splitlines()) <= 120, page.name


def test_only_known_folders_stand_at_the_top() -> None:
    known = {*ROOMS, "tests", "bench", "docs", "deploy", ".ci"}
    assert {file.parts[0] for file in ours() if len(file.parts) > 1} <= known
    assert all(Path(room) / "__init__.py" in ours(".py") for room in ROOMS)


def test_every_exception_to_a_check_has_its_reason() -> None:
    bare = []
    for file in ours(".py"):
        for number, line in enumerate((ROOT / file).read_text(encoding="utf-8").splitlines(), 1):
            found = re.search(r"#\s*(noqa|type: ignore)\b(:?\s*[A-Z0-9, ]*|\[[^\]]*\])(.*)", line)
            if found and not re.search(r"\w{3}", found[3]) and "re." not in line:
                bare.append(f"{file}:{number}")
    assert not bare
