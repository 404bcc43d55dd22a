"""Remote operation: allowed by a touch, for so long and so far; whatever comes in between ends it, once, and the ledger says why."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain import events as ev
from signaling.domain.asks import AskControl
from signaling.domain.case_file import CaseFile
from signaling.domain.control import Grant, Used, Window
from signaling.domain.effects import Effect, Enter, Plain, SetHold, SetSourceOn, Wake
from signaling.domain.form_on_table import FormOnTable, FrozenPaper, PagePicture, SignPlace
from signaling.domain.states import InSession, OnHold, Reconnecting, Talk, WrappingUp
from tests.stories.visit import After, Visit, after, entered, on_hold, talk

ROOM = "visit-J012.1"
PORTAL, MAIL = Window("portal", "办事网", "Portal"), Window("mail", "邮箱", "Mail")
FORM = FormOnTable("marriage-declaration", "2026-01-01", b"typed")
PAPER = FrozenPaper(9000, 9, "ba", "ca", (PagePicture("9000-1", "d1", 1080, 1527),), (SignPlace(0, 1, 2, 3, 4),))
MAY_I: dict[str, Plain] = {"ask": "ask-1", "kind": "control", "scope": "portal", "level": "control", "purpose": "fill-in", "minutes": 5}


def at_the_kiosk(operated: str | None = None, *, shown: bool = False) -> Talk:
    """A talk with a form on the table and a desktop that can open two windows."""
    before = talk("J012", "jinshan-3")
    on = (*before.on, ("resident", "screen")) if shown else before.on
    return msgspec.structs.replace(before.with_file(CaseFile(form=FORM)), windows=(PORTAL, MAIL), operated=operated, on=on)


def asked(scope: str = "portal") -> Visit:
    return (Visit(InSession(at_the_kiosk())) >> ev.ControlAsked("ask-1", scope, "control", "fill-in", 5)
        << entered("asked", **(MAY_I | {"scope": scope})) << Wake(45, ev.AskRanOut("ask-1", 45)))


def allowed(scope: str = "portal") -> Visit:
    """Until second 300."""
    return (asked(scope) >> ev.AskAnswered("ask-1", yes=True)
        << entered("control-granted", grant="ask-1", scope=scope, level="control", purpose="fill-in") << Wake(300, ev.ControlRanOut("ask-1", 300))
        << entered("ask-ended", **(MAY_I | {"scope": scope}), because="allowed"))


def shown() -> Visit:
    """The window is open, and the clerk sees it."""
    return (allowed() >> ev.SourceSwitched("resident", "screen", on=True)
        << entered("source-on", end="resident", source="screen") << SetSourceOn(ROOM, "resident", "screen", on=True))


def told(visit: Visit, what: str) -> list[Effect]:
    return [effect for effect in visit.unread if isinstance(effect, Enter) and effect.what == what]


DARK = [Enter("source-off", {"end": "resident", "source": "screen"}), SetSourceOn(ROOM, "resident", "screen", on=False)]


# --- asked ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["form", "portal"])
def test_a_touch_allows_it_and_nothing_before_it(scope: str) -> None:
    visit = asked(scope).refuses(ev.ControlUsed("ask-1", (Used("pressed"),)), "no-grant").refuses(ev.SourceSwitched("resident", "screen", on=True), "not-agreed")
    assert visit.state == InSession(at_the_kiosk(), AskControl("ask-1", 45.0, scope, "control", "fill-in", 5))
    grant = Grant("ask-1", scope, "control", "fill-in", 300.0)
    allowed(scope).ends(after(InSession(at_the_kiosk("ask-1"), grant=grant), "ask-1", "control", "allowed"))


@pytest.mark.parametrize(("event", "why"), [
    (ev.AskAnswered("ask-1", yes=False), "refused"), (ev.AskRanOut("ask-1", 45.0), "silence"), (ev.AskWithdrawn("ask-1"), "withdrawn"),
], ids=["refused", "silent", "withdrawn"])
def test_nothing_else_allows_it(event: ev.Event, why: str) -> None:
    visit = asked() >> event << entered("ask-ended", **MAY_I, because=why)
    visit.refuses(ev.AskAnswered("ask-1", yes=True)).refuses(ev.ControlUsed("ask-1", (Used("pressed"),)), "no-grant")
    visit.ends(after(InSession(at_the_kiosk()), "ask-1", "control", why))


def test_only_what_is_there_is_asked_for() -> None:
    visit = Visit(InSession(at_the_kiosk())).refuses(ev.ControlAsked("ask-1", "files", "control", "find", 5), "unknown-window")
    visit.refuses(ev.ControlAsked("ask-1", "form", "view", "show-how", 5))  # both see it anyway
    bare = Visit(InSession(talk("J012", "jinshan-3")))
    bare.refuses(ev.ControlAsked("ask-1", "form", "control", "correct", 5), "no-form").refuses(ev.ControlAsked("ask-1", "portal", "view", "find", 5), "unknown-window")
    for form, code in ((msgspec.structs.replace(FORM, frozen=PAPER), "form-frozen"), (msgspec.structs.replace(FORM, laid=False), "no-form")):
        Visit(InSession(at_the_kiosk().with_file(CaseFile(form=form)))).refuses(ev.ControlAsked("ask-1", "form", "control", "correct", 5), code)


def test_a_window_that_is_gone_is_not_asked_for_any_more() -> None:
    visit = asked() >> ev.WindowsOffered((MAIL,)) << entered("ask-ended", **MAY_I, because="window-gone")
    there = InSession(msgspec.structs.replace(at_the_kiosk(), windows=(MAIL,)))
    visit.refuses(ev.AskAnswered("ask-1", yes=True)).ends(after(there, "ask-1", "control", "window-gone"))


def test_another_window_that_is_gone_changes_nothing() -> None:
    (asked() >> ev.WindowsOffered((PORTAL,))).ends_in(InSession)
    visit = shown() >> ev.WindowsOffered((PORTAL,))
    state = visit.ends_in(InSession)
    assert isinstance(state, InSession) and state.grant is not None
    assert (allowed("form") >> ev.WindowsOffered(())).ends_in(InSession).grant is not None  # type: ignore[union-attr] # in session


# --- used -----------------------------------------------------------------------------------------


def test_what_is_done_is_entered_and_never_what_was_typed() -> None:
    visit = (shown() >> ev.ControlUsed("ask-1", (Used("typed", "name", 3), Used("pressed"), Used("refused", None, 1, "covered")))
        << entered("control-used", grant="ask-1", did="typed", field="name", count=3, code=None)
        << entered("control-used", grant="ask-1", did="pressed", field=None, count=1, code=None)
        << entered("control-used", grant="ask-1", did="refused", field=None, count=1, code="covered"))
    visit.ends_in(InSession)


def test_the_clerk_fills_in_the_form_under_a_grant() -> None:
    visit = (allowed("form") >> ev.FormTyped(b"more", "man-agrees")
        << entered("control-used", grant="ask-1", did="typed", field="man-agrees", count=1, code=None)
        >> ev.FormTyped(b"still more"))
    visit.ends_in(InSession)


def test_a_letter_that_comes_just_after_the_end_is_not_taken() -> None:
    visit = allowed("form") >> ev.ControlStopped("ask-1", "resident", "stop-key")
    visit.unread = ()
    visit.refuses(ev.FormTyped(b"more", "man-agrees"), "no-grant").ends(after(InSession(at_the_kiosk("ask-1")), "ask-1", "grant", "stop-key", "resident"))
    shown().refuses(ev.FormTyped(b"more", "man-agrees"), "no-grant")  # a window is not the form


def test_a_window_may_be_shown_for_as_long_as_it_may_be_operated_and_the_form_needs_no_picture() -> None:
    allowed("form").refuses(ev.SourceSwitched("resident", "screen", on=True), "not-agreed").ends_in(InSession)
    visit = (shown() >> ev.SourceSwitched("resident", "screen", on=False)
        << entered("source-off", end="resident", source="screen") << SetSourceOn(ROOM, "resident", "screen", on=False))
    (visit >> ev.SourceSwitched("resident", "screen", on=True)
        << entered("source-on", end="resident", source="screen") << SetSourceOn(ROOM, "resident", "screen", on=True)).ends_in(InSession)


# --- ended ----------------------------------------------------------------------------------------

ENDINGS: list[tuple[str, ev.Event, str, str | None]] = [
    ("stopped by the resident", ev.ControlStopped("ask-1", "resident", "stop-key"), "stop-key", "resident"),
    ("stopped by the clerk", ev.ControlStopped("ask-1", "clerk", "done"), "done", "clerk"),
    ("time", ev.ControlRanOut("ask-1", 300.0), "time-over", None),
    ("hold", ev.HoldBegan(), "hold", None),
    ("the resident's line", ev.EndLost("resident"), "line-lost", None),
    ("the clerk's line", ev.EndLost("clerk"), "line-lost", None),
    ("asked for a page", ev.PageAsked("ask-2", 0), "other-screen", None),
    ("asked for another operation", ev.ControlAsked("ask-2", "mail", "view", "find", 1), "other-screen", None),
    ("the clerk ends the talk", ev.ClerkEnded("referred"), "talk-ended", None),
    ("the resident ends the talk", ev.ResidentEnded(), "talk-ended", None),
]
OF_A_WINDOW = [*ENDINGS, ("the window is gone", ev.WindowsOffered((MAIL,)), "window-gone", None), ("the desktop is gone", ev.WindowsOffered(()), "window-gone", None)]
OF_THE_FORM = [*ENDINGS, ("asked for the screen", ev.ScreenAsked("ask-2"), "other-screen", None), ("the form is put away", ev.FormPutAway(), "other-screen", None), ("the form is frozen", ev.FormFrozen(b"frozen", PAPER), "other-screen", None)]


@pytest.mark.parametrize(("event", "why", "by"), [ending[1:] for ending in OF_A_WINDOW], ids=[ending[0] for ending in OF_A_WINDOW])
def test_a_windows_operation_ends_once_and_its_picture_goes_with_it(event: ev.Event, why: str, by: str | None) -> None:
    visit = shown() >> event
    assert told(visit, "control-ended") == [entered("control-ended", grant="ask-1", by=by, because=why)]
    over = isinstance(visit.state, WrappingUp)  # its room is closed: nothing is switched in it
    assert [effect for effect in visit.unread if effect in DARK] == DARK[: 1 if over else 2]
    assert not isinstance(visit.state, InSession) or visit.state.grant is None
    assert isinstance(visit.state, WrappingUp) or ("resident", "screen") not in visit.state.talk.on  # type: ignore[union-attr] # in a talk
    visit.unread = ()
    visit.refuses(ev.ControlStopped("ask-1", "resident", "stop-key"), "no-grant" if isinstance(visit.state, InSession) else "not-now")


@pytest.mark.parametrize(("event", "why", "by"), [ending[1:] for ending in OF_THE_FORM], ids=[ending[0] for ending in OF_THE_FORM])
def test_the_forms_operation_ends_once_and_nothing_is_switched(event: ev.Event, why: str, by: str | None) -> None:
    visit = allowed("form") >> event
    assert told(visit, "control-ended") == [entered("control-ended", grant="ask-1", by=by, because=why)]
    assert told(visit, "source-off") == []


def test_to_be_asked_for_a_signature_is_another_screen() -> None:
    frozen = at_the_kiosk("ask-1").with_file(CaseFile(form=msgspec.structs.replace(FORM, frozen=PAPER)))
    visit = Visit(InSession(frozen, grant=Grant("ask-1", "portal", "control", "fill-in", 300.0))) >> ev.SignatureAsked("ask-2", 0)
    assert told(visit, "control-ended") == [entered("control-ended", grant="ask-1", by=None, because="other-screen")]


def test_a_question_that_is_refused_ends_nothing() -> None:
    shown().refuses(ev.ScreenAsked("ask-2")).refuses(ev.ControlAsked("ask-2", "files", "view", "find", 1), "unknown-window").refuses(ev.SignatureAsked("ask-2", 0), "form-open").ends_in(InSession)


def test_to_freeze_the_form_and_to_put_it_away_leave_a_window_alone() -> None:
    for event in (ev.FormFrozen(b"frozen", PAPER), ev.FormPutAway()):
        visit = shown() >> event
        assert told(visit, "control-ended") == []


def test_a_lost_node_ends_no_operation_and_the_window_is_shown_again_by_the_next_connection() -> None:
    visit = shown() >> ev.NodeLost(1)
    assert told(visit, "control-ended") == []
    visit.unread = ()
    room = "visit-J012.2"
    (visit >> ev.ConnectionOffered("resident") << entered("connection", end="resident", epoch=1)
        << entered("source-off", end="resident", source="screen") << SetSourceOn(room, "resident", "screen", on=False)
        >> ev.SourceSwitched("resident", "screen", on=True)
        << entered("source-on", end="resident", source="screen") << SetSourceOn(room, "resident", "screen", on=True)).ends_in(InSession)


def test_what_the_resident_shows_by_another_leave_outlives_the_operation() -> None:
    """The whole screen was allowed before; the window was only a part of it."""
    before = msgspec.structs.replace(at_the_kiosk("ask-1", shown=True), may_show=True)
    visit = Visit(InSession(before, grant=Grant("ask-1", "portal", "control", "fill-in", 300.0))) >> ev.ControlStopped("ask-1", "clerk", "done")
    (visit << entered("control-ended", grant="ask-1", by="clerk", because="done")).ends(after(InSession(before), "ask-1", "grant", "done", "clerk"))


def test_after_the_end_the_page_must_say_that_it_shows_nothing_before_it_shows_again() -> None:
    visit = shown() >> ev.ControlStopped("ask-1", "resident", "stop-key")
    visit.unread = ()
    visit.refuses(ev.SourceSwitched("resident", "screen", on=True))
    visit >> ev.SourceSwitched("resident", "screen", on=False)
    visit.unread = ()
    visit.refuses(ev.SourceSwitched("resident", "screen", on=True), "not-agreed").ends_in(InSession)


def test_what_became_of_it_is_known_until_the_next_question() -> None:
    """Also through a hold, for the clerk reads it when both are back; nobody has to guess it from what is gone."""
    visit = (allowed() >> ev.ControlRanOut("ask-1", 300.0) << entered("control-ended", grant="ask-1", by=None, because="time-over")
        >> ev.HoldBegan() << entered("hold-began") << SetHold(ROOM, on=True)
        >> ev.HoldEnded() << entered("hold-ended") << SetHold(ROOM, on=False))
    visit.ends(after(InSession(at_the_kiosk("ask-1")), "ask-1", "grant", "time-over"))
    state = (visit >> ev.ScreenAsked("ask-2")).state
    assert isinstance(state, InSession) and state.talk.ended is None


def test_a_timer_of_an_earlier_operation_is_late() -> None:
    allowed().refuses(ev.ControlRanOut("ask-0", 300.0), "no-grant").refuses(ev.ControlRanOut("ask-1", 200.0)).ends_in(InSession)


def test_a_restart_ends_it() -> None:
    visit = Visit.after_restart(shown().ends_in(InSession), 10.0)
    assert told(visit, "control-ended") == [entered("control-ended", grant="ask-1", by=None, because="restart")]
    assert ("resident", "screen") not in visit.state.talk.on  # type: ignore[union-attr] # in a talk


# --- told afterwards ------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [ev.ControlStopped("ask-1", "resident", "stop-key"), ev.HoldBegan(), ev.EndLost("clerk"), ev.ClerkEnded("referred")], ids=lambda e: type(e).__name__)
def test_what_was_done_may_be_told_just_after_the_end(event: ev.Event) -> None:
    visit = shown() >> event
    visit.unread = ()
    visit >> ev.ControlUsed("ask-1", (Used("key"),)) << entered("control-used", grant="ask-1", did="key", field=None, count=1, code=None)
    visit.ends_in({ev.ControlStopped: InSession, ev.HoldBegan: OnHold, ev.EndLost: Reconnecting, ev.ClerkEnded: WrappingUp}[type(event)])  # type: ignore[arg-type] # a kind of state


def test_but_not_once_another_operation_was_allowed() -> None:
    visit = allowed() >> ev.ControlAsked("ask-2", "mail", "control", "find", 1)
    visit.unread = ()
    visit >> ev.ControlUsed("ask-1", (Used("key"),))
    visit.unread = ()
    visit = visit >> After(5) >> ev.AskAnswered("ask-2", yes=True)
    visit.unread = ()
    visit.refuses(ev.ControlUsed("ask-1", (Used("key"),)), "no-grant").refuses(ev.ControlUsed("ask-0", (Used("key"),)), "no-grant").ends_in(InSession)


def test_who_never_allowed_anything_is_told_of_nothing() -> None:
    Visit(InSession(at_the_kiosk())).refuses(ev.ControlUsed("ask-1", (Used("key"),)), "no-grant")
    Visit(on_hold("J012", "jinshan-3")).refuses(ev.ControlUsed("ask-1", (Used("key"),)), "no-grant")
