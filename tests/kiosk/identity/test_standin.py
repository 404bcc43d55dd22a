"""The stand-in's cards: invented, whole, and never anybody's."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.id_number import birth_date, check_digit, is_id_number, is_sample
from config.problem import BadConfiguration
from kiosk.identity.card import Card, CardRead, NotRead, judge
from kiosk.identity.standin import SAMPLES, StandIn, read_cards, sample_number

ONE = {"name": "样本丙", "number": sample_number(dt.date(1990, 1, 1), 3), "valid_until": "2036-01-31", "issuer": "样本公安局"}
TWO = {"name": "样本丁", "number": sample_number(dt.date(1992, 2, 2), 4), "valid_until": None}
CARD_ONE, CARD_TWO = Card("样本丙", ONE["number"], dt.date(2036, 1, 31), "样本公安局"), Card("样本丁", str(TWO["number"]), None)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.integers(0, 999))
def test_an_invented_number_holds_and_belongs_to_nobody(born: dt.date, serial: int) -> None:
    number = sample_number(born, serial)
    assert is_id_number(number) and is_sample(number) and birth_date(number) == born


def test_the_cards_that_ship_with_it_are_whole_and_say_what_they_are() -> None:
    for card in SAMPLES:
        found = judge(card, dt.date(2026, 11, 28))
        assert isinstance(found, CardRead) and found.sample and "样本" in card.name


async def test_cards_come_in_turn_and_from_the_first_again() -> None:
    reader = StandIn([CARD_ONE, NotRead("unreadable"), CARD_TWO], seconds=0)
    assert [await reader.read() for _ in range(4)] == [CARD_ONE, NotRead("unreadable"), CARD_TWO, CARD_ONE]
    reader.lay(CARD_TWO)
    assert [await reader.read(), await reader.read()] == [CARD_TWO, NotRead("unreadable")], "one laid by hand comes first"


def test_cards_are_read_from_a_file_and_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "2.json").write_text(json.dumps([TWO, {"problem": "card-expired"}]), encoding="utf-8")
    (tmp_path / "1.json").write_text(json.dumps(ONE), encoding="utf-8")
    (tmp_path / "readme.txt").write_text("not a card")
    assert read_cards(tmp_path) == (CARD_ONE, CARD_TWO, NotRead("card-expired"))
    assert read_cards(tmp_path / "1.json") == (CARD_ONE,)


REAL = f"33042419900101{123}"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is no JSON"), ('"x"', "Expected `object`"), ("[]", "holds 0 cards"), (json.dumps([ONE] * 101), "holds 101 cards"),
        (json.dumps({**ONE, "number": REAL + check_digit(REAL)}), "could be somebody's"), (json.dumps({**ONE, "number": "990000199001010031"}), "check digit"),
        (json.dumps({**ONE, "portrait": "x"}), "portrait"), (json.dumps({"name": "x", "number": ONE["number"]}), "valid_until"),
        (json.dumps({**ONE, "valid_until": "soon"}), "date"), ('{"problem": "no-such"}', "enum"), (b"\xff", "is no JSON"),
    ],
)  # fmt: skip
def test_what_is_no_card_is_refused_with_its_place(tmp_path: Path, content: str | bytes, reason: str) -> None:
    file = tmp_path / "cards.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadConfiguration) as refused:
        read_cards(file)
    assert refused.value.code == "bad-cards"
    assert reason in str(refused.value) and "cards.json" in str(refused.value)
    assert REAL not in str(refused.value)


def test_a_place_that_is_not_there_or_empty(tmp_path: Path) -> None:
    for place, reason in ((tmp_path / "none.json", "cannot be read"), (tmp_path, "holds 0 cards")):
        with pytest.raises(BadConfiguration, match=reason):
            read_cards(place)
