"""The numbers of tickets and cases: said aloud, printed, never the same twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.case import case_number, further_number, serial_of, ticket_number


def test_as_said_aloud_and_as_printed() -> None:
    assert ticket_number("J", 12) == "J012"
    assert ticket_number("J", 1234) == "J1234"
    assert case_number("310116", "330424", "20261123", 12) == "310116-330424-20261123-0012"


@pytest.mark.parametrize(("letter", "serial"), [("J", 0), ("J", -1), ("", 1), ("JS", 1)])
def test_there_is_no_such_ticket(letter: str, serial: int) -> None:
    with pytest.raises(ValueError, match="no ticket number"):
        ticket_number(letter, serial)


@pytest.mark.parametrize(("day", "serial"), [("20261123", 0), ("2026-11-23", 1), ("2026112", 1), ("today123", 1), ("", 1)])
def test_there_is_no_such_case(day: str, serial: int) -> None:
    with pytest.raises(ValueError, match="no case number"):
        case_number("310116", "330424", day, serial)


days = st.dates().map(lambda d: f"{d:%Y%m%d}".rjust(8, "0"))


@given(days, st.integers(1, 99_999), days, st.integers(1, 99_999))
def test_two_cases_never_share_a_number(day: str, serial: int, other_day: str, other_serial: int) -> None:
    same = case_number("310116", "330424", day, serial) == case_number("310116", "330424", other_day, other_serial)
    assert same == ((day, serial) == (other_day, other_serial))


@given(st.integers(1, 99_999), st.integers(1, 99_999))
def test_two_tickets_of_a_day_never_share_a_number(serial: int, other: int) -> None:
    assert (ticket_number("J", serial) == ticket_number("J", other)) == (serial == other)


@given(st.integers(1, 99_999))
def test_a_ticket_says_its_serial(serial: int) -> None:
    assert serial_of(ticket_number("J", serial)) == serial


def test_further_cases_of_a_visit_are_named_after_its_own() -> None:
    assert further_number("310116-330424-20261123-0012", 1) == "310116-330424-20261123-0012-2"
    with pytest.raises(ValueError, match="no further case"):
        further_number("310116-330424-20261123-0012", 0)
