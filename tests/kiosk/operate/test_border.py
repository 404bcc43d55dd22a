"""Frame and stop button: above everything, around the window, and heard when touched."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from Xlib import X

from config.clock import HandClock, SystemClock
from kiosk.operate.border import STRUGGLE, THICK, Border, button_place, strips
from kiosk.operate.display import Screen, WindowGone
from tests.kiosk.operate.desktop import Hand, OtherProgram
from tests.waiting import until

LABEL = "停止远程操作 Stop"


class Heard:
    def __init__(self) -> None:
        self.stops, self.lost = 0, list[str]()
        self.thread: threading.Thread | None = None

    def stop(self) -> None:
        self.stops += 1


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def border(display: str, form: OtherProgram, heard: Heard) -> Iterator[Border]:
    shown = Border(display, form.id, LABEL, SystemClock(), heard.stop, heard.lost.append)
    yield shown
    shown.close()


def on_top(screen: Screen, border: Border) -> bool:
    return {each.id for each in screen.desktop().windows[-5:]} == border.windows


def test_the_frame_goes_around_the_window_and_inside_where_the_screen_ends() -> None:
    assert strips((200, 150, 600, 400), (1280, 800))[0] == (194, 144, 612, THICK)
    assert strips((200, 150, 600, 400), (1280, 800))[3] == (800, 144, THICK, 412)
    whole = strips((0, 0, 1280, 800), (1280, 800))
    assert whole == [(0, 0, 1280, THICK), (0, 794, 1280, THICK), (0, 0, THICK, 800), (1274, 0, THICK, 800)]


def test_the_button_stands_where_it_hides_least() -> None:
    size, screen = (200, 56), (1280, 800)
    assert button_place((200, 150, 600, 400), size, screen) == (594, 88, *size)
    assert button_place((200, 20, 600, 400), size, screen) == (594, 426, *size)
    assert button_place((0, 0, 1280, 800), size, screen) == (1074, 738, *size)


async def test_what_is_put_above_goes_below_again(
    border: Border, screen: Screen, form: OtherProgram, display: str, programs: list[OtherProgram]
) -> None:
    assert on_top(screen, border)
    programs.append(OtherProgram(display, (100, 50, 1000, 700), "advertisement", 0xFFFF00, popup=True))
    await until(lambda: on_top(screen, border))
    form.window.configure(stack_mode=X.Above)
    form.x.sync()
    await until(lambda: on_top(screen, border))


async def test_it_follows_the_window(border: Border, screen: Screen, form: OtherProgram) -> None:
    form.window.configure(x=400, y=300, width=300)
    form.x.sync()
    expected = {*strips((400, 300, 300, 400), (1280, 800))}
    await until(lambda: expected <= {each.box for each in screen.desktop().windows})


async def test_a_touch_on_the_button_stops(border: Border, screen: Screen, heard: Heard, display: str) -> None:
    button = screen.desktop().find(border.button)
    assert button is not None
    hand = Hand(display)
    hand.touch(button.box[0] + 5, button.box[1] + 5)
    await until(lambda: heard.stops == 1)
    hand.touch(197, 300)  # the frame is no button
    hand.touch(button.box[0] + 5, button.box[1] + 5)
    await until(lambda: heard.stops == 2)
    hand.close()


async def test_a_window_that_is_closed_or_hidden_is_told_of(border: Border, heard: Heard, form: OtherProgram) -> None:
    form.window.unmap()
    form.x.sync()
    await until(lambda: heard.lost == ["window-gone"])


async def test_it_does_not_run_unseen(display: str, form: OtherProgram, other: OtherProgram, heard: Heard) -> None:
    border = Border(display, form.id, LABEL, HandClock(), heard.stop, heard.lost.append)

    def insist() -> bool:
        other.window.configure(stack_mode=X.Above)
        other.x.sync()
        return bool(heard.lost)

    await until(insist)
    assert heard.lost == ["frame-covered"]
    assert STRUGGLE > 5
    border.close()


def test_no_window_no_frame(display: str, heard: Heard) -> None:
    with pytest.raises(WindowGone):
        Border(display, 0x7FFFFFF, LABEL, SystemClock(), heard.stop, heard.lost.append)


def test_closed_twice_is_closed(border: Border, screen: Screen) -> None:
    border.close()
    border.close()
    assert not {each.id for each in screen.desktop().windows} & border.windows
