"""The end: what may still happen there, and that outcome, reason and rating are what was said."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain import events as ev
from signaling.domain.machine import TRANSITIONS
from signaling.domain.refusals import NotNow
from signaling.domain.session import step
from signaling.domain.states import AnyState, Closed, EndReason, Outcome, WrappingUp
from tests.notices import GAPS, told
from tests.stories.visit import POLICY, in_session, on_hold, reconnecting, wrapping_up

MAY_HAPPEN: dict[type, set[str]] = {
    WrappingUp: {
        "WrapUpCompleted", "WrapUpRanOut", "Rated", "Answered", "Picked", "AcceptanceAllowed", "ConsentWithdrawn", "StillDropped", "TextsKept",
        "ControlUsed", "PaperSigned", "NoticeGiven", "CaseSettled", "CaseLeftOpen",
    },
    Closed: {"Rated"},
}
outcomes, stars = st.sampled_from(get_args(Outcome)), st.integers(1, 5)


@pytest.mark.parametrize("state", MAY_HAPPEN, ids=lambda s: s.__name__)
def test_what_may_happen(state: type) -> None:
    assert {event.__name__ for kind, event in TRANSITIONS if kind is state} == MAY_HAPPEN[state]


@given(
    state=st.sampled_from([in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"), reconnecting("J012", "jinshan-3", "resident")]),
    said=st.none() | outcomes, written=st.none() | outcomes, early=st.booleans(), late=st.booleans(), score=stars,
)
def test_outcome_reason_and_rating_are_what_was_said(
    state: AnyState, said: Outcome | None, written: Outcome | None, early: bool, late: bool, score: int
) -> None:
    """`said`: the clerk ends with an outcome, else the resident stops. `written`: the clerk completes, else the time runs out."""
    state, _ = step(state, GAPS, 9.0, POLICY)
    state, _ = step(state, ev.ClerkEnded(said) if said else ev.ResidentEnded(), 10.0, POLICY)
    assert isinstance(state, WrappingUp)
    assert state.until == 10.0 + POLICY.wrap_up
    if early:
        state, _ = step(state, ev.Rated(score), 11.0, POLICY)
    assert isinstance(state, WrappingUp)
    state, _ = step(state, ev.WrapUpCompleted(written) if written else ev.WrapUpRanOut(state.until), 20.0, POLICY)
    reason: EndReason = "completed" if said else "ended-by-resident"
    assert isinstance(state, Closed)
    assert (state.reason, state.outcome, state.at, state.rated) == (reason, written or said, 20.0, early)
    assert [(case.outcome, case.file.notice) for case in state.cases] == [(written or said, told(GAPS, session="visit-J012"))]
    if late and early:
        with pytest.raises(NotNow) as refusal:
            step(state, ev.Rated(score), 21.0, POLICY)
        assert refusal.value.code == "already-rated"
    elif late:
        state, _ = step(state, ev.Rated(score), 21.0, POLICY)
        assert state.rated  # type: ignore[union-attr] # a closed session stays closed


def test_the_wrap_up_keeps_the_talk_for_the_desk() -> None:
    state, _ = step(in_session("J012", "jinshan-3"), ev.ClerkEnded("accepted"), 0.0, POLICY)
    assert isinstance(state, WrappingUp)
    assert state == wrapping_up("J012", "jinshan-3")
