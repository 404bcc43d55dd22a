"""Before the talk: what may happen there at all, and that nobody loses a place through somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain import events as ev
from signaling.domain.machine import TRANSITIONS
from signaling.domain.session import step
from signaling.domain.states import Parked, Ringing, SteppedAway, Waiting
from signaling.domain.waiting_line import in_order, place_of
from tests.stories.visit import CLERK_AT, POLICY, earlier_with, ringing, ticket, waiting

MAY_HAPPEN: dict[type, set[str]] = {
    Waiting: {"CounterChosen", "Picked", "PassEnded", "EndLost", "ResidentLeft", "ResidentEnded", "ConsentWithdrawn", "ConsentGivenAgain"},
    SteppedAway: {"EndReturned", "PassEnded", "GraceEnded", "ResidentLeft", "ResidentEnded", "ConsentWithdrawn", "ConsentGivenAgain"},
    Ringing: {"Answered", "Declined", "RingUnanswered", "PassEnded", "EndLost", "Picked", "ResidentLeft", "ResidentEnded", "ConsentWithdrawn", "ConsentGivenAgain"},
    Parked: {"TextsKept", "ResidentContinued", "ParkingEnded", "ResidentLeft", "ResidentEnded", "ConsentWithdrawn", "ConsentGivenAgain"},
}


@pytest.mark.parametrize("state", MAY_HAPPEN, ids=lambda s: s.__name__)
def test_what_may_happen(state: type) -> None:
    assert {event.__name__ for kind, event in TRANSITIONS if kind is state} == MAY_HAPPEN[state]


not_answered = st.sampled_from([ev.Declined("li"), ev.RingUnanswered(20.0), ev.EndLost("clerk")])


@given(not_answered, st.booleans(), st.none() | st.just("li"), st.lists(st.sampled_from(["chen", "wu"]), unique=True).map(tuple))
def test_whatever_the_clerk_did_the_resident_is_in_front_and_nobody_is_preferred(
    event: ev.Event, in_front: bool, prefer: str | None, passed: tuple[str, ...]
) -> None:
    rung = Ringing(waiting(in_front=in_front, prefer=prefer, passed=passed, earlier=earlier_with("jinshan-4")), "li", "jinshan-3", 20.0)
    after, _ = step(rung, event, 20.0, POLICY)
    assert isinstance(after, Waiting)
    assert (after.in_front, after.prefer, after.since) == (True, None, rung.waiting.since)
    assert set(after.passed) == {*passed, "li"} if isinstance(event, ev.Declined) else after.passed == passed
    assert after.earlier == rung.waiting.earlier


@given(st.lists(not_answered, min_size=1, max_size=6))
def test_however_often_it_rings_in_vain_the_older_ticket_stays_before_the_younger(rings: list[ev.Event]) -> None:
    younger = Waiting(ticket("J013", taken_at=5.0), since=5.0, in_front=True)
    older: Waiting = waiting("J012")
    for event in rings:
        after, _ = step(Ringing(older, "li", "jinshan-3", 20.0), event, 20.0, POLICY)
        assert isinstance(after, Waiting)
        older = after
    places = [p for p in (place_of(younger), place_of(older)) if p is not None]
    assert [p.session for p in in_order(places)] == ["visit-J012", "visit-J013"]


@given(st.booleans(), st.none() | st.sampled_from(sorted(CLERK_AT.values())))
def test_stepping_away_and_back_changes_nothing_of_the_place(in_front: bool, prefer: str | None) -> None:
    before = waiting(in_front=in_front, prefer=prefer, passed=("wu",))
    away, _ = step(before, ev.EndLost("resident"), 3.0, POLICY)
    assert away == SteppedAway(before, 3.0)
    assert step(away, ev.EndReturned("resident"), 4.0, POLICY)[0] == before


def test_a_kiosk_that_is_lost_while_it_rings_keeps_what_it_was_waiting_with() -> None:
    bell = ringing("J012", "jinshan-3")
    assert step(bell, ev.EndLost("resident"), 3.0, POLICY)[0] == SteppedAway(bell.waiting, 3.0)
