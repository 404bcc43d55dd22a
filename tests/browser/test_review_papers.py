"""A supervisor looks through what lay on the table in a visit: pages, the signed form, what was written; each at its moment of the recording."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page

from tests.browser.pages.stage import nothing_serious
from tests.browser.test_form_in_talk import ask_to_operate, fill_in_together, signs, talk_about_a_card
from tests.browser.test_review import says_why
from tests.browser.test_what_is_asked import LENS, kiosk_with_document_camera, picture
from tests.browser.window import PATIENCE_MS, Window, accepted, keep, mark, sees, shows, touch, until, window

WRITTEN = "带<b>户口本</b>了吗？"
LOADED = """([kind, standing]) => { const i = document.querySelector(`[data-test=paper][data-kind=${kind}][data-standing=${standing}] img`); return i.complete && i.naturalWidth > 0; }"""
AT = "() => document.querySelector('session-player').at"
FETCH = """async (address) => { const answer = await fetch(address); return [answer.headers.get('content-type'), (await answer.text()).slice(0, 5)]; }"""


async def page_taken(kiosk: Page, desk: Page) -> None:
    """A page that reflects light and is not kept, and a good one that is."""
    glaring, good = picture("glaring"), picture("good")
    await kiosk.evaluate(LENS)
    await touch(desk, "ask-page-0")
    await sees(desk, "resident", "document")
    for number, each in enumerate((glaring, good), 1):
        await kiosk.evaluate("picture => window.lay(picture)", each)
        await touch(desk, "take")
        await until(desk, "(n) => document.querySelectorAll('[data-test^=still-][data-reasons]').length === n", number)
    await desk.locator('[data-test^="still-"][data-reasons=""] button.primary').click()
    await until(desk, "() => document.querySelector('[data-test=material-0]').dataset.kept === 'true'")


async def words_exchanged(kiosk: Page, desk: Page) -> None:
    await touch(desk, "text-open")
    await mark(desk, "text-field").fill(WRITTEN)
    await touch(desk, "text-send")
    await shows(kiosk, "text-heard")
    await touch(kiosk, "text-reply")
    await mark(kiosk, "text-field").fill("带了，在包里")
    await touch(kiosk, "text-send")
    await until(desk, "() => document.querySelectorAll('[data-test=text-line]').length === 2")


async def form_signed(kiosk: Page, desk: Page) -> None:
    await touch(desk, "lay-form")
    await shows(kiosk, "guided-form")
    await ask_to_operate(desk)
    await touch(kiosk, "control-allow")
    await shows(desk, "grant-bar")
    await touch(kiosk, "control-stop")
    await mark(desk, "grant-bar").wait_for(state="detached")
    await fill_in_together(kiosk, desk)
    await touch(desk, "freeze-form")
    await touch(desk, "ask-signature-0")
    await signs(kiosk)
    await touch(kiosk, "sign-give")
    await shows(desk, "form-signed")


async def recorded(desk: Page) -> None:
    await until(desk, "() => document.querySelector('[data-test=recording]').dataset.recording === 'recording'")


async def ended(kiosk: Page, desk: Page) -> None:
    await accepted(desk)
    await shows(kiosk, "receipt-code")
    await touch(desk, "complete")


async def looks_into(w: Window, session: str) -> Page:
    """A supervisor with a purpose, before the papers."""
    supervisor = await w.review(path=f"/review#session={session}")
    await shows(supervisor, "purpose")
    await says_why(supervisor, "dispute")
    await (await shows(supervisor, "papers")).scroll_into_view_if_needed()
    return supervisor


async def seen(supervisor: Page, kind: str, standing: str = "counts") -> Locator:
    """The tile of the only such paper, its picture loaded."""
    tile = supervisor.locator(f"[data-test=paper][data-kind={kind}][data-standing={standing}]")
    await tile.scroll_into_view_if_needed(timeout=PATIENCE_MS)
    await until(supervisor, LOADED, [kind, standing])
    return tile


async def test_pages_and_what_was_written_are_seen_where_they_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with kiosk_with_document_camera(tmp_path / "data", monkeypatch) as w:
        kiosk, desk, session = await w.talk()
        await recorded(desk)
        await page_taken(kiosk, desk)
        await words_exchanged(kiosk, desk)
        await ended(kiosk, desk)
        supervisor = await looks_into(w, session)
        await seen(supervisor, "still-page", "not-kept")
        tile = await seen(supervisor, "still-page")

        # What was written is text, whatever it looks like, and stands as it was entered.
        line = supervisor.locator("[data-test=written]").first
        await line.wait_for(timeout=PATIENCE_MS)
        await keep(supervisor, "review-papers")
        assert WRITTEN in await line.inner_text()
        assert await mark(supervisor, "altered").count() == 0 and await supervisor.locator("[data-test=written] b").count() == 0
        await line.locator("button").click()
        said = await supervisor.evaluate(AT)

        # A page is looked at as large as one likes, and the recording stands where it was taken.
        await tile.locator("[data-test=paper-look]").click()
        await shows(supervisor, "paper-dialog")
        taken = int(await tile.get_attribute("data-at") or 0)
        assert abs(await supervisor.evaluate(AT) - taken) < 1500 and taken < said
        assert w.served.person("jinshan", "supervisor")["login"] in str(await (await shows(supervisor, "paper-watermark")).text_content())
        await keep(supervisor, "review-paper-fitted")
        await touch(supervisor, "zoom-1")
        await touch(supervisor, "turn")
        await keep(supervisor, "review-paper-turned")
        await touch(supervisor, "version-still")
        await touch(supervisor, "zoom-0")
        await keep(supervisor, "review-paper-as-taken")
        await nothing_serious(supervisor, "a paper, large")
        await touch(supervisor, "paper-close")
        assert await tile.locator("[data-test=paper-look]").evaluate("(button) => button === document.activeElement"), "back where one was"
        await nothing_serious(supervisor, "the papers of a session")


async def test_a_signed_form_is_seen_with_its_signature_and_every_step_has_words(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await talk_about_a_card(w)
        await recorded(desk)
        await form_signed(kiosk, desk)
        await ended(kiosk, desk)
        supervisor = await looks_into(w, session)
        await seen(supervisor, "form-page")
        await (await seen(supervisor, "signature")).locator("[data-test=paper-look]").click()
        await shows(supervisor, "record")
        drawn = await shows(supervisor, "paper-large")
        assert (await drawn.get_attribute("viewBox") or "") not in ("", "0 0 1 1"), "its size is the picture's own"
        await keep(supervisor, "review-signature")
        await supervisor.keyboard.press("Escape")
        await mark(supervisor, "paper-dialog").wait_for(state="detached")

        signed = await supervisor.locator("[data-test=paper][data-kind=form-signed] [data-test=paper-open]").get_attribute("href")
        assert await supervisor.evaluate(FETCH, signed) == ["application/pdf", "%PDF-"]

        await supervisor.locator("[data-test=events] summary").click()
        words = await supervisor.locator("[data-test=events] li > span").all_inner_texts()
        assert {"居民同意代为操作", "居民停止了操作", "请居民签名", "居民签名", "居民已照做", "全部签好，生成签名件"} <= set(words)
        await supervisor.set_viewport_size({"width": 1920, "height": 1080})
        await mark(supervisor, "papers").scroll_into_view_if_needed()
        await keep(supervisor, "review-papers-wide")
