"""Reload, crash, restart: the same session, by itself, on either side."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from tests.browser.window import keep, mark, sees, session_of, shows, touch, until, window

EPOCH = "() => Number(document.querySelector('[data-session][data-room]')?.dataset.epoch)"
NEXT = "epoch => Number(document.querySelector('[data-session][data-room]')?.dataset.epoch) === epoch + 1"
"""One new connection and no more; on a slow machine the first may have been built anew before."""
ROOM = "room => document.querySelector('[data-session][data-room]')?.dataset.room.endsWith(room)"


async def goes_on(page: Page, participant: str) -> None:
    """New pictures arrive."""
    seen = await sees(page, participant)
    await sees(page, participant, frames=seen + 3)


async def test_either_side_reloads_and_is_back_in_the_same_talk(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        at_kiosk, at_desk = await until(kiosk, EPOCH), await until(desk, EPOCH)
        await kiosk.reload()
        await sees(kiosk, "clerk")
        assert await session_of(kiosk) == session
        await until(kiosk, NEXT, at_kiosk)
        await goes_on(desk, "resident")

        await mark(desk, "note").fill("第二次来电时核对原件")
        await desk.reload()
        await sees(desk, "resident")
        assert await session_of(desk) == session
        await until(desk, NEXT, at_desk)
        await goes_on(kiosk, "clerk")
        assert await mark(desk, "note").input_value() == "第二次来电时核对原件", "nothing typed is lost by a reload"


async def test_a_reload_in_the_line_keeps_the_place(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk = await w.kiosk()
        number = await w.take_ticket(kiosk)
        await kiosk.reload()
        await shows(kiosk, "screen-waiting")
        assert await mark(kiosk, "number").text_content() == number


async def test_the_server_is_killed_and_the_pictures_go_on(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        before = await until(kiosk, EPOCH)
        await w.served.crash()
        await goes_on(kiosk, "clerk")
        await goes_on(desk, "resident")
        await w.served.start()
        # Both links are back when a command of each side is carried out again.
        await touch(kiosk, "toggle-microphone")
        await shows(desk, "muted-resident")
        await touch(desk, "hold")
        await shows(kiosk, "hold-cover")
        assert await session_of(kiosk) == session
        assert await until(kiosk, EPOCH) == before, "the media connections lived on"


async def test_the_node_is_killed_and_both_ends_meet_again(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        before = [await until(page, EPOCH) for page in (kiosk, desk)]
        await w.served.crash_node()
        for page, other, epoch in zip((kiosk, desk), ("clerk", "resident"), before, strict=True):
            await until(page, ROOM, ".2")
            await goes_on(page, other)
            await until(page, NEXT, epoch)
        assert await session_of(kiosk) == session


async def test_a_second_window_of_the_same_clerk_takes_the_desk_over(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        second = await desk.context.new_page()
        await second.goto("/counter")
        await shows(desk, "screen-taken-over")
        await keep(desk, "counter-taken-over")
        await until(second, "session => document.querySelector('[data-session][data-room]')?.dataset.session === session", session)
        await sees(second, "resident")
        await goes_on(kiosk, "clerk")
