"""What needs a power, and on what it rests: nothing at the home's own window, a grant that holds everywhere else."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.powers import Act
from config.service import Delivery
from signaling.domain.permissions import RULES
from signaling.domain.powers import NEEDS, OWN_WINDOW, Basis, basis, required, ways_here
from signaling.domain.refusals import NotAllowed

JURISDICTIONS = st.sampled_from(["haiyan", "jinshan", "pinghu"])
WAYS = st.lists(st.sampled_from(get_args(Delivery)), unique=True)


@given(home=JURISDICTIONS, host=JURISDICTIONS, granted=st.none() | st.sampled_from(["2023-09-22", "sample"]))
def test_nothing_is_done_at_a_foreign_window_but_by_an_agreement_and_an_own_window_needs_none(home: str, host: str, granted: str | None) -> None:
    found = basis(home, host, granted)
    assert (found is None) == (home != host and granted is None)
    if found is not None:
        assert found.facts == ({} if home == host else {"agreement": granted})
        assert required(found) is found


def test_without_one_it_is_refused_as_not_allowed_so_that_it_is_an_event() -> None:
    with pytest.raises(NotAllowed) as refused:
        required(None)
    assert (refused.value.code, refused.value.session) == ("no-power", None)
    with pytest.raises(NotAllowed) as of_a_receipt:
        required(None, "session-1")
    assert (of_a_receipt.value.code, of_a_receipt.value.session) == ("no-power", "session-1"), "the request did not name it"
    assert Basis() == OWN_WINDOW


def test_every_entry_that_needs_a_power_is_one_of_the_policys_and_nobody_takes_up_for_a_home() -> None:
    assert set(NEEDS) <= set(RULES)
    assert set(NEEDS.values()) == set(get_args(Act)) - {"take-up", "deliver-outcome"}, "an outcome is promised, not asked for by an entry"


@given(ways=WAYS, may_deliver=st.booleans())
def test_collecting_nearby_is_promised_only_by_a_power_and_something_always_remains(ways: list[Delivery], may_deliver: bool) -> None:
    left = ways_here(ways, may_deliver=may_deliver)
    assert bool(left) == bool(ways)
    if may_deliver:
        assert left == ways
    else:
        assert "collect-nearby" not in left
        assert left == [way for way in ways if way != "collect-nearby"] or left == ["collect-at-home"]
