"""Which way things flow in the pages: the same tower as in Python, and no package that was not chosen."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.files import ROOT, ours

HEIGHT = {"config": 1, "recordings": 2, "media": 3, "signaling": 4, "kiosk": 5, "counter": 5}
"""A room's script may import from its own room and from lower ones."""
IMPORT = re.compile(r"""(?:\bfrom\s+|\bimport\s*\(?\s*)["']([^"']+)["']""")
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)


def imports(file: Path) -> list[str]:
    """What a script names in its imports."""
    return IMPORT.findall(COMMENT.sub("", (ROOT / file).read_text(encoding="utf-8")))


def target(file: Path, name: str) -> PurePosixPath:
    """Where a relative import leads, from the root."""
    parts: list[str] = []
    for part in (*file.parent.parts, *PurePosixPath(name).parts):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)


def wrong(file: Path, name: str) -> str | None:
    """Why `file` may not import `name`; None when it may."""
    room = file.parts[0]
    if not name.startswith("."):
        return None if name.split("/")[0] in packages(test=".test." in file.name) else "is no package of package.json"
    to = target(file, name.partition("?")[0])
    if to.parts[0] not in HEIGHT:
        return "leads out of the rooms"
    if to.parts[0] != room and HEIGHT[to.parts[0]] >= HEIGHT[room]:
        return "leads up or aside"
    if to.parts[1] not in ("web", "words"):
        return "leads to something that is no page"
    return None


def packages(test: bool) -> set[str]:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    return {*package["dependencies"], *(package["devDependencies"] if test else ())}


def test_the_arrows_of_the_pages() -> None:
    scripts = [file for file in ours(".ts") if file.parts[0] in HEIGHT]
    assert scripts
    found = [f"{file}: {name} {why}" for file in scripts for name in imports(file) if (why := wrong(file, name))]
    assert not found


@pytest.mark.parametrize(
    ("file", "name", "allowed"),
    [
        ("kiosk/web/talk.ts", "../../signaling/web/link.ts", True),
        ("kiosk/web/talk.ts", "../../config/words/en.json", True),
        ("kiosk/web/talk.ts", "./booth.ts", True),
        ("kiosk/web/talk.ts", "lit/decorators.js", True),
        ("kiosk/web/talk.ts", "vitest", False),
        ("kiosk/web/talk.test.ts", "vitest", True),
        ("kiosk/web/talk.ts", "../../counter/web/desk.ts", False),
        ("signaling/web/link.ts", "../../kiosk/web/booth.ts", False),
        ("media/web/publish.ts", "../../signaling/web/link.ts", False),
        ("config/web/words.ts", "../../media/web/tiles.ts", False),
        ("kiosk/web/talk.ts", "../../signaling/wire/talk.py", False),
        ("kiosk/web/talk.ts", "../../tests/helper.ts", False),
        ("kiosk/web/talk.ts", "left-pad", False),
    ],
)
def test_the_rule_itself(file: str, name: str, allowed: bool) -> None:
    assert (wrong(Path(file), name) is None) is allowed


def test_no_markup_from_strings() -> None:
    found = []
    for file in ours(".ts"):
        text = COMMENT.sub("", (ROOT / file).read_text(encoding="utf-8"))
        found += [f"{file}: {word}" for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "unsafeHTML", "eval(") if word in text]
    assert not found


def test_the_lock_names_no_registry_and_every_package_its_digest() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for name, entry in lock["packages"].items():
        assert "resolved" not in entry, name
        assert not name or "integrity" in entry or entry.get("link"), name
