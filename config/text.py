"""What every piece of content shares: a text in both languages, the loader of a folder of TOML files, and its bounded kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from config.problem import Problem
from config.strict import TomlText

HERE = Path(__file__).parent
"""The folder of the content that ships with the product."""

Language = Literal["zh-CN", "en"]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Line = Annotated[str, Meta(min_length=1, max_length=400)]

T = TypeVar("T")


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"zh": "zh-CN"}):
    """One text in both languages; on the wire and in files `{"zh-CN": …, "en": …}`."""

    zh: Line
    en: Line

    def in_(self, language: Language) -> str:
        """The text for a reader of `language`."""
        return self.zh if language == "zh-CN" else self.en


def read_folder(folder: Path, kind: type[T]) -> tuple[list[tuple[TomlText, T]], list[Problem]]:
    """Each `*.toml` of `folder`, by name, as a `kind` with its text; and every problem found on the way."""
    found: list[tuple[TomlText, T]] = []
    problems: list[Problem] = []
    files = sorted(folder.glob("*.toml"))
    if not files:
        problems.append(Problem(str(folder), None, "", "holds no *.toml file"))
    for file in files:
        try:
            text = TomlText(file.read_text(encoding="utf-8"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(file), None, "", f"cannot be read as UTF-8 text: {error}"))
            continue
        value = text.into(kind)
        problems += text.problems
        if value is not None:
            found.append((text, value))
    return found, problems
