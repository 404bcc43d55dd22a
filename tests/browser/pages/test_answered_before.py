"""What the resident answered before queueing, at the counter: before the ring is answered, and beside the case."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from config.catalogue import load_catalogue
from signaling.wire.cases import Answered
from tests.browser.pages import views
from tests.browser.pages.stage import CLERK, DESK, PageServer, nothing_serious, page_at, shows, touch
from tests.browser.pages.test_counter_pages import at_desk
from tests.browser.window import keep

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARD = "jinshan-identity-card"
SAID = {"registered-there": "yes", "reason": "replacement", "recognisable": "yes", "under-16": "yes"}


def answered(**what: object) -> Answered:
    offer = load_catalogue().service(CARD, views.CLOCK.now())
    assert offer is not None
    return views.replace(Answered("this-visit", offer.service.version, SAID), **what)  # type: ignore[no-any-return] # of the same type


async def test_the_clerk_reads_it_before_they_answer_the_ring_and_beside_the_case(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        ring = views.replace(views.ring(), service=CARD, service_name=views.NAMES[CARD], answered=answered())
        await at_desk(page, server, presence="ringing", ring=ring)
        await shows(page, "ring-answered")
        assert await page.locator("[data-test=ring-answered]").get_attribute("data-verdict") == "go-on-bring"
        assert not await page.locator("[data-test=ring-answer-reason]").is_visible(), "it is folded"
        await keep(page, "answered-ring")
        await page.locator("[data-test=ring-answered] summary").click()
        assert "补领（丢失）" in await page.locator("[data-test=ring-answer-reason]").inner_text()
        await nothing_serious(page, "a ring with what was answered")
        await keep(page, "answered-ring-open")
        assert await page.locator("[data-test=answer]").is_visible(), "the ring is answered without scrolling"

        talk = views.replace(views.talk("clerk"), service=CARD, service_name=views.NAMES[CARD])
        server.show(CLERK, views.desk(presence="busy", talk=talk, resident=views.RESIDENT, answered=answered()))
        await shows(page, "case-answered")
        await keep(page, "answered-case")
        await page.locator("[data-test=case-answered] summary").click()
        assert "监护人" in await page.locator("[data-test=answered-bring]").inner_text()
        await nothing_serious(page, "a case with what was answered")
        await keep(page, "answered-case-open")
        await page.locator("[data-test=language]").first.click()
        assert "A replacement (lost)" in await page.locator("[data-test=case-answer-reason]").inner_text()
        await keep(page, "answered-case-en")


@pytest.mark.parametrize(("when", "words"), [("not", "没有问过"), ("first-visit", "上次")])
async def test_where_nobody_was_asked_that_is_said(browser: Browser, complaints: list[str], when: str, words: str) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        talk = views.replace(views.talk("clerk"), service=CARD, service_name=views.NAMES[CARD])
        await at_desk(page, server, presence="busy", talk=talk, resident=views.RESIDENT, answered=answered(when=when, version="", answers={}))
        await shows(page, "case-answered")
        assert words in await page.locator("[data-test=case-answered]").inner_text()
        await nothing_serious(page, "a case without answers")
        await keep(page, f"answered-{when}")
        await touch(page, "end")
        await shows(page, "end-dialog")
