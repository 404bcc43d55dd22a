"""Who may ask for a service, answered at a kiosk's page: so that the visit goes on, or as a story wants it."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.async_api import Page

from config.catalogue import load_catalogue
from config.clock import SystemClock
from tests.waiting import LONG

PATIENCE_MS = 1000 * LONG
AFTER = '[data-test="screen-question"][data-index="{}"], [data-test="screen-bring"], [data-test="screen-elsewhere"]'


async def answer(page: Page, said: Mapping[str, str]) -> str:
    """Question after question; where `said` has no answer, any will do. Returns the screen that follows: `screen-bring` or `screen-elsewhere`."""
    answered = 0
    while True:
        screen = page.locator(AFTER.format(answered)).first
        await screen.wait_for(timeout=PATIENCE_MS)
        kind = await screen.get_attribute("data-test")
        if kind is not None and kind != "screen-question":
            return kind
        chosen = said.get(await screen.get_attribute("data-question") or "")
        button = f"[data-test='answer-{chosen}']" if chosen is not None else ".answer"
        await screen.locator(button).first.click(timeout=PATIENCE_MS)
        answered += 1


async def go_on(page: Page) -> None:
    """By the first answers with which the rules of today go on, to the list of what to bring."""
    first = page.locator(AFTER.format(0)).first
    await first.wait_for(timeout=PATIENCE_MS)
    offer = load_catalogue().service(await first.get_attribute("data-service") or "", SystemClock().now())
    assert offer is not None
    assert await answer(page, offer.service.rules.first_going()) == "screen-bring"
