"""What is wrong with a configuration: file, line, key, the reason, and what is allowed; all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `file` is a path as it was given, or `environment`; `line` counts from 1, None where there is no line."""

    file: str
    line: int | None
    key: str
    reason: str
    allowed: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f" {self.key}:" if self.key else ""
        return f"{place}:{key} {self.reason}" + (f" ({self.allowed})" if self.allowed else "")


class BadConfiguration(ValueError):
    """A configuration that is not used, with every mistake found in it, in the order of the file.

    `code` is stable: `bad-settings`, `bad-jurisdictions`, `bad-catalogue`, `bad-words` or `bad-secret`.
    """

    def __init__(self, code: str, problems: Sequence[Problem]) -> None:
        self.code = code
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
        super().__init__("\n".join(f"{code}: {problem}" for problem in self.problems))
