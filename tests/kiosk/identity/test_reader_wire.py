"""What a reader's program may say, and that nothing of it comes back in an error."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity import reader_wire as wire
from kiosk.identity.card import Card, NotRead

CARD = {"name": "样本丙", "number": "990000199001010030", "valid_until": "2036-01-31", "issuer": "样本公安局"}


def test_what_is_said_to_it_is_one_line() -> None:
    assert (wire.write(wire.Read(1)), wire.write(wire.Stop(2))) == (b'{"do":"read","n":1}\n', b'{"do":"stop","n":2}\n')


def test_what_it_answers_is_read() -> None:
    card = Card("样本丙", "990000199001010030", dt.date(2036, 1, 31), "样本公安局")
    assert wire.read(json.dumps({"n": 3, "card": CARD}, ensure_ascii=False).encode()) == (3, card)
    assert wire.read(json.dumps({"n": 3, "card": CARD}).encode() + b"\r\n") == (3, card)
    assert wire.read(b'{"n": 4, "problem": "no-reader"}\n') == (4, NotRead("no-reader"))


@pytest.mark.parametrize(
    "answer",
    [
        {}, {"n": 1}, {"n": 0, "problem": "unreadable"}, {"n": 1, "problem": "card-expired"}, {"n": 1, "card": CARD, "problem": "unreadable"},
        {"n": 1, "card": {**CARD, "portrait": "x"}}, {"n": 1, "card": {**CARD, "name": "x" * 61}}, {"n": 1, "card": {**CARD, "valid_until": "长期"}},
        {"n": 1, "card": CARD, "more": 1}, [],
    ],
)  # fmt: skip
def test_anything_else_is_refused(answer: object) -> None:
    with pytest.raises(ValueError):
        wire.read(json.dumps(answer).encode())


@given(st.binary() | st.text().map(str.encode) | st.fixed_dictionaries({"n": st.integers(), "card": st.text()}).map(lambda each: json.dumps(each).encode()))
def test_no_error_repeats_what_was_said(line: bytes) -> None:
    try:
        wire.read(line)
    except ValueError as error:
        assert str(error) in ("not an answer of a card reader", "an answer is a card or a problem")
        assert error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
