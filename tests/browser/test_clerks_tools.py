"""The clerk's tools over a whole visit, in two real browsers: an operation by leave of the resident, written lines, a page checked against its original."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.test_what_is_asked import LENS, kiosk_with_document_camera, picture
from tests.browser.window import Window, give_names, keep, mark, shows, touch, until, window

SILENCE_MS = 90_000
"""The resident has 45 seconds for an answer."""
DECLARED = "[data-field=man-agrees] input[value={}]"


async def marriage(w: Window, page: Page, home: str = "jinshan") -> None:
    """From the idle screen to the first consent, for a service whose form has answers that are the resident's own."""
    await touch(page, "begin")
    await touch(page, f"home-{home}")
    await touch(page, "life-event-marriage")
    await touch(page, "service-jinshan-marriage-registration")
    await w._answer_questions(page)
    await give_names(page)


async def talk_about_marriage(w: Window, monkeypatch: pytest.MonkeyPatch) -> tuple[Page, Page, str]:
    monkeypatch.setattr(w, "choose_service", partial(marriage, w))
    return await w.talk()


def bodies(w: Window, session: str, what: str) -> list[dict[str, Any]]:
    """What the ledger says of everything of that kind."""
    return [body for each, body in w.served.ledger(session) if each == what]


async def told(desk: Page, code: str) -> None:
    await desk.locator(f"[data-test=told][data-code={code}]").wait_for(timeout=SILENCE_MS)


async def asks_to_operate(desk: Page, kiosk: Page) -> None:
    await touch(desk, "ask-control")
    await touch(desk, "control-form")
    await touch(desk, "control-purpose-fill-in")
    await touch(desk, "control-ask")
    await shows(kiosk, "control-card")
    await shows(desk, "asked-control")


async def test_lines_pass_both_ways_and_the_ledger_holds_only_their_digests(tmp_path: Path) -> None:
    hers, his = "请带户口簿原件", "13800138000"
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        await touch(desk, "text-open")
        await mark(desk, "text-field").fill(hers)
        await mark(desk, "text-field").press("Enter")
        await desk.locator("[data-test=text-line]", has_text=hers).wait_for()
        await touch(desk, "text-close")
        await touch(kiosk, "text-open")
        await kiosk.locator("[data-test=text-line]", has_text=hers).wait_for()
        await mark(kiosk, "text-field").fill(his)
        await touch(kiosk, "text-send")
        await until(desk, "() => document.querySelector('[data-test=text-open]').dataset.unread === '1'")
        await touch(desk, "text-open")
        await desk.locator("[data-test=text-line][data-by=resident]", has_text=his).wait_for()
        await keep(desk, "desk-text-talk")
        await desk.reload()
        await touch(desk, "text-open")
        await until(desk, "() => document.querySelectorAll('[data-test=text-line]').length === 2")

        said = bodies(w, session, "text-said")
        assert [(each["n"], each["by"], len(str(each["digest"]))) for each in said] == [(1, "clerk", 64), (2, "resident", 64)]
        everything = json.dumps(w.served.ledger(session), ensure_ascii=False)
        assert hers not in everything and his not in everything


@pytest.mark.timeout(300)
async def test_an_operation_needs_a_yes_and_ends_when_the_resident_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await talk_about_marriage(w, monkeypatch)
        await touch(desk, "lay-form")
        await shows(kiosk, "talk-form")
        await desk.locator("[data-test=page]").nth(2).click()
        yes = desk.locator(DECLARED.format("yes"))
        assert await yes.is_disabled(), "the declaration is the resident's"

        await asks_to_operate(desk, kiosk)
        await keep(desk, "desk-asked-for-control")
        await touch(kiosk, "control-refuse")
        await told(desk, "refused")

        await asks_to_operate(desk, kiosk)
        await told(desk, "silence")
        await mark(kiosk, "control-card").wait_for(state="detached")
        assert await mark(desk, "grant-bar").count() == 0, "silence is no"

        await asks_to_operate(desk, kiosk)
        await touch(kiosk, "control-allow")
        await shows(kiosk, "control-bar")
        await shows(desk, "grant-bar")
        await desk.locator("[data-test=page]").nth(1).click()
        await desk.locator("[data-test=page]").nth(2).click()
        await until(kiosk, "() => document.querySelector('[data-test=guided-form]')?.dataset.page === 'statement'")
        await yes.click()
        await kiosk.locator(DECLARED.format("yes") + ":checked").wait_for()
        await keep(desk, "desk-operates-form")
        await keep(kiosk, "kiosk-form-is-operated")

        await touch(kiosk, "control-stop")
        await told(desk, "stopped")
        await mark(kiosk, "control-bar").wait_for(state="detached")
        assert await yes.is_disabled()
        # A page that did not know yet, or did not care: the server refuses, and the answer stays the resident's.
        await desk.evaluate("() => document.querySelector('guided-form').shared.pick('man-agrees').choose('no')")
        await desk.locator("[data-test=form-refusal][data-code=not-your-field]").wait_for()
        await desk.locator(DECLARED.format("yes") + ":checked").wait_for()
        assert await kiosk.locator(DECLARED.format("yes")).is_checked()

        ended = [(each["kind"], each["because"]) for each in bodies(w, session, "ask-ended")]
        assert ended == [("control", "refused"), ("control", "silence"), ("control", "allowed")]
        used = bodies(w, session, "control-used")
        assert ("typed", "man-agrees") in [(each["did"], each["field"]) for each in used]
        assert [each["by"] for each in bodies(w, session, "control-ended")] == ["resident"]


async def test_a_hold_ends_an_operation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await talk_about_marriage(w, monkeypatch)
        await touch(desk, "lay-form")
        await shows(kiosk, "talk-form")
        await asks_to_operate(desk, kiosk)
        await touch(kiosk, "control-allow")
        await shows(desk, "grant-bar")
        await touch(desk, "hold")
        await shows(kiosk, "hold-cover")
        for page, bar in ((desk, "grant-bar"), (kiosk, "control-bar")):
            await mark(page, bar).wait_for(state="detached")
        await touch(desk, "hold")
        await mark(desk, "hold-cover").wait_for(state="detached")
        assert await mark(desk, "grant-bar").count() == 0, "and does not come back with the pictures"
        await shows(desk, "guided-form")
        assert [each["because"] for each in bodies(w, session, "control-ended")] == ["hold"]


async def test_a_page_is_checked_against_its_original_and_the_copy_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = picture("good")
    async with kiosk_with_document_camera(tmp_path / "data", monkeypatch) as w:
        kiosk, desk, session = await talk_about_marriage(w, monkeypatch)
        await kiosk.evaluate(LENS)
        await touch(desk, "ask-page-0")
        await kiosk.evaluate("picture => window.lay(picture)", good)
        await touch(desk, "take")
        await desk.locator('[data-test^="keep-"]').click()
        await shows(desk, "page-1")
        await touch(desk, "check-still")
        await shows(desk, "check-dialog")
        await keep(desk, "desk-check-still")
        await touch(desk, "check-yes")
        await desk.locator('[data-test^="still-"][data-checked=true]').wait_for()
        await mark(desk, "check-dialog").wait_for(state="detached")
        assert await mark(desk, "check-still").count() == 0, "once is enough"
        await desk.locator('[data-test^="look-"]').click()
        width = await desk.evaluate("async () => (await createImageBitmap(await (await fetch(document.querySelector('[data-test=still-picture] image').href.baseVal)).blob())).width")
        shown = await desk.evaluate("() => { const i = document.querySelector('[data-test=still-picture] image'); return [i.href.baseVal.split('/').at(-1), Number(i.getAttribute('width'))]; }")
        assert shown == ["checked", width], "the copy has as many pixels as the page"
        await keep(desk, "desk-checked-copy-real")
        await touch(desk, "still-close")
        [checked] = bodies(w, session, "still-checked")
        assert str(checked["still"]).endswith("-checked") and checked["agreement"]


APPLICATION = ({"name": "王小明", "id-number": "11010519491231002X", "phone": "13800138000", "address": "浙江省海盐县武原街道"}, {"matter": "新生儿出生登记"})


async def test_the_paper_is_made_when_every_page_is_confirmed_and_melts_when_a_mistake_is_found(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        await touch(desk, "lay-form")
        for number, page in enumerate(APPLICATION):
            for field, value in page.items():
                await kiosk.locator(f"[data-box={field}]").fill(value)
            if number == 1:
                await kiosk.locator("[data-field=agent] label.answer").nth(1).click()
            assert await mark(desk, "freeze-form").is_disabled()
            await touch(kiosk, "confirm")
            await until(desk, "n => document.querySelector('[data-test=form-progress]')?.dataset.done === String(n)", number + 1)
        await touch(desk, "freeze-form")
        await until(desk, "() => { const i = document.querySelector('[data-test=form-page-1] img'); return i !== null && i.complete && i.naturalWidth > 0; }")
        paper = await desk.evaluate("async () => { const r = await fetch(document.querySelector('[data-test=form-paper]').href); return [r.status, r.headers.get('content-type')]; }")
        assert paper == [200, "application/pdf"]
        await touch(desk, "ask-signature-0")
        await shows(kiosk, "sign-screen")
        await shows(desk, "asked-signature")
        await keep(desk, "desk-asked-for-signature")
        await touch(desk, "withdraw")
        await mark(kiosk, "sign-screen").wait_for(state="detached")
        await touch(desk, "melt-form")  # nobody has signed: nothing is lost, and nothing is asked
        await until(desk, "() => document.querySelector('[data-test=form-progress]')?.dataset.done === '0'")
        await touch(desk, "put-form-away")
        await mark(kiosk, "talk-form").wait_for(state="detached")
        await touch(desk, "lay-form")
        await until(desk, "() => document.querySelector('[data-box=name]')?.value === '王小明'")
        whats = [what for what, _ in w.served.ledger(session) if what.startswith("form-")]
        assert [what for what in whats if what in ("form-laid", "form-frozen", "form-melted", "form-put-away")] == ["form-laid", "form-frozen", "form-melted", "form-put-away", "form-laid"]
