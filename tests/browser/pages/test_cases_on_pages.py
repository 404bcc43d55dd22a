"""Several cases and several people on both pages: large and plain for the resident, in reach and in order for the clerk."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from aiohttp import web
from playwright.async_api import Browser

from signaling.wire import cases, desk, notices, talk
from signaling.wire.http import BothLanguages
from signaling.wire.visit import Farewell, Forget, TakeTicket
from tests.browser.pages import views
from tests.browser.pages.stage import CLERK, DESK, KIOSK, LANDSCAPE, PORTRAIT, PageServer, nothing_serious, page_at, shows, touch
from tests.browser.pages.talks import fits, talking
from tests.browser.pages.test_counter_pages import at_desk
from tests.browser.pages.test_kiosk_eligibility import choose, consent_to_all
from tests.browser.questions import go_on
from tests.browser.window import keep

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST, SECOND, THIRD = views.NUMBERS
SIZES = pytest.mark.parametrize(("size", "letters"), [(PORTRAIT, "1"), (PORTRAIT, "2"), (LANDSCAPE, "1"), (LANDSCAPE, "2")])
OVERLAID = """() => [...document.querySelectorAll('[data-test=name]')].map((e) => e.getBoundingClientRect())
  .filter((r) => !document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)?.matches('[data-test=name]')).map((r) => r.y)"""
LACKING = notices.StillToBring(BothLanguages("户口簿", "Household register"), "not-brought")
RECEIPT = notices.ReceiptStatus("jinshan", BothLanguages("上海市金山区", "Jinshan, Shanghai"), [
    notices.ReceiptCase(BothLanguages("居民身份证换领", "New identity card"), "returned", None, False, [LACKING], "signature-missing", None, "jinshan-identity-card"),
    notices.ReceiptCase(BothLanguages("社会保险参保证明", "Proof of insurance"), "handed-over", "2026-12-15", False, [], None, None, None),
])  # fmt: skip


def named(size: tuple[int, int], letters: str, screen: str) -> str:
    return f"cases-{screen}-{size[0]}-{letters}"


@SIZES
async def test_two_come_together_and_both_are_on_the_ticket(browser: Browser, complaints: list[str], size: tuple[int, int], letters: str) -> None:
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        await choose(page, server)
        await go_on(page)
        await touch(page, "go-on", f"letters-{letters}")
        await shows(page, "name")
        assert await page.locator("[data-test=use-card]").count() == 0, "nobody is asked for a card where there is no reader"
        await page.locator("[data-test=name]").fill("张明月")
        await fits(page, "the first name")
        await keep(page, named(size, letters, "first-name"))
        await touch(page, "with-me")
        await page.locator("[data-test='screen-identity-declare'][data-index='2']").wait_for()
        await page.locator("[data-test=name]").fill(views.RESIDENT)
        await touch(page, "go-on")
        await shows(page, "person-1")
        await fits(page, "who applies")
        await keep(page, named(size, letters, "people"))
        await touch(page, "person-drop-0", "with-me")
        await page.locator("[data-test=name]").fill("李国强")
        await touch(page, "go-on", "go-on")
        await consent_to_all(page)
        [ticket] = await server.asked(KIOSK, TakeTicket)
        assert [each.name for each in ticket.parties] == [views.RESIDENT, "李国强"]
        assert "李国强" not in await page.content(), "what is sent is not shown any more"


@SIZES
async def test_every_case_of_a_visit_is_told_at_the_end(browser: Browser, complaints: list[str], size: tuple[int, int], letters: str) -> None:
    closing = views.farewell("referred", code="AB2CD-EF3GH")
    assert isinstance(closing.screen, Farewell)
    all_cases = [
        views.case(0, outcome="accepted", due="2026-12-15"), views.case(2, outcome="returned"), views.case(1, outcome="referred", referred_to="pinghu", on_table=True),
    ]  # fmt: skip
    lacking = views.notice(2, notices.LackingLine("户口簿", "not-brought"))
    closing = views.replace(closing, screen=views.replace(closing.screen, cases=all_cases, notices=[lacking], papers=[notices.OwnPaper("receipt", 1)]))
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, views.talking())
        await page.goto("/kiosk")
        await shows(page, "screen-talk")
        await touch(page, f"letters-{letters}")
        server.show(KIOSK, closing)
        await shows(page, "farewell-case")
        assert [await each.get_attribute("data-outcome") for each in await page.locator("[data-test=farewell-case]").all()] == ["accepted", "returned", "referred"]
        await fits(page, "what has come of three cases")
        await keep(page, named(size, letters, "farewell"))
        await touch(page, "go-on-with-pinghu")
        server.show(KIOSK, views.idle())
        await page.locator("[data-test='screen-question'][data-service='pinghu-identity-card']").wait_for()
        assert await page.evaluate("() => document.documentElement.dataset.letters") == letters


@SIZES
async def test_both_of_a_couple_are_asked_and_told_so_before(browser: Browser, complaints: list[str], size: tuple[int, int], letters: str) -> None:
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, views.idle())
        await page.goto("/kiosk")
        await touch(page, "begin", "home-jinshan", "life-event-marriage", f"service-{views.SERVICE}")
        await go_on(page)
        await shows(page, "people-together")
        await touch(page, f"letters-{letters}")
        await fits(page, "what to bring, and who")
        await keep(page, named(size, letters, "couple-bring"))
        await touch(page, "go-on")
        await page.locator("[data-test=name]").fill(views.RESIDENT)
        assert await page.evaluate(OVERLAID) == [], "what is typed is seen"
        assert await page.locator("[data-test=with-me]").count() == 0, "the other one is asked anyway"
        await fits(page, "the first of two")
        await keep(page, named(size, letters, "couple-first"))
        await touch(page, "go-on")
        await page.locator("[data-test='screen-identity-declare'][data-index='2']").wait_for()
        await page.locator("[data-test=name]").fill("李国强")
        await touch(page, "go-on")
        await shows(page, "person-1")
        assert await page.locator("[data-test=with-me]").count() == 0, "two marry"
        await touch(page, "person-drop-1")
        await page.locator("[data-test=go-on]").wait_for(state="detached")
        await fits(page, "one is missing")
        await keep(page, named(size, letters, "couple-one-missing"))
        await touch(page, "with-me")
        await page.locator("[data-test=name]").fill("李国强")
        await touch(page, "go-on", "go-on")
        await consent_to_all(page)
        [ticket] = await server.asked(KIOSK, TakeTicket)
        assert [each.name for each in ticket.parties] == [views.RESIDENT, "李国强"]


@SIZES
async def test_two_that_are_sent_home_have_each_their_notice(browser: Browser, complaints: list[str], size: tuple[int, int], letters: str) -> None:
    closing = views.farewell("returned", code="AB2CD-EF3GH")
    both = [views.case(1, outcome="returned"), views.case(2, outcome="returned", on_table=True)]
    told = [
        views.notice(1, notices.LackingLine("居民身份证（换领）或户口簿（首次申领、补领）", "not-brought"), notices.LackingLine("近期照片（可现场拍摄）", "blurred")),
        views.notice(2, notices.LackingLine("单位介绍信", "follows"), form="signature-missing", follow_by="2026-12-15"),
    ]  # fmt: skip
    papers = [*(notices.OwnPaper("notice", 1, each.case, each.service_name) for each in told), notices.OwnPaper("receipt", 1)]
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, views.talking())
        await page.goto("/kiosk")
        await shows(page, "screen-talk")
        await touch(page, f"letters-{letters}")
        server.show(KIOSK, views.replace(closing, screen=views.replace(closing.screen, cases=both, notices=told, papers=papers)))
        await shows(page, "farewell-case")
        for number, words in ((SECOND, "近期照片"), (THIRD, "单位介绍信")):
            card = page.locator(f"[data-test='farewell-case'][data-case='{number}']")
            assert words in await card.locator("[data-test=notice]").inner_text()
            assert await card.locator("[data-test=print-notice]").count() == 1
        await fits(page, "two notices")
        await keep(page, named(size, letters, "two-notices"))
        await touch(page, "skip-rating")
        await server.asked(KIOSK, Forget)


@SIZES
async def test_a_receipt_with_two_cases_and_what_is_missing_is_brought(browser: Browser, complaints: list[str], size: tuple[int, int], letters: str) -> None:
    async def found(request: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(RECEIPT), content_type="application/json")

    server = PageServer()
    server.routes = [("POST", "/api/v1/receipts/lookup", found)]
    async with server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, views.idle())
        await page.goto("/kiosk")
        await touch(page, f"letters-{letters}", "look-up", *(f"code-key-{letter}" for letter in "AB2CDEF3GH"), "code-send")
        await shows(page, "status-case-1")
        await fits(page, "how two cases stand")
        await keep(page, named(size, letters, "receipt"))
        await touch(page, "bring-now-0")
        await page.locator("[data-test=name]").fill(views.RESIDENT)
        await touch(page, "go-on")
        await consent_to_all(page)
        [ticket] = await server.asked(KIOSK, TakeTicket)
        assert (ticket.home, ticket.service, ticket.answers) == ("jinshan", "jinshan-identity-card", {})
        assert ticket.goes_on == cases.GoesOn("AB2CD-EF3GH", 0)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
async def test_which_of_three_cases_lies_on_the_table_is_seen(browser: Browser, complaints: list[str], size: tuple[int, int]) -> None:
    three = [views.case(0, outcome="accepted"), views.case(1, on_table=True), views.case(2)]
    async with PageServer() as server, page_at(browser, server.url, size, complaints) as page:
        server.show(KIOSK, talking(cases=three, case=SECOND, service="jinshan-identity-card"))
        await page.goto("/kiosk")
        assert "2" in str(await page.locator("[data-test=which-case]").text_content())
        await touch(page, "letters-2")
        assert await page.locator("[data-test=which-case]").is_visible(), "also in large letters"
        await nothing_serious(page, "the second of three cases")
        await keep(page, named(size, "2", "talk"))


def at_work(**what: Any) -> talk.Talk:
    """A talk with three cases and a couple; the second case lies on the table."""
    three = [views.case(0, outcome="accepted", due="2026-12-15"), views.case(1, on_table=True, pages=0, may_be_dropped=True), views.case(2)]
    plain: dict[str, Any] = {"cases": three, "case": SECOND, "service": "jinshan-identity-card", "parties": views.couple(), "level": "card-seen"}
    changed: talk.Talk = views.replace(views.talk("clerk"), **{**plain, **what})
    return changed


async def test_the_clerk_has_every_case_in_reach(browser: Browser, complaints: list[str]) -> None:
    openable = [cases.Openable("jinshan-pension-check", "领取养老保险待遇资格认证"), cases.Openable("jinshan-social-card", "社会保障卡补领、换领")]
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, presence="busy", talk=at_work(), resident="样本甲", openable=openable)
        await shows(page, f"case-{THIRD}")
        await nothing_serious(page, "three cases")
        await keep(page, "cases-desk")
        await touch(page, f"case-{FIRST}", "case-drop", "case-more", "open-jinshan-social-card", "party-seen-1")
        await keep(page, "cases-desk-one-more")
        [turned], [dropped] = await server.asked(CLERK, cases.TurnToCase), await server.asked(CLERK, cases.DropCase)
        [opened], [seen] = await server.asked(CLERK, cases.OpenCase), await server.asked(CLERK, cases.ConfirmIdentity)
        assert (turned.case, dropped.case, opened.service, seen.party) == (FIRST, SECOND, "jinshan-social-card", 1)
        assert await page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == list(DESK)


async def test_the_talk_ends_when_every_case_has_an_outcome_and_everybody_is_known(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, presence="busy", talk=at_work(), resident="样本甲")
        await touch(page, "end")
        await shows(page, "identity-too-low")
        assert await page.locator("[data-test=end-accepted]").is_disabled()
        await nothing_serious(page, "an end that must wait")
        await keep(page, "cases-desk-end")
        await touch(page, f"settle-{THIRD}", "settle-referred", "settle-home-pinghu")
        await nothing_serious(page, "what becomes of one case")
        await keep(page, "cases-desk-settle")
        await touch(page, "settle-yes")
        [settled] = await server.asked(CLERK, cases.SettleCase)
        assert (settled.case, settled.outcome, settled.refer_to) == (THIRD, "referred", "pinghu")
        known = at_work(cases=[views.case(0, outcome="accepted"), views.case(1, on_table=True)], parties=views.couple("card-seen"))
        server.show(CLERK, views.desk(presence="busy", talk=known, resident="样本甲"))
        await touch(page, "end-accepted", "end-yes")
        [ended] = await server.asked(CLERK, desk.EndSession)
        assert (ended.outcome, ended.refer_to) == ("accepted", None)
        after = views.replace(
            views.wrap_up("accepted"), cases=[views.case(0, outcome="accepted", due="2026-12-15"), views.case(1, on_table=True), views.case(2)], case=SECOND, parties=views.couple("card-seen")
        )
        server.show(CLERK, views.desk(presence="wrap-up", wrap_up=after))
        await shows(page, "wrap-up")
        assert await page.locator("[data-test=complete]").is_disabled(), "the third has none"
        await nothing_serious(page, "a wrap-up of three cases")
        await keep(page, "cases-desk-wrap-up")


async def test_what_was_missed_in_the_talk_is_no_dead_end(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        three = [views.case(0, outcome="accepted", due="2026-12-15"), views.case(1, on_table=True), views.case(2, told="lacks")]
        await at_desk(page, server, presence="busy", talk=at_work(cases=three), resident="样本甲")
        assert [await each.get_attribute("data-told") for each in await page.locator("[data-test^=to-do-]").all()] == ["", "lacks"]
        await nothing_serious(page, "what is still to be done")
        await keep(page, "cases-desk-to-do")
        after = views.replace(
            views.wrap_up(None), cases=[views.case(0), views.case(1, on_table=True), views.case(2, told="lacks")], case=SECOND, parties=views.couple("card-seen"),
        )
        server.show(CLERK, views.desk(presence="wrap-up", wrap_up=after))
        await touch(page, f"settle-{FIRST}", "settle-returned")
        await shows(page, "settle-too-late")
        assert await page.locator("[data-test=settle-yes]").is_disabled()
        await nothing_serious(page, "too late for a notice")
        await keep(page, "cases-desk-too-late")
        await touch(page, "settle-stays-open", "settle-yes")
        [settled] = await server.asked(CLERK, cases.SettleCase)
        assert (settled.case, settled.outcome) == (FIRST, "stays-open")
        open_one = [views.case(0, stays_open=True), views.case(1, on_table=True), views.case(2, outcome="returned", told="lacks")]
        server.show(CLERK, views.desk(presence="wrap-up", wrap_up=views.replace(after, cases=open_one)))
        await touch(page, "outcome-stays-open")
        await nothing_serious(page, "a case that stays open")
        await keep(page, "cases-desk-stays-open")
        await touch(page, "complete")
        [completed] = await server.asked(CLERK, desk.CompleteWrapUp)
        assert completed.outcome == "stays-open"
