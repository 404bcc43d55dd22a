"""Which cards are believed, and that none prints itself."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.card import Card, CardRead, NotRead, judge
from kiosk.identity.standin import sample_number

TODAY = dt.date(2026, 11, 28)
NUMBER = "11010519491231002X"


def card(name: str = "张明月", number: str = NUMBER, valid_until: dt.date | None = None) -> Card:
    return Card(name, number, valid_until, " 海盐县公安局 ")


def test_a_whole_card_is_believed() -> None:
    found = judge(card(" 张明月 ", f" {NUMBER.lower()} ", dt.date(2036, 1, 31)), TODAY)
    assert isinstance(found, CardRead)
    assert (found.name, found.id_number.text, found.valid_until, found.issuer, found.sample) == ("张明月", NUMBER, dt.date(2036, 1, 31), "海盐县公安局", False)


def test_an_invented_one_says_so() -> None:
    found = judge(card(number=sample_number(dt.date(1951, 3, 8), 1)), TODAY)
    assert isinstance(found, CardRead) and found.sample


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (card(number="110105194912310021"), "bad-number"), (card(number="110105491231002"), "bad-number"), (card(number=""), "bad-number"),
        (card(number=sample_number(dt.date(2030, 1, 1), 1)), "bad-number"),
        (card(name=""), "unreadable"), (card(name="   "), "unreadable"), (card(name="张\x00月"), "unreadable"), (card(name="张\u202e月"), "unreadable"),
        (card(valid_until=dt.date(2026, 11, 27)), "card-expired"),
    ],
)  # fmt: skip
def test_what_is_not_believed_has_its_code(shown: Card, code: str) -> None:
    assert judge(shown, TODAY) == NotRead(code)  # type: ignore[arg-type] # it is one of the codes


@given(st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)), st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)))
def test_a_card_is_valid_on_its_last_day_and_not_on_the_next(until: dt.date, today: dt.date) -> None:
    assert isinstance(judge(card(valid_until=until), today), CardRead) is (today <= until)


@given(st.text(max_size=60), st.text(max_size=40), st.none() | st.dates())
def test_any_card_is_judged_and_none_prints_itself(name: str, number: str, until: dt.date | None) -> None:
    shown = Card(name, number, until)
    found = judge(shown, TODAY)
    assert {repr(shown), f"{shown}", repr([shown]), str(shown.__rich_repr__())} == {"Card(***)", "[Card(***)]", "[('card', '***')]"}
    if isinstance(found, CardRead):
        assert {repr(found), f"{found}", str(found.__rich_repr__())} == {"CardRead(***)", "[('card', '***')]"}


@pytest.mark.parametrize("field", ["name", "number", "valid_until", "portrait"])
def test_a_card_that_cannot_be_decoded_is_not_repeated(field: str) -> None:
    content = {"name": "张明月", "number": NUMBER, "valid_until": None, field: f"{NUMBER}张明月" * 30}
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(content, Card)
    assert NUMBER not in str(refused.value) and "张明月" not in str(refused.value)
