"""The host's staffed window after a remote visit: Haiyan's helper and clerk do for Jinshan's cases what Jinshan lets them do, and no more."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from signaling.office.form_pictures import page_texts
from tests.browser.flagship import of_ledger
from tests.browser.pages.stage import nothing_serious
from tests.browser.test_form_in_talk import NAME, talk_about_a_card
from tests.browser.window import DESK, Window, accepted, keep, mark, shows, touch, until, window

RECORDED = "() => document.querySelector('[data-test=recording]').dataset.recording === 'recording'"


async def at_window(w: Window, role: str, home: str = "haiyan") -> Page:
    """Somebody of that jurisdiction at its staffed window, before the first receipt."""
    page = await w.page(w.in_the_office, DESK)
    await w.log_in(page, w.served.person(home, role), "/window")
    await shows(page, "screen-code")
    return page


async def scans(page: Page, code: str) -> None:
    """As a scanner does: letters and Enter, wherever the focus is."""
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")


async def returned(kiosk: Page, desk: Page) -> str:
    """The case is sent home with a notice that names everything; returns the receipt's code."""
    for control in ("end", "end-returned", "notice-write", "notice-give"):
        await touch(desk, control)
    await until(desk, "() => document.querySelector('[data-test=notice]')?.dataset.n === '1'")
    await touch(desk, "end-yes")
    code = await (await shows(kiosk, "receipt-code")).inner_text()
    await touch(desk, "complete")
    await shows(kiosk, "print-receipt")
    await touch(kiosk, "skip-rating")
    await shows(kiosk, "screen-idle")
    return code


async def test_a_helper_hands_the_notice_out_and_takes_the_missing_paper_in(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await talk_about_a_card(w)
        await until(desk, RECORDED)
        code = await returned(kiosk, desk)

        helper = await at_window(w, "helper")
        await scans(helper, "AAAAA-AAAAA")
        assert await (await shows(helper, "code-problem")).get_attribute("data-code") == "unknown-receipt"
        await scans(helper, code)
        assert await (await shows(helper, "case-0")).get_attribute("data-state") == "returned"
        assert "2023-09-22" in await (await shows(helper, "by-accept-papers")).inner_text()
        await keep(helper, "window-real-returned")
        await nothing_serious(helper, "a returned case at the window")
        shown = await helper.content()
        assert NAME not in shown and session not in shown, "nothing of the person"

        async with helper.expect_popup() as opened, helper.expect_response("**/api/v1/window/notices") as answered:
            await touch(helper, "notice")
        paper, pdf = await opened.value, await (await answered.value).body()
        text = "".join("".join(page_texts(pdf)).split())
        assert pdf.startswith(b"%PDF-") and "王＊" in text and NAME not in text

        lacking = helper.locator("[data-test^=lacking-]:has([data-test^=take-])").first
        material = str(await lacking.get_attribute("data-test")).removeprefix("lacking-")
        await touch(helper, f"copies-more-{material}")
        await touch(helper, f"take-{material}")
        await until(helper, "test => document.querySelector(`[data-test='${test}']`)?.dataset.received === '2'", f"lacking-{material}")
        await keep(helper, "window-real-taken-in")
        assert await mark(helper, "outcome").count() == 0

        async with paper.expect_event("close"):
            await touch(helper, "next")
        await shows(helper, "screen-code")
        assert code not in await helper.content()
        [handed] = of_ledger(w, session, "paper-handed-out")
        [received] = of_ledger(w, session, "paper-received")
        assert (handed["window"], handed["agreement"]) == ("haiyan", "sample")
        assert (received["material"], received["copies"], received["agreement"]) == (int(material), 2, "2023-09-22")


async def test_an_outcome_is_handed_out_by_a_clerk_once_and_not_by_a_helper(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await talk_about_a_card(w)
        await until(desk, RECORDED)
        await accepted(desk)
        code = await (await shows(kiosk, "receipt-code")).inner_text()
        await touch(desk, "complete")
        await shows(kiosk, "print-receipt")  # on paper it says how the outcome is had

        helper = await at_window(w, "helper")
        await scans(helper, code)
        await shows(helper, "case-0")
        assert await mark(helper, "outcome").count() == 0
        assert await (await shows(helper, "no-power")).get_attribute("data-acts") == "deliver-outcome"
        await keep(helper, "window-real-helper")

        clerk = await at_window(w, "clerk")
        await scans(clerk, code)
        assert "sample" in await (await shows(clerk, "by-deliver-outcome")).inner_text()
        await touch(clerk, "outcome")
        await shows(clerk, "outcome-dialog")
        await touch(clerk, "seen-applicant")
        await touch(clerk, "outcome-yes")
        day = await (await shows(clerk, "delivered")).get_attribute("data-on")
        await keep(clerk, "window-real-delivered")
        await nothing_serious(clerk, "an outcome handed out")
        assert await mark(clerk, "outcome").count() == 0
        [delivered] = of_ledger(w, session, "outcome-delivered")
        assert (delivered["collected-by"], delivered["window"], delivered["agreement"]) == ("applicant", "haiyan", "sample")

        await scans(helper, code)
        assert await (await shows(helper, "delivered")).get_attribute("data-on") == day, "and whoever looks next sees the day"
        assert await mark(helper, "no-power").count() == 0
