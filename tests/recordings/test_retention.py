"""How long a recording is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.retention import DAY_SECONDS, RetentionPolicy, erase_after

POLICY = RetentionPolicy({"accepted": 3650, "returned": 1095, "none": 365}, {"marriage": 5000, "pension": 30})


@pytest.mark.parametrize(
    ("outcome", "service", "days"),
    [("accepted", "identity-card", 3650), ("returned", "identity-card", 1095), (None, "identity-card", 365), ("returned", "marriage", 5000), (None, "pension", 365)],
)
def test_by_outcome_and_longer_where_the_service_asks_for_it(outcome: str | None, service: str, days: int) -> None:
    assert POLICY.keep_until(1000.0, outcome, service) == 1000.0 + days * DAY_SECONDS


@given(st.integers(0, 2**32).map(float), st.sampled_from(["accepted", "returned", None]), st.sampled_from(["marriage", "pension", "other"]))
def test_nothing_is_erased_within_a_week_of_its_time_being_over(closed_at: float, outcome: str | None, service: str) -> None:
    marked_at = POLICY.keep_until(closed_at, outcome, service)
    assert erase_after(marked_at) - marked_at == 7 * DAY_SECONDS


def test_every_outcome_must_have_its_time() -> None:
    with pytest.raises(KeyError):
        POLICY.keep_until(0.0, "referred", "marriage")
