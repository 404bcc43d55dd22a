"""The server was killed and reads its sessions from the store: nobody is connected, every timer is set again, nothing is lost."""

from __future__ import annotations

import pytest

from signaling.domain.effects import Enter, FindClerk, Wake
from signaling.domain.events import EndReturned, GraceEnded, ParkingEnded, PassEnded, RingUnanswered, WrapUpRanOut
from signaling.domain.states import AnyState, Closed, Missing, OnHold, Reconnecting, SteppedAway, Waiting, holder_of, ticket_of
from tests.stories.visit import (
    EVERY_STATE,
    Visit,
    closed,
    entered,
    in_session,
    on_hold,
    parked,
    reconnecting,
    ringing,
    stepped_away,
    waiting,
    wrapping_up,
)

LATER = 1000.0


def test_who_waited_has_the_same_place_as_soon_as_the_kiosk_is_back() -> None:
    (Visit.after_restart(waiting("J012"), LATER)
        << Wake(1090, GraceEnded("resident", LATER))
        >> EndReturned("resident") << entered("resident-back") << FindClerk()
    ).ends(waiting("J012"))


def test_who_was_rung_for_is_first_and_the_old_bell_is_forgotten() -> None:
    (Visit.after_restart(ringing("J012", "jinshan-3"), LATER)
        << Wake(1090, GraceEnded("resident", LATER))
        >> EndReturned("resident") << entered("resident-back") << FindClerk()
    ).refuses(RingUnanswered(20)).ends(waiting("J012", in_front=True))


def test_who_was_away_has_the_whole_time_to_come_back_again() -> None:
    (Visit.after_restart(stepped_away("J012", since=950), LATER)
        << Wake(1090, GraceEnded("resident", LATER))
    ).refuses(GraceEnded("resident", 950)).ends(SteppedAway(waiting("J012"), LATER))


def test_the_pause_of_a_clerk_who_declined_is_set_again() -> None:
    (Visit.after_restart(waiting("J012", passed=("li", "chen")), LATER)
        << Wake(1090, GraceEnded("resident", LATER)) << Wake(1060, PassEnded("li")) << Wake(1060, PassEnded("chen"))
    ).ends_in(SteppedAway)


@pytest.mark.parametrize(
    "stored",
    [in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"),
     reconnecting("J012", "jinshan-3", "clerk"), reconnecting("J012", "jinshan-3", "resident", "clerk", held=True)],
    ids=["in talk", "on hold", "one gone", "both gone"],
)
def test_a_talk_goes_on_when_both_ends_are_back_and_its_room_was_never_touched(stored: AnyState) -> None:
    before = stored.before if isinstance(stored, Reconnecting) else stored
    visit = (Visit.after_restart(stored, LATER)
        << Wake(1090, GraceEnded("resident", LATER)) << Wake(1060, GraceEnded("clerk", LATER)))
    assert visit.state == Reconnecting(before, (Missing("resident", LATER), Missing("clerk", LATER)))  # type: ignore[arg-type] # a talk or a held one
    (visit
        >> EndReturned("clerk")    << entered("line-back", end="clerk")
        >> EndReturned("resident") << entered("line-back", end="resident")
    ).refuses(GraceEnded("clerk", 0)).ends(before)


def test_parking_and_wrap_up_keep_their_moment() -> None:
    (Visit.after_restart(parked("J012", "jinshan-3", until=1500), LATER) << Wake(1500, ParkingEnded(1500))
    ).ends(parked("J012", "jinshan-3", until=1500))
    (Visit.after_restart(wrapping_up("J012", "jinshan-3", until=1500), LATER) << Wake(1500, WrapUpRanOut(1500))
    ).ends(wrapping_up("J012", "jinshan-3", until=1500))


def test_a_moment_that_passed_while_the_server_was_down_comes_at_once() -> None:
    (Visit.after_restart(parked("J012", "jinshan-3", until=600), LATER) << Wake(LATER, ParkingEnded(600))
        >> ParkingEnded(600) << entered("closed", reason="abandoned", outcome=None)
    ).ends_in(Closed)
    (Visit.after_restart(wrapping_up("J012", "jinshan-3", until=600), LATER) << Wake(LATER, WrapUpRanOut(600))
        >> WrapUpRanOut(600) << entered("wrap-up-ran-out", **{"outcome-missing": False})
        << entered("closed", reason="completed", outcome="accepted") << FindClerk()
    ).ends_in(Closed)


def test_what_is_closed_stays_closed() -> None:
    Visit.after_restart(closed("J012", "jinshan-3"), LATER).ends(closed("J012", "jinshan-3"))


@pytest.mark.parametrize("stored", EVERY_STATE, ids=lambda s: type(s).__name__)
def test_two_restarts_are_as_good_as_one(stored: AnyState) -> None:
    once = Visit.after_restart(stored, LATER)
    twice = Visit.after_restart(Visit.after_restart(stored, 500.0).state, LATER)
    ended = tuple(effect for effect in once.unread if isinstance(effect, Enter) and effect.what == "ask-ended")  # the first one said so
    assert (twice.state, (*ended, *twice.unread)) == (once.state, once.unread)


@pytest.mark.parametrize("stored", EVERY_STATE, ids=lambda s: type(s).__name__)
def test_whoever_held_a_talk_holds_it_still_and_no_fact_is_changed(stored: AnyState) -> None:
    again = Visit.after_restart(stored, LATER).state
    assert ticket_of(again) is ticket_of(stored)
    if isinstance(again, Waiting | SteppedAway):
        assert holder_of(again) is None  # a bell does not survive a restart
    else:
        assert holder_of(again) == holder_of(stored)
    held = isinstance(stored.before if isinstance(stored, Reconnecting) else stored, OnHold)
    assert isinstance(again.before if isinstance(again, Reconnecting) else again, OnHold) == held
