"""TOML into typed values, or every mistake with file, line, key, reason and what is allowed."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
import types
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import inspect

from config.problem import Problem
from config.toml_lines import Path, lines

T = TypeVar("T")

_AT_LINE = re.compile(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)
_AT_PATH = re.compile(r"^(.*?)(?: - at `(?:key in )?\$([^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


class TomlText:
    """A parsed TOML text that knows its lines. `problems` holds the syntax error, if there is one; then `values` is empty."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self._lines: dict[Path, int] = {}
        try:
            self.values = tomllib.loads(text)
            self._lines = lines(text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.match(str(error))
            reason, line = (found[1], found[2]) if found else (str(error), None)
            self.problems = [Problem(file, int(line) if line else text.count("\n") + 1, "", reason, "TOML, https://toml.io")]

    def line(self, path: Path) -> int | None:
        """Line of the deepest known part of `path`."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._lines:
                return self._lines[path[:end]]
        return 1 if self._lines else None

    def problem(self, path: Path, reason: str, allowed: str = "") -> Problem:
        """A mistake at `path` of this text."""
        return Problem(self.file, self.line(path), dotted(path), reason, allowed)

    def into(self, kind: type[T]) -> T | None:
        """The whole text as a `kind`, or None with what is wrong added to `problems`."""
        if self.problems:
            return None
        self.problems += [self.problem(*mistake) for mistake in mistakes(self.values, kind)]
        return None if self.problems else msgspec.convert(self.values, kind)


Mistake = tuple[Path, str, str]


def mistakes(value: Any, kind: Any, path: Path = (), strict: bool = True) -> list[Mistake]:
    """Everything that keeps `value` from being a `kind`: (path, reason, what is allowed), part by part.

    msgspec itself stops at the first mistake. `strict` false also takes numbers and booleans written as text.
    """
    parts: list[Mistake] = []
    inner = _shape(kind, value)
    if is_struct_type(inner):
        fields = _fields(inner)
        parts = _unknown(value, list(fields), path)
        for name, field in fields.items():
            if name in value:
                parts += mistakes(value[name], field.type, (*path, name), strict)
            elif field.required:
                parts.append(((*path, name), "is missing", allowed(field.type)))
    elif inner is not None:
        parts = [found for i, item in enumerate(value) for found in mistakes(item, get_args(inner)[0], (*path, i), strict)]
    # Only a value whose parts are right can be asked whether it is right as a whole.
    return parts or _whole(value, kind, path, strict)


def _shape(kind: Any, value: Any) -> Any:
    """The struct or list inside `kind` (behind bounds, beside other kinds) that this value is meant to be; None where there are no parts."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _shape(get_args(kind)[0], value)
    if origin in (Union, types.UnionType):
        found = [shape for each in get_args(kind) if (shape := _shape(each, value)) is not None]
        return found[0] if len(found) == 1 else None
    meant = isinstance(value, list) if origin is list else is_struct_type(kind) and isinstance(value, Mapping)
    return kind if meant else None


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """By their names in a file. Kept: annotations are read anew each time, and a catalogue has a thousand tables."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def is_struct_type(kind: Any) -> bool:
    """Whether `kind` is a class of ours with named fields."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _unknown(value: Mapping[str, Any], known: list[str], path: Path) -> list[Mistake]:
    found: list[Mistake] = []
    for name in value:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}? " if close else ""
            found.append(((*path, name), "is not known", f"{hint}known here: {', '.join(known)}"))
    return found


def _whole(value: Any, kind: Any, path: Path, strict: bool) -> list[Mistake]:
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        found = _AT_PATH.match(str(error))
        assert found is not None, "the pattern takes any text"
        below = tuple(int(index) if index else name for name, index in _STEP.findall(found[2] or ""))
        return [((*path, *below), found[1] + _seen(found[1], value), allowed(kind))]
    return []


def _seen(reason: str, value: Any) -> str:
    """The value itself, where it is short and not yet in the sentence."""
    plain = isinstance(value, str | int | float) and len(repr(value)) <= 60
    return f", not {value!r}" if plain and repr(value) not in reason else ""


def dotted(path: Path) -> str:
    """`("kiosks", 0, "id")` → `kiosks[0].id`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def allowed(kind: Any) -> str:
    """What a value of this type may be, in words; empty for a struct."""
    return _words(inspect.type_info(kind))


def _words(shape: inspect.Type) -> str:
    match shape:
        case inspect.Metadata():
            return _words(shape.type)
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "a whole number" + _bounds(shape)
        case inspect.FloatType():
            return "a number" + _bounds(shape)
        case inspect.StrType():
            size = f" of at most {shape.max_length} characters" if shape.max_length else ""
            return f"a text{size}" + (f" like {shape.pattern}" if shape.pattern else "")
        case inspect.LiteralType():
            return "one of " + ", ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in shape.values)
        case inspect.DateType():
            return "a date, for instance 2026-10-01"
        case inspect.ListType():
            return f"a list; each {_words(shape.item_type)}".removesuffix("; each ")
        case inspect.UnionType():
            return " or ".join(_words(each) for each in shape.types if not isinstance(each, inspect.NoneType))
        case _:
            return ""


def _bounds(shape: inspect.IntType | inspect.FloatType) -> str:
    lower = f" from {_number(shape.ge)}" if shape.ge is not None else f" above {_number(shape.gt)}" if shape.gt is not None else ""
    upper = f" to {_number(shape.le)}" if shape.le is not None else f" below {_number(shape.lt)}" if shape.lt is not None else ""
    return lower + upper


def _number(bound: float) -> str:
    return str(int(bound)) if bound == int(bound) else str(bound)
