"""An operation from the resident's yes to its end, on plain windows and with a page of a few lines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from config.clock import HandClock
from kiosk.operate.desk import LONGEST, Happened, Operation
from kiosk.operate.display import COVERED, Screen
from kiosk.operate.eyes import Before, Look
from kiosk.operate.grant import Field, Key, Move, Press, Refused, Release, Text, Wheel
from kiosk.operate.portal import PortalError
from tests.kiosk.operate.desktop import SHELL_TITLE, Hand, OtherProgram
from tests.waiting import until


class Page:
    """Answers what it is told to."""

    def __init__(self) -> None:
        self.allowed = frozenset({"https://portal.example"})
        self.origin = "https://portal.example"
        self.on_left: Callable[[], None] = lambda: None
        self.on_gone: Callable[[], None] = lambda: None
        self.focused: Field | None = Field("Name", typeable=True)
        self.masks: tuple[tuple[int, int, int, int], ...] = ()
        self.size = (600, 400)
        self.silent = False
        self.handled = 0

    async def look(self, at: tuple[float, float] | None = None, before: Before | None = None) -> Look:
        if self.silent:
            raise PortalError("page-silent", "")
        if before is not None:
            self.handled = before[1]
        return Look("d", self.handled, self.origin, *self.size, self.focused, None, self.masks)


@pytest.fixture
def page() -> Page:
    return Page()


async def test_a_grant_a_click_a_text_and_the_end(operation: Operation, form: OtherProgram) -> None:
    assert await operation.act(Press(0.5, 0.5)) == Happened(0, "no-grant")
    assert await operation.grant(form.id, "control", 600) is None
    assert await operation.act(Press(0.5, 0.5)) == Happened(1)
    await operation.act(Release())
    assert await operation.act(Text("王 Wang")) == Happened(6)
    assert form.text() == "王 Wang"  # as long as the key means it
    await operation.act(Wheel(0.5, 0.5, 3))
    await operation.act(Move(0.1, 0.1))
    operation.revoke("hold")
    assert await operation.act(Text("more")) == Happened(0, "no-grant")
    assert operation.events[1:] == [
        {"did": "granted", "level": "control", "seconds": 600}, {"did": "clicked", "field": "", "count": 1},
        {"did": "typed", "field": "", "count": 6}, {"did": "scrolled", "field": "", "count": 1}, {"did": "revoked", "reason": "hold"},
    ]  # fmt: skip
    assert not [each for each in operation.events if "Wang" in str(each)]


async def test_view_is_only_seen(operation: Operation, form: OtherProgram) -> None:
    await operation.grant(form.id, "view", 600)
    assert await operation.frame() is not None
    for action in (Press(0.5, 0.5), Text("x"), Key("Tab"), Release(), Move(0, 0)):
        assert await operation.act(action) == Happened(0, "view-only")
    assert form.events() == []


async def test_time_ends_it(operation: Operation, form: OtherProgram, clock: HandClock) -> None:
    await operation.grant(form.id, "control", 60)
    clock.advance(59)
    operation.check()
    assert operation.granted is not None
    clock.advance(1)
    operation.check()
    assert operation.granted is None
    assert operation.events[-1] == {"did": "revoked", "reason": "expired"}
    assert await operation.frame() is None
    await operation.grant(form.id, "control", 10**9)
    assert operation.granted is not None
    assert operation.granted.until - clock.monotonic() == LONGEST


async def test_the_kiosks_own_windows_are_never_granted(operation: Operation, form: OtherProgram) -> None:
    shell = form.another((0, 0, 1280, 800), f"Haiyan {SHELL_TITLE}", 0)
    assert await operation.grant(shell.id, "control", 60) == Refused("shell-window")
    assert await operation.grant(0x7FFFFFF, "control", 60) == Refused("unknown-window")
    assert operation.events == [{"did": "refused", "code": "shell-window"}, {"did": "refused", "code": "unknown-window"}]


async def test_one_at_a_time(operation: Operation, form: OtherProgram, other: OtherProgram) -> None:
    await operation.grant(form.id, "control", 60)
    assert await operation.grant(other.id, "control", 60) == Refused("busy")
    operation.revoke("end")
    assert await operation.grant(other.id, "control", 60) is None
    assert [each["reason"] for each in operation.events if each["did"] == "revoked"] == ["end"]


async def test_a_window_that_is_destroyed_ends_it(operation: Operation, form: OtherProgram) -> None:
    await operation.grant(form.id, "control", 60)
    form.window.destroy()
    form.x.sync()
    await until(lambda: operation.events[-1] == {"did": "revoked", "reason": "window-gone"})
    assert await operation.act(Press(0.5, 0.5)) == Happened(0, "no-grant")


async def test_the_residents_touch_on_stop_ends_it(operation: Operation, form: OtherProgram, screen: Screen, display: str) -> None:
    await operation.grant(form.id, "control", 60)
    button = screen.desktop().find(operation._frame.button)  # type: ignore[union-attr] # it is a Border here
    assert button is not None
    hand = Hand(display)
    hand.touch(button.box[0] + 9, button.box[1] + 9)
    hand.close()
    await until(lambda: operation.events[-1] == {"did": "revoked", "reason": "stopped"})
    assert [each.id for each in screen.desktop().windows] == [form.id], "frame and button are gone"


async def test_the_clerk_cannot_reach_frame_or_button(operation: Operation, form: OtherProgram, screen: Screen) -> None:
    form.window.configure(x=0, y=0, width=1280, height=800)
    form.x.sync()
    await operation.grant(form.id, "control", 60)
    button = screen.desktop().find(operation._frame.button)  # type: ignore[union-attr] # it is a Border here
    assert button is not None
    assert await operation.act(Press((button.box[0] + 9) / 1280, (button.box[1] + 9) / 800)) == Happened(0, "covered")
    assert await operation.act(Press(0.5, 0.001)) == Happened(0, "covered")
    assert operation.granted is not None
    assert form.events("button") == []


async def test_a_page_is_asked_before_every_letter(operation: Operation, form: OtherProgram, page: Page) -> None:
    form.focus()
    await operation.grant(form.id, "control", 60, page)
    assert await operation.act(Text("ab")) == Happened(2)
    page.focused = Field("Password", secret=True, typeable=True)
    assert await operation.act(Text("c")) == Happened(0, "masked-field")
    page.focused = None
    assert await operation.act(Text("c")) == Happened(0, "no-field")
    page.silent = True
    assert await operation.act(Press(0.5, 0.5)) == Happened(0, "page-silent")
    page.silent, page.origin = False, "https://elsewhere.example"
    assert await operation.act(Press(0.5, 0.5)) == Happened(0, "no-grant")
    assert form.text() == "ab"
    assert operation.events[-1] == {"did": "revoked", "reason": "other-page"}


async def test_a_picture_is_masked_by_what_the_page_says_and_has_just_said(
    operation: Operation, form: OtherProgram, page: Page, clock: HandClock
) -> None:
    await operation.grant(form.id, "view", 60, page)

    async def masked() -> set[int]:
        image = await operation.frame()
        assert image is not None
        return {x for x in range(0, 600, 100) if (image[50, x + 50] == COVERED).all()}

    assert await masked() == set()
    page.masks = ((100, 0, 100, 100),)
    assert await masked() == {100}
    page.masks = ((300, 0, 100, 100), (-50, -50, 20, 20), (590, 390, 500, 500))
    assert await masked() == {100, 300}, "it may still be where it was"
    clock.advance(1)
    assert await masked() == {300}
    page.size = (600, 360)
    assert await masked() == set(range(0, 600, 100)), "something else lies in the window"
    page.size, page.silent = (600, 400), True
    assert await masked() == set(range(0, 600, 100))


async def test_a_program_in_place_of_a_clerk_is_slowed_down(operation: Operation, form: OtherProgram) -> None:
    await operation.grant(form.id, "control", 60)
    done = [await operation.act(Wheel(0.5, 0.5, 10)) for _ in range(61)]
    assert done[59] == Happened(1)
    assert done[60] == Happened(0, "too-many")


async def test_revoke_in_the_middle_of_a_text(operation: Operation, form: OtherProgram) -> None:
    form.focus()
    await operation.grant(form.id, "control", 60)
    async with asyncio.TaskGroup() as group:
        typing = group.create_task(operation.act(Text("a" * 200)))
        queued = group.create_task(operation.act(Text("b" * 200)))
        await until(lambda: len(form.text()) >= 20)
        operation.revoke("line-lost")
        arrived = form.text()
    assert queued.result() == Happened(0, "no-grant")
    assert typing.result().refused == "no-grant"
    assert form.text() == arrived == "a" * len(arrived)
    assert len(arrived) < 200
    assert [each["count"] for each in operation.events if each["did"] == "typed"] == [len(arrived)]
    names = [each["did"] for each in operation.events]
    assert names.index("typed") < names.index("revoked")


async def test_ended_twice_is_told_once(operation: Operation, form: OtherProgram) -> None:
    await operation.grant(form.id, "control", 60)
    operation.revoke("hold")
    operation.revoke("end")
    assert [each for each in operation.events if each["did"] == "revoked"] == [{"did": "revoked", "reason": "hold"}]
