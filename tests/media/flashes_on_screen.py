"""A real Chromium that flashes and beeps (`flash_page.js`), and where both stand in the files."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from tests.media.film import Home
from tests.media.flashes import APART, Lips
from tests.media.node_process import Node, Server
from tests.media.recorded import record
from tests.media.test_flash_and_beep import began, taken


async def on_screen(page: Page, server: Server, node: Node, flashes: int) -> dict[str, Lips]:
    """One page that is resident and clerk at once. By how much a picture was taken after its beep the page says itself: that is taken off."""
    home = Home()
    await record(server, home)
    await page.add_script_tag(content=(Path(__file__).parent / "flash_page.js").read_text())
    await page.evaluate("apart => perform(apart)", list(APART))
    for who in ("resident", "clerk"):
        await page.evaluate("who => publish('r', who, 1, 1)", who)
        await began(server, who)
    await page.evaluate("times => { stage.wanted = times; }", flashes)
    await page.wait_for_function("stage_over()", timeout=30_000 + 2000 * flashes)
    late = await page.evaluate("skews()")
    recorded, _ = await taken(server, node, home, "resident", "clerk")
    return {who: Lips([at - skew for at, skew in zip(each.seen, late, strict=True)], each.heard, each.told) for who, each in recorded.items()}
