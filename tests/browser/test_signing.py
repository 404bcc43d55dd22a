"""Signing on the kiosk's glass: what is read, what is written, what is given, and what cannot be given."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, Page

from signaling.domain.signature import Strokes, check
from tests.browser.pages.stage import LANDSCAPE, PORTRAIT, nothing_serious
from tests.browser.player_stage import chromium
from tests.browser.sign_stage import PAGE, Paper, SignServer, kiosk, pictured, words
from tests.browser.small_page import build
from tests.browser.window import keep, mark, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
Spot = tuple[float, float]
# Seven strokes that look like the name 王小, in parts of the pad's width and height.
NAME: list[list[Spot]] = [
    [(0.20, 0.24), (0.36, 0.21)],
    [(0.22, 0.47), (0.34, 0.45)],
    [(0.28, 0.23), (0.285, 0.50), (0.28, 0.74)],
    [(0.17, 0.75), (0.30, 0.73), (0.40, 0.71)],
    [(0.60, 0.16), (0.605, 0.45), (0.60, 0.78), (0.56, 0.70)],
    [(0.53, 0.38), (0.49, 0.55), (0.45, 0.62)],
    [(0.67, 0.36), (0.72, 0.50), (0.77, 0.62)],
]


@pytest.fixture(scope="module")
def paper() -> Paper:
    return Paper()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(PAGE, tmp_path_factory.getbasetemp())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def server(built: Path, paper: Paper) -> AsyncIterator[SignServer]:
    async with SignServer(built, paper).running() as running:
        yield running


async def spots(page: Page, stroke: list[Spot]) -> list[Spot]:
    """A stroke on the glass, with what lies between its points."""
    box = await mark(page, "sign-pad").bounding_box()
    assert box is not None
    along = [(a[0] + (b[0] - a[0]) * n / 8, a[1] + (b[1] - a[1]) * n / 8) for a, b in pairwise(stroke) for n in range(8)]
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (*along, stroke[-1])]


async def with_mouse(page: Page, *strokes: list[Spot]) -> None:
    for stroke in strokes:
        first, *rest = await spots(page, stroke)
        await page.mouse.move(*first)
        await page.mouse.down()
        for spot in rest:
            await page.mouse.move(*spot)
        await page.mouse.up()


async def touches(cdp: CDPSession, kind: str, **fingers: Spot) -> None:
    points = [{"x": x, "y": y, "id": int(name.removeprefix("finger")), "force": 0.6} for name, (x, y) in fingers.items()]
    await cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


async def with_finger(page: Page, *strokes: list[Spot]) -> None:
    cdp = await page.context.new_cdp_session(page)
    for stroke in strokes:
        first, *rest = await spots(page, stroke)
        await touches(cdp, "touchStart", finger1=first)
        for spot in rest:
            await touches(cdp, "touchMove", finger1=spot)
        await touches(cdp, "touchEnd")


INK = "where => [...document.querySelectorAll(`[data-test='${where}'] .sign-ink path`)].map((each) => each.getAttribute('d'))"


async def ink(page: Page, where: str) -> list[str]:
    """The lines that are drawn in the pad, or on the page."""
    found: list[str] = await page.evaluate(INK, where)
    return found


async def needs(page: Page, what: str) -> None:
    await until(page, "what => document.querySelector('[data-test=sign-needs]').dataset.needs === what", what)


async def given(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await page.evaluate("() => harness.given")
    return found


async def test_a_resident_reads_signs_and_gives_it(browser: Browser, server: SignServer) -> None:
    async with kiosk(browser, server) as page:
        await pictured(page)
        await needs(page, "sign.needs.page")
        assert await mark(page, "sign-box").count() == 0  # it is on the second page
        await nothing_serious(page, "reading")
        await keep(page, "sign-reading")
        await mark(page, "sign-next").click()
        await needs(page, "sign.needs.ink")
        await with_finger(page, *NAME)
        await needs(page, "nothing")
        on_pad = await ink(page, "sign-pad-ink")
        assert len(on_pad) >= len(NAME) and await ink(page, "sign-page-ink") == on_pad
        await nothing_serious(page, "signed")
        await keep(page, "sign-portrait")
        await mark(page, "sign-give").click()
        assert [detail["page"] for detail in await given(page)] == ["page-1"]
        signature = msgspec.convert((await given(page))[0]["strokes"], Strokes)
        check(signature)
        assert signature.device == "finger" and len(signature.strokes) == len(NAME)
        assert signature.strokes[0][0][2] == 600
        for stroke, meant in zip(signature.strokes, NAME, strict=True):
            assert all(math.dist(found[:2], (3200 * x, 1000 * y)) < 8 for found, (x, y) in ((stroke[0], meant[0]), (stroke[-1], meant[-1])))
        # One answer only, and the pad takes no more.
        assert not await mark(page, "sign-give").is_enabled() and not await mark(page, "sign-refuse").is_enabled()
        await with_finger(page, NAME[0])
        assert await ink(page, "sign-pad-ink") == on_pad
        assert await page.evaluate("() => document.querySelector('[data-test=sign-needs]').textContent") == words("zh-CN")["sign.sent"]


async def test_the_first_touch_of_the_pad_turns_to_the_page_on_which_one_signs(browser: Browser, server: SignServer) -> None:
    async with kiosk(browser, server, LANDSCAPE, language="en") as page:
        await pictured(page)
        await with_mouse(page, *NAME)
        await needs(page, "nothing")
        assert await ink(page, "sign-page-ink") == await ink(page, "sign-pad-ink") != []
        inside = """() => { const [box, ink, reader] = ['sign-box', 'sign-page-ink', 'sign-reader'].map((name) => document.querySelector(`[data-test=${name}]`));
          const [b, i, r] = [box, ink.querySelector('.sign-ink'), reader].map((each) => each.getBoundingClientRect());
          return i.width > b.width / 4 && [i, r].every((each, n) => n === 0 ? each.left >= b.left && each.right <= b.right && each.top >= b.top && each.bottom <= b.bottom
            : b.left >= each.left && b.right <= each.right && b.top >= each.top && b.bottom <= each.bottom); }"""
        assert await until(page, inside)
        await nothing_serious(page, "landscape")
        await keep(page, "sign-landscape")
        await mark(page, "sign-before").click()
        await needs(page, "sign.needs.page")
        assert not await mark(page, "sign-give").is_enabled()
        await mark(page, "sign-where").click()
        await needs(page, "nothing")
        await mark(page, "sign-give").click()
        assert (await given(page))[0]["strokes"]["device"] == "mouse"


async def test_too_little_cannot_be_given_and_redo_empties_the_pad(browser: Browser, server: SignServer) -> None:
    async with kiosk(browser, server) as page:
        await mark(page, "sign-where").click()
        await needs(page, "sign.needs.ink")
        assert not await mark(page, "sign-redo").is_enabled()
        await with_mouse(page, [(0.4, 0.4), (0.44, 0.42)])
        await needs(page, "sign.needs.more")
        assert not await mark(page, "sign-give").is_enabled()
        await with_mouse(page, NAME[2])
        await needs(page, "nothing")
        await mark(page, "sign-redo").click()
        await needs(page, "sign.needs.ink")
        assert await ink(page, "sign-pad-ink") == await ink(page, "sign-page-ink") == []
        assert not await mark(page, "sign-give").is_enabled() and await given(page) == []


async def test_a_second_finger_draws_nothing(browser: Browser, server: SignServer) -> None:
    async with kiosk(browser, server) as page:
        await mark(page, "sign-where").click()
        await needs(page, "sign.needs.ink")
        first, second = await spots(page, NAME[3]), await spots(page, NAME[5])
        cdp = await page.context.new_cdp_session(page)
        await touches(cdp, "touchStart", finger1=first[0])
        await touches(cdp, "touchStart", finger1=first[0], finger2=second[0])
        for one, other in zip(first[1:], second[1:], strict=True):
            await touches(cdp, "touchMove", finger1=one, finger2=other)
        await needs(page, "nothing")
        for test in ("sign-give", "sign-refuse", "sign-redo"):  # the hand that writes may touch a button too
            await mark(page, test).dispatch_event("click")
        assert await given(page) == [] and await page.evaluate("() => harness.refused()") == 0 and len(await ink(page, "sign-pad-ink")) == 1
        await touches(cdp, "touchEnd")
        await mark(page, "sign-give").click()
        strokes = (await given(page))[0]["strokes"]["strokes"]
        assert len(strokes) == 1
        assert min(y for _x, y, _p, _t in strokes[0]) > 680  # the other finger was higher up


async def test_a_page_that_does_not_come_cannot_be_signed(browser: Browser, server: SignServer) -> None:
    server.missing = {1}
    async with kiosk(browser, server) as page:
        await with_mouse(page, *NAME)
        await mark(page, "sign-broken").wait_for()
        await needs(page, "sign.needs.picture")
        assert not await mark(page, "sign-give").is_enabled()
        await nothing_serious(page, "no picture")
        await keep(page, "sign-broken")
        await page.evaluate("() => { const give = document.querySelector('[data-test=sign-give]'); give.disabled = false; give.click(); give.disabled = true; }")
        assert await given(page) == []
        server.missing = set()
        await mark(page, "sign-again").click()
        await needs(page, "nothing")  # and what was written is still there
        await mark(page, "sign-give").click()
        assert len(await given(page)) == 1


async def test_who_does_not_sign_says_so_and_an_answer_that_was_not_taken_can_be_given_again(browser: Browser, server: SignServer) -> None:
    async with kiosk(browser, server) as page:
        await with_mouse(page, *NAME)
        await needs(page, "nothing")
        await mark(page, "sign-give").click()
        await page.evaluate("() => { harness.view.sent = false; }")
        await mark(page, "sign-give").click()
        one, other = await given(page)
        assert one == other
        await page.evaluate("() => { harness.view.sent = false; }")
        await mark(page, "sign-refuse").click()
        assert await page.evaluate("() => harness.refused()") == 1 and len(await given(page)) == 2
        # Another place on the paper: nobody's ink is carried over.
        await page.evaluate("() => { harness.view.place = { ...harness.view.place, y: harness.view.place.y + 800 }; }")
        await until(page, "() => document.querySelectorAll('[data-test=sign-pad-ink] .sign-ink path').length === 0 && !harness.view.sent")


async def test_the_page_is_made_larger_and_what_was_in_the_middle_stays(browser: Browser, server: SignServer) -> None:
    async with kiosk(browser, server) as page:
        await mark(page, "sign-where").click()
        await needs(page, "sign.needs.ink")
        middle = "() => { const [b, r] = ['sign-box', 'sign-reader'].map((name) => document.querySelector(`[data-test=${name}]`).getBoundingClientRect()); return b.top >= r.top && b.bottom <= r.bottom; }"
        for zoom in ("1.5", "2", "3"):
            await mark(page, "sign-larger").click()
            await until(page, f"() => document.querySelector('[data-test=sign-reader]').dataset.zoom === '{zoom}'")
            await mark(page, "sign-where").click()
            assert await until(page, middle)
        assert not await mark(page, "sign-larger").is_enabled()
        await keep(page, "sign-large")
        for _ in range(4):
            await mark(page, "sign-smaller").click()
        whole = "() => { const reader = document.querySelector('[data-test=sign-reader]'); return reader.dataset.zoom === 'whole' && reader.scrollHeight <= reader.clientHeight + 1; }"
        assert await until(page, whole)


LARGE = {"letters": "2", "language": "en"}


@pytest.mark.parametrize(
    ("size", "asked"),
    [
        *((size, asked) for size in (PORTRAIT, LANDSCAPE) for asked in ({}, {"letters": "2"}, {"contrast": "high"}, LARGE)),
        ((1080, 1640), LARGE),  # what the kiosk's bars leave of the glass
        ((1920, 860), LARGE),
    ],
)
async def test_everything_can_be_touched_read_and_heard(browser: Browser, server: SignServer, size: tuple[int, int], asked: dict[str, str]) -> None:
    async with kiosk(browser, server, size, **asked) as page:
        await mark(page, "sign-where").click()
        before = await mark(page, "sign-pad").bounding_box()
        await with_mouse(page, *NAME)
        await needs(page, "nothing")
        assert await mark(page, "sign-pad").bounding_box() == before  # it never moves under the pen
        name = "-".join(["sign", "portrait" if size == PORTRAIT else "landscape" if size == LANDSCAPE else str(size[1]), *(f"{key}-{value}" for key, value in asked.items())])
        await keep(page, name)
        small = await page.evaluate(
            "() => [...document.querySelectorAll('.sign .button')].map((each) => [each.dataset.test, each.getBoundingClientRect()]).filter(([, { width, height }]) => width < 60 || height < 60).map(([name]) => name)"
        )
        assert small == []
        # Everything is on the glass at once, under nothing else, and the pad is large.
        outside = await page.evaluate(
            """() => [...document.querySelectorAll('.sign .button, .sign-pad, .sign-reader, .sign-needs')].filter((each) => {
              const { left, top, right, bottom } = each.getBoundingClientRect();
              return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight || !each.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
            }).map((each) => each.dataset.test)"""
        )
        assert outside == []
        middles = await page.evaluate("() => [...document.querySelectorAll('.sign-tools .button')].map((each) => each.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2)")
        assert max(middles) - min(middles) < 4  # one row
        pad, reader = await mark(page, "sign-pad").bounding_box(), await mark(page, "sign-reader").bounding_box()
        assert pad is not None and reader is not None
        assert pad["width"] >= 700 and abs(pad["width"] / pad["height"] - 3.2) < 0.05 and reader["height"] >= 420
        letters = await page.evaluate("() => [...document.querySelectorAll('.sign :is(h2, p:not(.only-heard), span)')].map((each) => parseFloat(getComputedStyle(each).fontSize))")
        assert min(letters) >= 24
        await nothing_serious(page, name)
        unnamed = await page.evaluate("() => [...document.querySelectorAll('.sign .button')].filter((each) => (each.ariaLabel ?? each.textContent).trim() === '').length")
        assert unnamed == 0 and await mark(page, "sign-pad").get_attribute("aria-label") == words(asked.get("language", "zh-CN"))["sign.pad.written"]


async def test_the_paper_is_read_by_keyboard(browser: Browser, server: SignServer) -> None:
    async with kiosk(browser, server) as page:
        await pictured(page)
        await mark(page, "sign-reader").focus()
        await page.keyboard.press("PageDown")
        await until(page, "() => document.querySelector('[data-test=sign-reader]').scrollTop > 0")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")  # on to the next page: the one before is disabled on the first
        await until(page, "() => document.querySelector('[data-test=sign-heard]').textContent.includes('2')")
        await needs(page, "sign.needs.ink")
        assert "民法典" in await page.evaluate("() => harness.view.pages.map(({ text }) => text).join('')")
