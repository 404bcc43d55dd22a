"""The byte form: one value, one spelling; whatever could be read in two ways is refused."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recordings.canonical import DEEPEST, LARGEST, NotCanonical, fixed, read, write

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.from_regex(r"\A[A-Za-z0-9_.:-]{1,64}\Z")
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(values)
def test_what_is_written_is_read_back(value: object) -> None:
    assume(depth(value) <= DEEPEST)
    assert read(write(value)) == value
    assert json.loads(write(value)) == value, "any JSON reader understands it"


@given(st.dictionaries(keys, texts, min_size=2))
def test_the_order_in_which_keys_were_set_does_not_matter(value: dict[str, str]) -> None:
    assert write(value) == write(dict(reversed(value.items())))


def test_the_form_is_the_one_of_rfc_8785() -> None:
    # The string of RFC 8785, 3.2.2: what must be escaped is, in the shortest way; nothing else is.
    assert write("€$\u000f\nA'B\"\\\\\"/") == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    assert write({"b": [1, True, None], "a": "海盐", "Z": {}}) == '{"Z":{},"a":"海盐","b":[1,true,null]}'.encode()


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (0.5, "$"), (math.nan, "$"), ({"a": [1, 2.0]}, "$.a[1]"), (2**53, "$"), ({"n": -(2**53)}, "$.n"), ("\ud800", "$"),
        ({"": 1}, "$"), ({"姓名": 1}, "$"), ({1: 1}, "$"), (b"bytes", "$"), ({1, 2}, "$"), ({"a" * 65: 1}, "$"),
    ],
)
def test_what_two_readers_might_read_differently_is_refused(value: object, path: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        write(value)
    assert refused.value.path == path


def test_nesting_has_a_bound() -> None:
    value: object = 1
    for _ in range(DEEPEST):
        value = [value]
    assert read(write(value)) == value
    with pytest.raises(NotCanonical, match="nested"):
        write([value])
    with pytest.raises(NotCanonical):
        read(b"[" * 100_000 + b"]" * 100_000)


@pytest.mark.parametrize(
    "data",
    [b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'"\\u00e9"', b"1.0", b"1e3", b"-0", b"NaN", b"Infinity", b" 1", b"1\n", b"\xff", b"", b"\xef\xbb\xbf1",
     b'"\\/"', b'"\\ud800"'],
)
def test_another_spelling_of_the_same_value_is_not_canonical(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        read(data)


@given(values, st.data())
def test_a_changed_byte_is_another_value_or_none(value: object, data: st.DataObject) -> None:
    assume(depth(value) <= DEEPEST)
    written = bytearray(write(value))
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= data.draw(st.integers(1, 255))
    try:
        other = read(bytes(written))
    except NotCanonical:
        return
    assert write(other) == bytes(written) != write(value)


@pytest.mark.parametrize(
    ("number", "text"), [(0.5, "0.500"), (1, "1.000"), (-0.0001, "0.000"), (0.0005, "0.001"), (2.5e-4, "0.000"), (1e15, "1000000000000000.000")]
)
def test_a_measured_number_is_written_with_fixed_decimals(number: float, text: str) -> None:
    assert fixed(number) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_fixed_decimals_stay_within_half_a_step(number: float, places: int) -> None:
    text = fixed(number, places)
    assert abs(float(text) - number) <= 0.5 * 10**-places + 1e-6
    assert len(text.partition(".")[2]) == places
    assert not (text.startswith("-") and float(text) == 0)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_has_no_decimals(number: float) -> None:
    with pytest.raises(NotCanonical):
        fixed(number)
