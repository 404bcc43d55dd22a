"""On which line each key and element of a TOML text stands: tomllib gives the values, this gives the places. Pure."""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
# The long delimiters first: `"""` also begins with `"`. A multi-line string may end in up to two quotes of its own.
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")  # a date may be followed by a space and a time


def lines(text: str) -> dict[Path, int]:
    """Path of every table, key and array element → its line, counted from 1. `text` must be valid TOML (v1.0)."""
    return _Scanner(text).document()


class _Scanner:
    """One pass over the text; nothing is validated, since tomllib has done so."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.found: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # array of tables → index of its last element

    def document(self) -> dict[Path, int]:
        here: Path = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.peek("["):
                here = self.header()
            else:
                self.pair(here)
            self.skip(_BLANK)
        return self.found

    def header(self) -> Path:
        line, repeated = self.line, self.peek("[[")
        self.take(2 if repeated else 1)
        path = self.key((), stop="]")
        self.take(2 if repeated else 1)
        if repeated:
            index = self.tables[path] = self.tables.get(path, -1) + 1
            self.note(path, line)
            path = (*path, index)
        self.note(path, line)
        return path

    def pair(self, table: Path) -> None:
        line = self.line
        path = self.key(table, stop="=")
        self.take(1)
        self.note(path, line, above=len(table))
        self.skip(_SPACE)
        self.value(path)

    def key(self, table: Path, stop: str) -> Path:
        """A dotted key; an array of tables on the way means its last element."""
        path = table
        while True:
            self.skip(_SPACE)
            if path in self.tables:
                path = (*path, self.tables[path])
            quoted = _STRING.match(self.text, self.at)
            found = quoted or _BARE.match(self.text, self.at)
            assert found is not None, "tomllib accepted the text"
            word = found.group()
            path = (*path, tomllib.loads(f"k = {word}")["k"] if quoted else word)
            self.take(len(word))
            self.skip(_SPACE)
            if self.peek(stop):
                return path
            self.take(1)  # the dot

    def value(self, path: Path) -> None:
        if self.peek("["):
            self.items(path)
        elif self.peek("{"):
            self.inline(path)
        else:
            found = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            assert found is not None, "tomllib accepted the text"
            self.take(len(found.group()))

    def items(self, path: Path) -> None:
        self.take(1)
        self.skip(_BLANK)
        index = 0
        while not self.peek("]"):
            self.note((*path, index), self.line)
            self.value((*path, index))
            self.skip(_BLANK)
            if self.peek(","):
                self.take(1)
                self.skip(_BLANK)
            index += 1
        self.take(1)

    def inline(self, path: Path) -> None:
        self.take(1)
        self.skip(_BLANK)
        while not self.peek("}"):
            self.pair(path)
            self.skip(_BLANK)
            if self.peek(","):
                self.take(1)
                self.skip(_BLANK)
        self.take(1)

    def note(self, path: Path, line: int, above: int = 0) -> None:
        """Remember a place, and that of the tables it opens on the way."""
        for end in range(above + 1, len(path) + 1):
            self.found.setdefault(path[:end], line)

    def peek(self, word: str) -> bool:
        return self.text.startswith(word, self.at)

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.take(len(found.group()))

    def take(self, count: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count
