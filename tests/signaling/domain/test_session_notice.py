"""A notice may be given while the clerk has the resident's case before them, and changes nothing else."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain import events as ev
from signaling.domain.effects import Enter
from signaling.domain.machine import TRANSITIONS
from signaling.domain.session import step
from signaling.domain.states import AnyState, InSession, OnHold, Reconnecting, WrappingUp, talk_of
from tests.notices import GAPS, TOLD, entered, told
from tests.stories.visit import POLICY, in_session, on_hold, reconnecting, wrapping_up

STATES: list[AnyState] = [
    in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"), reconnecting("J012", "jinshan-3", "resident"), wrapping_up("J012", "jinshan-3"),
]


def test_where_it_may_be_given() -> None:
    assert {state for state, event in TRANSITIONS if event is ev.NoticeGiven} == {InSession, OnHold, Reconnecting, WrappingUp}


@pytest.mark.parametrize("state", STATES, ids=lambda s: type(s).__name__)
def test_it_goes_into_the_case_and_on_the_record_and_nothing_else_changes(state: AnyState) -> None:
    for n, given in enumerate((TOLD, GAPS), 1):
        state, effects = step(state, given, 10.0, POLICY)
        assert effects == (Enter("notice-given", entered(given, n)),)
        talk = state.talk if isinstance(state, WrappingUp) else talk_of(state)
        assert talk is not None and talk.file.notice == told(given, n)
        assert msgspec.structs.replace(talk.file, notice=None).notice is None


def test_the_next_clerk_finds_it_in_the_case() -> None:
    talk = talk_of(step(STATES[0], GAPS, 10.0, POLICY)[0])
    assert talk is not None and talk.left_behind.folder.cases[0].file.notice == told(GAPS)
