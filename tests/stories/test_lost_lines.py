"""A line breaks, on either side or on both: what comes back by itself, what goes to the front of the line, what is parked."""

from __future__ import annotations

from signaling.domain.effects import CloseRoom, FindClerk, SetHold, Wake
from signaling.domain.events import (
    Answered,
    ConnectionOffered,
    CounterChosen,
    EndLost,
    EndReturned,
    GraceEnded,
    HoldBegan,
    HoldEnded,
    ParkingEnded,
    ResidentContinued,
    ResidentEnded,
    ResidentLeft,
    RingUnanswered,
)
from signaling.domain.states import InSession, Parked, SteppedAway, Waiting
from tests.stories.visit import (
    After,
    Visit,
    closed,
    earlier_with,
    entered,
    in_session,
    on_hold,
    parked,
    reconnecting,
    waiting,
)


def test_the_residents_line_breaks_and_comes_back() -> None:
    (Visit(in_session("J012", "jinshan-3"))
        >> EndLost("resident")     << entered("line-lost", end="resident") << Wake(90, GraceEnded("resident", 0))
        >> After(30)
        >> EndReturned("resident") << entered("line-back", end="resident")
    ).refuses(GraceEnded("resident", 0)).ends(in_session("J012", "jinshan-3"))


def test_the_clerks_line_breaks_and_comes_back() -> None:
    (Visit(in_session("J012", "jinshan-3"))
        >> EndLost("clerk")     << entered("line-lost", end="clerk") << Wake(60, GraceEnded("clerk", 0))
        >> After(59)
        >> EndReturned("clerk") << entered("line-back", end="clerk")
    ).refuses(GraceEnded("clerk", 0)).ends(in_session("J012", "jinshan-3"))


def test_both_lines_break_and_come_back_one_after_the_other() -> None:
    visit = (Visit(in_session("J012", "jinshan-3"))
        >> EndLost("clerk")     << entered("line-lost", end="clerk") << Wake(60, GraceEnded("clerk", 0))
        >> After(1)
        >> EndLost("resident")  << entered("line-lost", end="resident") << Wake(91, GraceEnded("resident", 1))
        >> EndReturned("clerk") << entered("line-back", end="clerk")
    ).refuses(EndReturned("clerk")).refuses(EndLost("resident"))
    (visit >> EndReturned("resident") << entered("line-back", end="resident")).ends(in_session("J012", "jinshan-3"))


def test_a_held_talk_is_still_on_hold_when_the_line_is_back() -> None:
    (Visit(on_hold("J012", "jinshan-3"))
        >> EndLost("resident")     << entered("line-lost", end="resident") << Wake(90, GraceEnded("resident", 0))
        >> EndReturned("resident") << entered("line-back", end="resident")
    ).ends(on_hold("J012", "jinshan-3"))


def test_the_clerk_may_hold_while_the_residents_link_is_gone_for_the_media_may_flow_on() -> None:
    visit = (Visit(reconnecting("J012", "jinshan-3", "resident"))
        >> HoldBegan() << entered("hold-began") << SetHold("visit-J012.1", on=True)
    ).refuses(HoldBegan())
    (visit >> EndReturned("resident") << entered("line-back", end="resident")).ends(on_hold("J012", "jinshan-3"))


def test_a_hold_may_end_while_the_residents_link_is_gone() -> None:
    visit = (Visit(reconnecting("J012", "jinshan-3", "resident", held=True))
        >> HoldEnded() << entered("hold-ended") << SetHold("visit-J012.1", on=False)
    ).refuses(HoldEnded())
    (visit >> EndReturned("resident") << entered("line-back", end="resident")).ends(in_session("J012", "jinshan-3"))


def test_clerk_gone_for_a_minute_and_the_resident_is_first_with_the_same_clerk_preferred() -> None:
    (Visit(reconnecting("J012", "jinshan-3", "clerk"))
        >> After(60)
        >> GraceEnded("clerk", 0) << entered("back-in-line", clerk="li") << CloseRoom("visit-J012.1") << FindClerk()
    ).refuses(EndReturned("clerk")).ends(waiting("J012", in_front=True, prefer="li", earlier=earlier_with("jinshan-3")))


def test_the_next_talk_of_a_visit_counts_on() -> None:
    """No room, and no epoch of an end, is ever called by the same number twice in one session."""
    story = (Visit(in_session("J012", "jinshan-3"))
        >> ConnectionOffered("resident") << entered("connection", end="resident", epoch=1)
        >> ConnectionOffered("clerk")    << entered("connection", end="clerk", epoch=1)
        >> ConnectionOffered("resident") << entered("connection", end="resident", epoch=2)
        >> EndLost("clerk") << entered("line-lost", end="clerk") << Wake(60, GraceEnded("clerk", 0))
        >> After(60)
        >> GraceEnded("clerk", 0) << entered("back-in-line", clerk="li") << CloseRoom("visit-J012.1") << FindClerk()
        >> CounterChosen("chen", "jinshan-4") << entered("ringing", clerk="chen", counter="jinshan-4") << Wake(80, RingUnanswered(80))
        >> Answered("chen") << entered("answered", clerk="chen", counter="jinshan-4")
    ).begins_to_talk("visit-J012.2", origin=0)
    (story
        >> ConnectionOffered("resident") << entered("connection", end="resident", epoch=3)
        >> ConnectionOffered("clerk")    << entered("connection", end="clerk", epoch=2)
    ).ends_in(InSession)


def test_resident_gone_for_a_minute_and_a_half_is_parked_continues_and_gets_the_same_clerk() -> None:
    story = (Visit(reconnecting("J012", "jinshan-3", "resident"))
        >> After(90)
        >> GraceEnded("resident", 0) << entered("parked") << CloseRoom("visit-J012.1") << Wake(690, ParkingEnded(690)) << FindClerk()
        >> After(200)
        >> ResidentContinued() << entered("continued") << FindClerk()
    ).refuses(ParkingEnded(690))
    assert story.state == waiting("J012", in_front=True, prefer="li", earlier=earlier_with("jinshan-3"))
    (story
        >> CounterChosen("li", "jinshan-3") << entered("ringing", clerk="li", counter="jinshan-3") << Wake(310, RingUnanswered(310))
        >> Answered("li") << entered("answered", clerk="li", counter="jinshan-3")
    ).begins_to_talk("visit-J012.2", origin=0).ends_in(InSession)


def test_a_parked_session_that_nobody_takes_up_is_abandoned_after_ten_minutes() -> None:
    (Visit(parked("J012", "jinshan-3"))
        >> After(600)
        >> ParkingEnded(600) << entered("closed", reason="abandoned", outcome=None)
    ).ends(closed("J012", "jinshan-3", reason="abandoned", outcome=None, at=600))


def test_a_parked_session_can_be_given_up() -> None:
    for wish in (ResidentLeft(), ResidentEnded()):
        (Visit(parked("J012", "jinshan-3")) >> wish << entered("closed", reason="left-line", outcome=None)
        ).ends(closed("J012", "jinshan-3", reason="left-line", outcome=None))


def test_a_parking_that_is_over_has_no_timer() -> None:
    Visit(parked("J012", "jinshan-3", until=700)).refuses(ParkingEnded(600)).ends_in(Parked)


def test_both_gone_the_clerk_first_and_the_resident_back_in_time() -> None:
    (Visit(reconnecting("J012", "jinshan-3", "clerk", "resident"))
        >> After(60)
        >> GraceEnded("clerk", 0) << entered("back-in-line", clerk="li") << CloseRoom("visit-J012.1") << FindClerk()
        >> After(20)
        >> EndReturned("resident") << entered("resident-back") << FindClerk()
    ).refuses(GraceEnded("resident", 0)).ends(waiting("J012", in_front=True, prefer="li", earlier=earlier_with("jinshan-3")))


def test_both_gone_for_good_and_the_visit_is_parked_as_if_only_the_resident_had_gone() -> None:
    """A power cut of two minutes in the whole house must not cost the residents what they have begun."""
    story = (Visit(reconnecting("J012", "jinshan-3", "clerk", "resident"))
        >> After(60)
        >> GraceEnded("clerk", 0) << entered("back-in-line", clerk="li") << CloseRoom("visit-J012.1") << FindClerk()
    )
    story.ends_in(SteppedAway)
    (story
        >> After(30)
        >> GraceEnded("resident", 0) << entered("parked") << Wake(690, ParkingEnded(690)) << FindClerk()
        >> ResidentContinued() << entered("continued") << FindClerk()
    ).ends(waiting("J012", in_front=True, prefer="li", earlier=earlier_with("jinshan-3")))


def test_both_gone_the_resident_longer() -> None:
    (Visit(reconnecting("J012", "jinshan-3", "resident"))
        >> After(50)
        >> EndLost("clerk") << entered("line-lost", end="clerk") << Wake(110, GraceEnded("clerk", 50))
        >> After(40)
        >> GraceEnded("resident", 0) << entered("parked") << CloseRoom("visit-J012.1") << Wake(690, ParkingEnded(690)) << FindClerk()
    ).refuses(GraceEnded("clerk", 50)).ends(parked("J012", "jinshan-3", until=690))


def test_the_line_breaks_again_and_the_first_timer_does_not_count() -> None:
    visit = Visit(in_session("J012", "jinshan-3"))
    (visit
        >> EndLost("clerk")     << entered("line-lost", end="clerk") << Wake(60, GraceEnded("clerk", 0))
        >> After(10)
        >> EndReturned("clerk") << entered("line-back", end="clerk")
        >> After(10)
        >> EndLost("clerk")     << entered("line-lost", end="clerk") << Wake(80, GraceEnded("clerk", 20))
        >> After(40)
    ).refuses(GraceEnded("clerk", 0)).refuses(GraceEnded("resident", 20))
    visit >> After(20) >> GraceEnded("clerk", 20)
    assert isinstance(visit.state, Waiting)
