"""The identity number as a value that hides itself, and wherever it stands in a text."""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.id_number import IdNumber, check_digit, hide_numbers, holds_number, is_id_number, is_sample, masked
from config.logs import get_logger
from tests.logged import logged

REAL = "11010519491231002X"
WIDE = {ord("0") + digit: 0xFF10 + digit for digit in range(10)} | {ord("X"): "Ｘ"}


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Any that can have been given out."""
    region = draw(st.integers(100000, 999999))
    born = draw(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
    first = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + check_digit(first)


class Party(msgspec.Struct, frozen=True):
    """As a state would hold one."""

    number: IdNumber
    level: str


# --- the value ------------------------------------------------------------------------------------


@given(numbers())
def test_it_shows_itself_nowhere_and_is_stored_whole(text: str) -> None:
    party = Party(IdNumber(text), "card-read")
    shown = [repr(party), str(party), f"{party}", f"{party.number}", f"{party.number!s:>30}", f"{party.number!r}", repr((party.number, party)), repr([party])]
    shown += [repr({party.number: party}), str(party.number.__rich_repr__()), repr(msgspec.structs.replace(party, level="declared"))]
    assert not [each for each in shown if text in each or text[6:14] in each]
    assert "IdNumber(***)" in repr(party)
    assert msgspec.json.decode(msgspec.json.encode(party), type=Party) == party
    assert party.number.text == text and party.number.masked == masked(text)


@pytest.mark.parametrize("text", ["", "330424199001011234", "11010519491231002x", "张明月", "1" * 18, "330424199001011239 "])
def test_what_is_none_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        IdNumber(text)
    with pytest.raises(msgspec.ValidationError) as undecoded:
        msgspec.json.decode(json.dumps({"number": {"text": text}, "level": "declared"}), type=Party)
    for error in (refused.value, undecoded.value):
        told = "".join(traceback.format_exception(error))
        assert "not an identity number" in told
        assert not text or text not in str(error)


@pytest.mark.parametrize("format", ["console", "json"])
def test_no_log_line_holds_it(format: Literal["console", "json"]) -> None:
    party = Party(IdNumber(REAL), "card-read")
    with logged(format=format) as stream:
        log = get_logger("office", who=party)
        log.info("a card", party=party, number=party.number, deep={"list": [party], "number": party.number})
        log.info(f"a card {party}")
        logging.getLogger("other").warning("said %s %r", party.number, party)
        try:
            raise KeyError(party.number, party)
        except KeyError:
            log.exception("failed")
    assert stream.getvalue().count("\n") > 3
    assert REAL not in stream.getvalue() and REAL[6:14] not in stream.getvalue()


def test_it_cannot_be_changed_and_knows_its_day() -> None:
    number = IdNumber(REAL)
    with pytest.raises(AttributeError) as refused:
        number.text = "330424199001011239"  # type: ignore[misc] # that is the test
    assert REAL not in str(refused.value)
    assert number.birth_date == dt.date(1949, 12, 31)


# --- what others see ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [(REAL, "1****************X"), ("330424199001011239", "3****************9"), ("", "***"), ("张明月", "***"), ("3304241990010112390", "***")],
)
def test_others_see_the_first_and_the_last_character(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_sample_is_known_by_its_region() -> None:
    first = "99000019510308001"
    assert is_id_number(first + check_digit(first)) and is_sample(first + check_digit(first))
    assert not is_sample(REAL)


# --- in a text ------------------------------------------------------------------------------------


@given(numbers(), st.text(), st.text())
def test_it_is_hidden_whatever_stands_around_it(number: str, before: str, after: str) -> None:
    hidden = hide_numbers(before + number + after)
    assert number not in hidden and holds_number(before + number + after)
    assert not holds_number(hidden)


@given(numbers(), st.text("0123456789Xx -"), st.text("0123456789Xx -"))
def test_it_is_hidden_among_other_digits(number: str, before: str, after: str) -> None:
    assert number not in hide_numbers(before + number + after)
    assert number not in hide_numbers(number[:5] + before + number + after + number)


@given(numbers(), st.sets(st.integers(1, 17)), st.sampled_from(" -"), st.booleans())
def test_it_is_hidden_in_groups_and_in_wide_digits(number: str, cuts: set[int], gap: str, wide: bool) -> None:
    grouped = "".join(gap + each if place in cuts else each for place, each in enumerate(number))
    text = grouped.translate(WIDE) if wide else grouped.lower()
    assert hide_numbers(f"号码{text}。") == "号码***。"


@given(st.text())
def test_a_text_without_one_stays_as_it_is(text: str) -> None:
    assert holds_number(text) or hide_numbers(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "330424199001011234", "2026-11-28 18:45:12", "1790000000123456789", "330424199013011230", "13812345678 13912345678",
        "330424 1990  0101 1239", "33042419900101123", "9f86d081884c7d659a2feaa0c55ad015",
    ],
)  # fmt: skip
def test_other_numbers_are_none(text: str) -> None:
    assert hide_numbers(text) == text


def test_two_that_overlap_leave_nothing_of_either() -> None:
    """A number may begin within another one."""
    assert hide_numbers(REAL[:17] + REAL) == REAL[:17] + "***"
    assert hide_numbers(f"{REAL} {REAL}") == "*** ***"
