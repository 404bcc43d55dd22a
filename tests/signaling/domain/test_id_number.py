"""The citizen's identity number, GB 11643."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.id_number import birth_date, check_digit, is_id_number


def test_the_example_of_the_standard() -> None:
    assert is_id_number("11010519491231002X") and is_id_number("440524188001010014")
    assert birth_date("11010519491231002X") == dt.date(1949, 12, 31)


@pytest.mark.parametrize(
    "text", ["", "11010519491231002x", "11010519491231002", "110105194912310021", "11010519491331002X", "01010519491231002X", "11010519491231002Ⅹ", "１1010519491231002X", "11010549121002X"]
)
def test_what_is_no_number(text: str) -> None:
    assert not is_id_number(text)


@given(st.integers(110000, 659999), st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(region: int, born: dt.date, serial: int, place: int, shift: int) -> None:
    first = f"{region}{born:%Y%m%d}{serial:03d}"
    assert is_id_number(first + check_digit(first)) and birth_date(first + check_digit(first)) == born
    wrong = first[:place] + str((int(first[place]) + shift) % 10) + first[place + 1 :]
    assert not is_id_number(wrong + check_digit(first))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.integers(0, 15))
def test_two_neighbours_changed_over_are_found(born: dt.date, place: int) -> None:
    first = f"330424{born:%Y%m%d}123"
    swapped = first[:place] + first[place + 1] + first[place] + first[place + 2 :]
    assert swapped == first or not is_id_number(swapped + check_digit(first))
