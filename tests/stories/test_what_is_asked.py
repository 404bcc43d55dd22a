"""What a clerk asks of the resident: one question at a time, answered by a touch, never by silence; and nothing of it outlives the talk."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain.asks import AskPage, AskScreen
from signaling.domain.case_file import MOST_STILLS, CaseFile, Still
from signaling.domain.effects import SetHold, SetSourceOn, Wake
from signaling.domain.events import (
    AskAnswered,
    AskRanOut,
    AskWithdrawn,
    ClerkEnded,
    EndLost,
    Event,
    HoldBegan,
    HoldEnded,
    NodeLost,
    PageAsked,
    ResidentEnded,
    ScreenAsked,
    ShareStopped,
    SourceSwitched,
    StillDropped,
    StillKept,
    StillTaken,
    TakeAsked,
)
from signaling.domain.states import InSession, OnHold, Reconnecting, talk_of
from tests.stories.visit import (
    CASE,
    After,
    Visit,
    after,
    entered,
    in_session,
    on_hold,
    talk,
    ticket,
)

ROOM = "visit-J012.1"
GOOD = Still(4200, 1, 2000, 1400)


def talking() -> Visit:
    return Visit(in_session("J012", "jinshan-3"))


def asked_for_screen() -> Visit:
    return talking() >> ScreenAsked("ask-1") << entered("asked", ask="ask-1", kind="screen") << Wake(45, AskRanOut("ask-1", 45))


def asked_for_page(material: int = 1) -> Visit:
    return (talking() >> PageAsked("ask-2", material)
        << entered("asked", ask="ask-2", kind="page", material=material) << Wake(300, AskRanOut("ask-2", 300)))


def showing() -> Visit:
    """The resident has agreed, and shows the kiosk's screen."""
    return (asked_for_screen()
        >> AskAnswered("ask-1", yes=True) << entered("ask-ended", ask="ask-1", kind="screen", because="allowed")
        >> SourceSwitched("resident", "screen", on=True)
        << entered("source-on", end="resident", source="screen") << SetSourceOn(ROOM, "resident", "screen", on=True))


# --- the kiosk's screen ---------------------------------------------------------------------------


def test_the_kiosks_screen_is_shown_when_the_resident_says_yes_and_not_before() -> None:
    visit = asked_for_screen().refuses(SourceSwitched("resident", "screen", on=True), "not-agreed")
    visit >> AskAnswered("ask-1", yes=True) << entered("ask-ended", ask="ask-1", kind="screen", because="allowed")
    visit >> SourceSwitched("resident", "screen", on=True)
    visit << entered("source-on", end="resident", source="screen") << SetSourceOn(ROOM, "resident", "screen", on=True)
    visit.refuses(ScreenAsked("ask-3")).ends_in(InSession)


def test_no_is_no() -> None:
    visit = asked_for_screen() >> AskAnswered("ask-1", yes=False) << entered("ask-ended", ask="ask-1", kind="screen", because="refused")
    visit.refuses(SourceSwitched("resident", "screen", on=True), "not-agreed").refuses(AskAnswered("ask-1", yes=True))
    visit.ends(after(in_session("J012", "jinshan-3"), "ask-1", "screen", "refused"))


def test_silence_is_no() -> None:
    visit = asked_for_screen() >> After(45) >> AskRanOut("ask-1", 45.0) << entered("ask-ended", ask="ask-1", kind="screen", because="silence")
    visit.refuses(AskAnswered("ask-1", yes=True)).refuses(SourceSwitched("resident", "screen", on=True), "not-agreed").ends_in(InSession)


def test_the_clerk_asks_no_more() -> None:
    visit = asked_for_screen() >> AskWithdrawn("ask-1") << entered("ask-ended", ask="ask-1", kind="screen", because="withdrawn")
    visit.refuses(AskWithdrawn("ask-1")).ends(after(in_session("J012", "jinshan-3"), "ask-1", "screen", "withdrawn"))


def test_one_question_at_a_time() -> None:
    asked_for_screen().refuses(PageAsked("ask-2", 0), "asking-already").refuses(ScreenAsked("ask-3"), "asking-already").ends_in(InSession)


def test_a_permission_is_good_once() -> None:
    visit = showing() >> SourceSwitched("resident", "screen", on=False)
    visit << entered("source-off", end="resident", source="screen") << SetSourceOn(ROOM, "resident", "screen", on=False)
    visit.refuses(SourceSwitched("resident", "screen", on=True), "not-agreed").ends(after(in_session("J012", "jinshan-3"), "ask-1", "screen", "allowed"))


def test_the_clerk_ends_what_the_resident_shows() -> None:
    visit = showing() >> ShareStopped("resident")
    visit << entered("source-off", end="resident", source="screen", by="clerk") << SetSourceOn(ROOM, "resident", "screen", on=False)
    visit.refuses(ShareStopped("resident")).refuses(SourceSwitched("resident", "screen", on=True)).ends_in(InSession)


def test_the_resident_ends_what_the_clerk_shows_and_the_clerk_may_begin_anew() -> None:
    visit = (talking() >> SourceSwitched("clerk", "screen", on=True)
        << entered("source-on", end="clerk", source="screen") << SetSourceOn(ROOM, "clerk", "screen", on=True)
        >> ShareStopped("clerk")
        << entered("source-off", end="clerk", source="screen", by="resident") << SetSourceOn(ROOM, "clerk", "screen", on=False))
    visit.refuses(SourceSwitched("clerk", "screen", on=True))  # the page still believes that it shows
    (visit >> SourceSwitched("clerk", "screen", on=False)
        << entered("source-off", end="clerk", source="screen") << SetSourceOn(ROOM, "clerk", "screen", on=False)
        >> SourceSwitched("clerk", "screen", on=True)
        << entered("source-on", end="clerk", source="screen") << SetSourceOn(ROOM, "clerk", "screen", on=True)
    ).ends_in(InSession)


# --- a page of the checklist ----------------------------------------------------------------------


def test_a_page_is_taken_looked_at_taken_again_and_kept() -> None:
    reflecting = Still(3100, 1, 2000, 1400, ("glare",), "top-right")
    visit = (asked_for_page()
        >> After(5) >> TakeAsked("ask-2", "take-1") << Wake(305, AskRanOut("ask-2", 305))
        >> StillTaken("ask-2", "take-1", reflecting, ("aa", "bb"))
        << entered("still-taken", still="3100-original", digest="aa", case=CASE, number=3100, material=1, reasons=("glare",))
        << entered("still-taken", still="3100-page", digest="bb", case=CASE, number=3100, material=1, reasons=("glare",))
        >> TakeAsked("ask-2", "take-2") << Wake(305, AskRanOut("ask-2", 305))
        >> StillTaken("ask-2", "take-2", GOOD, ("cc", "dd"))
        << entered("still-taken", still="4200-original", digest="cc", case=CASE, number=4200, material=1, reasons=())
        << entered("still-taken", still="4200-page", digest="dd", case=CASE, number=4200, material=1, reasons=())
        >> StillDropped(3100) << entered("still-dropped", case=CASE, number=3100, material=1, reasons=("glare",))
        >> StillKept(4200) << entered("still-kept", case=CASE, number=4200, material=1, reasons=())
        << entered("ask-ended", ask="ask-2", kind="page", material=1, because="done"))
    visit.refuses(StillKept(4200)).refuses(StillKept(3100), "unknown-still")
    kept = InSession(talk("J012", "jinshan-3").with_file(CaseFile((msgspec.structs.replace(GOOD, kept=True),))))
    visit.ends(after(kept, "ask-2", "page", "done"))


def test_of_two_pictures_that_were_asked_for_the_newer_counts() -> None:
    visit = asked_for_page()
    for take in ("take-1", "take-2"):
        visit >> TakeAsked("ask-2", take) << Wake(300, AskRanOut("ask-2", 300))
    visit.refuses(StillTaken("ask-2", "take-1", GOOD, ("aa", "bb"))).ends_in(InSession)


def test_the_picture_of_another_page_is_not_taken_for_it() -> None:
    visit = asked_for_page(0) >> TakeAsked("ask-2", "take-1") << Wake(300, AskRanOut("ask-2", 300))
    visit.refuses(StillTaken("ask-2", "take-1", GOOD, ("aa", "bb"))).ends_in(InSession)


def test_looking_at_the_camera_keeps_the_question_alive_and_its_first_timer_is_late() -> None:
    visit = asked_for_page() >> After(200) >> TakeAsked("ask-2", "take-1") << Wake(500, AskRanOut("ask-2", 500))
    visit >> After(100)
    visit.refuses(AskRanOut("ask-2", 300)) >> After(200) >> AskRanOut("ask-2", 500)
    (visit << entered("ask-ended", ask="ask-2", kind="page", material=1, because="silence")).ends_in(InSession)


def test_a_page_is_refused_by_a_touch_and_answered_by_laying_it_there() -> None:
    visit = asked_for_page().refuses(AskAnswered("ask-2", yes=True))
    visit >> AskAnswered("ask-2", yes=False) << entered("ask-ended", ask="ask-2", kind="page", material=1, because="refused")
    visit.ends(after(in_session("J012", "jinshan-3"), "ask-2", "page", "refused"))


def test_without_consent_no_page_is_asked_for() -> None:
    silent = msgspec.structs.replace(talk("J012", "jinshan-3"), ticket=ticket("J012", papers=False))
    Visit(InSession(silent)).refuses(PageAsked("ask-2", 1), "consent-needed").ends_in(InSession)


def test_a_case_has_room_for_so_many_pages_and_no_more() -> None:
    full = CaseFile(tuple(Still(n, 0, 1, 1) for n in range(MOST_STILLS)))
    Visit(InSession(talk("J012", "jinshan-3").with_file(full))).refuses(PageAsked("ask-2", 1), "too-many-stills").ends_in(InSession)


def test_pages_go_along_when_the_clerk_is_lost_and_another_serves() -> None:
    kept = talk("J012", "jinshan-3").with_file(CaseFile((GOOD,)))
    assert kept.left_behind.folder.case.file == CaseFile((GOOD,))


# --- nothing outlives the talk --------------------------------------------------------------------

INTERRUPTIONS: list[tuple[Event, str]] = [
    (HoldBegan(), "hold"), (EndLost("resident"), "line-lost"), (EndLost("clerk"), "line-lost"), (ClerkEnded("referred"), "talk-ended"),
    (ResidentEnded(), "talk-ended"),
]


@pytest.mark.parametrize("ask", [AskScreen("ask-1", 45.0), AskPage("ask-1", 300.0, 1, "take-1")], ids=["screen", "page"])
@pytest.mark.parametrize(("event", "because"), INTERRUPTIONS, ids=lambda value: value if isinstance(value, str) else type(value).__name__)
def test_whatever_interrupts_the_talk_ends_the_question(ask: AskScreen | AskPage, event: Event, because: str) -> None:
    visit = Visit(InSession(talk("J012", "jinshan-3"), ask)) >> event
    told = [effect.body["because"] for effect in visit.unread if getattr(effect, "what", "") == "ask-ended"]
    assert told == [because]
    assert not isinstance(visit.state, InSession)


def test_a_lost_node_interrupts_no_question() -> None:
    visit = Visit(InSession(talk("J012", "jinshan-3"), AskPage("ask-1", 300.0, 1))) >> NodeLost(1)
    assert isinstance(visit.state, InSession) and visit.state.ask is not None


def test_a_hold_ends_every_share_and_nothing_is_shown_while_it_lasts() -> None:
    visit = showing() >> SourceSwitched("resident", "document", on=True)
    visit.unread = ()
    (visit >> HoldBegan() << entered("hold-began") << SetHold(ROOM, on=True)
        << entered("source-off", end="resident", source="screen") << entered("source-off", end="resident", source="document")
        << SetSourceOn(ROOM, "resident", "screen", on=False) << SetSourceOn(ROOM, "resident", "document", on=False))
    visit.refuses(SourceSwitched("clerk", "screen", on=True)).refuses(SourceSwitched("resident", "document", on=True))
    (visit >> HoldEnded() << entered("hold-ended") << SetHold(ROOM, on=False)).refuses(SourceSwitched("resident", "screen", on=True), "not-agreed")
    visit.ends(after(in_session("J012", "jinshan-3"), "ask-1", "screen", "allowed"))


def test_a_lost_line_ends_no_share_since_the_pictures_may_flow_on() -> None:
    visit = showing() >> EndLost("clerk")
    visit.unread = ()
    reconnecting = visit.ends_in(Reconnecting)
    found = talk_of(reconnecting)
    assert found is not None and ("resident", "screen") in found.on and found.may_show


@pytest.mark.parametrize("event", [ClerkEnded("accepted"), ResidentEnded()], ids=lambda event: type(event).__name__)
def test_the_end_of_the_talk_is_the_end_of_every_share(event: Event) -> None:
    visit = showing() >> event
    assert entered("source-off", end="resident", source="screen") in visit.unread


def test_on_hold_nothing_is_asked() -> None:
    Visit(on_hold("J012", "jinshan-3")).refuses(ScreenAsked("ask-1")).refuses(PageAsked("ask-2", 0)).ends_in(OnHold)
