"""The simulated resident's signature is one that the office takes, and the same each time."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ink import MOST_LETTERS, signed
from signaling.domain.signature import Strokes, check
from signaling.wire.forms import SignatureBody

SHOWN = "0" * 64


@given(st.text(max_size=80))
def test_whatever_somebody_is_called_it_is_a_signature(name: str) -> None:
    body = signed(name, SHOWN)
    assert msgspec.json.decode(msgspec.json.encode(body), type=SignatureBody) == body, "as it goes over the wire"
    check(Strokes(body.width, body.height, body.device, tuple(tuple(stroke) for stroke in body.strokes)))
    assert 2 <= len(body.strokes) <= 2 * MOST_LETTERS


def test_everybody_signs_in_their_own_way_and_always_in_the_same() -> None:
    assert signed("王小明", SHOWN) == signed("王小明", SHOWN)
    assert signed("王小明", SHOWN).strokes != signed("王小红", SHOWN).strokes
