"""How `virtual-window admin …` answers: one JSON object with --json, otherwise a table whose columns stand under each other.

What was asked for goes to standard output, alone; sentences about it go to standard error.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

from config.logs import one_line
from config.text import Text

GAP = "  "


def answer(text: str) -> None:
    """What was asked for."""
    print(text, flush=True)  # noqa: T201 - a program answers on standard output


def tell(text: str) -> None:
    """A sentence about it, to the operator."""
    print(text, file=sys.stderr)  # noqa: T201 - a program speaks to its operator


def answer_json(value: dict[str, Any]) -> None:
    """One object; its field names stay (docs/admin.md)."""
    answer(json.dumps(value, ensure_ascii=False, indent=2))


def answer_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A line of heads, then one for each row."""
    answer("\n".join(table([heads, *rows])))


def answer_facts(facts: Sequence[tuple[str, str]]) -> None:
    """A fact a line, its name before it."""
    answer("\n".join(table(facts)))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with columns of the width of their widest cell; a Chinese character is two columns wide."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    most = max((len(row) for row in cells), default=0)
    widths = [max((width(row[n]) for row in cells if n < len(row)), default=0) for n in range(most)]
    return [GAP.join(cell + " " * (widths[n] - width(cell)) for n, cell in enumerate(row)).rstrip() for row in cells]


def width(text: str) -> int:
    """How many columns of a terminal it takes."""
    return sum(0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def both(text: Text) -> dict[str, str]:
    """A text as JSON has it."""
    return {"zh-CN": text.zh, "en": text.en}


def named(text: Text) -> str:
    """A text as a line has it."""
    return f"{text.zh} {text.en}"
