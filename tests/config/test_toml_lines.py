"""Every key of any TOML text has its line."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.toml_lines import Path, lines


def paths(value: Any, path: Path = ()) -> set[Path]:
    """What tomllib found: every key and element."""
    if isinstance(value, dict):
        below = [(key, each) for key, each in value.items()]
    elif isinstance(value, list):
        below = list(enumerate(value))
    else:
        below = []
    return {(*path, key) for key, _ in below}.union(*(paths(each, (*path, key)) for key, each in below))


TEXT = '''# a comment with [brackets] and key = "value"
title = "one # no comment"
dates = [2026-01-01, 2026-02-03 04:05:06, 07:08:09]
raw = 'C:\\new [x]'
"quoted.key" = 1
a.b.c = true

[server]   # comment
long = """
[not.a.table]
key = 1 \\"""
""" # after
literal = \'\'\'
'' [x]
\'\'\'\'
inline = { x = 1, y = { z = [1, { w = "}" }] } }
items = [
  "one", # ]
  # between
  ["nested",
   "two"],
]

[[kiosks]]
id = "k1"
[kiosks.place]
en = "here"
[[kiosks.doors]]
side = "left"
[[kiosks.doors]]
side = "right"

[[kiosks]]
id = "k2"
'''


def test_each_key_stands_on_the_line_where_it_is_written() -> None:
    found = lines(TEXT)
    rows = TEXT.split("\n")
    assert set(found) == paths(tomllib.loads(TEXT))
    assert rows[found["server", "items", 1, 1] - 1].strip() == '"two"],'
    assert rows[found["kiosks", 0, "doors", 1, "side"] - 1] == 'side = "right"'
    assert rows[found["kiosks", 1, "id"] - 1] == 'id = "k2"'
    assert rows[found["server", "inline", "y", "z", 1, "w"] - 1].startswith("inline")
    assert rows[found["a", "b", "c"] - 1] == "a.b.c = true"
    assert rows[found["quoted.key",] - 1].startswith('"quoted.key"')


DEEP = """
[[services]]
code = "a"
[services.rules]
[[services.rules.verdicts]]
when = { all = [{ is = "x" }, { not = { is = "y" } }] }
[[services.rules.verdicts]]
bring = [
  { en = "one" },

  { en = "two" },
]
[[services]]
code = "b"
[[services.rules.verdicts]]
kind = "only"
"""


def test_tables_inside_tables_belong_to_the_last_one_above() -> None:
    found = lines(DEEP)
    rows = DEEP.split("\n")
    assert set(found) == paths(tomllib.loads(DEEP))
    assert rows[found["services", 0, "rules"] - 1] == "[services.rules]"
    assert rows[found["services", 0, "rules", "verdicts", 0, "when", "all", 1, "not", "is"] - 1].startswith("when")
    assert rows[found["services", 0, "rules", "verdicts", 1, "bring", 1, "en"] - 1].strip() == '{ en = "two" },'
    assert rows[found["services", 1, "rules", "verdicts", 0, "kind"] - 1] == 'kind = "only"'
    assert found["services", 1, "rules", "verdicts", 0] == found["services", 1, "rules", "verdicts", 0, "kind"] - 1


STRINGS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
KEYS = st.text("abcXYZ019_-", min_size=1, max_size=6)
SCALARS = st.one_of(st.integers(-99, 99).map(str), st.booleans().map(lambda b: str(b).lower()), STRINGS.map(lambda s: literal(s)))


def literal(text: str) -> str:
    """A TOML basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    """Any value, written with odd spacing."""
    kind = draw(st.sampled_from(["scalar", "array", "inline", "multi"] if depth else ["scalar", "multi"]))
    if kind == "scalar":
        return draw(SCALARS)
    if kind == "multi":
        inner = draw(st.lists(STRINGS, max_size=3)).copy()
        return '"""' + "\n".join(each.replace("\\", "").replace('"', "'") for each in inner) + '"""'
    if kind == "array":
        gap = draw(st.sampled_from(["", " ", "\n", "\n  # ] = [\n"]))
        return "[" + gap + f",{gap}".join(draw(st.lists(values(depth - 1), max_size=3))) + gap + "]"
    keys = draw(st.lists(KEYS, max_size=3, unique=True))
    # Inline tables stay on one line in TOML 1.0; multi-line strings inside them are allowed.
    return "{ " + ", ".join(f"{key} = {draw(SCALARS)}" for key in keys) + " }"


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Tables and arrays of tables in any order."""
    tables = draw(st.lists(KEYS, max_size=4, unique=True))
    text = ""
    for name in ["", *tables]:
        head = draw(st.sampled_from(["[{}]", "[[{}]]", "[ {} ] # c"])).format(name)
        for _ in range(draw(st.integers(1, 2)) if head.startswith("[[") and name else 1):
            text += f"{head}\n" if name else ""
            keys = draw(st.lists(KEYS.filter(lambda key: key not in tables), max_size=3, unique=True))
            text += "".join(f"{key}{draw(st.sampled_from(['=', ' = ']))}{draw(values())}\n" for key in keys)
    return text


@given(documents())
def test_it_finds_exactly_what_tomllib_finds(text: str) -> None:
    found = lines(text)
    assert set(found) == paths(tomllib.loads(text))
    rows = text.split("\n")
    for path, line in found.items():
        if isinstance(path[-1], str) and not any(isinstance(step, int) for step in path):
            assert path[-1] in rows[line - 1]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment"])
def test_an_empty_text_has_no_lines(text: str) -> None:
    assert lines(text) == {}
