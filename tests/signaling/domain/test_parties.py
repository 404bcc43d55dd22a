"""Who asks: how well each is known, and how many they must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.parties import LEVELS, Level, Party, at_least, check_count, known_as
from signaling.domain.refusals import NotNow

levels = st.sampled_from(LEVELS)


@given(st.lists(levels, min_size=1, max_size=4).map(tuple), st.integers(0, 3), levels)
def test_nobody_is_ever_known_less_well_than_before(people: tuple[Level, ...], party: int, level: Level) -> None:
    after = known_as(people, party, level)
    assert len(after) == len(people) and all(at_least(now, before) for now, before in zip(after, people, strict=True))
    assert all(now == before for n, (now, before) in enumerate(zip(after, people, strict=True)) if n != party)


@pytest.mark.parametrize(("count", "fits"), [(1, False), (2, True), (3, True), (4, False)])
def test_as_many_ask_as_the_service_wants_and_no_more_than_it_is_for(count: int, fits: bool) -> None:
    if fits:
        return check_count(count, 2, 3, "$.parties")
    with pytest.raises(NotNow) as refused:
        check_count(count, 2, 3, "$.parties")
    assert (refused.value.code, refused.value.path) == ("parties-wrong", "$.parties")


def test_whoever_prints_a_party_prints_no_name() -> None:
    assert "王" not in repr(Party("王小明", "card-read", "330424199003074516"))
