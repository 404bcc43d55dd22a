"""A real Chromium publishes and watches itself through a real node: picture, sync, several videos, ICE restart, reconnect."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, async_playwright

from media import node_api as api
from tests.media.node_process import Server
from tests.waiting import LONG

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
SMALL = "{ width: 640, height: 360 }"


@pytest_asyncio.fixture
async def page(server: Server) -> AsyncIterator[Page]:
    async with browser_page(server) as opened:
        yield opened


@asynccontextmanager
async def browser_page(server: Server) -> AsyncIterator[Page]:
    """A page with the functions of browser_page.js, whose orders go to the node."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            page = await browser.new_page()
            await page.route("**/*", lambda route: route.fulfill(body="<!doctype html><title>node</title>", content_type="text/html"))
            await page.goto("http://localhost/")

            async def order(kind: str, fields: dict[str, Any]) -> dict[str, str]:
                if kind == "publish":
                    return {"sdp": (await server.do(api.Publish, **fields)).sdp}
                fields["wants"] = [api.Wanted(**want) for want in fields["wants"]]
                return {"sdp": (await server.do(api.Subscribe, **fields)).sdp}

            await page.expose_function("order", order)
            await page.add_script_tag(content=(Path(__file__).parent / "browser_page.js").read_text())
            yield page
        finally:
            await browser.close()


async def decoded(page: Page) -> dict[str, int]:
    """Pictures decoded so far, by m-line."""
    return {s["mid"]: s["decoded"] for s in await page.evaluate("received()") if s["kind"] == "video"}


async def until_decoded(page: Page, more: int) -> None:
    """Wait until every picture has moved on by so many frames."""
    before = await decoded(page)
    async with asyncio.timeout(LONG):
        while not all(count >= before[mid] + more for mid, count in (await decoded(page)).items()):
            await asyncio.sleep(0.1)


async def test_sound_and_picture_come_through_in_sync_from_an_end_that_names_no_candidate(page: Page, server: Server) -> None:
    answer = await page.evaluate(f"publish('r', 'resident', 1, 1, {{ candidates: false, ...{SMALL} }})")
    assert "minptime=10;useinbandfec=1" in answer and "x-google-start-bitrate" in answer
    assert await page.evaluate("subscribe('r', 'clerk', [['resident', 'microphone'], ['resident', 'camera']])") > 0
    await until_decoded(page, 60)
    found = {s["kind"]: s for s in await page.evaluate("received()")}
    assert found["video"]["width"] > 0

    async def in_sync() -> bool:
        """What is heard and what is seen now left their devices within 100 ms of each other; known once both clocks have come."""
        found = {s["kind"]: s["playout"] for s in await page.evaluate("received()")}
        return found["audio"] > 0 and found["video"] > 0 and abs(found["audio"] - found["video"]) < 100

    async with asyncio.timeout(LONG):
        while not await in_sync():
            await asyncio.sleep(0.2)
    figures = await server.figures("r", "resident", "camera")
    assert (figures.dropped, figures.lost) == (0, 0)


async def test_three_videos_share_one_line_without_starving_each_other(page: Page, server: Server) -> None:
    await page.evaluate(f"publish('r', 'resident', 1, 3, {SMALL})")
    wants = [["resident", source] for source in ("microphone", "camera", "screen", "document")]
    await page.evaluate("wants => subscribe('r', 'clerk', wants)", wants)
    await until_decoded(page, 40)

    async def rate() -> float:
        return float((await page.evaluate("sending()"))["rate"])

    async with asyncio.timeout(LONG):
        while await rate() < 1_500_000:
            await asyncio.sleep(0.2)
    for source in ("camera", "screen", "document"):
        assert (await server.figures("r", "resident", source)).dropped == 0


async def test_an_ice_restart_and_a_plain_renegotiation_keep_the_picture_running(page: Page, server: Server) -> None:
    await page.evaluate(f"publish('r', 'resident', 1, 1, {SMALL})")
    await page.evaluate("subscribe('r', 'clerk', [['resident', 'microphone'], ['resident', 'camera']])")
    await until_decoded(page, 10)
    await page.evaluate("renegotiate({ restart: false })")
    await until_decoded(page, 20)
    await page.evaluate("renegotiate({ restart: true })")
    await until_decoded(page, 60)
    assert await page.evaluate("pub.pc.connectionState") == "connected"
    assert not [n for n in server.news if isinstance(n, api.OfferWanted)]


async def test_the_next_epoch_and_a_hold_are_one_picture_to_the_viewer(page: Page, server: Server) -> None:
    await page.evaluate(f"publish('r', 'resident', 1, 1, {SMALL})")
    await page.evaluate("subscribe('r', 'clerk', [['resident', 'microphone'], ['resident', 'camera']])")
    await until_decoded(page, 10)
    await page.evaluate(f"window.before = pub.pc; publish('r', 'resident', 2, 1, {SMALL})")
    await until_decoded(page, 30)
    await server.do(api.SetHold, room="r", on=True)
    held = (await server.figures("r", "resident", "camera")).forwarded["clerk"]
    async with asyncio.timeout(LONG):
        while (await server.figures("r", "resident", "camera")).withheld < 30:
            await asyncio.sleep(0.1)
    assert (await server.figures("r", "resident", "camera")).forwarded["clerk"] == held
    await server.do(api.SetHold, room="r", on=False)
    await until_decoded(page, 30)
    figures = await server.figures("r", "resident", "camera")
    assert (figures.dropped, figures.lost) == (0, 0)
    async with asyncio.timeout(LONG):
        while await page.evaluate("before.connectionState") == "connected":
            await asyncio.sleep(0.1)
