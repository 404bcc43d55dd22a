"""Two readings of one format, written apart: ledger, JSON and tree are read by the offline verifier as they are by the rest of the house."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings import canonical, ledger, merkle, verify
from tests.recordings.packages import MALFORMED, ORIGIN, SESSION, whole

LINES = [ledger.encode(entry) for entry in whole().story.entries]
values = st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text(max_size=6) | st.lists(st.integers(0, 3), max_size=3) | st.dictionaries(st.text("ab", max_size=2), st.integers(0, 3), max_size=2)


def ours(lines: list[bytes]) -> int | str:
    """The entry at which `ledger.py` finds the chain broken, or the digest of its head."""
    entries = []
    for number, line in enumerate(lines, 1):
        try:
            entries.append(ledger.decode(line))
        except canonical.NotCanonical:
            try:
                ledger.verify(SESSION, entries)
            except ledger.Broken as broken:
                return broken.place
            return number
    try:
        return ledger.verify(SESSION, entries).digest
    except ledger.Broken as broken:
        return broken.place


def theirs(lines: list[bytes]) -> int | str:
    last = ledger.start(SESSION).digest
    try:
        for _, found in verify.chain(iter(lines), SESSION):
            last = found.hex()
    except verify.Broken as broken:
        return int(broken.place.removeprefix("entry "))
    return last


@st.composite
def damaged(draw: st.DrawFn) -> list[bytes]:
    """A good ledger, and what may be done to it: bytes, fields, spelling, order."""
    first = draw(st.integers(0, len(LINES) - 4))
    lines = LINES[: first + 4]
    for _ in range(draw(st.integers(0, 2))):
        i = draw(st.integers(0, len(lines) - 1))
        line = lines[i]
        match draw(st.sampled_from(["flip", "field", "drop", "double", "swap", "spaces", "extra", "cut", "bytes"])):
            case "flip" if line:
                at = draw(st.integers(0, len(line) - 1))
                lines[i] = line[:at] + bytes([line[at] ^ 1 << draw(st.integers(0, 7))]) + line[at + 1 :]
            case "field" if line.startswith(b"{") and line.endswith(b"}"):
                try:
                    value = json.loads(line)
                    value[draw(st.sampled_from(["seq", "at", "actor", "what", "body", "prev", "mono"]))] = draw(values)
                    lines[i] = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
                except ValueError:
                    pass
            case "drop":
                lines = lines[:i] + lines[i + 1 :] or lines
            case "double":
                lines = [*lines[:i], line, *lines[i:]]
            case "swap":
                j = draw(st.integers(0, len(lines) - 1))
                lines[i], lines[j] = lines[j], lines[i]
            case "spaces":
                lines[i] = line.replace(b",", b", ", 1)
            case "extra":
                lines[i] = line[:-1] + b',"zzz":1}'
            case "cut":
                lines[i] = line[: draw(st.integers(0, len(line)))]
            case _:
                lines[i] = draw(st.binary(max_size=20))
    return lines


@settings(max_examples=1500)
@given(damaged())
def test_both_readings_of_a_ledger_agree_good_or_damaged(lines: list[bytes]) -> None:
    assert theirs(lines) == ours(lines)


@pytest.mark.parametrize("line", [b"[]", b"1", b"null", b'"x"', b"{}", b"", LINES[0].replace(b'"seq":1', b'"seq":true'), LINES[0][:-1] + b',"mono":null}'])
def test_both_readings_refuse_what_is_no_entry(line: bytes) -> None:
    assert theirs([line]) == ours([line]) == 1
    assert theirs([LINES[0], line]) == ours([LINES[0], line]) == 2


@pytest.mark.parametrize(("what", "body"), MALFORMED)
def test_both_readings_refuse_a_fact_without_its_form(what: str, body: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        verify.recorded([(1, "recording-ordered", {"origin": ORIGIN, "required": []}), (2, what, body)])


json_like = st.recursive(values | st.floats(), lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text("ab:- é", max_size=3), v, max_size=3), max_leaves=8)


@given(json_like | st.integers(1, 12).map(lambda n: json.loads("[" * n + "]" * n)), st.booleans())
def test_both_readings_of_json_agree(value: Any, spaced: bool) -> None:
    data = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(", ", ": ") if spaced else (",", ":")).encode("utf-8", "surrogatepass")
    try:
        found = canonical.read(data)
    except canonical.NotCanonical:
        with pytest.raises(ValueError):
            verify.parse(data)
    else:
        assert verify.parse(data) == found


def test_every_place_of_a_tree_leads_to_its_root() -> None:
    for size in range(1, 40):
        leaves = [merkle.leaf_hash(bytes([n])) for n in range(size)]
        assert verify.root(leaves) == merkle.root_of(leaves)
        for index in range(size):
            path = [step.hex() for step in merkle.inclusion(leaves, index)]
            assert verify.climb(leaves[index], index, size, path) == merkle.root_of(leaves).hex()
            assert verify.climb(leaves[index], index + 1, size, path) != merkle.root_of(leaves).hex()
            assert verify.climb(leaves[index], index, size, [*path, "00" * 32]) is None
            assert not path or verify.climb(leaves[index], index, size, path[:-1]) is None
