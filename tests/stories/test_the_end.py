"""How a visit ends: the stop key in every state, the outcome, the wrap-up, the rating."""

from __future__ import annotations

import pytest

from signaling.domain.effects import CloseRoom, FindClerk, Wake
from signaling.domain.events import (
    Answered,
    ClerkEnded,
    EndLost,
    EndReturned,
    NodeLost,
    NoticeGiven,
    Rated,
    ResidentEnded,
    ResidentLeft,
    WrapUpCompleted,
    WrapUpRanOut,
)
from signaling.domain.states import AnyState, Closed, InSession, Outcome, WrappingUp, ticket_of
from tests.notices import GAPS, TOLD, told
from tests.notices import entered as in_ledger
from tests.stories.visit import (
    EVERY_STATE,
    After,
    Visit,
    closed,
    entered,
    in_session,
    on_hold,
    reconnecting,
    settled,
    talk,
    wrapping_up,
)

TALKING: tuple[AnyState, ...] = (
    in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"), reconnecting("J012", "jinshan-3", "clerk"),
)


@pytest.mark.parametrize("state", TALKING, ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("outcome", ["accepted", "referred"])
def test_the_clerk_ends_the_talk_with_an_outcome(state: AnyState, outcome: Outcome) -> None:
    (Visit(state)
        >> ClerkEnded(outcome) << settled(outcome)
        << entered("talk-ended", reason="completed", outcome=outcome) << CloseRoom("visit-J012.1") << Wake(600, WrapUpRanOut(600))
    ).ends(wrapping_up("J012", "jinshan-3", outcome))


@pytest.mark.parametrize("state", TALKING, ids=lambda s: type(s).__name__)
@pytest.mark.parametrize(("outcome", "notice"), [("returned", TOLD), ("returned", GAPS), ("accepted-with-gaps", GAPS)])
def test_whoever_is_sent_home_or_owes_something_has_it_in_writing_first(state: AnyState, outcome: Outcome, notice: NoticeGiven) -> None:
    visit = Visit(state).refuses(ClerkEnded(outcome), "notice-needed")
    visit >> notice << entered("notice-given", **in_ledger(notice))
    visit >> ClerkEnded(outcome) << settled(outcome)
    visit << entered("talk-ended", reason="completed", outcome=outcome) << CloseRoom("visit-J012.1") << Wake(600, WrapUpRanOut(600))
    assert isinstance(visit.state, WrappingUp) and visit.state.talk.file.notice == told(notice)
    visit >> WrapUpCompleted(outcome) << entered("closed", reason="completed", outcome=outcome) << FindClerk()
    assert isinstance(visit.state, Closed) and visit.state.cases[0].file.notice == told(notice, session="visit-J012")


def test_what_may_not_follow_is_no_gap() -> None:
    (Visit(wrapping_up("J012", "jinshan-3"))
        >> TOLD << entered("notice-given", **in_ledger(TOLD))
    ).refuses(WrapUpCompleted("accepted-with-gaps"), "materials-missing").ends_in(WrappingUp)


def test_a_second_notice_replaces_the_first_and_says_that_it_is_the_second() -> None:
    visit = Visit(wrapping_up("J012", "jinshan-3")) >> TOLD << entered("notice-given", **in_ledger(TOLD))
    visit >> GAPS << entered("notice-given", **in_ledger(GAPS, 2))
    assert isinstance(visit.state, WrappingUp) and visit.state.talk.file.notice == told(GAPS, 2)


@pytest.mark.parametrize("state", TALKING, ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("wish", [ResidentEnded(), ResidentLeft()], ids=["the stop key", "left the line as the clerk answered"])
def test_the_resident_stops_and_the_clerk_still_has_to_choose_an_outcome(state: AnyState, wish: ResidentEnded | ResidentLeft) -> None:
    (Visit(state)
        >> wish
        << entered("talk-ended", reason="ended-by-resident", outcome=None) << CloseRoom("visit-J012.1") << Wake(600, WrapUpRanOut(600))
        >> WrapUpCompleted("referred") << settled("referred")
        << entered("closed", reason="ended-by-resident", outcome="referred") << FindClerk()
    ).ends(closed("J012", "jinshan-3", reason="ended-by-resident", outcome="referred"))


@pytest.mark.parametrize("wish", [ResidentEnded(), ResidentLeft()], ids=["the stop key", "leave the line"])
@pytest.mark.parametrize("state", EVERY_STATE, ids=lambda s: type(s).__name__)
def test_the_stop_key_works_in_every_state_in_which_there_is_something_to_stop(
    state: AnyState, wish: ResidentEnded | ResidentLeft
) -> None:
    visit = Visit(state)
    if isinstance(state, WrappingUp | Closed):
        visit.refuses(wish)
        return
    visit >> wish
    assert isinstance(visit.state, WrappingUp | Closed)
    assert visit.state.reason in ("left-line", "ended-by-resident")
    assert ticket_of(visit.state) is ticket_of(state)


def test_the_clerk_completes_the_case_and_is_free() -> None:
    (Visit(wrapping_up("J012", "jinshan-3"))
        >> After(100)
        >> WrapUpCompleted("referred") << settled("referred") << entered("closed", reason="completed", outcome="referred") << FindClerk()
    ).refuses(WrapUpCompleted("referred")).refuses(WrapUpRanOut(600)).ends(closed("J012", "jinshan-3", outcome="referred", at=100))


def test_the_wrap_up_runs_out_and_what_was_chosen_stands() -> None:
    (Visit(wrapping_up("J012", "jinshan-3"))
        >> After(600)
        >> WrapUpRanOut(600)
        << entered("wrap-up-ran-out", **{"outcome-missing": False}) << entered("closed", reason="completed", outcome="accepted")
        << FindClerk()
    ).ends(closed("J012", "jinshan-3", at=600))


def test_the_wrap_up_runs_out_without_an_outcome_and_the_ledger_says_so() -> None:
    (Visit(wrapping_up("J012", "jinshan-3", None, reason="ended-by-resident"))
        >> After(600)
        >> WrapUpRanOut(600)
        << entered("wrap-up-ran-out", **{"outcome-missing": True}) << entered("closed", reason="ended-by-resident", outcome=None)
        << FindClerk()
    ).ends(closed("J012", "jinshan-3", reason="ended-by-resident", outcome=None, at=600))


def test_a_wrap_up_has_one_timer_and_nothing_of_the_talk_reaches_it() -> None:
    (Visit(wrapping_up("J012", "jinshan-3"))
        .refuses(WrapUpRanOut(599))
        .refuses(NodeLost(1)).refuses(EndLost("resident")).refuses(EndReturned("clerk")).refuses(Answered("li"))
    ).ends_in(WrappingUp)


def test_rated_during_the_wrap_up_and_not_again_afterwards() -> None:
    (Visit(wrapping_up("J012", "jinshan-3"))
        >> Rated(5) << entered("rated", stars=5)
    ).refuses(Rated(1), "already-rated").ends_in(WrappingUp)


def test_a_rating_is_not_forgotten_when_the_session_closes() -> None:
    for end in (WrapUpCompleted("accepted"), WrapUpRanOut(600)):
        visit = Visit(wrapping_up("J012", "jinshan-3")) >> Rated(5) << entered("rated", stars=5) >> end
        visit.unread = ()
        visit.refuses(Rated(1), "already-rated")


def test_rated_after_the_close_once() -> None:
    (Visit(closed("J012", "jinshan-3"))
        >> Rated(4) << entered("rated", stars=4)
    ).refuses(Rated(4), "already-rated").ends_in(Closed)


def test_nothing_is_rated_before_it_is_over() -> None:
    for state in EVERY_STATE:
        if not isinstance(state, WrappingUp | Closed):
            Visit(state).refuses(Rated(5))


def test_what_is_over_stays_over() -> None:
    end = closed("J012", "jinshan-3")
    for event in (ClerkEnded("accepted"), ResidentEnded(), EndReturned("resident"), NodeLost(1), Answered("li"), WrapUpRanOut(600)):
        Visit(end).refuses(event)


def test_the_talk_that_is_wrapped_up_is_the_talk_that_was_held() -> None:
    visit = Visit(InSession(talk("J012", "jinshan-3"))) >> ClerkEnded("accepted")
    assert isinstance(visit.state, WrappingUp)
    assert visit.state == wrapping_up("J012", "jinshan-3")
