"""Every code that is sent stands in one table, and nothing stands there that is never sent."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.words import load_words
from signaling.wire.codes import CODES

SIGNALING = Path(__file__).parents[3] / "signaling"
SPOKEN_BY = {"Closed", "Refusal", "NotNow", "NotAllowed", "BadMessage", "Refused", "Bye", "Problem", "refuse"}
"""Calls whose code reaches the other side."""
LOCAL = {"participant.py", "entrance.py", "demo.py", "demo_data.py", "serve.py", "admin.py", "admin_evidence.py", "admin_desk.py", "admin_kiosks.py", "admin_powers.py", "admin_services.py", "admin_record.py", "administration.py", "admin_handovers.py", "intake.py", "events.py", "drops.py", "__main__.py"}
"""Programs and the ends' half: what they raise is told to whoever started them."""


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(SIGNALING.rglob("*.py")):
        if file.name not in LOCAL and file.parent.name != "wire":
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def spoken(tree: ast.Module) -> Iterator[str]:
    """Codes written out where something is refused or closed, or as a default there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            if name in SPOKEN_BY and name not in ("NotNow", "NotAllowed", "BadMessage"):  # whose first argument is the reason
                given += node.args[:1]
            if name in SPOKEN_BY:
                yield from (each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str))


def test_whatever_is_refused_has_its_code_in_the_table() -> None:
    missing = {code: file.relative_to(SIGNALING) for file, tree in sources() for code in spoken(tree) if code not in CODES}
    assert not missing, f"add to signaling/wire/codes.py: {missing}"


def test_whatever_stands_in_the_table_is_said_somewhere() -> None:
    node = (SIGNALING.parent / "media").glob("*.py")  # its refusals pass through unchanged
    text = "".join(file.read_text(encoding="utf-8") for file in [*node, *(file for file, _ in sources())])
    unused = [code for code in CODES if f'"{code}"' not in text]
    assert not unused


def test_codes_are_codes_and_meanings_are_sentences() -> None:
    for code, entry in CODES.items():
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", code)
        assert entry.where and len(entry.meaning) > 10


def test_people_read_a_sentence_for_every_code_in_both_languages() -> None:
    words = load_words()
    assert [code for code in CODES if f"error.{code}" not in words] == []
