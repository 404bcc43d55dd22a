"""The recording light at kiosk and counter: lit while bytes reach a disk, and honest about everything else."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from tests.browser.window import accepted, keep, mark, sees, shows, touch, until, window

LIGHT = "word => document.querySelector('[data-test=recording]')?.dataset.recording === word"


async def light_says(word: str, *pages: Page) -> None:
    for page in pages:
        await until(page, LIGHT, word)


async def test_while_a_pin_is_typed_the_recording_rests_and_both_sides_see_it(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk()
        await light_says("recording", kiosk, desk)
        await touch(desk, "suspend")
        await light_says("suspended", kiosk, desk)
        await shows(kiosk, "recording-trouble")
        await keep(kiosk, "kiosk-suspended")
        await keep(desk, "counter-suspended")
        frames = await sees(kiosk, "clerk")
        await sees(kiosk, "clerk", frames=frames + 3)  # the talk goes on
        await touch(desk, "suspend")
        await light_says("recording", kiosk, desk)
        await touch(desk, "hold")
        await light_says("held", kiosk, desk)
        await touch(desk, "hold")
        await light_says("recording", kiosk, desk)


async def test_without_a_disk_the_light_stays_off_and_a_supervisor_must_answer_for_the_case(tmp_path: Path) -> None:
    """Both vaults are files: whatever is recorded finds no place, and the talk goes on."""
    data = tmp_path / "data"
    data.mkdir()
    for vault in ("recordings", "spill"):
        (data / vault).write_text("no folder")
    async with window(data) as w:
        kiosk, desk, session = await w.talk()
        await light_says("not-recorded", kiosk, desk)
        await shows(kiosk, "recording-trouble")
        await shows(desk, "not-acceptable")
        await keep(kiosk, "kiosk-not-recorded")
        await keep(desk, "counter-not-recorded")
        await touch(desk, "end")
        await shows(desk, "end-dialog")
        assert await mark(desk, "end-accepted").is_disabled()
        assert await mark(desk, "end-returned").is_enabled()
        await touch(desk, "end-no")

        supervisor = await w.review(path=f"/review#session={session}")
        await shows(supervisor, "screen-session")
        await touch(supervisor, "allow-urgent")
        await until(desk, "() => document.querySelector('[data-test=not-acceptable]') === null")
        await accepted(desk)
        assert await (await shows(kiosk, "outcome")).get_attribute("data-outcome") == "accepted"
        await touch(supervisor, "back")
        for kind in ("recording-late", "acceptance-allowed"):
            await supervisor.locator(f'[data-test="incident"][data-kind="{kind}"]').wait_for()
        await keep(supervisor, "review-incidents")
