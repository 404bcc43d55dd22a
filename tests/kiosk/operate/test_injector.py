"""Pointer and keys arrive in the window, and only there."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from Xlib import XK, X

from kiosk.operate.display import WindowGone, connect
from kiosk.operate.grant import Refused, Scope
from kiosk.operate.injector import Injector
from tests.kiosk.operate.desktop import Hand, OtherProgram


@pytest.fixture
def injector(display: str, form: OtherProgram) -> Iterator[Injector]:
    form.focus()
    made = Injector(display)
    made.begin(Scope(form.id, os.getpid()))
    yield made
    made.close()


@pytest.fixture
def hand(display: str) -> Iterator[Hand]:
    resident = Hand(display)
    yield resident
    resident.close()


def type_all(injector: Injector, text: str) -> None:
    place = 0
    while place < len(text):
        ready = injector.prepare(text[place:])
        for letter in text[place : place + ready]:
            assert not isinstance(injector.letter(letter), Refused)
        place += ready


def test_a_click_comes_where_it_was_aimed(injector: Injector, form: OtherProgram, other: OtherProgram) -> None:
    assert injector.point(0.5, 0.25, "press") == 1
    assert injector.release() == 1
    (_, down, _), (_, up, _) = form.events("button", "button up")
    assert (down.detail, down.event_x, down.event_y) == (1, 300, 100)
    assert (up.detail, up.event_x, up.event_y) == (1, 300, 100)
    assert other.events() == []
    assert injector.release() == 0, "what is not pressed does not come up"


def test_the_wheel_turns(injector: Injector, form: OtherProgram) -> None:
    injector.point(0.5, 0.5, "wheel", steps=2)
    injector.point(0.5, 0.5, "wheel", steps=-1)
    assert [event.detail for _, event, _ in form.events("button")] == [5, 5, 4]


def test_the_server_is_asked_who_lies_there_whatever_was_decided_before(
    injector: Injector, form: OtherProgram, display: str, programs: list[OtherProgram]
) -> None:
    assert injector.point(0.2, 0.2, "move") == 0
    cover = OtherProgram(display, (300, 200, 100, 50), "suddenly", 0xFF0000, popup=True)
    programs.append(cover)
    for what in ("move", "press", "wheel"):
        assert injector.point(0.2, 0.2, what, steps=1) == Refused("covered")
        assert injector.point(0.2, 0.2, what, steps=1, lists=True) == Refused("covered")
    assert injector.point(1.5, 0.2, "press") == Refused("outside-window")
    assert cover.events() == []
    assert form.events("button") == []


def test_the_programs_own_list_may_be_clicked_when_it_belongs_to_the_page(injector: Injector, form: OtherProgram) -> None:
    form.another((300, 200, 100, 50), "list", 0x0000FF, popup=True)
    assert injector.point(0.2, 0.2, "press") == Refused("covered")
    assert injector.point(0.2, 0.2, "press", lists=True) == 0
    assert injector.release() == 0


def test_text_arrives_whatever_its_script(injector: Injector, form: OtherProgram, other: OtherProgram) -> None:
    type_all(injector, "Wang 王小明, №3 ñ€!")
    assert form.text() == "Wang 王小明, №3 ñ€!"
    assert other.events() == []


def test_keys_arrive_with_their_modifier_and_leave_none_down(injector: Injector, form: OtherProgram) -> None:
    assert injector.key("Tab", "Shift") == 2
    assert injector.key("A", "Control") == 2
    assert injector.key("PageDown") == 1
    states = [(symbol, event.state & (X.ShiftMask | X.ControlMask)) for _, event, symbol in form.events("key")]
    assert states[1][1] == X.ShiftMask
    assert states[3] == (XK.XK_a, X.ControlMask)
    assert states[4] == (XK.XK_Page_Down, 0)


def test_keys_are_refused_when_the_focus_is_elsewhere(injector: Injector, form: OtherProgram, other: OtherProgram) -> None:
    other.focus()
    assert injector.letter("a") == Refused("not-that-window")
    assert injector.key("Enter") == Refused("not-that-window")
    form.x.set_input_focus(X.PointerRoot, X.RevertToNone, X.CurrentTime)
    form.x.sync()
    assert injector.letter("a") == Refused("not-that-window"), "a focus that follows the pointer is nobody's"
    assert form.events("key") == other.events("key") == []
    injector.point(0.5, 0.5, "press")
    injector.release()
    assert injector.letter("a") == 1, "a click brings the keyboard along"
    assert form.text() == "a"


def test_another_programs_grab_gets_nothing(injector: Injector, other: OtherProgram, form: OtherProgram) -> None:
    everything = X.ButtonPressMask | X.ButtonReleaseMask | X.PointerMotionMask
    assert (
        other.window.grab_pointer(False, everything, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, X.CurrentTime)
        == X.GrabSuccess
    )
    assert injector.point(0.5, 0.5, "press") == Refused("grabbed")
    other.x.ungrab_pointer(X.CurrentTime)
    assert other.window.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime) == X.GrabSuccess
    assert injector.letter("a") == Refused("grabbed")
    other.x.ungrab_keyboard(X.CurrentTime)
    other.x.sync()
    assert other.events("key", "button") == form.events("key", "button") == []
    assert injector.letter("a") == 1


def test_the_residents_hand_on_a_modifier_makes_no_other_key_of_ours(injector: Injector, hand: Hand, form: OtherProgram) -> None:
    hand.key(XK.XK_Control_L, up=False)
    assert injector.letter("w") == Refused("hands-on")
    assert injector.point(0.5, 0.5, "press") == Refused("hands-on")
    hand.key(XK.XK_Control_L, down=False)
    assert injector.letter("w") == 1
    assert form.text() == "w"


def test_a_window_whose_number_another_process_has_now_gets_nothing(display: str, form: OtherProgram) -> None:
    form.focus()
    injector = Injector(display)
    injector.begin(Scope(form.id, os.getpid() + 1))
    assert injector.letter("a") == injector.point(0.5, 0.5, "press") == Refused("unknown-window")
    injector.close()
    assert form.events("key", "button") == []


def test_a_window_that_vanished_is_gone(injector: Injector, form: OtherProgram) -> None:
    form.window.destroy()
    form.x.sync()
    with suppress(WindowGone):
        assert injector.point(0.5, 0.5, "press") == Refused("unknown-window")
    injector.revoke()


def test_revoke_lets_go_and_gives_the_keys_back(injector: Injector, form: OtherProgram, display: str) -> None:
    watching = connect(display)
    before = [list(each) for each in watching.get_keyboard_mapping(8, 248)]
    injector.point(0.5, 0.5, "press")
    type_all(injector, "王")
    assert [list(each) for each in watching.get_keyboard_mapping(8, 248)] != before
    injector.revoke()
    assert len(form.events("button up")) == 1
    assert watching.screen().root.query_pointer().mask & X.Button1Mask == 0
    assert [list(each) for each in watching.get_keyboard_mapping(8, 248)] == before
    watching.close()
    heard = len(form.events())
    assert injector.point(0.5, 0.5, "press") == injector.letter("a") == injector.release() == Refused("no-grant")
    assert injector.prepare("王") == 0
    injector.revoke()
    assert len(form.events()) == heard


def test_when_revoke_has_returned_not_one_event_follows(injector: Injector, form: OtherProgram) -> None:
    typed, enough = 0, threading.Event()

    def write() -> None:
        nonlocal typed
        while not isinstance(injector.letter("a"), Refused):
            typed += 1
            if typed == 20:
                enough.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert enough.wait(20)
    injector.revoke()
    arrived, sent = len(form.events("key")), injector.sent
    writer.join()
    assert len(form.events("key")) == arrived == typed == sent
