"""Frames between a reader and its parent, and what an answer says."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.judgement import Judgement
from media.still_wire import (
    HEAD,
    LARGEST_ORDER,
    MOST_LETTERS,
    MOST_LINES,
    Answer,
    BadStill,
    Face,
    Mark,
    Order,
    Read,
    framed,
    length,
    printable,
)


@given(st.binary(max_size=200))
def test_a_frame_says_how_long_it_is(data: bytes) -> None:
    frame = framed(data)
    assert length(frame[:HEAD]) == len(data) and frame[HEAD:] == data


def test_an_answer_survives_the_way() -> None:
    corners = ((1.0, 2.0), (3.5, 2.0), (3.0, 4.0), (1.0, 4.5))
    said = Answer(width=8, height=6, judgement=Judgement(reasons=("glare",), corners=corners, glare=0.1, glare_at="top-left"))
    assert msgspec.json.decode(msgspec.json.encode(said), type=Answer) == said


def test_an_answer_with_a_reason_that_nobody_knows_is_none() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"judgement": {"reasons": ["ugly"]}}', type=Answer)


def test_a_refusal_has_a_code_and_a_text() -> None:
    bad = BadStill("picture-too-big", "claims much")
    assert (bad.code, bad.text, str(bad)) == ("picture-too-big", "claims much", "picture-too-big: claims much")


@pytest.mark.parametrize("order", [Read(), Mark(lines=("已核对原件",)), Mark(lines=("a", "b"), faces=(Face("/f.ttc", 2),))])
def test_an_order_survives_the_way(order: Order) -> None:
    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order


def test_the_longest_order_is_within_its_bound() -> None:
    widest = Mark(lines=("\U00020bb7" * MOST_LETTERS,) * MOST_LINES)
    assert len(msgspec.json.encode(widest)) < LARGEST_ORDER


@given(st.lists(st.text(max_size=MOST_LETTERS + 2), max_size=MOST_LINES + 2))
def test_lines_are_printable_as_they_are_or_refused(lines: list[str]) -> None:
    try:
        assert printable(lines) == tuple(lines)
    except BadStill as bad:
        assert bad.code == "bad-lines"
    else:
        assert not any(character < " " for line in lines for character in line) and all(lines)
