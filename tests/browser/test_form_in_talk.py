"""A form filled in together and signed on the glass, in two real browsers over a real server and node; and every way in which it stops."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Page

from tests.browser.window import Window, keep, mark, sees, session_of, shows, touch, until, window

NAME, NUMBER, BIRTH = "王䶮芳", "11010519491231002X", "1949-12-31"
VALUE = "([id, value]) => document.querySelector(`#form-${id}`)?.value === value"
ON_PAGE = "(page) => document.querySelector('[data-test=guided-form]')?.dataset.page === page"


async def talk_about_a_card(w: Window) -> tuple[Page, Page, str]:
    """Kiosk and desk in the middle of a talk about an identity card, which has a form."""
    desk, kiosk = await w.desk(), await w.kiosk()
    for control in ("begin", "home-jinshan", "life-event-identity", "service-jinshan-identity-card"):
        await touch(kiosk, control)
    await w._answer_questions(kiosk)
    await mark(kiosk, "name").fill(NAME)
    await touch(kiosk, "go-on")
    for consent in ("recording", "identity-check", "papers-to-home"):
        await kiosk.locator(f"[data-consent='{consent}'] [data-test='consent-yes']").click()
    await touch(desk, "answer")
    await sees(desk, "resident")
    await sees(kiosk, "clerk")
    return kiosk, desk, await session_of(kiosk)


async def types(page: Page, field: str, value: str) -> None:
    await page.locator(f"#form-{field}").fill(value)


async def has(page: Page, field: str, value: str) -> None:
    """Wait until a field holds it."""
    await until(page, VALUE, [field, value])


async def chooses(page: Page, field: str, answer: str) -> None:
    await page.locator(f"[data-field='{field}'] label:has(input[value='{answer}'])").click()


async def signs(page: Page) -> None:
    """As much as a name, with the mouse."""
    await shows(page, "sign-view")
    await touch(page, "sign-where")
    await mark(page, "sign-box").wait_for(state="attached")
    box = await mark(page, "sign-pad").bounding_box()
    assert box is not None
    for start in (0.15, 0.4, 0.65):
        await page.mouse.move(box["x"] + start * box["width"], box["y"] + 0.25 * box["height"])
        await page.mouse.down()
        for step in range(1, 10):
            await page.mouse.move(box["x"] + (start + 0.02 * step) * box["width"], box["y"] + (0.25 + 0.06 * step * (0.5 + step % 2)) * box["height"])
        await page.mouse.up()


async def fill_in_together(kiosk: Page, desk: Page) -> None:
    """Every page of the form, from both sides, and confirmed by the resident."""
    await types(kiosk, "name", NAME)
    await types(desk, "ethnic-group", "汉族")
    await chooses(kiosk, "sex", "female")
    await types(kiosk, "birth", BIRTH)
    await types(kiosk, "id-number", NUMBER)
    await types(desk, "household", "上海市金山区龙胜路1000号")
    await has(kiosk, "ethnic-group", "汉族")
    await has(desk, "name", NAME)
    await until(desk, "() => document.querySelector(\"[data-field='id-number'] [data-test=masked]\")?.dataset.filled === 'true'")
    assert NUMBER not in await desk.content() and NUMBER[6:14] not in await desk.content(), "the number is the resident's"
    await keep(kiosk, "form-kiosk-first-page")
    await keep(desk, "form-desk-first-page")
    await touch(kiosk, "confirm")
    await until(kiosk, ON_PAGE, "application")
    await chooses(kiosk, "reason", "renewal")
    await chooses(kiosk, "under-16", "no")
    await touch(kiosk, "confirm")
    await until(kiosk, ON_PAGE, "delivery")
    await types(kiosk, "phone", "13800138000")
    await chooses(kiosk, "delivery", "collect")
    await touch(kiosk, "confirm")
    await until(kiosk, "() => document.querySelector('[data-test=guided-form] [data-test=confirm]') === null")


async def test_a_form_is_filled_in_by_both_frozen_and_signed(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await talk_about_a_card(w)
        await touch(desk, "lay-form")
        await shows(kiosk, "talk-form")
        await shows(kiosk, "guided-form")
        await sees(kiosk, "clerk", frames=5)
        await fill_in_together(kiosk, desk)
        await touch(desk, "freeze-form")
        await shows(kiosk, "frozen")
        await touch(desk, "ask-signature-0")
        await shows(kiosk, "sign-screen")
        await signs(kiosk)
        await sees(kiosk, "clerk", frames=5)
        await keep(kiosk, "form-kiosk-signs")
        await keep(desk, "form-desk-waits-for-signature")
        await asyncio.gather(shows(kiosk, "sign-thanks"), touch(kiosk, "sign-give"))  # the thanks stand for some seconds only
        await keep(kiosk, "form-kiosk-thanks")
        await mark(kiosk, "sign-screen").wait_for(state="detached")
        await shows(desk, "form-signed")
        await keep(desk, "form-desk-signed")
        begins = await desk.evaluate(
            "async (s) => (await (await fetch(`/api/v1/sessions/${s}/form/signed`)).text()).slice(0, 5)", session
        )
        assert begins == "%PDF-"


async def test_whoever_does_not_want_to_sign_says_so_and_goes_on(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await talk_about_a_card(w)
        await touch(desk, "lay-form")
        await shows(kiosk, "guided-form")
        await fill_in_together(kiosk, desk)
        await touch(desk, "freeze-form")
        await touch(desk, "ask-signature-0")
        await shows(kiosk, "sign-view")
        await touch(kiosk, "sign-refuse")
        await mark(kiosk, "sign-screen").wait_for(state="detached")
        await shows(kiosk, "talk-form")
        assert await mark(desk, "form-signed").count() == 0
        await touch(desk, "melt-form")
        await shows(kiosk, "confirm")
        assert await mark(kiosk, "frozen").count() == 0, "open again, and the letters are there"
        await has(kiosk, "name", NAME)


async def test_put_away_held_and_loaded_anew_it_loses_no_letter(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await talk_about_a_card(w)
        await touch(desk, "lay-form")
        await types(kiosk, "name", NAME)
        await has(desk, "name", NAME)
        await touch(desk, "put-form-away")
        await mark(kiosk, "talk-form").wait_for(state="detached")
        await sees(kiosk, "clerk", frames=5)
        await touch(desk, "lay-form")
        await has(kiosk, "name", NAME)

        await kiosk.locator("#form-household").press_sequentially("上海市")
        await touch(desk, "hold")  # in the middle of a word
        await shows(kiosk, "hold-cover")
        assert not await mark(kiosk, "talk-form").is_visible()
        await keep(kiosk, "form-kiosk-held")
        await shows(desk, "hold-cover")
        await touch(desk, "hold")
        await shows(kiosk, "guided-form")
        await kiosk.locator("#form-household").press("End")
        await kiosk.locator("#form-household").press_sequentially("金山区")
        await has(desk, "household", "上海市金山区")

        await kiosk.reload()
        await has(kiosk, "household", "上海市金山区")
        await has(kiosk, "name", NAME)
        await types(desk, "ethnic-group", "汉族")
        await has(kiosk, "ethnic-group", "汉族")


async def test_the_clerk_operates_the_form_by_leave_and_the_stop_key_ends_it(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await talk_about_a_card(w)
        await touch(desk, "lay-form")
        await shows(kiosk, "guided-form")
        await ask_to_operate(desk)
        await shows(kiosk, "control-card")
        await keep(kiosk, "form-kiosk-control-card")
        await touch(kiosk, "control-refuse")
        await mark(kiosk, "control-card").wait_for(state="detached")
        assert await mark(kiosk, "control-bar").count() == 0, "no is no"

        await ask_to_operate(desk)
        await touch(kiosk, "control-allow")
        await shows(kiosk, "control-bar")
        await shows(desk, "grant-bar")
        await keep(kiosk, "form-kiosk-control-bar")
        await keep(desk, "form-desk-operates")
        await desk.locator("[data-test='page']").nth(1).click()
        await until(kiosk, ON_PAGE, "application")
        await touch(kiosk, "control-stop")
        await mark(kiosk, "control-bar").wait_for(state="detached")
        await mark(desk, "grant-bar").wait_for(state="detached")


async def ask_to_operate(desk: Page) -> None:
    for control in ("ask-control", "control-form", "control-purpose-fill-in", "control-ask"):
        await touch(desk, control)


async def test_both_write_to_each_other(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk()
        await touch(desk, "text-open")
        await mark(desk, "text-field").fill("您听得清楚吗？")
        await touch(desk, "text-send")
        heard = await shows(kiosk, "text-heard")
        assert "您听得清楚吗？" in await heard.inner_text()
        await touch(kiosk, "text-reply")
        await mark(kiosk, "text-field").fill("听不清，请写给我看")
        await touch(kiosk, "text-send")
        await until(desk, "() => [...document.querySelectorAll('[data-test=text-line]')].some((line) => line.textContent.includes('请写给我看'))")
        assert await mark(kiosk, "text-line").count() == 2


async def test_a_signature_that_nobody_gives_is_asked_for_no_longer(tmp_path: Path) -> None:
    async with window(tmp_path / "data", VIRTUAL_WINDOW_SESSION_SIGNATURE_SECONDS="4") as w:
        kiosk, desk, session = await talk_about_a_card(w)
        await touch(desk, "lay-form")
        await shows(kiosk, "guided-form")
        await fill_in_together(kiosk, desk)
        await touch(desk, "freeze-form")
        await touch(desk, "ask-signature-0")
        await shows(desk, "told")
        await mark(kiosk, "sign-screen").wait_for(state="detached")
        await shows(kiosk, "frozen")
        assert [(body["kind"], body["because"]) for what, body in w.served.ledger(session) if what == "ask-ended"] == [("signature", "silence")]
        assert await mark(desk, "ask-signature-0").is_enabled(), "it can be asked for again"


STROKES = "() => Number(document.querySelector('[data-test=form-strokes]')?.dataset.strokes ?? 0)"
FADED = "() => document.querySelector('[data-test=form-strokes]')?.dataset.strokes === '0'"


async def points_at(page: Page, field: str) -> None:
    """The button goes down over a field's row and a little to the right; it stays down."""
    box = await page.locator(f"[data-field='{field}']").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 40, y, steps=4)


async def test_both_point_at_the_form_and_the_strokes_fade(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await talk_about_a_card(w)
        await touch(desk, "lay-form")
        await shows(kiosk, "guided-form")
        await shows(desk, "guided-form")
        for here, there, name in ((desk, kiosk, "kiosk"), (kiosk, desk, "desk")):
            await touch(here, "form-point")
            await shows(here, "form-pointing-layer")
            await asyncio.gather(until(there, STROKES), points_at(here, "name"))  # looked for from the first moment: it fades
            await keep(there, f"form-{name}-pointed-at")
            await here.mouse.up()
            for page in (here, there):
                await until(page, FADED)
            await touch(here, "form-point")
        assert not [what for what, _ in w.served.ledger(session) if "point" in what], "kept nowhere"
