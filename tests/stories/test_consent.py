"""What a resident agreed to may be taken back at any moment, and given again; what follows happens by itself."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.asks import AskControl, AskPage, AskScreen, AskSignature
from signaling.domain.case_file import CaseFile
from signaling.domain.consent import IDENTITY, PAPERS, RECORDING, changes_of, current, is_given, is_withdrawn, lets_accept
from signaling.domain.control import Grant
from signaling.domain.effects import CloseRoom, Enter, FindClerk, OpenRoom, RecordRoom, SetSourceOn, Wake
from signaling.domain.events import (
    Answered,
    ClerkEnded,
    ConsentGivenAgain,
    ConsentWithdrawn,
    CounterChosen,
    FormLaid,
    FormTyped,
    GraceEnded,
    PageAsked,
    ResidentContinued,
    SignatureAsked,
    SourceSwitched,
    StillDropped,
    StillKept,
    StillTaken,
    Transferred,
    WrapUpCompleted,
    WrapUpRanOut,
)
from signaling.domain.form_on_table import FormOnTable
from signaling.domain.permissions import Actor, may
from signaling.domain.refusals import NotAllowed, NotNow
from signaling.domain.session import SessionPolicy, begin, reopen, step
from signaling.domain.states import (
    AnyState,
    Closed,
    Consent,
    InSession,
    Parked,
    Reconnecting,
    Ticket,
    Waiting,
    WrappingUp,
    ticket_of,
)
from tests.stories.any_visit import MAKE
from tests.stories.visit import (
    CASE,
    EVERY_STATE,
    POLICY,
    STILLS,
    Visit,
    earlier_with,
    entered,
    in_session,
    on_hold,
    parked,
    reconnecting,
    ringing,
    settled,
    stepped_away,
    talk,
    ticket,
    waiting,
    wrapping_up,
)
from tests.stories.visit import closed as over

ROOM = "visit-J012.1"
LIVING = [state for state in EVERY_STATE if not isinstance(state, Closed)]


def told(what: str, text: str, *, at: int = 0, method: str = "touch", language: str = "zh-CN") -> Enter:
    return entered(what, text=text, version="2026-11-01", language=language, method=method, at=at, party=0)


def withdrawn(text: str = PAPERS, *, at: int = 0, method: str = "touch") -> Enter:
    return told("consent-withdrawn", text, at=at, method=method)


def checked_by_identity(state: AnyState, *, agrees: bool = True) -> AnyState:
    """The same, for a service that needs more than a declared name."""
    first = ticket_of(state)
    asked = msgspec.structs.replace(first, consents=(*first.consents, Consent(IDENTITY, "2026-11-01", "zh-CN", agrees)))
    match state:
        case InSession() | WrappingUp():
            return msgspec.structs.replace(state, talk=msgspec.structs.replace(state.talk, ticket=asked))
        case _:
            raise AssertionError(state)


# --- recording ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [waiting(), stepped_away(), ringing("J012", "jinshan-3")], ids=lambda s: type(s).__name__)
def test_without_the_recording_there_is_no_talk_to_wait_for(state: AnyState) -> None:
    closed = Visit(state) >> ConsentWithdrawn(RECORDING) << withdrawn(RECORDING)
    closed << entered("closed", reason="consent-withdrawn", outcome=None) << FindClerk()
    closed.ends(over("J012", None, reason="consent-withdrawn", outcome=None))


@pytest.mark.parametrize(
    "state", [in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"), reconnecting("J012", "jinshan-3", "clerk")], ids=lambda s: type(s).__name__
)
def test_the_talk_ends_at_once_and_nothing_is_sent_any_more(state: AnyState) -> None:
    visit = Visit(state) >> ConsentWithdrawn(RECORDING) << withdrawn(RECORDING)
    visit << entered("talk-ended", reason="consent-withdrawn", outcome=None) << CloseRoom(ROOM) << Wake(600, WrapUpRanOut(600))
    after = visit.ends_in(WrappingUp)
    assert isinstance(after, WrappingUp) and (after.reason, after.outcome) == ("consent-withdrawn", None)
    visit.refuses(WrapUpCompleted("accepted"), "consent-needed").refuses(ConsentGivenAgain(RECORDING))


def test_a_question_and_an_operation_end_with_it() -> None:
    asked = InSession(talk("J012", "jinshan-3"), AskScreen("ask-1", 45.0))
    visit = Visit(asked) >> ConsentWithdrawn(RECORDING) << withdrawn(RECORDING)
    visit << entered("talk-ended", reason="consent-withdrawn", outcome=None) << CloseRoom(ROOM) << Wake(600, WrapUpRanOut(600))
    visit << entered("ask-ended", ask="ask-1", kind="screen", because="consent-withdrawn")
    visit.ends_in(WrappingUp)


def test_a_parked_visit_is_over_with_it() -> None:
    visit = Visit(parked("J012", "jinshan-3")) >> ConsentWithdrawn(RECORDING) << withdrawn(RECORDING)
    visit << entered("closed", reason="consent-withdrawn", outcome=None)
    visit.ends(over("J012", "jinshan-3", reason="consent-withdrawn", outcome=None))


def test_after_the_talk_it_changes_nothing_of_what_was_decided() -> None:
    visit = Visit(wrapping_up("J012", "jinshan-3")) >> ConsentWithdrawn(RECORDING) << withdrawn(RECORDING)
    after = visit.ends_in(WrappingUp)
    assert isinstance(after, WrappingUp) and after.outcome == "accepted" and lets_accept(after)


@pytest.mark.parametrize("state", LIVING, ids=lambda s: type(s).__name__)
def test_whoever_has_withdrawn_the_recording_sends_nothing_whatever_comes(state: AnyState) -> None:
    after, _ = step(state, ConsentWithdrawn(RECORDING), 0.0, POLICY)
    for who in (Actor("kiosk", "haiyan-1", "haiyan"), Actor("clerk", "li", "jinshan", frozenset({"marriage-registration"}))):
        for action in ("publish-offer", "subscribe-offer", "set-source"):
            with pytest.raises(NotAllowed):
                may(who, action, after)


@given(st.sampled_from(LIVING), st.lists(st.tuples(st.sampled_from(sorted(MAKE, key=str)), st.integers(0, 1200)), max_size=30), st.randoms(use_true_random=False))
def test_no_order_opens_or_keeps_a_room_after_it(state: AnyState, later: list[tuple[type, int]], rng: Any) -> None:
    now = 0.0
    had_room = not isinstance(state, WrappingUp) and hasattr(state, "talk")
    state, effects = step(state, ConsentWithdrawn(RECORDING), now, POLICY)
    assert any(isinstance(effect, CloseRoom) for effect in effects) == had_room
    orders = [*effects]
    for kind, seconds in later:
        now += seconds
        try:
            state, effects = step(state, MAKE[kind](rng, now), now, POLICY)
        except NotNow:
            continue
        orders += effects
    state, effects = reopen(state, now, SessionPolicy())
    orders += effects
    assert not any(isinstance(order, OpenRoom | RecordRoom) or (isinstance(order, SetSourceOn) and order.on) for order in orders)
    assert isinstance(state, WrappingUp | Closed)


# --- papers ---------------------------------------------------------------------------------------


def test_an_open_question_for_a_page_ends_and_nothing_more_is_taken() -> None:
    asked = InSession(talk("J012", "jinshan-3").with_file(STILLS), AskPage("ask-2", 300.0, 1, "take-1"))
    visit = Visit(asked) >> ConsentWithdrawn(PAPERS) << withdrawn() << entered("ask-ended", ask="ask-2", kind="page", material=1, because="consent-withdrawn")
    late = StillTaken("ask-2", "take-1", msgspec.structs.replace(STILLS.stills[1], number=3000), ("aa", "bb"))
    for refused in (late, PageAsked("ask-3", 0), StillKept(2000), FormLaid("application", "2026-01-01", b""), SourceSwitched("resident", "document", on=True)):
        visit.refuses(refused, "consent-needed")
    after = visit.ends_in(InSession)
    assert isinstance(after, InSession) and after.talk.file == STILLS, "what was kept stays sealed, and may not be used"


def test_the_form_is_put_away_and_what_was_asked_for_in_it_ends() -> None:
    laid = CaseFile(form=FormOnTable("application", "2026-01-01", b"half"))
    for ask, kind in ((AskSignature("ask-1", 300.0, "paper", 0), "signature"), (AskControl("ask-1", 45.0, "form", "control", "fill-in", 5), "control")):
        visit = Visit(InSession(talk("J012", "jinshan-3").with_file(laid), ask)) >> ConsentWithdrawn(PAPERS)
        visit << withdrawn() << entered("form-put-away")
        assert [(each.what, each.body["kind"], each.body["because"]) for each in visit.unread if isinstance(each, Enter)] == [("ask-ended", kind, "consent-withdrawn")]
    operated = InSession(talk("J012", "jinshan-3").with_file(laid), grant=Grant("ask-1", "form", "control", "fill-in", 300.0))
    visit = Visit(operated) >> ConsentWithdrawn(PAPERS) << withdrawn() << entered("form-put-away")
    visit << entered("control-ended", grant="ask-1", by=None, because="consent-withdrawn")
    for refused in (FormTyped(b"more"), SignatureAsked("ask-2", 0)):
        visit.refuses(refused, "consent-needed")
    after = visit.ends_in(InSession)
    assert isinstance(after, InSession) and after.talk.file.form is not None and after.talk.file.form.snapshot == b"half", "as it was left"


def test_a_paper_under_the_camera_is_sent_on_no_longer() -> None:
    shows = msgspec.structs.replace(talk("J012", "jinshan-3"), on=(*talk("J012", "jinshan-3").on, ("resident", "document")))
    visit = Visit(InSession(shows)) >> ConsentWithdrawn(PAPERS) << withdrawn()
    visit << entered("source-off", end="resident", source="document") << SetSourceOn(ROOM, "resident", "document", on=False)
    after = visit.ends_in(InSession)
    assert isinstance(after, InSession) and ("resident", "document") in after.talk.stopped, "the kiosk lets go of the picture"


def test_a_question_that_needs_no_papers_stands() -> None:
    asked = InSession(talk("J012", "jinshan-3"), AskScreen("ask-1", 45.0))
    visit = Visit(asked) >> ConsentWithdrawn(PAPERS) << withdrawn()
    after = visit.ends_in(InSession)
    assert isinstance(after, InSession) and after.ask == AskScreen("ask-1", 45.0)


def test_nothing_is_accepted_but_it_may_be_returned_referred_and_tidied() -> None:
    with_stills = InSession(talk("J012", "jinshan-3").with_file(STILLS))
    visit = Visit(with_stills) >> ConsentWithdrawn(PAPERS) << withdrawn()
    visit.refuses(ClerkEnded("accepted"), "consent-needed").refuses(ClerkEnded("accepted-with-gaps"), "consent-needed")
    visit >> StillDropped(2000) << entered("still-dropped", case=CASE, number=2000, material=1, reasons=("glare",))
    visit >> ClerkEnded("referred") << settled("referred") << entered("talk-ended", reason="completed", outcome="referred") << CloseRoom(ROOM) << Wake(600, WrapUpRanOut(600))
    visit.ends_in(WrappingUp)


def test_whoever_refused_at_the_card_may_fill_in_the_form_but_shows_no_page() -> None:
    facts: Ticket = ticket("J012", papers=False)
    visit = Visit(InSession(msgspec.structs.replace(talk("J012", "jinshan-3"), ticket=facts)))
    visit.refuses(PageAsked("ask-1", 0), "consent-needed").refuses(ConsentWithdrawn(PAPERS))
    visit >> FormLaid("application", "2026-01-01", b"empty") << entered("form-laid", case=CASE, code="application", version="2026-01-01")
    visit >> ConsentGivenAgain(PAPERS, "en") << told("consent-given", PAPERS, language="en")
    visit >> PageAsked("ask-1", 0)
    assert visit.unread


def test_an_accepted_case_loses_its_outcome_and_its_day_while_it_is_completed() -> None:
    visit = Visit(wrapping_up("J012", "jinshan-3", due="2026-12-01")) >> ConsentWithdrawn(PAPERS) << withdrawn()
    visit << entered("case-reopened", case=CASE) << entered("due-promised", case=CASE, day=None)
    after = visit.ends_in(WrappingUp)
    assert isinstance(after, WrappingUp) and (after.outcome, after.due) == (None, None)
    visit.refuses(WrapUpCompleted("accepted"), "consent-needed")
    visit >> WrapUpRanOut(600) << entered("wrap-up-ran-out", **{"outcome-missing": True}) << entered("closed", reason="completed", outcome=None) << FindClerk()


# --- identity -------------------------------------------------------------------------------------


def test_a_case_that_needs_a_checked_identity_is_not_accepted_without_the_check() -> None:
    visit = Visit(checked_by_identity(in_session("J012", "jinshan-3"))) >> ConsentWithdrawn(IDENTITY) << withdrawn(IDENTITY)
    visit.refuses(ClerkEnded("accepted"), "consent-needed")
    assert not lets_accept(checked_by_identity(in_session("J012", "jinshan-3"), agrees=False)), "as its text says"
    assert lets_accept(in_session("J012", "jinshan-3")), "a declared name is enough where nothing was asked"
    visit.refuses(ConsentWithdrawn("marketing"))


# --- given again, spoken --------------------------------------------------------------------------


def test_it_is_given_again_and_everything_goes_on() -> None:
    visit = Visit(in_session("J012", "jinshan-3")) >> ConsentWithdrawn(PAPERS) << withdrawn()
    visit.refuses(ConsentWithdrawn(PAPERS))
    visit >> ConsentGivenAgain(PAPERS, "en") << told("consent-given", PAPERS, language="en")
    visit.refuses(ConsentGivenAgain(PAPERS))
    assert is_given(visit.state, PAPERS) and not is_withdrawn(visit.state, PAPERS) and lets_accept(visit.state)
    assert len(changes_of(visit.state)) == 1, "however often somebody changes their mind"


def test_the_clerk_enters_what_is_said_aloud_but_never_of_the_recording() -> None:
    visit = Visit(in_session("J012", "jinshan-3")) >> ConsentWithdrawn(PAPERS, "spoken") << withdrawn(method="spoken")
    visit >> ConsentGivenAgain(PAPERS, method="spoken") << told("consent-given", PAPERS, method="spoken")
    visit.refuses(ConsentWithdrawn(RECORDING, "spoken"))
    Visit(wrapping_up("J012", "jinshan-3")).refuses(ConsentWithdrawn(PAPERS, "spoken"))


# --- it goes along --------------------------------------------------------------------------------


def test_what_was_said_in_the_line_counts_in_the_talk() -> None:
    visit = Visit(waiting()) >> ConsentWithdrawn(PAPERS) << withdrawn()
    for event in (CounterChosen("li", "jinshan-3"), Answered("li")):
        visit.unread = ()
        visit >> event
    visit.unread = ()
    visit.refuses(PageAsked("ask-1", 0), "consent-needed")


@pytest.mark.parametrize("way", ["transfer", "clerk-gone", "parked", "restart"])
def test_it_goes_along_from_talk_to_talk(way: str) -> None:
    visit = Visit(in_session("J012", "jinshan-3")) >> ConsentWithdrawn(PAPERS) << withdrawn()
    state = visit.state
    gone = reconnecting("J012", "jinshan-3", "resident" if way == "parked" else "clerk")
    assert isinstance(state, InSession)
    match way:
        case "transfer":
            state, _ = step(state, Transferred(None), 0.0, POLICY)
        case "clerk-gone" | "parked":
            away = msgspec.structs.replace(gone, before=state)
            state, _ = step(away, GraceEnded(gone.missing[0].end, 0.0), 60.0, POLICY)
        case _:
            state, _ = reopen(state, 0.0, POLICY)
            assert isinstance(state, Reconnecting)
    assert is_withdrawn(state, PAPERS)
    if isinstance(state, Parked):
        state, _ = step(state, ResidentContinued(), 70.0, POLICY)
    if isinstance(state, Waiting):
        state, _ = step(state, CounterChosen("chen", "jinshan-4"), 80.0, POLICY)
        state, _ = step(state, Answered("chen"), 81.0, POLICY)
    assert is_withdrawn(state, PAPERS)


def test_a_visit_that_waits_for_another_clerk_keeps_what_is_said_then() -> None:
    again = waiting("J013", earlier=earlier_with("jinshan-3"))
    state, _ = step(again, ConsentWithdrawn(PAPERS), 5.0, POLICY)
    assert is_withdrawn(state, PAPERS) and isinstance(state, Waiting) and state.consent_changes == ()
    assert current(state)[1].at == 5000


@given(st.sampled_from(LIVING), st.lists(st.sampled_from([ConsentWithdrawn(PAPERS), ConsentGivenAgain(PAPERS)]), min_size=1, max_size=6))
def test_the_last_word_counts_in_every_state_and_every_word_is_on_the_record(state: AnyState, said: list[Any]) -> None:
    given_now = is_given(state, PAPERS)
    for event in said:
        wants = isinstance(event, ConsentGivenAgain)
        try:
            state, effects = step(state, event, 0.0, POLICY)
        except NotNow:
            assert wants == given_now or isinstance(state, WrappingUp)
            continue
        given_now = wants
        first = effects[0]
        assert isinstance(first, Enter) and first.what == ("consent-given" if wants else "consent-withdrawn")
        assert is_given(state, PAPERS) == given_now
        assert lets_accept(state) == given_now


def test_each_card_was_touched_before_the_ticket() -> None:
    facts = msgspec.structs.replace(ticket("J012"), consents=(Consent(RECORDING, "2026-11-01", "en", True, at=4711),))
    _, effects = begin(facts, now=5.0)
    assert told("consent-given", RECORDING, at=4711, language="en") in effects
