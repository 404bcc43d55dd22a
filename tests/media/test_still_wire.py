"""Frames between a reader and its parent, and what an answer says."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.judgement import Judgement
from media.still_wire import HEAD, Answer, BadStill, framed, length


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
