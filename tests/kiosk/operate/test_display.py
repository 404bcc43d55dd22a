"""What lies on the display, and the pixels of one window without what lies above it."""

from __future__ import annotations

import gc
import os

import numpy as np
import pytest
from Xlib import X, Xatom

from kiosk.operate.display import COVERED, DisplayError, Screen, WindowGone
from tests.kiosk.operate.desktop import OtherProgram

GREEN = (0x40, 0xA0, 0x20)


# python-xlib leaves the sockets of a vain attempt to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_display_is_said_in_a_word() -> None:
    with pytest.raises(DisplayError) as raised:
        Screen(":4711")
    code = raised.value.code
    del raised
    gc.collect()
    assert code == "no-display"


def test_windows_are_listed_from_the_lowest_with_their_names(screen: Screen, form: OtherProgram, other: OtherProgram) -> None:
    form.focus()
    desktop = screen.desktop(names=True)
    assert [each.id for each in desktop.windows] == [form.id, other.id]
    window = desktop.windows[0]
    assert (window.box, window.title, window.kind, window.popup) == ((200, 150, 600, 400), "form", ("form", "Form"), False)
    assert (desktop.size, desktop.focus) == ((1280, 800), form.id)
    assert desktop.windows[0].client != desktop.windows[1].client
    other.window.unmap()
    other.x.sync()
    assert [each.id for each in screen.desktop().windows] == [form.id]


def test_a_process_is_who_the_server_knows_not_who_it_says_it_is(screen: Screen, form: OtherProgram) -> None:
    form.window.change_property(form.x.get_atom("_NET_WM_PID"), Xatom.CARDINAL, 32, [1])
    form.x.sync()
    assert screen.desktop().windows[0].pid == os.getpid()


def test_a_window_in_a_window_managers_frame_is_itself(screen: Screen, form: OtherProgram, other: OtherProgram) -> None:
    state = other.x.get_atom("WM_STATE")
    other.window.change_property(state, state, 32, [1, 0])
    frame = form.another((880, 100, 240, 260), "frame", 0)
    other.window.reparent(frame, 20, 40)
    other.x.sync()
    window = screen.desktop().find(other.id)
    assert window is not None
    assert (window.box, window.outer) == ((900, 140, 200, 200), (880, 100, 240, 260))


def test_a_picture_is_the_windows_own_pixels(screen: Screen, form: OtherProgram) -> None:
    image = screen.picture(form.id)
    assert image.shape == (400, 600, 3)
    assert (image == GREEN).all()


def test_nothing_of_what_covers_it_is_in_the_picture(
    screen: Screen, form: OtherProgram, programs: list[OtherProgram], display: str
) -> None:
    programs.append(OtherProgram(display, (300, 200, 100, 50), "a message from someone", 0xFF0000, popup=True))
    image = screen.picture(form.id)
    assert (image[50:100, 100:200] == COVERED).all()
    assert (image == GREEN).all(axis=2).sum() == 600 * 400 - 100 * 50
    assert (screen.picture(form.id, lists=True)[50:100, 100:200] == COVERED).all(), "a stranger's popup is no list"


def test_a_menu_of_the_same_program_is_shown_when_it_belongs_to_the_page(screen: Screen, form: OtherProgram) -> None:
    form.another((300, 200, 100, 50), "list", 0x0000FF, popup=True)
    assert (screen.picture(form.id)[50:100, 100:200] == COVERED).all()
    assert (screen.picture(form.id, lists=True)[50:100, 100:200] == (255, 0, 0)).all()


def test_what_hangs_over_the_edge_is_not_shown(screen: Screen, form: OtherProgram) -> None:
    form.window.configure(x=-100, y=700)
    form.x.sync()
    image = screen.picture(form.id)
    assert (image[:100, 100:] == GREEN).all()
    assert (image[100:] == COVERED).all()
    assert (image[:, :100] == COVERED).all()
    form.window.configure(x=2000, y=0)
    form.x.sync()
    assert (screen.picture(form.id) == COVERED).all()


def test_a_hidden_window_shows_nothing_and_a_destroyed_one_is_gone(screen: Screen, form: OtherProgram) -> None:
    form.window.unmap()
    form.x.sync()
    assert np.all(screen.picture(form.id) == COVERED)
    form.window.destroy()
    form.x.sync()
    with pytest.raises(WindowGone):
        screen.picture(form.id)
    with pytest.raises(WindowGone):
        screen.picture(0x7FFFFFF)


def test_the_display_is_free_again_after_an_error(screen: Screen, form: OtherProgram) -> None:
    with pytest.raises(WindowGone):
        screen.picture(0x7FFFFFF)
    form.window.configure(stack_mode=X.Above)
    form.x.sync()  # would wait for ever under somebody's grab
    assert (screen.picture(form.id) == GREEN).all()
