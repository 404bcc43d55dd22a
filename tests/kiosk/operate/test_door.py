"""The local door, with a real window of a real browser behind it and the page's words before it."""

from __future__ import annotations

import asyncio
import json

import cv2
import numpy as np
from websockets.asyncio.client import connect
from websockets.typing import Origin
from Xlib import XK, X

from kiosk.operate.display import COVERED, Screen
from kiosk.operate.door import WAITING, Door
from kiosk.operate.portal import Portal
from tests.kiosk.operate.desktop import Hand, OtherProgram, by_id, run, value
from tests.kiosk.operate.door_page import PAGE, TOKEN, DoorPage, Opened, page_at
from tests.waiting import until, until_found

NUMBER = "330424199001011234"
NOISE = """(() => {
  const sheet = document.createElement("canvas"), pen = sheet.getContext("2d");
  document.body.replaceChildren(sheet);
  [sheet.width, sheet.height] = [800, 500];
  setInterval(() => {
    const image = pen.createImageData(800, 500);
    for (let at = 0; at < image.data.length; at += 64_000) crypto.getRandomValues(image.data.subarray(at, at + 64_000));
    for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
    pen.putImageData(image, 0, 0);
  }, 50);
})()"""
"""A picture that no encoder makes small, and another one each time."""


def portal() -> Portal:
    return Opened.portals[-1]


async def holds(name: str, text: str) -> bool:
    return await value(portal(), name) == text


async def test_a_clerk_fills_in_a_field_and_the_ledger_hears_no_word_of_it(port: int) -> None:
    async with page_at(port) as page:
        assert page.heard[0] == {
            "type": "ready",
            "windows": [
                {"window": "portal", "zh": "政务服务", "en": "Government portal"}, {"window": "nothing", "zh": "没有", "en": "Nothing"},
            ],
        }  # fmt: skip
        await page.grant()
        assert page.heard[-1] == {"type": "granted", "id": "g1"}
        assert (await page.click(portal(), "name"))["refused"] is None
        assert (await page.act("text", text="王小明")) == {"type": "acted", "n": 3, "count": 3, "refused": None}
        await page.act("key", name="Tab")
        await page.act("text", text=NUMBER)
        await until_found(lambda: holds("number", NUMBER))
        assert await value(portal(), "name") == "王小明"
        await page.say(type="revoke", reason="hold")
        assert await page.word("ended") == {"type": "ended", "id": "g1", "reason": "hold"}
        assert page.lines == [
            {"did": "granted", "level": "control", "seconds": 600}, {"did": "clicked", "field": "name"}, {"did": "typed", "field": "name", "count": 3},
            {"did": "pressed", "key": "Tab", "field": "name"}, {"did": "typed", "field": "number", "count": 18}, {"did": "revoked", "reason": "hold"},
        ]  # fmt: skip
        assert [each["n"] for each in page.of("happened")] == list(range(1, 7))
        assert page.heard[-1]["type"] == "ended", "after its last line"


async def test_no_label_and_no_text_leaves_whatever_the_page_calls_its_fields(port: int) -> None:
    async with page_at(port) as page:
        await page.grant()
        words = {
            "王小明的电话": "id='' name='王小明'",
            "Widow's pension": "id='wang xiaoming'",
            NUMBER: f"name='n{NUMBER}'",
            "Plain": "name='Full_Name'",
        }
        markup = "".join(f'<input placeholder="{label}" aria-label="{label}" {names}>' for label, names in words.items())
        await run(portal(), f"(document.body.innerHTML = {json.dumps(markup)}, document.querySelector('input').focus(), 1)")
        for number in range(len(words)):
            assert (await page.act("text", text=f"secret{number} 字"))["refused"] is None
            await page.act("key", name="Tab")
        await page.act("key", name="Tab", modifier="Shift")
        await page.say(type="revoke", reason="end")
        await page.word("ended")
        said = "".join(page.text)
        assert not [word for word in (*words, "secret", "字", "王", "wang", "xiaoming", "Widow", NUMBER[:6]) if word in said]
        typed = [each["field"] for each in page.lines if each["did"] == "typed"]
        assert typed == ["field-1", "field-2", "field-3", "full-name"]


async def test_what_is_not_allowed_is_refused_and_reported(port: int, other: OtherProgram) -> None:
    async with page_at(port) as page:
        assert (await page.act("press", x=0.5, y=0.5))["refused"] == "no-grant"
        await page.grant()
        await page.click(portal(), "name")
        other.window.configure(stack_mode=X.Above)
        other.x.sync()
        for x, y in ((1.2, 0.5), (-0.1, 0.5), (40, 40)):
            assert await page.act("press", x=x, y=y) == {"type": "acted", "n": page._n, "count": 0, "refused": "outside-window"}
        assert (await page.act("press", x=(950 - 150) / 900, y=(200 - 100) / 600))["refused"] == "covered"
        assert (await page.act("key", name="V", modifier="Control"))["refused"] == "forbidden-key"
        assert (await page.click(portal(), "password"))["refused"] == "masked-field"
        assert other.events() == []
        await page.say(type="revoke", reason="end")
        await page.word("ended")
        refused = [(each["code"], each.get("count", 1)) for each in page.lines if each["did"] == "refused"]
        assert refused == [("outside-window", 3), ("covered", 1), ("forbidden-key", 1), ("masked-field", 1)]


async def test_after_revoke_not_one_event_arrives(port: int, display: str) -> None:
    async with page_at(port) as page:
        await page.grant()
        shown = portal()
        await page.click(shown, "name")
        await page.say(type="act", n=99, action={"do": "text", "text": "字a" * 200})
        await until_found(lambda: longer(shown, 40))
        await page.say(type="revoke", reason="hold")
        acted = await page.word("acted", n=99)
        ended = await page.word("ended")
        assert acted["refused"] == "no-grant"
        typed = sum(each.get("count", 1) for each in page.lines if each["did"] == "typed")
        assert 40 <= acted["count"] <= typed <= acted["count"] + 1 < 400
        assert ended["reason"] == "hold"
        assert (await page.act("text", text="more"))["refused"] == "no-grant"
        assert (await page.act("press", x=0.5, y=0.5))["refused"] == "no-grant"
        await until(lambda: not shown.folder.exists())
        await page.act("release")
        assert page.lines[-1] == {"did": "revoked", "reason": "hold"}


async def longer(shown: Portal, letters: int) -> bool:
    return len(await value(shown, "name")) >= letters


async def test_the_resident_stops_it(port: int, display: str, screen: Screen) -> None:
    async with page_at(port) as page:
        await page.grant(level="view")
        button = next(each for each in reversed(screen.desktop().windows) if each.popup and each.box[3] > 20 and each.box[2] < 900)
        hand = Hand(display)
        hand.touch(button.box[0] + 9, button.box[1] + 9)
        hand.close()
        assert (await page.word("ended"))["reason"] == "stopped"


async def test_pictures_come_masked_newest_first_and_end_with_the_grant(port: int) -> None:
    async with page_at(port) as page:
        await page.grant(level="view")
        await until(lambda: len(page.pictures) >= 2)
        shown = picture(page.pictures[-1])
        assert shown.shape == (600, 900, 3)
        left, top, right, bottom = (
            int(each)
            for each in await run(
                portal(), f"(b => [b.left, b.top, b.right, b.bottom])({by_id('balance')}.getBoundingClientRect())"
            )
        )
        assert np.abs(shown[top + 4 : bottom - 4, left + 4 : right - 4].astype(int) - COVERED).max() < 8, (
            "what the page marks is not in it"
        )
        await run(portal(), "(document.body.style.background = 'rgb(255, 0, 0)', 1)")
        await until(lambda: np.abs(picture(page.pictures[-1])[590, 890].astype(int) - (0, 0, 255)).max() < 8)
        await page.say(type="revoke", reason="end")
        await page.word("ended")
        last = len(page.pictures)
        await page.act("release")
        assert len(page.pictures) == last


def picture(file: bytes) -> np.ndarray:
    decoded = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded


async def test_a_window_that_is_not_in_the_list_or_a_second_one_is_refused(port: int) -> None:
    async with page_at(port) as page:
        await page.grant(id="a", window="shell")
        await page.grant(id="b")
        await page.grant(id="c")
        assert page.of("refused") == [
            {"type": "refused", "id": "a", "code": "unknown-window"}, {"type": "refused", "id": "c", "code": "busy"},
        ]  # fmt: skip
        await page.say(type="revoke", reason="end")
        await page.word("ended", id="b")
        before = portal()
        await page.grant(id="d")  # waits until the one before it is erased
        assert page.of("granted")[-1]["id"] == "d"
        assert portal() is not before
        assert not before.folder.exists()


async def test_more_actions_than_may_wait_are_refused(port: int) -> None:
    async with page_at(port) as page:
        await page.grant()
        await page.click(portal(), "name")
        for number in range(100, 100 + WAITING + 20):
            await page.say(type="act", n=number, action={"do": "text", "text": "abcdefgh"})
        await until(lambda: len([each for each in page.of("acted") if each["n"] >= 100]) == WAITING + 20)
        codes = {each["n"]: each["refused"] for each in page.of("acted")}
        assert codes[100] is None
        assert codes[100 + WAITING + 19] == "too-many"


async def test_the_sockets_end_revokes_and_the_next_page_hears_how_it_ended(port: int, display: str) -> None:
    async with page_at(port) as page:
        await page.grant()
        shown = portal()
        await page.click(shown, "name")
        await page.act("text", text="abc")
        page.socket.transport.abort()
        await until(lambda: not shown.folder.exists())
    async with page_at(port) as page:
        assert (await page.word("ended")) == {"type": "ended", "id": "g1", "reason": "line-lost"}
        assert page.heard[0]["type"] == "ready"
        assert page.lines[-2:] == [{"did": "typed", "field": "name", "count": 3}, {"did": "revoked", "reason": "line-lost"}]
        assert (await page.act("text", text="d"))["refused"] == "no-grant"
    async with page_at(port) as page:
        await page.act("release")
        assert page.lines == [], "it is told once"


async def test_a_newer_page_takes_over_and_ends_what_stood(port: int) -> None:
    async with page_at(port) as older:
        await older.grant()
        shown = portal()
        async with page_at(port) as newer:
            await until(lambda: older.closed is not None)
            assert older.closed == "taken-over"
            assert (await newer.word("ended"))["reason"] == "line-lost"
            assert (await newer.act("press", x=0.5, y=0.5))["refused"] == "no-grant"
            await until(lambda: not shown.folder.exists())
            await newer.grant(id="g2")
            assert newer.of("granted")[-1]["id"] == "g2"


async def test_a_page_that_is_lost_while_its_window_opens_leaves_nothing(port: int, screen: Screen) -> None:
    async with page_at(port) as page:
        await page.say(type="grant", id="g1", window="nothing", level="control", seconds=60)
        assert (await page.act("release"))["refused"] == "no-grant"
    async with page_at(port) as page:
        await page.grant()
        assert page.of("granted")


async def test_a_page_that_takes_no_pictures_misses_them_and_nothing_grows(door: Door, port: int) -> None:
    shown, waiting = list[bytes | None](), list[int]()
    async with connect(f"ws://127.0.0.1:{port}", origin=Origin(PAGE), compression=None, max_queue=1) as socket:
        page = DoorPage(socket)
        await page.say(type="hello", token=TOKEN)
        await until(lambda: door._page is not None)
        assert door._page is not None
        outbox, transport, show = door._page.outbox, door._page.connection.transport, door._page.outbox.show

        def counted(picture: bytes | None) -> None:
            shown.append(picture)
            waiting.append(transport.get_write_buffer_size())
            show(picture)

        outbox.show = counted  # type: ignore[method-assign] # counts
        await page.say(type="grant", id="g1", window="portal", level="control", seconds=60)
        await until(lambda: Opened.portals)
        # It reads nothing; the window changes all the time, so that every look at it makes another picture.
        await run(portal(), f"({NOISE}, 1)")
        await until(lambda: waiting and waiting[-1] > 0)
        full = len(shown)
        await until(lambda: len(shown) > full + 20)
        await page.say(type="revoke", reason="end")
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(page.listen())
            await page.word("ended")
            listening.cancel()
    largest = max(len(each) for each in shown if each is not None)
    assert 0 < max(waiting) <= largest + 64, "never more than one picture on its way"
    assert len(page.pictures) < len(shown), "the others gave way to newer ones"


async def test_what_the_resident_types_meanwhile_is_theirs(port: int, display: str) -> None:
    async with page_at(port) as page:
        await page.grant()
        await page.click(portal(), "name")
        await page.act("text", text="ab")
        hand = Hand(display)
        hand.key(XK.XK_z)
        hand.close()
        await until_found(lambda: holds("name", "abz"))
        await page.say(type="revoke", reason="end")
        await page.word("ended")
        assert [each.get("count") for each in page.lines if each["did"] == "typed"] == [2]
