"""Ids, sizes and numbers: what is written is read back, and no element leaves the one around it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import ebml
from recordings.ebml import BadWebM

NAME = 0x4DBB
contents = st.binary(max_size=300)


@given(st.integers(0, 2**56 - 2))
def test_a_size_takes_as_few_bytes_as_it_can_and_is_read_back(number: int) -> None:
    written = ebml.size(number)
    assert len(written) == next(n for n in range(1, 9) if number < 2 ** (7 * n) - 1)
    found = ebml.head(bytes([0xEC]) + written, 0)
    assert found is not None and found.length == number and found.body == 1 + len(written)
    assert ebml.head(bytes([0xEC]) + ebml.size(number, 8), 0) == ebml.Head(0xEC, 0, 9, number)


def test_the_examples_of_rfc_8794() -> None:
    assert [ebml.size(2, width) for width in (1, 2, 3)] == [b"\x82", b"\x40\x02", b"\x20\x00\x02"]
    assert ebml.size(126) == b"\xfe" and ebml.size(127) == b"\x40\x7f", "a byte of only ones means unknown"


@pytest.mark.parametrize(("number", "width"), [(-1, 0), (2**56 - 1, 0), (127, 1), (2**70, 8), (1, 9)])
def test_a_size_that_does_not_fit_is_refused(number: int, width: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        ebml.size(number, width)


@pytest.mark.parametrize("width", range(1, 9))
def test_only_ones_are_an_unknown_size_in_every_width(width: int) -> None:
    found = ebml.head(bytes([0xEC]) + (2 ** (7 * width + 1) - 1).to_bytes(width, "big"), 0)
    assert found is not None and found.length is None
    opened = ebml.head(ebml.opening(NAME, None), 0)
    assert opened == ebml.Head(NAME, 0, 10, None)


@given(st.integers(0, 2**64 - 1))
def test_whole_numbers(number: int) -> None:
    ((name, content, place),) = ebml.children(ebml.unsigned(NAME, number), 100)
    assert (name, ebml.number(content, place), place) == (NAME, number, 103)


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_below_zero(number: int) -> None:
    ((_, content, place),) = ebml.children(ebml.signed(NAME, number), 0)
    assert ebml.signed_number(content, place) == number
    assert len(content) == 1 or not -(2 ** (8 * len(content) - 9)) <= number < 2 ** (8 * len(content) - 9), "no byte too many"


@given(st.floats(allow_nan=False))
def test_floating_point_numbers(number: float) -> None:
    ((_, content, place),) = ebml.children(ebml.real(NAME, number), 0)
    assert ebml.real_number(content, place) == number
    assert math.isclose(ebml.real_number(b"\x3f\xc0\x00\x00", 0), 1.5) and ebml.real_number(b"", 0) == 0


@given(st.lists(contents, max_size=5))
def test_children_stand_side_by_side(several: list[bytes]) -> None:
    data = b"".join(ebml.element(NAME, content) for content in several)
    assert [content for _, content, _ in ebml.children(data, 0)] == several


@given(contents.filter(bool), st.data())
def test_an_element_that_reaches_beyond_the_one_around_it_is_refused(content: bytes, data: st.DataObject) -> None:
    whole = ebml.element(NAME, content)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(BadWebM) as refused:
        list(ebml.children(whole[:cut], 40))
    assert refused.value.place == 40
    with pytest.raises(BadWebM):
        list(ebml.children(ebml.opening(NAME, None) + content, 40))


def test_a_head_whose_bytes_are_not_all_there_is_waited_for() -> None:
    whole = ebml.opening(0x1A45DFA3, 1000)
    assert all(ebml.head(whole[:cut], 0) is None for cut in range(len(whole)))
    assert ebml.head(whole, 0) == ebml.Head(0x1A45DFA3, 0, 6, 1000)


@pytest.mark.parametrize(("data", "place"), [(b"\x00\x81", 7), (b"\x08\x81", 7), (b"\xec\x00", 8)])
def test_what_is_no_id_and_no_size_is_refused_with_its_place(data: bytes, place: int) -> None:
    with pytest.raises(BadWebM) as refused:
        ebml.head(data, 0, 7)
    assert refused.value.place == place


def test_numbers_of_a_length_that_none_has_are_refused() -> None:
    for reader in (ebml.number, ebml.signed_number, ebml.real_number):
        with pytest.raises(BadWebM):
            reader(bytes(9), 0)
    with pytest.raises(BadWebM):
        ebml.real_number(bytes(5), 0)
