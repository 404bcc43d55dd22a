"""Talks with something on the table, as the kiosk's page is shown them; and what a resident does there."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from signaling.wire import asks, control
from signaling.wire.visit import KioskView
from tests.browser.pages import views
from tests.browser.pages.stage import nothing_serious, touch
from tests.browser.pages.test_kiosk_pages import CUT, LETTERS, SMALL

SOON = 300.0


def talking(needs: list[Any] | None = None, **what: Any) -> KioskView:
    """A talk in which this is the case."""
    view = views.kiosk(views.Talking(talk=views.replace(views.talk("resident"), **what)))
    return views.replace(view, needs=needs or [])


def signature(id: str = "ask-signature-1") -> asks.AskedSignature:
    return asks.AskedSignature(id=id, until=views.CLOCK.now() + SOON, form="7", signer=0)


def may_operate(scope: str = "form", id: str = "ask-control-1") -> asks.AskedControl:
    return asks.AskedControl(
        id=id, until=views.CLOCK.now() + 45, scope=scope, scope_name="" if scope == "form" else "一网通办", level="control", purpose="fill-in", minutes=5
    )


def granted(scope: str = "form", id: str = "ask-control-1") -> control.Granted:
    return control.Granted(id=id, scope=scope, level="control", purpose="fill-in", until=views.CLOCK.now() + SOON)


def line(n: int, text: str, by: str = "clerk") -> control.TextLine:
    return control.TextLine(n=n, by=by, at=views.CLOCK.now() - 60 + n, text=text)


async def fits(page: Page, where: str) -> None:
    small = [each for each in await page.evaluate(SMALL) if not each.startswith("answer ")]  # its label is the target
    assert small == [], where
    assert await page.evaluate(LETTERS) == [], where
    assert not await page.evaluate(CUT), f"{where} is wider than the glass"
    await nothing_serious(page, where)


async def gone(page: Page, test: str) -> None:
    await page.locator(f"[data-test='{test}']").wait_for(state="detached")


async def signs(page: Page) -> None:
    """Strokes as long as a name, with the mouse."""
    await touch(page, "sign-where")
    await page.locator("[data-test='sign-box']").wait_for(state="attached")
    box = await page.locator("[data-test='sign-pad']").bounding_box()
    assert box is not None
    for start in (0.15, 0.4, 0.65):
        await page.mouse.move(box["x"] + start * box["width"], box["y"] + 0.3 * box["height"])
        await page.mouse.down()
        for step in range(1, 9):
            await page.mouse.move(box["x"] + (start + 0.02 * step) * box["width"], box["y"] + (0.3 + 0.05 * step * (step % 2 + 0.4)) * box["height"])
        await page.mouse.up()
