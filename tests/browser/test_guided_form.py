"""The guided form in two real browsers over a slow line: what each types, what the clerk does not see, what the resident confirms."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from config.forms import Form, load_forms
from signaling.domain.id_number import check_digit
from tests.browser.form_stage import PAGE, FormServer, end
from tests.browser.pages.stage import nothing_serious
from tests.browser.player_stage import chromium
from tests.browser.small_page import build
from tests.browser.window import keep, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
ID_NUMBER = "33042419580312154" + check_digit("33042419580312154")


def the_form() -> Form:
    form = load_forms().form("identity-card-application", dt.datetime(2026, 11, 23, tzinfo=dt.UTC).timestamp())
    assert form is not None
    return form


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(PAGE, tmp_path_factory.getbasetemp())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def table(browser: Browser, built: Path) -> AsyncIterator[tuple[Page, Page, FormServer]]:
    """Resident, clerk, and what is between them."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(FormServer(built, the_form()).running())
        resident = await stack.enter_async_context(end(browser, server, "resident"))
        clerk = await stack.enter_async_context(end(browser, server, "clerk"))
        yield resident, clerk, server


def box(field: str) -> str:
    return f"#form-{field}"


async def reads(page: Page, field: str, value: str) -> None:
    await until(page, "([field, value]) => document.querySelector(`#form-${field}`)?.value === value", [field, value])


async def settled(*pages: Page) -> None:
    for page in pages:
        await until(page, "() => harness.shared.settled")


async def test_both_type_at_once_and_read_the_same(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, server = table
    await asyncio.gather(
        resident.locator(box("household")).press_sequentially("浙江省海盐县武原街道", delay=30),
        clerk.locator(box("name")).press_sequentially("张𠮷三", delay=60),
    )
    await settled(resident, clerk)
    for page in (resident, clerk):
        await reads(page, "household", "浙江省海盐县武原街道")
        await reads(page, "name", "张𠮷三")
    # In one field: the clerk's caret stays where it is while the resident types before it.
    await clerk.locator(box("name")).focus()
    await clerk.keyboard.press("End")
    await resident.locator(box("name")).focus()
    await resident.keyboard.press("Home")
    await asyncio.gather(resident.keyboard.type("abcdefgh", delay=40), clerk.keyboard.type("12345678", delay=40))
    for page in (resident, clerk):
        await reads(page, "name", "abcdefgh张𠮷三12345678")
    assert await clerk.evaluate("() => document.activeElement.selectionStart") == len("abcdefgh张xx三12345678")
    assert server.refused == []


async def test_a_line_that_breaks_while_one_types_loses_nothing(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, server = table

    async def cuts() -> None:
        for _ in range(4):
            await asyncio.sleep(0.25)
            await resident.evaluate("() => harness.cut()")

    await asyncio.gather(
        resident.locator(box("household")).press_sequentially("0123456789abcdefghijklmnopqrstuvwxyz", delay=30),
        clerk.locator(box("ethnic-group")).press_sequentially("汉族汉族汉族", delay=100),
        cuts(),
    )
    for page in (resident, clerk):
        await reads(page, "household", "0123456789abcdefghijklmnopqrstuvwxyz")
        await reads(page, "ethnic-group", "汉族汉族汉族")
    assert server.refused == [] and await resident.evaluate("() => harness.refusals") == []


async def test_an_input_method_is_left_alone(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, _server = table
    cdp = await resident.context.new_cdp_session(resident)
    await resident.locator(box("name")).focus()
    await cdp.send("Input.imeSetComposition", {"text": "zhang", "selectionStart": 5, "selectionEnd": 5})
    await clerk.locator(box("name")).press_sequentially("（男）")
    await until(resident, "() => harness.shared.value('name').includes('（男）')")
    assert await resident.locator(box("name")).input_value() == "zhang"
    await cdp.send("Input.insertText", {"text": "张"})
    for page in (resident, clerk):
        await reads(page, "name", "张（男）")
    await resident.keyboard.type("三")
    await reads(clerk, "name", "张三（男）")


async def test_the_clerk_sees_a_number_only_while_it_is_shown(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, server = table
    await resident.locator(box("id-number")).press_sequentially(ID_NUMBER, delay=10)
    await until(clerk, "() => document.querySelector('[data-field=id-number] [data-test=masked]').dataset.filled === 'true'")
    assert await clerk.locator(box("id-number")).evaluate("(each) => each.tagName") == "P"
    await resident.locator("[data-field=id-number] [data-test=show]").click()
    await reads(clerk, "id-number", ID_NUMBER)
    before_shown = next(i for i, text in enumerate(server.sent["clerk"]) if '"revealed"' in text)
    assert not [text for text in server.sent["clerk"][:before_shown] if '"field": "id-number"' in text]
    await resident.locator("[data-field=id-number] [data-test=show]").click()
    await until(clerk, "() => document.querySelector('[data-field=id-number] [data-test=masked]') !== null")
    assert await clerk.evaluate("() => harness.shared.value('id-number')") == ""


async def test_what_is_wrong_is_said_when_it_is_confirmed_and_then_the_page_is_closed(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, server = table
    assert await resident.locator("[data-test=problem]").count() == 0
    await resident.locator("[data-test=confirm]").click()
    await until(resident, "() => document.querySelectorAll('[data-test=problem]').length === 6")
    assert await resident.evaluate("() => document.activeElement.id") == "form-name"
    await nothing_serious(resident, "what is wrong")
    await keep(resident, "form-resident-wrong")
    for field, value in {"name": "张𠮷三", "ethnic-group": "汉族", "birth": "1958年3月12日", "id-number": ID_NUMBER, "household": "浙江省海盐县武原街道"}.items():
        await resident.locator(box(field)).fill(value)
    await resident.locator("[data-field=sex] label").first.click()
    await clerk.locator("[data-field=birth] [data-test=point]").click()
    await until(resident, "() => document.querySelector('[data-field=birth]').classList.contains('pointed')")
    await settled(resident, clerk)
    await until(resident, "() => document.querySelectorAll('[data-test=problem]').length === 0")
    for page, name in ((resident, "resident"), (clerk, "clerk")):
        await nothing_serious(page, name)
        await keep(page, f"form-{name}")
    await resident.locator("[data-test=confirm]").click()
    await until(clerk, "() => harness.view.view.confirmed.includes('person')")
    await until(resident, "() => document.querySelector('[data-test=guided-form]').dataset.page === 'application'")
    await clerk.locator("[data-test=page]").first.click()
    assert await clerk.locator(box("name")).get_attribute("readonly") is not None
    await resident.locator("[data-test=page]").first.click()
    await resident.locator("[data-test=reopen]").click()
    await until(clerk, "() => document.querySelector('#form-name')?.readOnly === false")
    assert server.refused == []


async def circle(page: Page, field: str) -> None:
    """Draw around the middle of a field's row, from its upper left by the right and back."""
    row = await page.locator(f"[data-field={field}]").bounding_box()
    assert row is not None
    corners = [(row["x"] + across * row["width"], row["y"] + down * row["height"]) for across, down in CORNERS]
    await page.mouse.move(*corners[0])
    await page.mouse.down()
    for corner in corners[1:]:
        await page.mouse.move(*corner, steps=6)
    await page.mouse.up()


CORNERS = [(0.2, 0.25), (0.7, 0.25), (0.7, 0.75), (0.2, 0.75), (0.2, 0.25)]
INK_IN_ROW = """([field, whose]) => {
  const path = document.querySelector(`form-pointing .${whose} path.line`);
  if (path === null) return false;
  const [paper, row, ink] = [path.ownerSVGElement.getBoundingClientRect(), document.querySelector(`[data-field="${field}"]`).getBoundingClientRect(), path.getBBox()];
  const sides = [ink.x + paper.x - row.x, ink.y + paper.y - row.y, ink.x + ink.width + paper.x - row.x, ink.y + ink.height + paper.y - row.y];
  return sides.every((side, i) => Math.abs(side / (i % 2 === 0 ? row.width : row.height) - [0.2, 0.25, 0.7, 0.75][i]) < 0.02);
}"""
FADED = "() => document.querySelector('form-pointing').dataset.strokes === '0'"
STANDS = "() => { const now = performance.now(); performance.now = () => now; }"
RUNS_ON = "() => { delete performance.now; }"


@asynccontextmanager
async def clock_stands(*pages: Page) -> AsyncIterator[None]:
    """Strokes fade by the page's clock: while it stands there is time to draw and to look at them."""
    for page in pages:
        await page.evaluate(STANDS)
    yield
    for page in pages:
        await page.evaluate(RUNS_ON)


async def test_what_one_circles_is_circled_for_the_other_and_fades(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, server = table
    for pointing, looking, name in ((clerk, resident, "clerk"), (resident, clerk, "resident")):
        assert await pointing.locator("[data-test=form-pointing-layer]").count() == 0
        await pointing.locator("[data-test=form-point]").click()
        await pointing.locator("[data-test=form-pointing-layer]").wait_for()
        await nothing_serious(pointing, f"{name} points")
        async with clock_stands(pointing, looking):
            await circle(pointing, "birth")
            await until(looking, INK_IN_ROW, ["birth", "theirs"])
            await keep(looking, f"form-pointed-by-{name}")
            assert await looking.locator("[data-test=form-pointing-layer]").count() == 0
            await circle(pointing, "birth")
            await until(pointing, INK_IN_ROW, ["birth", "mine"])
            await keep(pointing, f"form-pointing-{name}")
        await until(pointing, FADED)
        await until(looking, FADED)
        await pointing.keyboard.press("Escape")
        await pointing.locator("[data-test=form-pointing-layer]").wait_for(state="detached")
    assert server.refused == []


async def test_no_field_is_typed_into_while_one_points_and_all_are_afterwards(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, _server = table
    for page, other, field in ((resident, clerk, "name"), (clerk, resident, "household")):
        await page.locator(box(field)).focus()
        await page.locator("[data-test=form-point]").click()
        await page.locator("[data-test=form-pointing-layer]").wait_for()
        middle = await page.locator(box(field)).bounding_box()
        assert middle is not None
        async with clock_stands(other):
            await page.mouse.click(middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2)
            await page.keyboard.type("xyz")
            await until(other, "() => document.querySelector('form-pointing .theirs') !== null")
        assert await page.locator(box(field)).input_value() == ""
        await page.locator("[data-test=form-point]").click()
        await until(page, "() => !document.querySelector('.form-fields').inert")  # drawn when the touch is over
        await page.locator(box(field)).press_sequentially("海盐")
        await reads(other, field, "海盐")
        assert await page.locator("[data-test=form-point]").get_attribute("aria-pressed") == "false"


async def test_what_is_drawn_on_a_page_that_the_other_does_not_see_is_not_drawn_there(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, server = table
    await clerk.locator("[data-test=form-point]").click()
    await clerk.locator("[data-test=page]").nth(1).click()
    await until(clerk, "() => document.querySelector('[data-test=guided-form]').dataset.page === 'application'")
    elsewhere = await clerk.locator("[data-field]").first.get_attribute("data-field")
    assert elsewhere is not None
    await circle(clerk, elsewhere)
    await clerk.locator("[data-test=page]").first.click()
    async with clock_stands(clerk, resident):
        await circle(clerk, "name")
        await until(resident, INK_IN_ROW, ["name", "theirs"])
        assert await resident.locator("form-pointing .theirs").count() == 1
    assert [text for text in server.sent["resident"] if '"pointed"' in text and f'"{elsewhere}"' in text]


async def test_everything_can_be_touched_and_reached_by_keyboard(table: tuple[Page, Page, FormServer]) -> None:
    resident, clerk, _server = table
    small = await resident.evaluate(
        "() => [...document.querySelectorAll('.guided-form :is(.button, .input, .answer)')].map((each) => [each.className, each.getBoundingClientRect().height]).filter(([, height]) => height < 60)"
    )
    assert small == []
    await resident.locator(box("name")).focus()
    await resident.keyboard.press("Tab")
    await resident.keyboard.press("ArrowDown")
    await until(clerk, "() => harness.shared.value('sex') !== ''")
    await until(clerk, "() => document.querySelector('[data-test=heard]').textContent.length > 0")
