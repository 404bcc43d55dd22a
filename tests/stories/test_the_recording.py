"""The recording of a talk: it has no button, its light tells the truth, and without it nothing is accepted that nobody could prove."""

from __future__ import annotations

import pytest

from signaling.domain.effects import CloseRoom, Enter, FindClerk, SetSuspended, Wake
from signaling.domain.events import (
    AcceptanceAllowed,
    Answered,
    BytesOnDisk,
    ClerkEnded,
    CounterChosen,
    RecordingBroke,
    RecordingLate,
    RecordingMended,
    RingUnanswered,
    SuspensionBegan,
    SuspensionEnded,
    SuspensionRanOut,
    WrapUpCompleted,
    WrapUpRanOut,
)
from signaling.domain.recording import Recording
from signaling.domain.states import AnyState, InSession, WrappingUp, talk_of
from tests.notices import GAPS
from tests.stories.visit import (
    RECORDED,
    After,
    Visit,
    earlier_with,
    entered,
    in_session,
    on_hold,
    reconnecting,
    settled,
    waiting,
    wrapping_up,
)

ROOM = "visit-J012.1"
AWAITED = Recording(origin=0, since=0.0)


def light(visit: Visit) -> str:
    talk = talk_of(visit.state)
    assert talk is not None
    return talk.recording.light


def test_the_light_goes_on_with_the_first_byte_on_a_disk_and_not_before() -> None:
    visit = (Visit(waiting("J012"))
        >> CounterChosen("li", "jinshan-3") << entered("ringing", clerk="li", counter="jinshan-3") << Wake(20, RingUnanswered(20))
        >> After(7)
        >> Answered("li") << entered("answered", clerk="li", counter="jinshan-3")
    ).begins_to_talk(ROOM)
    assert light(visit) == "awaited"
    visit >> After(0.4) >> BytesOnDisk(7.1) << entered("recording-light", on=True)
    assert light(visit) == "on"
    visit.refuses(BytesOnDisk(7.2)).refuses(RecordingLate(7)).ends_in(InSession)


def test_a_byte_of_an_earlier_room_lights_nothing() -> None:
    visit = Visit(in_session("J012", "jinshan-3")) >> After(30)
    visit.loses_its_node(1).opens_room("visit-J012.2", late=15)
    visit.refuses(BytesOnDisk(27)).refuses(RecordingLate(0))
    assert light(visit >> BytesOnDisk(30.2) << entered("recording-light", on=True)) == "on"


def test_no_byte_within_five_seconds_is_told_and_the_case_cannot_be_accepted() -> None:
    visit = (Visit(in_session("J012", "jinshan-3", AWAITED))
        >> After(5)
        >> RecordingLate(0) << entered("recording-late"))
    assert light(visit) == "late"
    visit >> GAPS
    visit.unread = ()
    visit.refuses(ClerkEnded("accepted"), "not-recorded").refuses(ClerkEnded("accepted-with-gaps"), "not-recorded")
    (visit >> ClerkEnded("referred") << settled("referred") << entered("talk-ended", reason="completed", outcome="referred") << CloseRoom(ROOM)
        << Wake(605, WrapUpRanOut(605))).ends_in(WrappingUp)


def test_a_late_recording_that_begins_after_all_is_one() -> None:
    visit = Visit(in_session("J012", "jinshan-3", AWAITED)) >> After(5) >> RecordingLate(0) << entered("recording-late")
    visit >> BytesOnDisk(8) << entered("recording-light", on=True)
    visit >> ClerkEnded("accepted")
    visit.unread = ()
    visit.ends_in(WrappingUp)


def test_a_supervisor_answers_for_a_case_that_is_not_recorded() -> None:
    visit = Visit(in_session("J012", "jinshan-3", Recording(origin=0, since=0.0, light="late")))
    visit >> AcceptanceAllowed("zhou", "no-disk") << entered("acceptance-allowed", supervisor="zhou", reason="no-disk")
    visit.refuses(AcceptanceAllowed("zhou", "no-disk"))
    visit >> ClerkEnded("accepted")
    visit.unread = ()
    visit.ends_in(WrappingUp)


def test_the_resident_has_left_and_the_supervisor_answers_during_the_wrap_up() -> None:
    late = Recording(origin=0, since=0.0, light="late")
    visit = Visit(wrapping_up("J012", "jinshan-3", None, reason="ended-by-resident", recording=late))
    visit.refuses(WrapUpCompleted("accepted"), "not-recorded")
    visit >> AcceptanceAllowed("zhou", "no-disk") << entered("acceptance-allowed", supervisor="zhou", reason="no-disk")
    visit >> WrapUpCompleted("accepted") << settled() << entered("closed", reason="ended-by-resident", outcome="accepted") << FindClerk()


def test_what_is_recorded_needs_nobodys_word() -> None:
    Visit(in_session("J012", "jinshan-3")).refuses(AcceptanceAllowed("zhou", "no-disk"))
    Visit(wrapping_up("J012", "jinshan-3")).refuses(AcceptanceAllowed("zhou", "no-disk"))


def test_a_disk_that_refuses_puts_the_light_out_and_the_talk_goes_on() -> None:
    visit = (Visit(in_session("J012", "jinshan-3"))
        >> RecordingBroke("no-disk") << entered("recording-light", on=False, reason="no-disk"))
    visit.refuses(RecordingBroke("stalled")).refuses(ClerkEnded("accepted"), "not-recorded")
    (visit >> RecordingMended() << entered("recording-light", on=True)).ends(in_session("J012", "jinshan-3"))
    visit.refuses(RecordingMended())


def test_a_room_that_was_lost_is_recorded_again_and_meanwhile_the_case_may_be_accepted() -> None:
    visit = Visit(in_session("J012", "jinshan-3")).loses_its_node(1).opens_room("visit-J012.2", late=15)
    assert light(visit) == "awaited"
    visit >> After(15) >> RecordingLate(0) << entered("recording-late")
    visit.refuses(ClerkEnded("accepted"), "not-recorded")


@pytest.mark.parametrize(
    "state", [in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3"), reconnecting("J012", "jinshan-3", "resident")],
    ids=["in talk", "on hold", "while reconnecting"],
)
def test_a_pin_is_typed_while_the_recording_rests(state: AnyState) -> None:
    visit = (Visit(state)
        >> SuspensionBegan() << entered("suspension-began") << SetSuspended(ROOM, on=True) << Wake(120, SuspensionRanOut(0))
    ).refuses(SuspensionBegan())
    (visit >> After(20) >> SuspensionEnded() << entered("suspension-ended", by="clerk") << SetSuspended(ROOM, on=False)
    ).refuses(SuspensionEnded()).refuses(SuspensionRanOut(0)).ends(state)


def test_a_suspension_that_was_forgotten_ends_by_itself() -> None:
    (Visit(in_session("J012", "jinshan-3"))
        >> SuspensionBegan() << entered("suspension-began") << SetSuspended(ROOM, on=True) << Wake(120, SuspensionRanOut(0))
        >> After(120)
        >> SuspensionRanOut(0) << entered("suspension-ended", by="time") << SetSuspended(ROOM, on=False)
    ).ends(in_session("J012", "jinshan-3"))


def test_a_fresh_room_is_suspended_as_the_lost_one_was() -> None:
    resting = Recording(origin=0, since=0.0, light="on", began=True, suspended=0.0)
    visit = Visit(in_session("J012", "jinshan-3", resting)).loses_its_node(1)
    assert SetSuspended("visit-J012.2", on=True) in visit.unread


def test_the_next_talk_of_a_visit_goes_on_with_the_clock_of_the_first() -> None:
    visit = Visit(waiting("J012", earlier=earlier_with("jinshan-3", origin=1234)), now=300.0)
    visit >> CounterChosen("li", "jinshan-3")
    visit.unread = ()
    (visit >> Answered("li") << entered("answered", clerk="li", counter="jinshan-3")).begins_to_talk("visit-J012.2", origin=1234)


def test_after_a_restart_of_the_server_both_timers_run_again() -> None:
    resting = Recording(origin=0, since=0.0, light="awaited", suspended=2.0)
    visit = Visit.after_restart(in_session("J012", "jinshan-3", resting), now=60.0)
    assert {Wake(60, RecordingLate(0)), Wake(122, SuspensionRanOut(2))} <= {e for e in visit.unread if isinstance(e, Wake)}
    quiet = Visit.after_restart(in_session("J012", "jinshan-3", RECORDED), now=60.0)
    assert not any(isinstance(e, Wake) and isinstance(e.event, RecordingLate | SuspensionRanOut) for e in quiet.unread)


def test_what_must_be_recorded_stands_in_the_ledger_before_anything_is() -> None:
    visit = Visit(waiting("J012")) >> CounterChosen("li", "jinshan-3")
    visit.unread = ()
    visit >> Answered("li")
    ordered = next(e for e in visit.unread if isinstance(e, Enter) and e.what == "recording-ordered")
    assert ordered.body["required"] == ("resident.microphone", "resident.camera", "clerk.microphone", "clerk.camera")
