"""In the line and at the bell: who answers, who does not, who is faster, who gives up."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain.effects import Enter, FindClerk, MarkAway, Wake
from signaling.domain.events import (
    Answered,
    CounterChosen,
    Declined,
    EndLost,
    EndReturned,
    GraceEnded,
    PassEnded,
    Picked,
    ResidentEnded,
    ResidentLeft,
    RingUnanswered,
)
from signaling.domain.recording import Recording
from signaling.domain.session import begin
from signaling.domain.states import Closed, InSession, Ringing, SteppedAway, Waiting
from tests.stories.visit import (
    After,
    Visit,
    closed,
    earlier_with,
    entered,
    in_session,
    on_hold,
    ringing,
    ticket,
    waiting,
    wrapping_up,
)


def test_a_ticket_is_taken_and_the_consents_stand_in_the_ledger_before_anybody_is_looked_for() -> None:
    (Visit.from_step(begin(ticket("J012"), now=0.0))
        << entered("ticket-taken", kiosk="haiyan-1", host="haiyan", home="jinshan", service="marriage-registration", number="J012",
                   case="310116-330424-20261123-0012")
        << entered("party", party=0, level="declared")
        << entered("consent-given", text="recording", version="2026-11-01", language="zh-CN", method="touch", at=0, party=0)
            << entered("consent-given", text="papers-to-home", version="2026-11-01", language="zh-CN", method="touch", at=0, party=0)
        << FindClerk()
    ).ends(waiting("J012"))


def test_what_was_answered_before_queueing_is_on_the_record_as_codes() -> None:
    asked = msgspec.structs.replace(ticket("J012"), version="2026-01-01", answers=(("under-16", "no"), ("reason", "renewal")))
    visit = Visit.from_step(begin(asked, now=0.0))
    assert entered("eligibility-answered", version="2026-01-01", answers=("reason=renewal", "under-16=no")) in visit.unread
    assert [each.what for each in visit.unread if isinstance(each, Enter)] == ["ticket-taken", "party", "eligibility-answered", "consent-given", "consent-given"]


def test_a_refused_consent_is_on_the_record_as_refused() -> None:
    visit = Visit.from_step(begin(ticket("J012", recording=False), now=0.0))
    assert entered("consent-refused", text="recording", version="2026-11-01", language="zh-CN", method="touch", at=0, party=0) in visit.unread


def test_a_clerk_answers() -> None:
    story = (Visit(waiting("J012"))
        >> CounterChosen("li", "jinshan-3") << entered("ringing", clerk="li", counter="jinshan-3") << Wake(20, RingUnanswered(20))
        >> After(7)
        >> Answered("li") << entered("answered", clerk="li", counter="jinshan-3")
    ).begins_to_talk("visit-J012.1")
    talk = story.ends_in(InSession)
    assert isinstance(talk, InSession)
    assert (talk.talk.clerk, talk.talk.counter, talk.talk.since) == ("li", "jinshan-3", 7)
    story.refuses(RingUnanswered(20))


def test_nobody_answers_so_the_clerk_is_away_and_the_resident_first() -> None:
    (Visit(ringing("J012", "jinshan-3"))
        >> After(20)
        >> RingUnanswered(20) << entered("missed", clerk="li") << MarkAway("li") << FindClerk()
    ).ends(waiting("J012", in_front=True))


def test_nobody_answers_three_times_and_the_fourth_clerk_does() -> None:
    visit = Visit(waiting("J012"))
    for clerk in ("li", "chen", "wu"):
        until = visit.now + 20
        (visit >> CounterChosen(clerk, f"at-{clerk}") << entered("ringing", clerk=clerk, counter=f"at-{clerk}")
            << Wake(until, RingUnanswered(until))
            >> After(20) >> RingUnanswered(until) << entered("missed", clerk=clerk) << MarkAway(clerk) << FindClerk())
    (visit >> CounterChosen("zhao", "jinshan-6") << entered("ringing", clerk="zhao", counter="jinshan-6")
        << Wake(80, RingUnanswered(80))
        >> Answered("zhao") << entered("answered", clerk="zhao", counter="jinshan-6"))
    visit.begins_to_talk("visit-J012.1").ends_in(InSession)


def test_a_clerk_declines_and_may_be_rung_again_a_minute_later() -> None:
    (Visit(ringing("J012", "jinshan-3"))
        >> After(5)
        >> Declined("li")  << entered("declined", clerk="li") << Wake(65, PassEnded("li")) << FindClerk()
        >> After(60)
        >> PassEnded("li") << FindClerk()
    ).ends(waiting("J012", in_front=True))


def test_two_clerks_decline_and_neither_is_rung_until_their_own_minute_is_over() -> None:
    (Visit(ringing("J012", "jinshan-3"))
        >> Declined("li")   << entered("declined", clerk="li") << Wake(60, PassEnded("li")) << FindClerk()
        >> CounterChosen("chen", "jinshan-4") << entered("ringing", clerk="chen", counter="jinshan-4") << Wake(20, RingUnanswered(20))
        >> After(10)
        >> Declined("chen") << entered("declined", clerk="chen") << Wake(70, PassEnded("chen")) << FindClerk()
        >> After(50)
        >> PassEnded("li")  << FindClerk()
    ).ends(waiting("J012", in_front=True, passed=("chen",)))


def test_the_minute_of_a_clerk_who_declined_ends_while_another_is_being_rung() -> None:
    """Otherwise they would never be rung for this ticket again."""
    (Visit(ringing("J012", "jinshan-3"))
        >> Declined("li") << entered("declined", clerk="li") << Wake(60, PassEnded("li")) << FindClerk()
        >> After(50)
        >> CounterChosen("chen", "jinshan-4") << entered("ringing", clerk="chen", counter="jinshan-4") << Wake(70, RingUnanswered(70))
        >> After(10)
        >> PassEnded("li")
        >> After(10)
        >> RingUnanswered(70) << entered("missed", clerk="chen") << MarkAway("chen") << FindClerk()
    ).ends(waiting("J012", in_front=True))


def test_the_minute_of_a_clerk_who_declined_ends_while_the_resident_is_away() -> None:
    (Visit(waiting("J012", passed=("li", "chen")))
        >> EndLost("resident")     << entered("resident-away") << Wake(90, GraceEnded("resident", 0)) << FindClerk()
        >> PassEnded("li")
        >> EndReturned("resident") << entered("resident-back") << FindClerk()
    ).ends(waiting("J012", passed=("chen",)))


def test_a_pause_that_is_not_running_does_not_end() -> None:
    Visit(waiting("J012", passed=("chen",))).refuses(PassEnded("li"))


def test_two_clerks_one_answer() -> None:
    (Visit(ringing("J012", "jinshan-4"))
        .refuses(Answered("li"), "already-taken")
        .refuses(Declined("li"), "already-taken")
        .refuses(Picked("li", "jinshan-3"), "already-taken")
        >> Answered("chen") << entered("answered", clerk="chen", counter="jinshan-4")
    ).begins_to_talk("visit-J012.1").refuses(Answered("li"), "already-taken").refuses(Picked("li", "jinshan-3"), "already-taken")


@pytest.mark.parametrize("state", [in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"), wrapping_up("J012", "jinshan-3")])
def test_who_comes_second_learns_that_it_is_taken_and_who_has_it_that_it_is_theirs(
    state: InSession,
) -> None:
    Visit(state).refuses(Picked("chen", "jinshan-4"), "already-taken").refuses(Answered("chen"), "already-taken")
    Visit(state).refuses(Picked("li", "jinshan-3"), "not-now").refuses(Answered("li"), "not-now")


def test_a_clerk_picks_a_ticket_out_of_turn() -> None:
    (Visit(waiting("J012")) >> Picked("wu", "jinshan-5") << entered("picked", clerk="wu", counter="jinshan-5")
    ).begins_to_talk("visit-J012.1").ends(in_session("J012", "jinshan-5", Recording(origin=0, since=0.0)))


def test_nobody_picks_a_resident_who_is_not_there() -> None:
    visit = Visit(waiting("J012")) >> EndLost("resident")
    visit.unread = ()
    visit.refuses(Picked("wu", "jinshan-5")).refuses(CounterChosen("wu", "jinshan-5")).ends_in(SteppedAway)


def test_the_bell_stops_when_the_clerk_is_gone_and_it_is_not_counted_as_missed() -> None:
    (Visit(ringing("J012", "jinshan-3"))
        >> EndLost("clerk") << entered("clerk-lost", clerk="li") << FindClerk()
    ).refuses(RingUnanswered(20)).ends(waiting("J012", in_front=True))


def test_the_bell_stops_when_the_kiosk_is_gone_and_the_place_is_kept() -> None:
    (Visit(ringing("J012", "jinshan-3"))
        >> After(3)
        >> EndLost("resident")     << entered("resident-away") << Wake(93, GraceEnded("resident", 3)) << FindClerk()
        >> After(30)
        >> EndReturned("resident") << entered("resident-back") << FindClerk()
    ).refuses(GraceEnded("resident", 3)).refuses(Answered("li")).ends(waiting("J012"))


def test_a_resident_who_walks_away_from_the_line_is_abandoned_after_a_minute_and_a_half() -> None:
    (Visit(waiting("J012"))
        >> EndLost("resident") << entered("resident-away") << Wake(90, GraceEnded("resident", 0)) << FindClerk()
        >> After(90)
        >> GraceEnded("resident", 0) << entered("closed", reason="abandoned", outcome=None) << FindClerk()
    ).ends(closed("J012", None, reason="abandoned", outcome=None, at=90))


def test_the_timer_of_an_absence_that_is_over_does_nothing_to_the_next_one() -> None:
    visit = Visit(waiting("J012"))
    for second in (0, 40):
        visit.now = second
        (visit >> EndLost("resident") << entered("resident-away") << Wake(second + 90, GraceEnded("resident", second)) << FindClerk())
        if second == 0:
            visit >> EndReturned("resident") << entered("resident-back") << FindClerk()
    visit.now = 90
    visit.refuses(GraceEnded("resident", 0)).ends_in(SteppedAway)


@pytest.mark.parametrize("wish", [ResidentLeft(), ResidentEnded()], ids=["leave the line", "the stop key"])
@pytest.mark.parametrize("state", [waiting("J012"), ringing("J012", "jinshan-3")], ids=["waiting", "ringing"])
def test_the_resident_does_not_want_to_wait_any_longer(state: Waiting | Ringing, wish: ResidentLeft | ResidentEnded) -> None:
    (Visit(state) >> wish << entered("closed", reason="left-line", outcome=None) << FindClerk()
    ).ends(closed("J012", None, reason="left-line", outcome=None))


def test_who_leaves_the_line_after_a_broken_talk_is_remembered_as_having_had_a_clerk() -> None:
    visit = Visit(waiting("J012", in_front=True, earlier=earlier_with("jinshan-3"))) >> ResidentLeft()
    assert isinstance(visit.state, Closed)
    assert visit.state.clerk == "li"


def test_nobody_belongs_to_a_waiting_session_but_the_resident() -> None:
    Visit(waiting("J012")).refuses(EndLost("clerk")).refuses(EndReturned("resident"))
