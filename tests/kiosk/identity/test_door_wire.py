"""What page and agent can say to each other about cards, and what they cannot."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from kiosk.identity import door_wire as wire
from kiosk.identity.card import CardRead, NotRead, judge
from kiosk.identity.standin import SAMPLES


@pytest.mark.parametrize(
    ("said", "meant"),
    [({"type": "read-card", "n": 1, "seconds": 60}, wire.ReadCard(1, 60)), ({"type": "read-card", "n": 0, "seconds": 0.5}, wire.ReadCard(0, 0.5)), ({"type": "stop-reading"}, wire.StopReading())],
)
def test_what_the_page_says_is_read(said: dict[str, Any], meant: wire.FromPage) -> None:
    assert wire.read(json.dumps(said)) == meant


@pytest.mark.parametrize(
    "frame",
    [
        "", "{", "[]", '{"type":"hello","token":"t"}', '{"type":"read-card","n":1}', '{"type":"read-card","n":1,"seconds":0}', '{"type":"read-card","n":1,"seconds":121}',
        '{"type":"read-card","n":-1,"seconds":1}', '{"type":"stop-reading","n":1}', '{"type":"write-card"}', b'{"type":"stop-reading"}',
    ],
)  # fmt: skip
def test_anything_else_is_refused(frame: str | bytes) -> None:
    with pytest.raises(ValueError):
        wire.read(frame)


def test_a_card_goes_out_whole_and_prints_as_nothing() -> None:
    found = judge(SAMPLES[0], dt.date(2026, 11, 28))
    assert isinstance(found, CardRead)
    said = wire.answer(3, found)
    assert json.loads(wire.write(said)) == {
        "type": "card", "n": 3, "name": SAMPLES[0].name, "number": SAMPLES[0].number, "valid_until": None, "issuer": "样本公安局", "sample": True,
    }  # fmt: skip
    assert repr(said) == "CardFacts(***)"
    dated = wire.answer(3, CardRead(found.name, found.id_number, dt.date(2036, 1, 31), "", True))
    assert json.loads(wire.write(dated))["valid_until"] == "2036-01-31"


def test_no_card_goes_out_with_its_reason() -> None:
    assert json.loads(wire.write(wire.answer(4, NotRead("card-expired")))) == {"type": "no-card", "n": 4, "code": "card-expired"}
    assert json.loads(wire.write(wire.Ready())) == {"type": "ready"}
