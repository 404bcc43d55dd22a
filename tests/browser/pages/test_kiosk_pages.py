"""The kiosk's screens in a real Chromium: big, calm, in both languages, by touch or by keyboard, and forgetful."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Page

from signaling.wire.visit import EndVisit, Forget, LeaveLine, Rate, TakeTicket
from tests.browser.pages import views
from tests.browser.pages.stage import (
    CODE,
    KIOSK,
    LANDSCAPE,
    PORTRAIT,
    PageServer,
    becomes,
    nothing_serious,
    page_at,
    shows,
    touch,
)
from tests.browser.questions import go_on
from tests.browser.window import give_names

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME, OTHER = views.RESIDENT, "李思雨"


async def at_idle(page: Page, server: PageServer) -> None:
    server.show(KIOSK, views.idle())
    await page.goto("/kiosk")
    await shows(page, "screen-idle")


async def to_consent(page: Page) -> None:
    await touch(page, "begin", "home-jinshan", "life-event-marriage", f"service-{views.SERVICE}")
    await go_on(page)
    await touch(page, "go-on")
    await give_names(page, NAME, OTHER)


async def consent(page: Page, *answers: str) -> None:
    for which, given in zip(("recording", "identity-check", "papers-to-home"), answers, strict=False):
        await page.locator(f"[data-consent='{which}']").wait_for()
        await touch(page, f"consent-{given}")


async def test_a_ticket_is_taken_with_every_consent_as_it_was_touched(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await at_idle(page, server)
        await touch(page, "letters-1.5")
        await to_consent(page)
        await consent(page, "yes", "no", "yes")
        await shows(page, "screen-taking")
        [ticket] = await server.asked(KIOSK, TakeTicket)
        assert ticket.answers["both-mainland"] == "yes" and "both-cards" in ticket.answers
        assert [(each.name, each.read) for each in ticket.parties] == [(NAME, False), (OTHER, False)]
        assert (ticket.home, ticket.service, ticket.language, ticket.goes_on) == ("jinshan", views.SERVICE, "zh-CN", None)
        assert [(c.text, c.given) for c in ticket.consents] == [("recording", True), ("identity-check", False), ("papers-to-home", True)]
        assert ticket.needs == ["large-type"]


async def test_a_kiosk_is_enrolled_once_and_its_code_disappears(browser: Browser, complaints: list[str]) -> None:
    async with PageServer(enrolled=False) as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, views.idle())
        await page.goto("/kiosk#enrol=wrong")
        await shows(page, "enrol-problem")
        assert "#" not in page.url
        await page.locator("[data-test=enrol-code]").fill(CODE)
        await touch(page, "enrol")
        await shows(page, "screen-idle")


async def test_untouched_it_warns_gives_more_time_and_then_forgets(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await page.clock.install()
        await at_idle(page, server)
        await to_consent(page)
        await page.clock.fast_forward(61_000)
        await shows(page, "idle-warning")
        await touch(page, "more-time")
        await shows(page, "screen-consent")
        await page.clock.fast_forward(61_000)
        await shows(page, "idle-warning")
        await page.clock.fast_forward(31_000)
        await shows(page, "screen-idle")
        assert NAME not in await page.content()
        assert server.commands(KIOSK, TakeTicket) == []


async def test_a_visit_leaves_nothing_behind(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await at_idle(page, server)
        await touch(page, "letters-2", "contrast")
        await to_consent(page)
        await consent(page, "yes", "yes", "yes")
        server.show(KIOSK, views.waiting())
        await shows(page, "screen-waiting")
        server.show(KIOSK, views.farewell())
        await touch(page, "rate-4", "finish")
        await server.asked(KIOSK, Forget)
        assert [rating.stars for rating in server.commands(KIOSK, Rate)] == [4]
        server.show(KIOSK, views.idle())
        await shows(page, "screen-idle")
        traces = await page.evaluate(
            """async () => ({html: document.documentElement.outerHTML, storage: [localStorage.length, sessionStorage.length], cookie: document.cookie,
              databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length, history: history.state, hash: location.hash})"""
        )
        assert NAME not in traces.pop("html")
        assert views.CASE not in await page.content()
        assert traces == {"storage": [0, 0], "cookie": "", "databases": 0, "caches": 0, "history": None, "hash": ""}
        assert await page.evaluate("() => [document.documentElement.dataset.letters, document.documentElement.dataset.contrast]") == ["1", None]


async def test_twenty_seconds_without_a_line_and_nobody_s_data_is_on_the_glass(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await page.clock.install()
        server.show(KIOSK, views.waiting())
        await page.goto("/kiosk")
        await shows(page, "screen-waiting")
        await server.stop()
        await shows(page, "offline")
        assert views.NUMBER in await page.content()
        await page.clock.fast_forward(21_000)
        await shows(page, "screen-out-of-order")
        assert views.NUMBER not in await page.content()
        server.url = await server.start()
        # The ladder waits on the page's clock, which a test has to wind.
        winding = asyncio.create_task(wind(page))  # noqa: TID251 - awaited below
        await shows(page, "screen-waiting")
        winding.cancel()
        await asyncio.gather(winding, return_exceptions=True)
        assert views.NUMBER in await page.content()


async def wind(page: Page) -> None:
    while True:
        await page.clock.run_for(1000)


async def test_stop_asks_first_and_stops_what_is_running(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, views.waiting())
        await page.goto("/kiosk")
        await touch(page, "stop", "stop-no")
        await page.locator("[data-test='stop-card']").wait_for(state="detached")
        assert server.commands(KIOSK, LeaveLine) == []
        await touch(page, "stop", "stop-yes")
        await server.asked(KIOSK, LeaveLine)
        server.show(KIOSK, views.talking())
        await shows(page, "screen-talk")
        await touch(page, "stop", "stop-yes")
        await server.asked(KIOSK, EndVisit)


async def test_what_is_touched_while_the_line_is_down_arrives_once_when_it_is_back(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        server.show(KIOSK, views.waiting())
        await page.goto("/kiosk")
        await shows(page, "screen-waiting")
        await server.stop()
        await shows(page, "offline")
        await touch(page, "stop", "stop-yes")
        server.forget()  # as after a crash: the link is not known any more
        server.url = await server.start()
        [left] = await server.asked(KIOSK, LeaveLine)
        assert left.session == views.SESSION
        server.show(KIOSK, views.idle())
        await shows(page, "screen-idle")
        assert len(server.commands(KIOSK, LeaveLine)) == 1


async def test_text_of_people_is_text(browser: Browser, complaints: list[str]) -> None:
    markup = "<img src=x onerror=document.title='owned'>"
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        talk = views.talk("resident")
        clerk = views.End(participant="clerk", role="clerk", name=markup, place=markup, present=True)
        server.show(KIOSK, views.kiosk(views.Talking(talk=views.replace(talk, ends=[talk.ends[0], clerk], service="unknown", service_name=markup))))
        await page.goto("/kiosk")
        await shows(page, "screen-talk")
        assert await page.locator("[data-test=clerk-name]").text_content() == markup
        assert await page.locator("img[src=x]").count() == 0
        assert await page.title() != "owned"


async def test_the_keyboard_is_enough(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, LANDSCAPE, complaints) as page:
        await at_idle(page, server)
        for wanted in ("begin", "home-jinshan", "life-event-marriage", f"service-{views.SERVICE}", "answer-yes"):
            await shows(page, wanted)
            for _ in range(40):
                if await page.evaluate("() => document.activeElement?.dataset?.test") == wanted:
                    break
                await page.keyboard.press("Tab")
            assert await page.evaluate("() => document.activeElement.matches(':focus-visible')")
            await page.keyboard.press("Enter")
        await page.locator("[data-test='screen-question'][data-index='1']").wait_for()


SMALL = """() => [...document.querySelectorAll('button:not([disabled]), input')].filter((e) => e.checkVisibility())
  .map((e) => [e.dataset.test, e.getBoundingClientRect()]).filter(([, r]) => r.width < 60 || r.height < 60).map(([name, r]) => `${name} ${r.width}x${r.height}`)"""
LETTERS = """() => [...document.querySelectorAll('.screen *')].filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => !e.closest('small')).map((e) => [parseFloat(getComputedStyle(e).fontSize), e.textContent.trim().slice(0, 20)]).filter(([size]) => size < 24)"""
CUT = "() => document.documentElement.scrollWidth > innerWidth || document.querySelector('main').scrollWidth > document.querySelector('main').clientWidth"


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("letters", ["1", "2"])
async def test_every_screen_has_large_targets_and_letters_and_no_barrier(
    browser: Browser, complaints: list[str], size: tuple[int, int], letters: str
) -> None:
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        await at_idle(page, server)
        if letters != "1":
            await touch(page, f"letters-{letters}", "language")

        async def fits(where: str) -> None:
            assert await page.evaluate(SMALL) == [], where
            assert await page.evaluate(LETTERS) == [], where
            assert not await page.evaluate(CUT), f"{where} is wider than the glass"
            await nothing_serious(page, where)

        await fits("idle")
        for where, *controls in (("home", "begin"), ("service", "home-jinshan"), ("search", "search-open", "key-J", "key-H")):
            await touch(page, *controls)
            await shows(page, f"screen-{where}")
            await fits(where)
        await touch(page, "back", "back", "back")
        await to_consent(page)
        await fits("consent")
        await touch(page, "consent-no")
        await shows(page, "screen-staffed-window")
        await fits("staffed window")
        await touch(page, "helper")
        await shows(page, "helper-card")
        await nothing_serious(page, "helper")
        await touch(page, "helper-done")
        for test, view in (
            ("screen-waiting", views.waiting()), ("screen-ringing", views.ringing()), ("screen-talk", views.talking()),
            ("hold-cover", views.talking(held=True)), ("screen-parked", views.parked()), ("screen-rating", views.farewell()),
        ):  # fmt: skip
            server.show(KIOSK, view)
            await shows(page, test)
            await fits(test)


APOSTROPHE = """() => {
  const letter = Object.assign(document.createElement("span"), { textContent: "’" });
  document.body.append(letter);
  const share = letter.getBoundingClientRect().width / parseFloat(getComputedStyle(letter).fontSize);
  letter.remove();
  return share;
}"""
"""How wide it is drawn, in heights of its line."""


async def test_everything_is_said_in_both_languages(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, PORTRAIT, complaints) as page:
        await at_idle(page, server)
        for language, word in (("en", "Touch to begin"), ("zh-CN", "触摸这里开始")):
            if await page.evaluate("() => document.documentElement.lang") != language:
                await touch(page, "language")
            assert await becomes(page, "(l) => document.documentElement.lang === l", language)
            assert (await page.locator("[data-test=begin]").text_content() or "").strip() == word
            if language == "en":
                assert await page.evaluate(APOSTROPHE) < 0.5, "between English letters it is no Chinese letter"
