"""An identity card asked for at a kiosk: who goes on, who brings more, who is sent away before queueing, and who chooses another home."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page

from signaling.wire.visit import TakeTicket
from tests.browser.pages import views
from tests.browser.pages.stage import KIOSK, LANDSCAPE, PORTRAIT, PageServer, page_at, shows, touch
from tests.browser.pages.talks import fits
from tests.browser.questions import answer
from tests.browser.window import keep

pytestmark = pytest.mark.asyncio(loop_scope="module")

RENEWAL = {"registered-there": "yes", "reason": "renewal", "recognisable": "yes", "under-16": "no"}
REPLACEMENT_FOR_A_CHILD = RENEWAL | {"reason": "replacement", "under-16": "yes"}
IN_PINGHU = {"registered-there": "no", "registered-where": "pinghu"}


async def choose(page: Page, server: PageServer, service: str = "jinshan-identity-card") -> None:
    server.show(KIOSK, views.idle())
    await page.goto("/kiosk")
    await to_service(page, service)


async def to_service(page: Page, service: str) -> None:
    await touch(page, "begin", "home-jinshan", "life-event-identity", f"service-{service}")


async def text_of(page: Page, test: str) -> list[str]:
    return [text.strip() for text in await page.locator(f"[data-test='{test}']").all_text_contents()]


async def asked(page: Page) -> str | None:
    return await page.locator("[data-test='screen-question']").get_attribute("data-question")


async def consent_to_all(page: Page) -> None:
    for which in ("recording", "identity-check", "papers-to-home"):
        await page.locator(f"[data-consent='{which}'] [data-test='consent-yes']").click()


async def test_a_renewal_goes_on_and_the_answers_go_along_with_the_ticket(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await choose(page, server)
        assert await answer(page, RENEWAL) == "screen-bring"
        assert await text_of(page, "bring-reason") == ["换领凭现有居民身份证办理。"]
        assert await text_of(page, "bring-because") == []
        assert await text_of(page, "fee") == ["最多 40 元"] and await text_of(page, "when") == ["当场答复"]
        assert await text_of(page, "delivery-collect-nearby") == ["在附近的窗口领取"] and await text_of(page, "delivery-post") == ["邮寄到家"]
        await touch(page, "go-on")
        await page.locator("[data-test=name]").fill(views.RESIDENT)
        await touch(page, "go-on")
        await consent_to_all(page)
        [ticket] = await server.asked(KIOSK, TakeTicket)
        assert (ticket.service, ticket.answers) == ("jinshan-identity-card", RENEWAL)


async def test_a_lost_card_of_a_child_needs_more_to_be_brought(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await choose(page, server)
        assert await answer(page, REPLACEMENT_FOR_A_CHILD) == "screen-bring"
        assert await text_of(page, "bring-because") == ["户口簿", "监护人居民身份证（监护人须一同到场）"]
        await touch(page, "back")
        await shows(page, "screen-question")
        assert await asked(page) == "under-16"
        await touch(page, "answer-no")
        await shows(page, "screen-bring")
        assert await text_of(page, "bring-because") == ["户口簿"], "another answer, another list"


async def test_whoever_cannot_be_recognised_is_told_where_to_go_before_queueing(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await choose(page, server)
        assert await answer(page, RENEWAL | {"recognisable": "no"}) == "screen-elsewhere"
        assert "金山的户籍派出所" in (await text_of(page, "elsewhere-reason"))[0]
        assert await page.locator("[data-test='elsewhere-window']").count() == 1
        assert await page.locator("[data-test='elsewhere-home']").count() == 0
        await touch(page, "elsewhere-done")
        await shows(page, "screen-idle")
        await to_service(page, "jinshan-temporary-identity-card")
        assert await answer(page, {"card-applied": "no"}) == "screen-elsewhere"
        assert await page.locator("[data-kind='not-possible']").count() == 1
        await touch(page, "elsewhere-back")
        await shows(page, "screen-question")
        assert await asked(page) == "card-applied", "the answer is taken back"
        assert server.commands(KIOSK, TakeTicket) == []


async def test_whoever_is_registered_in_pinghu_asks_pinghu_with_one_touch(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await choose(page, server)
        assert await answer(page, IN_PINGHU) == "screen-elsewhere"
        assert await page.locator("[data-kind='another-home'] h1").text_content() == "这件事请找平湖办理"
        await touch(page, "elsewhere-home")
        await page.locator("[data-test='screen-question'][data-service='pinghu-identity-card'][data-index='0']").wait_for()
        assert await answer(page, RENEWAL) == "screen-bring"
        await touch(page, "go-on")
        await page.locator("[data-test=name]").fill(views.RESIDENT)
        await touch(page, "go-on")
        await consent_to_all(page)
        [ticket] = await server.asked(KIOSK, TakeTicket)
        assert (ticket.home, ticket.service, ticket.answers) == ("pinghu", "pinghu-identity-card", RENEWAL), "nothing of the answers before"


async def test_back_takes_one_answer_after_the_other(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await choose(page, server)
        await answer(page, RENEWAL)
        seen = []
        for index in (3, 2, 1, 0):
            await touch(page, "back")
            await page.locator(f"[data-test='screen-question'][data-index='{index}']").wait_for()
            seen.append(await asked(page))
        assert seen == ["under-16", "recognisable", "reason", "registered-there"]
        await touch(page, "back")
        await shows(page, "screen-service")


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("letters", ["1", "1.5", "2"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_each_of_these_screens_fits_the_glass(browser: Browser, complaints: list[str], size: tuple[int, int], letters: str, language: str) -> None:
    way = f"{'portrait' if size == PORTRAIT else 'landscape'}-{letters}-{language}"
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, views.idle())
        await page.goto("/kiosk")
        await touch(page, f"letters-{letters}")
        if language == "en":
            await touch(page, "language")
        await to_service(page, "jinshan-identity-card")

        async def fits_and_is_kept(screen: str) -> None:
            await fits(page, f"{screen} {way}")
            await keep(page, f"eligibility-{screen}-{way}")

        await shows(page, "answer-yes")
        await fits_and_is_kept("yes-or-no")
        await touch(page, "answer-no")
        await shows(page, "answer-pinghu")
        await fits_and_is_kept("options")
        await touch(page, "answer-pinghu")
        await shows(page, "elsewhere-home")
        await fits_and_is_kept("another-home")
        await touch(page, "elsewhere-back", "answer-elsewhere")
        await shows(page, "elsewhere-window")
        await fits_and_is_kept("staffed-window")
        await touch(page, "elsewhere-back", "back")
        await answer(page, REPLACEMENT_FOR_A_CHILD)
        await fits_and_is_kept("bring")
