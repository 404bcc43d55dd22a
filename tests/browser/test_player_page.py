"""The player as a page: the keyboard is enough, everything has its place and its words, nothing bars anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.pages.stage import nothing_serious
from tests.browser.player_recordings import held_talk, made, seen, talk, times
from tests.browser.player_stage import PAGE, at, chromium, picture_at, seek, shows, state, watching
from tests.browser.small_page import build
from tests.browser.window import keep, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(PAGE, tmp_path_factory.getbasetemp())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


async def test_the_keyboard_is_enough(browser: Browser, built: Path) -> None:
    async with watching(browser, built, talk(24)) as (page, _server):
        await until(page, "() => harness.firstPicture !== null")
        press = page.keyboard.press
        for key, number in (("...", 3), (",,", 1), (",", 0)):  # nothing has played yet: nobody knows how long its pictures last
            for each in key:
                await press(each)
            await shows(page, "resident.camera", number)
        await press("l")
        await state(page, "playing")
        await press("l")
        await until(page, "() => document.querySelector('[data-test=player]').dataset.speed === '1.5'")
        await press("k")
        await state(page, "paused")
        await seek(page, 15_000)
        await press("j")
        assert await at(page) == 5000
        await press("ArrowRight")
        assert await at(page) == 10_000
        await press("ArrowLeft")
        assert await at(page) == 5000
        await shows(page, "resident.camera", picture_at(5000))
        for key, number in ((".", 76), (".", 77), (",", 76), (",", 75), (",", 74)):
            await press(key)
            await shows(page, "resident.camera", number)
        await press("End")
        assert await at(page) == 24_000
        await press("Home")
        assert await at(page) == 0
        await press(" ")
        await state(page, "playing")
        await press(" ")
        await state(page, "paused")
        await page.locator("[data-test='player-speed']").focus()
        before = await at(page)
        await press("ArrowDown")
        assert await at(page) == before, "in a list the arrows belong to the list"
        slider = page.locator("[data-test='player-slider']")
        await slider.focus()
        await press("ArrowRight")
        assert await at(page) == before + 5000
        assert await slider.get_attribute("aria-valuetext") == f"0:{int((before + 5000) // 1000):02}，共0:24"
        sound = page.locator("[data-test='player-sound-clerk.microphone']")
        await sound.focus()
        await press("Enter")
        await until(page, "() => harness.element('clerk.microphone').muted && !harness.element('resident.microphone').muted")


async def test_a_page_of_everything_is_in_order(browser: Browser, built: Path) -> None:
    recording = held_talk()
    recording.add("clerk.screen", made("clerk.screen", seen(times(5, 12_000, 5), width=640, height=360), 17_000))
    recording.add("resident.document", made("resident.document", seen(times(2, 14_000, 5), width=480, height=360), 16_000))
    recording.track("resident.camera")["gaps"].append({"epoch": 1, "start": 5000, "end": 5400, "cause": "loss"})
    recording.track("clerk.camera")["gaps"].append({"epoch": 1, "start": 18_000, "end": 18_600, "cause": "writer-crash"})
    recording.track("clerk.microphone")["segments"][1]["state"] = "suspect"
    recording.track("resident.microphone")["segments"][1]["state"] = "cut"
    recording.intervals += [
        {"publication": "resident.camera", "kind": "mute", "start": 16_500, "end": 17_500},
        {"publication": "clerk.microphone", "kind": "suspension", "start": 17_200, "end": None},
    ]
    recording.missing.append({"publication": "resident.microphone", "start": 8000, "end": 10_000})
    for place, what, label in ((100, "ring-answered", "接听"), (900, "consent-given", "同意录制"), (1000, "consent-given", "同意核验身份"), (4200, "still-taken", "拍摄材料"),
                               (12_000, "share-began", "开始共享屏幕"), (17_000, "signature-given", "签名"), (18_900, "talk-ended", "办结")):  # fmt: skip
        recording.mark(place, what, label)
    for size in ((1280, 720), (1920, 1080)):
        async with watching(browser, built, recording, size) as (page, _server):
            await seek(page, 2500)
            await shows(page, "resident.camera", picture_at(2500))
            await keep(page, f"player-talk-{size[0]}")
            await page.locator("[data-test='timeline-mark']").nth(3).click()
            await until(page, "() => [8000].includes(harness.player.at)")
            await page.locator("[data-test='player-event-next']").click()
            await until(page, "() => harness.player.at === 11000")
            await seek(page, 13_000)
            await until(page, "() => document.querySelector('[data-publication=\"clerk.screen\"]').dataset.place === 'stage'")
            await shows(page, "clerk.screen", 5)
            await keep(page, f"player-screen-{size[0]}")
            await seek(page, 15_000)
            await until(page, "() => document.querySelector('.player-pictures').dataset.stage === '2'")
            await shows(page, "resident.document", 5)
            await page.locator("[data-test='timeline-gaps'] summary").click()
            listed = page.locator("[data-test='timeline-gaps'] li")
            await listed.nth(7).wait_for()
            assert await listed.count() == 8 and await listed.filter(has_text="已保持，双方暂停，0:08至0:11").count() == 1, "a hold of all is told once"
            await keep(page, f"player-papers-{size[0]}")
            await nothing_serious(page, "the player")
            assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    async with watching(browser, built, recording, language="en") as (page, _server):
        await page.emulate_media(forced_colors="active")
        await keep(page, "player-english-forced-colours")
        await page.emulate_media(forced_colors="none")
        box = await page.locator("[data-test='timeline-resident.camera']").bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + box["width"] * 5200 / 19_000, box["y"] + 10)
        assert await page.locator("[data-test='timeline-resident.camera']").get_attribute("title") == "Gap: packets were lost, 0:05 to 0:05"
        await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
        await until(page, "() => Math.abs(harness.player.at - 9500) < 40")
        await page.locator("[data-test='timeline-cursor']").focus()
        await page.keyboard.press("ArrowRight")
        await until(page, "() => Math.abs(harness.player.at - 14500) < 40")
        await nothing_serious(page, "the player in English")
