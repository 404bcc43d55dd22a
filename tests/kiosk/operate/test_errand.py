"""One grant on plain windows, with a portal that opens when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from config.clock import HandClock, SystemClock
from config.logs import get_logger
from config.text import Text
from kiosk.operate import door_wire as wire
from kiosk.operate.desk import Operation
from kiosk.operate.display import DisplayError
from kiosk.operate.errand import Errand
from kiosk.operate.eyes import Before, Look
from kiosk.operate.grant import Field, Shell
from kiosk.operate.journal import Entry
from kiosk.operate.places import Window
from kiosk.operate.portal import Portal, PortalError
from tests.kiosk.operate.desktop import OtherProgram
from tests.waiting import until

TAX = Window("tax", Text("税务", "Tax"), "https://tax.example/")


class OpenPage:
    """A window that is there, and a page in it that answers."""

    def __init__(self, window: int) -> None:
        self.window, self.allowed, self.closed = window, frozenset({"https://tax.example"}), False
        self.on_left: Callable[[], None] = lambda: None
        self.on_gone: Callable[[], None] = lambda: None

    async def look(self, at: tuple[float, float] | None = None, before: Before | None = None) -> Look:
        return Look("d", before[1] if before else 0, "https://tax.example", 600, 400, Field("", "d/7", typeable=True), None, ())

    async def close(self) -> None:
        self.closed = True


class Desk:
    """The display of the test; `opened` is set when the window may be there."""

    def __init__(self, display: str, clock: HandClock, page: OpenPage) -> None:
        self.display, self.clock, self.page = display, clock, page
        self.opened, self.asked = asyncio.Event(), False
        self.problem: PortalError | None = None
        self.no_display = False

    def operation(self, on_event: Callable[[Entry], None], on_end: Callable[[str], None]) -> Operation:
        if self.no_display:
            raise DisplayError("no-display", "it is dark")
        return Operation.on(self.display, "Stop", self.clock, shell=Shell(), on_event=on_event, on_end=on_end)

    async def open(self, window: Window) -> Portal:
        self.asked = True
        await self.opened.wait()
        if self.problem is not None:
            raise self.problem
        return cast(Portal, self.page)


class Listener:
    """What was said and shown, in its order."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def pictures(self) -> int:
        return sum(isinstance(each, bytes) for each in self.heard)

    def words(self) -> list[Any]:
        return [each for each in self.heard if not isinstance(each, bytes | None)]


@pytest.fixture
def page(form: OtherProgram) -> OpenPage:
    form.focus()
    return OpenPage(form.id)


@pytest.fixture
def desk(display: str, clock: HandClock, page: OpenPage) -> Iterator[Desk]:
    yield Desk(display, clock, page)


@pytest.fixture
def listener() -> Listener:
    return Listener()


def errand(desk: Desk, listener: Listener, level: str = "control", clock: HandClock | SystemClock | None = None) -> Errand:
    asked = wire.Grant("g1", "tax", level, 600)  # type: ignore[arg-type] # one of the two words
    add = listener.heard.append
    return Errand(asked, TAX, desk, clock or desk.clock, get_logger("test"), add, add)


async def test_from_the_word_to_the_erasure(desk: Desk, listener: Listener, form: OtherProgram, page: OpenPage) -> None:
    one = errand(desk, listener)
    async with asyncio.TaskGroup() as group:
        group.create_task(one.run())
        assert (await one.act(wire.Text("early"))).refused == "no-grant"
        desk.opened.set()
        await until(listener.pictures)
        assert (await one.act(wire.Text("王 W"))).count == 3
        assert form.text() == "王 W"
        one.revoke("hold")
        assert listener.heard[-1] == wire.Ended("g1", "hold"), "told before this returns"
    assert one.over
    assert page.closed
    assert (await one.act(wire.Text("late"))).refused == "no-grant"
    assert form.text() == "王 W"
    assert listener.words() == [
        wire.Happened("g1", 1, [wire.Opened("control", 600)]), wire.Granted("g1"), wire.Happened("g1", 2, [wire.Typed("field-1", 3)]),
        wire.Happened("g1", 3, [wire.Revoked("hold")]), wire.Ended("g1", "hold"),
    ]  # fmt: skip


async def test_a_picture_comes_when_something_has_changed_and_once_a_second(
    desk: Desk, listener: Listener, clock: HandClock, form: OtherProgram
) -> None:
    one = errand(desk, listener, "view")
    desk.opened.set()
    looks = list[int]()
    seen = desk.page.look

    async def counted(at: tuple[float, float] | None = None, before: Before | None = None) -> Look:
        looks.append(1)
        return await seen(at, before)

    desk.page.look = counted  # type: ignore[method-assign] # counts
    async with asyncio.TaskGroup() as group:
        group.create_task(one.run())
        await until(listener.pictures)
        before = len(looks)
        await until(lambda: len(looks) > before + 8)
        assert listener.pictures() == 1, "nothing has changed"
        form.window.change_attributes(background_pixel=0x0000FF)
        form.window.clear_area()
        form.x.sync()
        await until(lambda: listener.pictures() == 2)
        clock.advance(1)
        await until(lambda: listener.pictures() == 3)
        one.revoke("end")
    assert listener.heard[-2:] == [None, wire.Ended("g1", "end")]


async def test_taken_back_while_it_opens(desk: Desk, listener: Listener, form: OtherProgram) -> None:
    one = errand(desk, listener)
    async with asyncio.TaskGroup() as group:
        group.create_task(one.run())
        await until(lambda: desk.asked)
        one.revoke("line-lost")
    assert listener.words() == [wire.Refused("g1", "no-grant")]
    assert one.over


async def test_taken_back_before_it_began(desk: Desk, listener: Listener) -> None:
    one = errand(desk, listener)
    one.revoke("line-lost")
    desk.opened.set()
    await one.run()
    assert listener.words() == [wire.Refused("g1", "no-grant")]


@pytest.mark.parametrize("code", ["no-browser", "no-page"])
async def test_a_window_that_does_not_open_is_refused(desk: Desk, listener: Listener, code: str) -> None:
    desk.problem = PortalError(code, "it does not open")
    desk.opened.set()
    await errand(desk, listener).run()
    assert listener.words() == [wire.Refused("g1", code)]


async def test_no_display_no_window(desk: Desk, listener: Listener) -> None:
    desk.no_display = True
    await errand(desk, listener).run()
    assert listener.words() == [wire.Refused("g1", "no-display")]
    assert not desk.asked


async def test_a_window_that_closed_meanwhile_is_refused_and_erased(
    desk: Desk, listener: Listener, form: OtherProgram, page: OpenPage
) -> None:
    form.window.destroy()
    form.x.sync()
    desk.opened.set()
    await errand(desk, listener).run()
    assert listener.words()[-1] == wire.Refused("g1", "unknown-window")
    assert page.closed


async def test_time_ends_it_without_a_word_of_the_page(desk: Desk, listener: Listener, clock: HandClock, page: OpenPage) -> None:
    one = errand(desk, listener, "view")
    desk.opened.set()
    async with asyncio.TaskGroup() as group:
        group.create_task(one.run())
        await until(listener.pictures)
        clock.advance(600)
    assert listener.words()[-1] == wire.Ended("g1", "expired")
    assert page.closed
