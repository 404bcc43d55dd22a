"""Nothing is accepted that nobody could prove later, unless a supervisor answers for it."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.recording import Light, Recording


@given(st.sampled_from(get_args(Light)), st.booleans(), st.none() | st.floats(0, 9), st.none() | st.just("zhou"))
def test_when_a_case_may_be_accepted(light: Light, began: bool, suspended: float | None, word: str | None) -> None:
    may = Recording(0, 0.0, light, began, suspended, word).lets_accept
    assert may == (word is not None or light == "on" or (light, began) == ("awaited", True))
