"""An identity card at the kiosk: laid on, read, confirmed, for two persons; and every way on when it cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from kiosk.identity.card import Card, NotRead
from kiosk.identity.standin import SAMPLES
from tests.browser.identity_stage import PAGE, Hall, glass, hall
from tests.browser.pages.stage import LANDSCAPE, PORTRAIT, nothing_serious
from tests.browser.player_stage import chromium
from tests.browser.small_page import build
from tests.browser.window import keep, mark, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
FIRST, SECOND = SAMPLES


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(PAGE, tmp_path_factory.getbasetemp())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def place(built: Path) -> AsyncIterator[Hall]:
    async with hall(built) as running:
        yield running


async def at(page: Page, screen: str) -> None:
    await mark(page, f"screen-identity-{screen}").wait_for()


async def shows_no_number(page: Page, *cards: Card) -> None:
    """In no text and no attribute: who looks on, and who reads the page's memory of what it drew, sees the mask."""
    content = await page.content()
    for card in cards:
        assert card.number not in content and card.number[6:14] not in content


@pytest.mark.parametrize(("size", "name"), [(PORTRAIT, "portrait"), (LANDSCAPE, "landscape")])
async def test_two_persons_one_with_a_card_and_one_without(browser: Browser, place: Hall, size: tuple[int, int], name: str) -> None:
    async with glass(browser, place, size, persons="2") as page:
        await at(page, "put-card")
        await keep(page, f"identity-put-card-{name}")
        await nothing_serious(page, "put-card")
        place.reader.lay(FIRST)
        await at(page, "read")
        assert await mark(page, "card-name").inner_text() == FIRST.name
        assert await mark(page, "card-number").inner_text() == f"9{'*' * 16}{FIRST.number[-1]}"
        assert await mark(page, "card-sample").is_visible()
        await shows_no_number(page, FIRST)
        await keep(page, f"identity-read-{name}")
        await nothing_serious(page, "read")
        await mark(page, "that-is-me").tap()
        await at(page, "put-card")
        assert "2" in await mark(page, "whose").inner_text()
        place.reader.lay(NotRead("unreadable"))
        await at(page, "not-read")
        await keep(page, f"identity-not-read-{name}")
        await nothing_serious(page, "not-read")
        await mark(page, "read-again").tap()
        await at(page, "put-card")
        await mark(page, "no-card").tap()
        await at(page, "declare")
        await mark(page, "name").fill("王小明")
        await keep(page, f"identity-declare-{name}")
        await nothing_serious(page, "declare")
        await mark(page, "go-on").tap()
        await until(page, "() => window.told.length === 2")
        assert await page.evaluate("() => window.told") == [
            {"level": "card-read", "name": FIRST.name, "number": FIRST.number}, {"level": "declared", "name": "王小明"}
        ]  # fmt: skip
        await shows_no_number(page, FIRST)


async def test_a_wrong_card_is_read_again_and_the_newest_counts(browser: Browser, place: Hall) -> None:
    async with glass(browser, place, PORTRAIT, language="en") as page:
        place.reader.lay(FIRST)
        await at(page, "read")
        await keep(page, "identity-read-english")
        await mark(page, "read-again").tap()
        await at(page, "put-card")
        place.reader.lay(SECOND)
        await until(page, "(name) => document.querySelector('[data-test=card-name]')?.textContent === name", SECOND.name)
        await mark(page, "that-is-me").tap()
        await until(page, "() => window.told.length === 1")
        assert await page.evaluate("() => window.told.map(({number}) => number)") == [SECOND.number]


@pytest.mark.parametrize(
    ("laid", "code"),
    [
        (Card("样本甲", FIRST.number[:17] + "?", None), "bad-number"), (Card("样本甲", FIRST.number, dt.date(2020, 1, 1)), "card-expired"),
        (NotRead("no-reader"), "no-reader"), (NotRead("unreadable"), "unreadable"),
    ],
)  # fmt: skip
async def test_every_way_in_which_it_is_not_read_has_its_words(browser: Browser, place: Hall, laid: Card | NotRead, code: str) -> None:
    async with glass(browser, place, LANDSCAPE) as page:
        place.reader.lay(laid)
        await until(page, "(code) => document.querySelector('[data-test=screen-identity-not-read]')?.dataset.code === code", code)
        await shows_no_number(page, FIRST)
        await mark(page, "no-card").tap()
        await at(page, "declare")


@pytest.mark.parametrize(("size", "name"), [(PORTRAIT, "portrait"), (LANDSCAPE, "landscape")])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_largest_letters_find_their_room(browser: Browser, place: Hall, size: tuple[int, int], name: str, language: str) -> None:
    async with glass(browser, place, size, letters="2", contrast="high", language=language) as page:
        await keep(page, f"identity-put-card-largest-{name}-{language}")
        await nothing_serious(page, "put-card, largest")
        place.reader.lay(FIRST)
        await at(page, "read")
        await keep(page, f"identity-read-largest-{name}-{language}")
        await nothing_serious(page, "read, largest")
        wide = "() => document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(wide) <= 0
        for control in ("that-is-me", "read-again", "no-card"):
            box = await mark(page, control).bounding_box()
            assert box is not None and min(box["width"], box["height"]) >= 60, control
