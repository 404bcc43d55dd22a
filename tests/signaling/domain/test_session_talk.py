"""While a room stands: what may happen there at all, and that switching and reconnecting keep the books."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain import events as ev
from signaling.domain.machine import TRANSITIONS
from signaling.domain.refusals import NotNow
from signaling.domain.session import step
from signaling.domain.states import (
    ENDS,
    SHARES,
    SOURCES,
    USUAL_SOURCES,
    AnyState,
    End,
    InSession,
    OnHold,
    Reconnecting,
    Source,
    talk_of,
)
from signaling.office.views import is_held
from tests.stories.visit import POLICY, in_session, on_hold, reconnecting

IN_EVERY_TALK = {
    "SourceSwitched", "ConnectionOffered", "NodeLost", "EndLost", "ClerkEnded", "ResidentEnded", "ResidentLeft", "Answered", "Picked",
    "BytesOnDisk", "RecordingLate", "RecordingBroke", "RecordingMended", "SuspensionBegan", "SuspensionEnded", "SuspensionRanOut",
    "AcceptanceAllowed", "ConsentWithdrawn", "ConsentGivenAgain", "StillDropped", "PaperSigned", "WindowsOffered", "ControlUsed", "NoticeGiven",
    "CaseSettled", "IdentitySeen",
}
WHILE_ONE_IS_GONE_TOO = {"FormPutAway", "FormTyped", "FormStepped", "TextSaid"}
MAY_HAPPEN: dict[type, set[str]] = {
    InSession: IN_EVERY_TALK | {
        "Transferred", "HoldBegan", "ShareStopped", "ScreenAsked", "PageAsked", "TakeAsked", "StillTaken", "StillKept", "AskAnswered", "AskWithdrawn", "AskRanOut",
        "StillChecked", "SignatureAsked", "SignatureGiven", "FormLaid", "FormFrozen", "FormMelted", "ControlAsked", "ControlStopped", "ControlRanOut",
        "CaseOpened", "CaseTurned", "CaseDropped",
    } | WHILE_ONE_IS_GONE_TOO,
    OnHold: IN_EVERY_TALK | {"HoldEnded", "Transferred"},
    Reconnecting: IN_EVERY_TALK | WHILE_ONE_IS_GONE_TOO | {"HoldBegan", "HoldEnded", "EndReturned", "GraceEnded", "ShareStopped"},
}
TALKS: list[AnyState] = [
    in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"), reconnecting("J012", "jinshan-3", "clerk"),
    reconnecting("J012", "jinshan-3", "resident", "clerk", held=True),
]
ends, sources = st.sampled_from(ENDS), st.sampled_from(SOURCES)


@pytest.mark.parametrize("state", MAY_HAPPEN, ids=lambda s: s.__name__)
def test_what_may_happen(state: type) -> None:
    assert {event.__name__ for kind, event in TRANSITIONS if kind is state} == MAY_HAPPEN[state]


@given(st.sampled_from(TALKS), st.lists(st.tuples(ends, sources, st.booleans())))
def test_what_was_switched_last_counts(state: AnyState, switches: list[tuple[End, Source, bool]]) -> None:
    on = {(end, source) for end in ENDS for source in USUAL_SOURCES}
    kind = type(state)
    held = is_held(state)
    for end, source, wanted in switches:
        if wanted and source in SHARES and (held or (end, source) == ("resident", "screen")):
            with pytest.raises(NotNow):  # nothing is shown on hold, and no kiosk's screen that nobody allowed
                step(state, ev.SourceSwitched(end, source, wanted), 0.0, POLICY)
            continue
        state, _ = step(state, ev.SourceSwitched(end, source, wanted), 0.0, POLICY)
        (on.add if wanted else on.discard)((end, source))
    talk = talk_of(state)
    assert talk is not None
    assert set(talk.on) == on
    assert len(talk.on) == len(on)
    assert type(state) is kind


@given(st.sampled_from(TALKS), st.lists(ends, max_size=12))
def test_each_end_counts_its_own_connections(state: AnyState, offers: list[End]) -> None:
    for end in offers:
        state, _ = step(state, ev.ConnectionOffered(end), 0.0, POLICY)
    talk = talk_of(state)
    assert talk is not None
    assert {end: talk.epoch(end) for end in ENDS} == {end: offers.count(end) for end in ENDS}
    assert talk.generation == 1


@pytest.mark.parametrize("before", [in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3")], ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("comings", list(itertools.permutations(ENDS)))
@pytest.mark.parametrize("goings", list(itertools.permutations(ENDS)))
def test_whoever_goes_and_comes_in_whatever_order_the_talk_is_what_it_was(
    before: AnyState, goings: tuple[End, ...], comings: tuple[End, ...]
) -> None:
    state: AnyState = before
    for end in goings:
        state, _ = step(state, ev.EndLost(end), 0.0, POLICY)
        assert isinstance(state, Reconnecting)
        with pytest.raises(NotNow):
            step(state, ev.EndLost(end), 0.0, POLICY)
    for end in comings:
        assert isinstance(state, Reconnecting)
        state, _ = step(state, ev.EndReturned(end), 0.0, POLICY)
    assert state == before
