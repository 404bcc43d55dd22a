"""What is torn, lost, refused, too much or there twice: the player tells of it and plays the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.player_recordings import heard, held_talk, made, seen, talk, times
from tests.browser.player_stage import PAGE, PlayerServer, chromium, passes, picture_at, plays, runs, seek, shows, watching
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


async def test_a_torn_segment_plays_as_far_as_it_goes(browser: Browser, built: Path) -> None:
    recording = talk(24)
    for publication in ("resident.camera", "resident.microphone"):
        whole = recording.data[publication, 1, 1]()
        recording.data[publication, 1, 1] = lambda whole=whole: whole[: len(whole) * 2 // 3]  # type: ignore[misc]  # bound here
        recording.track(publication)["segments"][1]["state"] = "cut"
    async with watching(browser, built, recording) as (page, _server):
        await seek(page, 4500)
        await plays(page)
        await passes(page, 9000)
        assert await page.evaluate("() => harness.problems") == []
        await runs(page, "resident.camera", "resident.microphone")


async def test_what_cannot_be_had_is_told_and_the_rest_plays(browser: Browser, built: Path) -> None:
    def spoil(server: PlayerServer) -> None:
        server.refused = {("resident.camera", 1, 1)}
        server.spoilt = {("clerk.camera", 1, 1): bytes(range(256)) * 40, ("resident.microphone", 1, 2): b""}

    async with watching(browser, built, talk(24), prepare=spoil) as (page, server):
        await seek(page, 3000)
        await plays(page)
        await until(page, "() => ['resident', 'clerk'].every((who) => document.querySelector(`[data-publication=\"${who}.camera\"]`).dataset.covered === 'unreadable')")
        await keep(page, "player-unreadable")
        await passes(page, 13_000)
        problems = await page.evaluate("() => harness.problems")
        told_of = {(one["publication"], one["segment"], one["reason"]) for one in problems}
        assert told_of == {("resident.camera", 1, "fetch"), ("clerk.camera", 1, "decode"), ("resident.microphone", 2, "empty")}
        assert len(problems) == 3, "each is told once"
        assert server.asked.count(("resident.camera", 1, 1)) == 3, "a line that breaks for a moment loses nothing"
        await runs(page, "resident.camera", "clerk.camera", "resident.microphone", "clerk.microphone")
        server.refused.clear()
        await page.evaluate("() => harness.player.pause()")
        await seek(page, 6000)
        await shows(page, "resident.camera", picture_at(6000))  # whoever comes back may see what did not come then


async def test_a_picture_that_no_decoder_takes_costs_its_segment_alone(browser: Browser, built: Path) -> None:
    recording = talk(16)
    frames = [replace(frame, data=frame.data[:3] + bytes(20) + frame.data[23:]) if frame.at_ms == 4000 else frame for frame in seen(times(16))]
    recording.tracks.pop("resident.camera")
    recording.add("resident.camera", made("resident.camera", frames, 16_000))
    async with watching(browser, built, recording) as (page, _server):
        await seek(page, 2500)
        await plays(page)
        await until(page, "() => harness.problems.length > 0")
        assert await page.evaluate("() => harness.problems") == [{"publication": "resident.camera", "epoch": 1, "segment": 1, "reason": "decode"}]
        await passes(page, 10_000)
        await runs(page, "resident.camera")
        assert len(await page.evaluate("() => harness.problems")) == 1


async def test_a_line_that_breaks_in_a_segment_costs_nothing(browser: Browser, built: Path) -> None:
    def tear(server: PlayerServer) -> None:
        server.torn = {(f"{who}.{source}", 1, 1) for who in ("resident", "clerk") for source in ("camera", "microphone")}

    async with watching(browser, built, talk(14), prepare=tear) as (page, server):
        await seek(page, 5000)
        await plays(page)
        await until(page, "() => harness.player.at > 6500 && harness.number('resident.camera') >= 97")
        assert not server.torn
        await passes(page, 9000)
        assert await page.evaluate("() => harness.problems") == []
        for publication in ("resident.camera", "resident.microphone"):
            ranges = await until(page, "publication => harness.ranges(publication).at(-1)[1] > 13.9 && harness.ranges(publication)", publication)
            assert ranges[-1][0] <= 4 and ranges[-1][1] == pytest.approx(14, abs=0.1), ranges
            assert len(ranges) == 1 or (len(ranges) == 2 and ranges[0][1] < 4), "the click left the first segment in the middle, nothing else"
        await seek(page, 0)
        for publication in ("resident.camera", "resident.microphone"):  # what was left in the middle comes whole when somebody wants it
            await until(page, "publication => harness.ranges(publication).length === 1", publication)


async def test_the_last_pictures_before_a_hole_are_seen_and_left_again(browser: Browser, built: Path) -> None:
    async with watching(browser, built, held_talk()) as (page, _server):
        for place in (7980, 7900, 18_990, 7850, 3000, 7990):
            await seek(page, place)
            await until(page, "number => harness.number('resident.camera') === number", picture_at(place) if place < 8000 else picture_at(place - 11_000))
        await plays(page)
        await passes(page, 12_500)
        await runs(page, "resident.camera", "clerk.camera", "resident.microphone")
        await until(page, "() => harness.player.state === 'ended'")
        await until(page, "number => harness.number('resident.camera') === number", picture_at(7999))


async def test_a_full_buffer_is_emptied_of_what_is_past(browser: Browser, built: Path) -> None:
    async with watching(browser, built, talk(24)) as (page, _server):
        await page.evaluate("""() => {
          const append = SourceBuffer.prototype.appendBuffer;
          SourceBuffer.prototype.appendBuffer = function (data) {
            const { buffered } = this;
            let held = 0;
            for (let index = 0; index < buffered.length; index += 1) held += buffered.end(index) - buffered.start(index);
            if (held > 10) throw new DOMException("no room", "QuotaExceededError");
            return append.call(this, data);
          };
        }""")
        await seek(page, 2000)
        await plays(page)
        await passes(page, 17_000)
        assert await page.evaluate("() => harness.problems") == []


async def test_the_newer_epoch_is_seen_where_two_overlap(browser: Browser, built: Path) -> None:
    recording = talk(10, participants=("resident",))
    newer = seen(times(8, 9500), width=480, height=272)
    recording.add("resident.camera", made("resident.camera", newer, 17_500, epoch=2), epoch=2)
    recording.add("resident.microphone", made("resident.microphone", heard(8, 9500), 17_500, epoch=2), epoch=2)
    width = "() => harness.element('resident.camera').seeking ? 0 : harness.element('resident.camera').videoWidth"
    async with watching(browser, built, recording) as (page, _server):
        await seek(page, 9200)
        await until(page, f"() => ({width})() === 320")
        await plays(page)
        await passes(page, 11_000)
        await until(page, f"() => ({width})() === 480")
        # Come from behind, so that the older one is fetched after the newer one.
        await page.evaluate("() => harness.player.pause()")
        await seek(page, 13_000)
        await until(page, f"() => ({width})() === 480")
        await seek(page, 9700)
        await shows(page, "resident.camera", 3)
        assert await page.evaluate(width) == 480
        assert await page.evaluate("() => harness.problems") == []
