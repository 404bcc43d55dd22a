"""A clerk operates a page of another authority in a real Chromium, on a virtual display."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from Xlib import XK

from config.clock import HandClock
from kiosk.operate.border import Border
from kiosk.operate.desk import Operation
from kiosk.operate.display import COVERED, Screen
from kiosk.operate.grant import Key, Press, Refused, Release, Text
from kiosk.operate.portal import Portal
from media.capture import Image
from tests.kiosk.operate.desktop import Hand, OtherProgram, by_id, click, glass, place, run, value
from tests.waiting import until, until_found

NUMBER = "330424199001011234"


@pytest.fixture
async def granted(operation: Operation, portal: Portal) -> Operation:
    assert await operation.grant(portal.window, "control", 600, portal) is None
    return operation


async def hidden(image: Image, portal: Portal, name: str) -> bool:
    """Whether nothing of an element is in the picture."""
    left, top, right, bottom = await run(
        portal, f"(b => [b.left, b.top, b.right, b.bottom])({by_id(name)}.getBoundingClientRect())"
    )
    return bool((image[int(top) : int(bottom) + 1, int(left) : int(right) + 1] == COVERED).all())


async def holds(portal: Portal, name: str, text: str) -> bool:
    return await value(portal, name) == text


async def test_a_clerk_fills_in_the_form(granted: Operation, portal: Portal) -> None:
    assert (await click(granted, portal, "name")).refused is None
    assert (await granted.act(Text("王小明 (Wang Xiaoming)"))).count == 19
    await granted.act(Key("Tab"))
    assert (await granted.act(Text(NUMBER))).count == 18
    await click(granted, portal, "phone")
    await granted.act(Text("13800000000"))
    await granted.act(Key("A", "Control"))
    await granted.act(Text("0573-86123456"))
    await until_found(lambda: holds(portal, "phone", "0573-86123456"))
    assert await value(portal, "name") == "王小明 (Wang Xiaoming)"
    assert await value(portal, "number") == NUMBER
    granted.revoke("hold")
    assert granted.events == [
        {"did": "granted", "level": "control", "seconds": 600},
        {"did": "clicked", "field": "name", "count": 1},
        {"did": "typed", "field": "name", "count": 19},
        {"did": "pressed", "key": "Tab", "field": "name", "count": 1},
        {"did": "typed", "field": "number", "count": 18},
        {"did": "clicked", "field": "phone", "count": 1},
        {"did": "typed", "field": "phone", "count": 11},
        {"did": "pressed", "key": "Control+A", "field": "phone", "count": 1},
        {"did": "typed", "field": "phone", "count": 13},
        {"did": "revoked", "reason": "hold"},
    ]


async def test_a_list_is_chosen_from_with_keys_and_with_the_pointer(granted: Operation, portal: Portal) -> None:
    await click(granted, portal, "district")
    for key in ("Down", "Down", "Enter"):
        assert (await granted.act(Key(key))).refused is None
    await until_found(lambda: holds(portal, "district", "Qinshan"))
    x, y = await place(portal, by_id("district"))
    await granted.act(Press(x, y))
    await granted.act(Release())
    seen = await granted.frame()
    assert seen is not None
    # The open list lies below its field; its first line is 20 to 30 pixels down.
    await until_found(lambda: pressed(granted, x, y + 0.1))
    await until_found(lambda: chosen_anew(portal))
    assert (await granted.act(Key("Tab"))).refused is None


async def pressed(operation: Operation, x: float, y: float) -> bool:
    done = await operation.act(Press(x, y))
    await operation.act(Release())
    return done.refused is None


async def chosen_anew(portal: Portal) -> bool:
    return await value(portal, "district") != "Qinshan"


async def test_what_leaves_the_window_is_refused_and_nobody_hears_of_it(
    granted: Operation, portal: Portal, other: OtherProgram
) -> None:
    await click(granted, portal, "name")
    await until_found(lambda: run(portal, "heard.length == 3"))  # down, up, click
    before = 3
    for x, y in ((-0.1, 0.5), (1.2, 0.5), (0.5, 1.0001), (float("nan"), 0.5), (2.0, 2.0)):
        assert (await granted.act(Press(x, y))).refused == "outside-window"
    for key in (
        Key("Tab", "Alt"), Key("Delete", "Control+Alt"), Key("W", "Control"), Key("T", "Control"), Key("L", "Control"), Key("C", "Control"),
        Key("V", "Control"), Key("I", "Control+Shift"), Key("F4", "Alt"), Key("F12"), Key("F5"), Key("Super"), Key("Left", "Alt"),
        Key("Enter", "Shift"), Key("Print"), Key("A"),
    ):  # fmt: skip
        assert (await granted.act(key)).refused == "forbidden-key", key
    assert (await granted.act(Text("a\tb"))).refused == "bad-text"
    # Over the other window, which lies on a part of the granted one.
    assert (await granted.act(Press((950 - 150) / 900, (200 - 100) / 600))).refused == "covered"
    other.focus()
    assert (await granted.act(Text("x"))).refused == "not-that-window"
    assert other.events() == []
    assert len(await run(portal, "heard")) == before
    granted.revoke("end")
    assert [each for each in granted.events if each["did"] == "refused"] == [
        {"did": "refused", "code": "outside-window", "count": 5}, {"did": "refused", "code": "forbidden-key", "count": 16},
        {"did": "refused", "code": "bad-text", "count": 1}, {"did": "refused", "code": "covered", "count": 1},
        {"did": "refused", "code": "not-that-window", "count": 1},
    ]  # fmt: skip


async def test_secrets_are_neither_shown_nor_typed(granted: Operation, portal: Portal, clock: HandClock) -> None:
    await run(portal, f"({by_id('password')}.value = 'geheim', {by_id('number')}.value = '{NUMBER}', 1)")
    image = await granted.frame()
    assert image is not None
    for name in ("password", "balance", "number"):
        assert await hidden(image, portal, name), name
    assert not await hidden(image, portal, "name")
    assert (await click(granted, portal, "password")).refused == "masked-field"
    await run(portal, f"({by_id('password')}.focus(), 1)")
    assert (await granted.act(Text("x"))).refused == "masked-field"
    assert (await granted.act(Key("Backspace"))).refused == "masked-field"
    assert await value(portal, "password") == "geheim"
    # Shown as text by the page's own eye, it stays a secret.
    await run(portal, f"({by_id('password')}.type = 'text', 1)")
    assert (await granted.act(Text("x"))).refused == "masked-field"
    image = await granted.frame()
    assert image is not None
    assert await hidden(image, portal, "password")
    # A number of a person is shown to whom fills it in, and to nobody afterwards.
    await granted.act(Key("Tab", "Shift"))
    await granted.act(Key("Tab", "Shift"))
    assert not await shown(granted, portal, "number"), "the picture may be older than the page's word"
    clock.advance(1)
    await until_found(lambda: shown(granted, portal, "number"))


async def shown(operation: Operation, portal: Portal, name: str) -> bool:
    image = await operation.frame()
    assert image is not None
    return not await hidden(image, portal, name)


async def test_a_field_that_jumps_to_the_password_takes_no_further_letter(granted: Operation, portal: Portal) -> None:
    await run(
        portal, f"({by_id('number')}.addEventListener('input', e => e.target.value.length == 3 && {by_id('password')}.focus()), 1)"
    )
    await click(granted, portal, "number")
    done = await granted.act(Text(NUMBER))
    assert (done.count, done.refused) == (3, "masked-field")
    assert (await value(portal, "number"), await value(portal, "password")) == (NUMBER[:3], "")


async def test_after_revoke_not_one_letter_arrives(granted: Operation, portal: Portal, display: str) -> None:
    await click(granted, portal, "name")
    typing = asyncio.ensure_future(granted.act(Text("字a" * 100)))  # noqa: TID251 - it is waited for below
    await until_found(lambda: longer(portal, 40))
    granted.revoke("hold")
    told = sum(int(each["count"]) for each in granted.events if each["did"] == "typed")
    done = await typing
    assert done.refused == "no-grant"
    assert 40 <= done.count <= told <= done.count + 1 < 200
    assert (await granted.act(Text("more"))).refused == "no-grant"
    # What the resident types next comes right after the last letter that was on record.
    hand = Hand(display)
    hand.key(XK.XK_z)
    hand.close()
    await until_found(lambda: ends(portal, "z"))
    assert await value(portal, "name") == ("字a" * 100)[:told] + "z"
    assert granted.events[-1] == {"did": "revoked", "reason": "hold"}


async def longer(portal: Portal, letters: int) -> bool:
    return len(await value(portal, "name")) >= letters


async def ends(portal: Portal, letter: str) -> bool:
    return (await value(portal, "name")).endswith(letter)


async def test_a_page_of_another_origin_ends_it(granted: Operation, portal: Portal) -> None:
    await click(granted, portal, "elsewhere")
    await until(lambda: granted.granted is None)
    assert granted.events[-1] == {"did": "revoked", "reason": "other-page"}
    assert await granted.frame() is None
    assert await granted.grant(portal.window, "control", 600, portal) == Refused("other-page")


async def test_a_browser_that_ends_ends_it(granted: Operation, portal: Portal) -> None:
    await portal._cdp.ask("Browser.close")
    await until(lambda: granted.events[-1] == {"did": "revoked", "reason": "window-gone"})
    assert granted.granted is None


async def test_the_frame_and_the_button_are_seen_and_the_button_stops(
    granted: Operation, portal: Portal, display: str, screen: Screen
) -> None:
    frame = granted._frame
    assert isinstance(frame, Border)
    # What the resident sees is the root window.
    whole = glass(display)
    button = next(each for each in screen.desktop().windows if each.id == frame.button)
    left, top, width, height = button.box
    letters = np.asarray(whole[top : top + height, left : left + width])
    assert (letters == 255).all(axis=2).mean() > 0.03, "white letters"
    assert (letters == (32, 32, 208)).all(axis=2).mean() > 0.5, "on red"
    hand = Hand(display)
    hand.touch(left + width // 2, top + height // 2)
    hand.close()
    await until(lambda: granted.events[-1] == {"did": "revoked", "reason": "stopped"})
    assert not {each.id for each in screen.desktop().windows} & frame.windows
